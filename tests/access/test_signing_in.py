"""Signing in: limits against guessing, sessions that end."""

import re
import time
from datetime import timedelta

import pytest
from django.test import Client

from geo.access import guessing
from geo.access.models import SignInAttempt, User
from geo.spatial import calendar
from tests.access.door import DOOR, PASSWORD, come_in, is_in, officer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["lan", "lan@example.vn", "LAN@Example.vn", " lan "])
def test_a_person_comes_in_by_name_or_address(client: Client, name: str) -> None:
    officer()
    answer = come_in(client, name)
    assert (answer.status_code, answer["Location"]) == (302, "/vi/desk")
    page = client.get("/vi/desk")
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert "Đặc khu Phú Quốc" in page.content.decode()


@pytest.mark.parametrize(("name", "password"), [("lan", "sai"), ("ai", PASSWORD), ("", PASSWORD), ("lan", "")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client: Client, name: str, password: str) -> None:
    officer()
    answer = come_in(client, name, password)
    assert answer.status_code == 422
    assert not is_in(client)


def test_an_inactive_person_stays_outside(client: Client) -> None:
    officer(is_active=False)
    assert come_in(client).status_code == 422
    assert not is_in(client)


def test_who_becomes_inactive_is_out_at_once(client: Client) -> None:
    user = officer()
    come_in(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not is_in(client)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client: Client) -> None:
    officer()
    cookie = come_in(client).cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_one_comes_back_to_this_site_only(client: Client, wanted: str) -> None:
    officer()
    answer = client.post(DOOR, {"username": "lan", "password": PASSWORD, "next": wanted})
    assert answer["Location"] == "/vi/desk"


def test_one_comes_back_to_where_one_wanted(client: Client) -> None:
    officer()
    door = client.get("/vi/account")
    assert door["Location"] == "/vi/sign-in?next=%2Fvi%2Faccount"
    assert 'value="/vi/account"' in client.get(door["Location"]).content.decode()


def test_a_new_session_begins_when_one_comes_in(client: Client) -> None:
    officer()
    session = client.session
    session["planted"] = 1
    session.save()
    before = client.session.session_key
    come_in(client)
    assert client.session.session_key != before


def test_five_wrong_passwords_from_one_network_close_the_door_for_this_name_there(client: Client) -> None:
    officer()
    for _try in range(5):
        assert come_in(client, password="sai").status_code == 422
    closed = come_in(client)
    assert closed.status_code == 429
    assert "phút" in closed.content.decode()
    assert come_in(client, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_the_door_opens_again_and_refused_tries_do_not_keep_it_shut(client: Client) -> None:
    officer()
    began = calendar.now()
    for _try in range(5):
        come_in(client, password="sai")
    for minutes in (5, 10, 14):
        with calendar.at(began + timedelta(minutes=minutes)):
            assert come_in(client).status_code == 429
    with calendar.at(began + timedelta(minutes=16)):
        assert come_in(client).status_code == 302


def test_many_networks_are_stopped_too(client: Client) -> None:
    officer()
    for number in range(30):
        assert come_in(client, password="sai", REMOTE_ADDR=f"192.0.2.{number}").status_code == 422
    assert come_in(client, REMOTE_ADDR="198.51.100.1").status_code == 429


def test_many_names_from_one_network_are_stopped(client: Client) -> None:
    officer()
    for number in range(100):
        come_in(client, name=f"ai{number}", password="sai")
    assert come_in(client).status_code == 429


def test_coming_in_forgets_the_wrong_tries_and_the_old(client: Client) -> None:
    officer()
    with calendar.at(calendar.now() - timedelta(days=3)):
        guessing.attempt("password", "cũ", "192.0.2.1")
    come_in(client, password="sai")
    come_in(client)
    assert not SignInAttempt.objects.exists()


def test_what_was_typed_is_not_readable(client: Client) -> None:
    come_in(client, name="mật khẩu của tôi")
    assert re.fullmatch(r"[0-9a-f]{64}", SignInAttempt.objects.get().name)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("rubbish", None),
        ("", None),
    ],
)
def test_networks(address: str, network: str | None) -> None:
    assert guessing.network(address) == network


@pytest.mark.parametrize(("key", "age"), [("seen_at", 3601), ("entered_at", 12 * 3600 + 1)])
def test_sessions_end(client: Client, key: str, age: int) -> None:
    officer()
    come_in(client)
    session = client.session
    session[key] = int(time.time()) - age
    session.save()
    door = client.get("/vi/desk", follow=True)
    assert door.redirect_chain == [("/vi/sign-in?next=%2Fvi%2Fdesk", 302)]


def test_a_session_in_use_goes_on(client: Client) -> None:
    officer()
    come_in(client)
    session = client.session
    session["seen_at"] = int(time.time()) - 3000
    session.save()
    assert is_in(client)
    assert client.session["seen_at"] > time.time() - 5


def test_public_pages_do_not_ask_who_is_there(client: Client) -> None:
    officer()
    come_in(client)
    page = client.get("/vi/about")
    assert page["Cache-Control"] == "no-cache"
    assert "Cookie" not in page["Vary"]


def test_signing_out_is_a_post(client: Client) -> None:
    officer()
    come_in(client)
    assert client.get("/vi/sign-out").status_code == 405
    assert is_in(client)
    client.post("/vi/sign-out")
    assert not is_in(client)


def test_forged_forms_are_refused() -> None:
    officer()
    careful = Client(enforce_csrf_checks=True)
    assert come_in(careful).status_code == 403
