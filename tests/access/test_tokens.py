"""Tokens: shown once, kept as hashes, no stronger than whoever made them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings

from geo.access import second_factor, tokens
from geo.access.models import ApiToken, RecordVersion, User
from geo.spatial import calendar
from geo.spatial.problems import Forbidden, Unauthorized
from tests import factories as make
from tests.access.door import PASSWORD, code_of, come_in, officer, with_factor

pytestmark = pytest.mark.django_db
PAGE = "/vi/account/tokens"
WANTED = {"name": "QGIS ở văn phòng", "scopes": ["write"], "days": "30", "present": PASSWORD}


def made(client: Client, **more: Any) -> Any:
    return client.post(PAGE, WANTED | more)


def shown_in(response: Any) -> str:
    found = re.search(r"ocop_[\w-]{43}", response.content.decode())
    assert found is not None
    return found[0]


@pytest.fixture
def lan(client: Client) -> User:
    user = officer()
    come_in(client)
    return user


def test_a_token_is_shown_once_and_kept_as_a_hash(client: Client, lan: User) -> None:
    response = made(client)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    token = shown_in(response)
    assert tokens.read(token, None).user == lan
    listed = client.get(PAGE).content.decode()
    assert "QGIS ở văn phòng" in listed
    assert token not in listed
    assert token not in str(list(ApiToken.objects.values()))
    assert token not in str(list(RecordVersion.objects.values()))
    assert RecordVersion.objects.get(table="access_apitoken").actor == lan.pk


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"present": "sai mật khẩu"}, 422),
        ({"name": " "}, 422),
        ({"scopes": []}, 422),
        ({"scopes": ["everything"]}, 422),
        ({"days": "4000"}, 422),
        ({"days": "x"}, 422),
    ],
)
def test_a_wrong_form_makes_none(client: Client, lan: User, more: dict[str, Any], status: int) -> None:
    assert made(client, **more).status_code == status
    assert not ApiToken.objects.exists()


def test_the_password_is_asked_as_carefully_as_at_the_door(client: Client, lan: User) -> None:
    tried = [made(client, present="sai mật khẩu").status_code for _try in range(7)]
    assert 429 in [*tried, *(made(client, present=f"sai {number}").status_code for number in range(30))]
    assert not ApiToken.objects.exists()


def test_it_ends_when_it_is_revoked_and_others_may_not_revoke_it(client: Client, lan: User) -> None:
    token = shown_in(made(client))
    entry = ApiToken.objects.get()
    stranger = Client()
    stranger.force_login(make.person())
    assert stranger.post(f"{PAGE}/{entry.pk}/revoke").status_code == 404
    assert tokens.read(token, None).last_used_at is None
    assert client.post(f"{PAGE}/{entry.pk}/revoke").status_code == 302
    with pytest.raises(Unauthorized):
        tokens.read(token, None)
    assert "không còn dùng được" in client.get(PAGE).content.decode()
    assert entry.beginning not in client.get(PAGE).content.decode()


def test_it_ends_with_its_day_the_account_and_the_password(lan: User) -> None:
    ends = tokens.make(lan, "ngắn", ["write"], 7, proven=False)
    with calendar.at(calendar.now() + timedelta(days=8)), pytest.raises(Unauthorized):
        tokens.read(ends, None)
    lan.is_active = False
    lan.save()
    with pytest.raises(Unauthorized):
        tokens.read(ends, None)
    lan.is_active = True
    lan.set_password("một mật khẩu khác hẳn")
    lan.save()
    with pytest.raises(Unauthorized):
        tokens.read(ends, None)
    assert tokens.living(lan) == []


def test_last_use_is_noted(lan: User) -> None:
    token = tokens.make(lan, "kịch bản", ["write"], 7, proven=False)
    tokens.read(token, "192.0.2.7")
    assert tokens.living(lan)[0].last_used_at is not None


def test_a_role_with_a_second_factor_makes_tokens_with_it_for_a_month(client: Client) -> None:
    user = officer()
    device, codes = with_factor(user)
    with override_settings(SECOND_FACTOR_ROLES=("communal",)):
        client.force_login(user)
        assert made(client).status_code == 422
        assert made(client, code=code_of(device, 1), days="90").status_code == 422
        assert made(client, code="000000").status_code == 422
        token = shown_in(made(client, code=codes[0]))
        assert tokens.read(token, None).proven
        with pytest.raises(Forbidden):
            tokens.make(user, "không mã", ["write"], 7, proven=False)
        second_factor.remove(user)
        with pytest.raises(Unauthorized):
            tokens.read(token, None)
        assert client.get(PAGE)["Location"] == "/vi/account/second-factor"


def test_a_token_from_before_the_role_needed_a_second_factor_no_longer_works(lan: User) -> None:
    token = tokens.make(lan, "cũ", ["write"], 300, proven=False)
    with override_settings(SECOND_FACTOR_ROLES=("communal",)), pytest.raises(Unauthorized):
        tokens.read(token, None)


def test_guessing_is_slowed_down(client: Client) -> None:
    user = make.person()
    token = tokens.make(user, "đúng", ["read"], 7, proven=False)
    answers = [
        client.get("/api/desk", headers={"Authorization": f"Bearer ocop_{number}"}, REMOTE_ADDR="192.0.2.9")
        for number in range(62)
    ]
    assert [answer.status_code for answer in answers] == [401] * 60 + [429] * 2
    assert int(answers[-1]["Retry-After"]) >= 60
    right = client.get("/api/desk", headers={"Authorization": f"Bearer {token}"}, REMOTE_ADDR="192.0.2.9")
    assert right.status_code == 403
