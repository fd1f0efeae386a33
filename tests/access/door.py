"""What tests of signing in share: an officer with a password, and the door."""

from typing import Any

from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from geo.access import second_factor
from geo.access.models import User
from tests import factories as make

PASSWORD = "vải thiều Lục Ngạn"
DOOR = "/vi/sign-in"


def officer(**values: Any) -> User:
    made = make.officer("communal", make.commune(), username="lan", email="lan@example.vn", **values)
    made.set_password(PASSWORD)
    made.save()
    return made


def come_in(client: Client, name: str = "lan", password: str = PASSWORD, **more: Any) -> Any:
    return client.post(DOOR, {"username": name, "password": password}, **more)


def is_in(client: Client) -> bool:
    return bool(client.get("/vi/account").status_code == 200)


def code_of(device: TOTPDevice, steps: int = 0) -> str:
    return f"{totp(device.bin_key, t0=-steps * 30):06d}"


def with_factor(user: User) -> tuple[TOTPDevice, list[str]]:
    device = second_factor.begin(user)
    codes = second_factor.confirm(user, code_of(device))
    assert len(codes) == 10
    device.refresh_from_db()
    return device, codes
