"""The second factor: codes of an app, recovery codes, roles that need it."""

import time

import pytest
from django.test import Client, override_settings
from django_otp.plugins.otp_totp.models import TOTPDevice

from geo.access import second_factor
from geo.access.models import RecoveryCode
from geo.spatial import calendar
from tests import factories as make
from tests.access.door import DOOR, PASSWORD, code_of, come_in, is_in, officer, with_factor

pytestmark = pytest.mark.django_db


def test_who_has_a_second_factor_is_not_in_before_it(client: Client) -> None:
    device, _codes = with_factor(officer())
    assert come_in(client)["Location"] == "/vi/sign-in/code"
    assert not is_in(client)
    assert client.get("/admin/").status_code == 302
    assert client.post("/vi/sign-in/code", {"code": "000000"}).status_code == 422
    assert not is_in(client)
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post("/vi/sign-in/code", {"code": code_of(device, 1)})["Location"] == "/vi/desk"
    assert is_in(client)


def test_a_code_is_good_once(client: Client) -> None:
    user = officer()
    device, _codes = with_factor(user)
    code = code_of(device, 1)
    assert second_factor.verify(user, code)
    assert not second_factor.verify(user, code)


def test_a_recovery_code_is_good_once(client: Client) -> None:
    user = officer()
    _device, codes = with_factor(user)
    come_in(client)
    assert client.post("/vi/sign-in/code", {"code": codes[0].lower()}).status_code == 302
    assert second_factor.codes_left(user) == 9
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert not second_factor.verify(user, codes[0])
    assert codes[1] not in str(list(RecoveryCode.objects.values()))


def test_codes_cannot_be_guessed(client: Client) -> None:
    user = officer()
    with_factor(user)
    come_in(client)
    answers = [client.post("/vi/sign-in/code", {"code": f"{number:06d}"}).status_code for number in range(11)]
    assert answers[-1] == 429
    assert not is_in(client)


def test_the_code_page_is_for_those_whose_password_was_right_a_moment_ago(client: Client) -> None:
    assert client.get("/vi/sign-in/code")["Location"] == DOOR
    with_factor(officer())
    come_in(client)
    session = client.session
    session["pending"] = {**session["pending"], "at": int(time.time()) - 601}
    session.save()
    assert client.get("/vi/sign-in/code")["Location"] == DOOR


@override_settings(SECOND_FACTOR_ROLES=["communal"])
def test_a_role_can_need_a_second_factor(client: Client) -> None:
    user = officer()
    assert come_in(client)["Location"] == "/vi/sign-in/set-up"
    assert not is_in(client)
    page = client.get("/vi/sign-in/set-up").content.decode()
    assert "data:image/svg+xml" in page
    device = TOTPDevice.objects.get(user=user)
    done = client.post("/vi/sign-in/set-up", {"code": code_of(device)})
    assert done.content.decode().count("<li><code>") == 10
    assert is_in(client)


@override_settings(SECOND_FACTOR_ROLES=["provincial"])
def test_who_stands_in_for_such_a_role_needs_it_too() -> None:
    from geo.access import roles

    user, boss = officer(), make.officer("provincial", make.province())
    assert not second_factor.is_required(user)
    roles.stand_in(None, "nghỉ phép", boss, user, ends_on=calendar.today())
    assert second_factor.is_required(user)
    assert not second_factor.is_required(make.administrator())


def test_setting_up_and_taking_away_from_the_account(client: Client) -> None:
    user = officer()
    come_in(client)
    client.get("/vi/account/second-factor")
    device = TOTPDevice.objects.get(user=user)
    assert client.post("/vi/account/second-factor", {"code": "000000"}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post("/vi/account/second-factor", {"code": code_of(device)}).status_code == 200
    before = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert client.post("/vi/account/recovery-codes", {"present": "sai"}).status_code == 422
    assert client.post("/vi/account/recovery-codes", {"present": PASSWORD}).status_code == 200
    assert before.isdisjoint(RecoveryCode.objects.values_list("digest", flat=True))
    assert client.post("/vi/account/second-factor/remove", {"present": "sai"}).status_code == 422
    assert client.post("/vi/account/second-factor/remove", {"present": PASSWORD}).status_code == 302
    assert not second_factor.is_set(user)
