"""“Báo sai”: anybody can say that a record is wrong; programs and floods can't."""

import time
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from geo.access.form_tokens import issue
from geo.stewardship.models import Report
from geo.stewardship.services import REPORTS_A_DAY
from tests.web.conftest import Register
from tests.web.reading import read

pytestmark = pytest.mark.django_db


def address(register: Register) -> str:
    return f"/vi/bao-sai/{register.shop.public_id}"


def filled(**said: Any) -> dict[str, Any]:
    """A form as it comes back a while after it was shown."""
    with patch("time.time", return_value=time.time() - 30):
        return {**said, "token": issue()}


def test_a_report_is_stored_and_thanked_for_with_a_reference(client: Client, register: Register) -> None:
    page = read(client.get(f"/vi/p/{register.shop.public_id}"))
    assert address(register) in page.one("main").hrefs
    said = filled(kind="wrong", text="Số điện thoại là 024 3999 0000", contact="lan@example.vn")
    response = client.post(address(register), said)
    assert response.status_code == 302
    stored = Report.objects.get()
    assert (stored.subject_id, stored.kind, stored.text) == (register.shop.public_id, "wrong", said["text"])
    thanks = read(client.get(response["Location"]))
    assert thanks.one(class_="reference").text == stored.public_id


def test_what_is_missing_is_asked_for_and_what_was_written_is_kept(client: Client, register: Register) -> None:
    response = client.post(address(register), filled(text="<b>đậm</b>", contact="0912"))
    assert response.status_code == 422
    page = read(response)
    assert "Hãy chọn điều bị sai." in page.one("main").text
    assert page.one("textarea").text == "<b>đậm</b>"
    assert page.one("input", id="contact").attributes["value"] == "0912"
    unsaid = client.post(address(register), filled(kind="other", text="  "))
    assert "Hãy viết điều bị sai" in read(unsaid).one("main").text
    assert not Report.objects.exists()


def test_closed_needs_no_words(client: Client, register: Register) -> None:
    assert client.post(address(register), filled(kind="closed")).status_code == 302


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten(client: Client, register: Register) -> None:
    response = client.post(address(register), filled(kind="closed", website="https://spam.example"))
    assert response.status_code == 302
    assert not Report.objects.exists()


def test_forged_forms_are_refused(register: Register) -> None:
    assert Client(enforce_csrf_checks=True).post(address(register), filled(kind="closed")).status_code == 403


def test_a_flood_from_one_connection_is_stopped(client: Client, register: Register) -> None:
    for _ in range(REPORTS_A_DAY):
        assert client.post(address(register), filled(kind="closed")).status_code == 302
    response = client.post(address(register), filled(kind="closed"))
    assert response.status_code == 429
    assert "Mời bạn thử lại vào ngày mai" in read(response).one("main").text
    other = Client(REMOTE_ADDR="10.1.2.3")
    assert other.post(address(register), filled(kind="closed")).status_code == 302


def test_the_senders_address_is_not_kept(client: Client, register: Register) -> None:
    Client(REMOTE_ADDR="203.0.113.77").post(address(register), filled(kind="closed"))
    assert "203.0.113" not in Report.objects.get().sender


@pytest.mark.parametrize("public_id", ["ABC", "00000000"])
def test_a_report_about_nothing_is_a_404(client: Client, db: None, public_id: str) -> None:
    assert client.get(f"/vi/bao-sai/{public_id}").status_code == 404


def test_a_report_is_no_public_record(client: Client, register: Register) -> None:
    client.post(address(register), filled(kind="wrong", text="bí mật"))
    assert client.get(f"/vi/p/{Report.objects.get().public_id}").status_code == 404


@pytest.mark.parametrize("text", ["x" * 2001, "\x00"])
def test_text_that_can_not_be_stored_is_refused(client: Client, register: Register, text: str) -> None:
    assert client.post(address(register), filled(kind="wrong", text=text)).status_code == 422
