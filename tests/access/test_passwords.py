"""Passwords, invitations, forgotten passwords, and the slot for an outside provider."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client, override_settings

from geo.access import invitations, outside
from geo.access.models import Invitation
from geo.spatial import calendar
from tests import factories as make
from tests.access.door import DOOR, PASSWORD, come_in, is_in, officer, with_factor

pytestmark = pytest.mark.django_db


def test_changing_the_password_ends_the_other_sessions(client: Client) -> None:
    officer()
    elsewhere = Client()
    come_in(client)
    come_in(elsewhere)
    new = {"password": "nhãn lồng Hưng Yên", "again": "nhãn lồng Hưng Yên"}
    assert client.post("/vi/account/password", {"present": "sai", **new}).status_code == 422
    assert client.post("/vi/account/password", {"present": PASSWORD, **new}).status_code == 302
    assert is_in(client)
    assert not is_in(elsewhere)


@pytest.mark.parametrize("weak", ["123456789012", "ngắn", "password12", "lan@example.vn"])
def test_weak_passwords_are_refused(client: Client, weak: str) -> None:
    user = officer()
    token = invitations.invite(user)
    assert client.post(f"/vi/invitation/{token}", {"password": weak, "again": weak}).status_code == 422


def test_an_invitation_is_good_once(client: Client) -> None:
    user = make.officer("communal", make.commune(), username="moi@example.vn", email="moi@example.vn")
    user.set_unusable_password()
    user.save()
    token = invitations.invite(user)
    assert token not in str(list(Invitation.objects.values()))
    address = f"/vi/invitation/{token}"
    assert client.get(address).status_code == 200
    assert client.post(address, {"password": PASSWORD, "again": PASSWORD})["Location"] == "/vi/desk"
    assert is_in(client)
    assert Client().get(address).status_code == 404
    assert come_in(Client(), "moi@example.vn").status_code == 302


def test_an_invitation_expires_and_gives_way_to_a_newer_one(client: Client) -> None:
    user = officer()
    first = invitations.invite(user)
    second = invitations.invite(user)
    assert client.get(f"/vi/invitation/{first}").status_code == 404
    with calendar.at(calendar.now() + timedelta(days=15)):
        assert client.get(f"/vi/invitation/{second}").status_code == 404


def test_a_forgotten_password_is_chosen_anew_by_mail(client: Client) -> None:
    officer()
    assert client.post("/vi/password/forgotten", {"email": "LAN@example.vn"})["Location"] == "/vi/password/sent"
    (message,) = mail.outbox
    link = re.search(r"https?://\S+", message.body)
    assert link
    path = link[0].split("testserver", 1)[1]
    new = {"password": "nhãn lồng Hưng Yên", "again": "nhãn lồng Hưng Yên"}
    assert client.post(path, new)["Location"] == DOOR
    assert client.get(path).status_code == 404
    assert come_in(client, password="nhãn lồng Hưng Yên").status_code == 302


def test_nobody_learns_who_has_an_account(client: Client) -> None:
    officer()
    known = client.post("/vi/password/forgotten", {"email": "lan@example.vn"})
    unknown = client.post("/vi/password/forgotten", {"email": "ai@example.vn"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mail.outbox) == 1


def test_reset_mails_are_limited(client: Client) -> None:
    officer()
    answers = [client.post("/vi/password/forgotten", {"email": "lan@example.vn"}).status_code for _try in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mail.outbox) == 5


@pytest.mark.parametrize("path", ["/vi/password/x/y", "/vi/password/MQ/y-z", "/vi/password/MTAwMDAwMDAwMDAwMDAwMDAw/x"])
def test_reset_links_of_nobody(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


class Ministry:
    """A provider for the tests: it believes what the address says."""

    label = "VNeID"

    def begin(self, request: HttpRequest, back: str) -> HttpResponse:
        return HttpResponseRedirect(f"https://id.example/?back={back}")

    def finish(self, request: HttpRequest) -> outside.Identity:
        given = request.GET
        return outside.Identity(given["sub"], given.get("email", ""), given.get("mfa") == "1")


@pytest.fixture
def provider() -> Iterator[None]:
    with override_settings(SIGN_IN_PROVIDER="tests.access.test_passwords.Ministry"):
        yield


def test_without_a_provider_there_is_no_other_door(client: Client) -> None:
    assert client.get("/vi/sign-in/provider").status_code == 404
    assert "sign-in/provider" not in client.get(DOOR).content.decode()


@pytest.mark.usefixtures("provider")
def test_an_identity_is_bound_to_the_account_of_its_verified_address(client: Client) -> None:
    user = officer()
    assert "VNeID" in client.get(DOOR).content.decode()
    assert "sign-in/provider/back" in client.get("/vi/sign-in/provider")["Location"]
    assert client.get("/vi/sign-in/provider/back?sub=a1").status_code == 403
    assert client.get("/vi/sign-in/provider/back?sub=a1&email=lan@example.vn").status_code == 302
    user.refresh_from_db()
    assert user.subject == "a1"
    assert Client().get("/vi/sign-in/provider/back?sub=a2&email=lan@example.vn").status_code == 403
    assert Client().get("/vi/sign-in/provider/back?sub=a1").status_code == 302


@pytest.mark.usefixtures("provider")
def test_a_provider_is_one_factor_unless_it_says_two(client: Client) -> None:
    user = officer(subject="a1")
    with_factor(user)
    assert client.get("/vi/sign-in/provider/back?sub=a1")["Location"] == "/vi/sign-in/code"
    assert client.get("/vi/sign-in/provider/back?sub=a1&mfa=1")["Location"] == "/vi/desk"
