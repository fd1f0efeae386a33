"""The second factor: time-based codes (RFC 6238) of an app on the phone, and recovery codes for when it is lost."""

import hashlib
import secrets
from base64 import b32encode
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from geo.access import areas, guessing
from geo.access.models import RecoveryCode, SignInAttempt, User
from geo.spatial import calendar

CODES = 10
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
"""Twelve of thirty characters: 58 bits, one use."""


def is_required(user: User) -> bool:
    """Whether the operator asks a second factor of a role that ``user`` holds, own or acting."""
    asked = set(settings.SECOND_FACTOR_ROLES)
    held = {assignment.role for assignment in areas.held(user)}
    return bool(asked & held) or (user.is_superuser and "national" in asked)


def device_of(user: User) -> TOTPDevice | None:
    """Return the confirmed device of ``user``, if there is one."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def is_set(user: User) -> bool:
    """Whether ``user`` has a second factor."""
    return device_of(user) is not None


def begin(user: User) -> TOTPDevice:
    """Return the device that ``user`` is about to set up: the same until it is confirmed."""
    return TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})[0]


def secret(device: TOTPDevice) -> str:
    """Return the secret as apps take it when typed: base 32 in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def confirm(user: User, code: str) -> list[str]:
    """Make the device that was begun the second factor if ``code`` is right; return fresh recovery codes, else none.

    Raises: TooManyAttempts.
    """
    noted = guessing.attempt(SignInAttempt.Kind.CODE, str(user.pk), None)
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None or not device.verify_token(_digits(code)):
            return []
        TOTPDevice.objects.filter(user=user, confirmed=True).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
    guessing.succeeded(noted)
    return new_codes(user)


def verify(user: User, code: str) -> bool:
    """Whether ``code`` proves ``user``: one of the app, not used before, or an unused recovery code.

    Raises: TooManyAttempts.
    """
    noted = guessing.attempt(SignInAttempt.Kind.CODE, str(user.pk), None)
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        right = device is not None and _digits(code).isdigit() and bool(device.verify_token(_digits(code)))
    if not right:
        unused = RecoveryCode.objects.filter(user=user, digest=_digest(code), used_at__isnull=True)
        right = unused.update(used_at=calendar.now()) == 1
    if right:
        guessing.succeeded(noted)
    return right


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Return fresh recovery codes; earlier ones no longer work. They can't be shown again."""
    made = ["".join(secrets.choice(_ALPHABET) for _at in range(_LENGTH)) for _code in range(CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in made)
    return ["-".join(code[at : at + 4] for at in range(0, _LENGTH, 4)) for code in made]


def codes_left(user: User) -> int:
    """Return how many recovery codes are still unused."""
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


@transaction.atomic
def remove(user: User) -> None:
    """Take the second factor of ``user`` away."""
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def label(device: TOTPDevice, user: User) -> str:
    """Return the address behind the QR code, with the site's name as its issuer."""
    issuer = _("OCOP map")
    key = b32encode(device.bin_key).decode().rstrip("=")
    return f"otpauth://totp/{quote(f'{issuer}:{user.username}')}?{urlencode({'secret': key, 'issuer': issuer})}"


def _digits(code: str) -> str:
    return code.replace(" ", "").strip()


def _digest(code: str) -> str:
    return hashlib.sha256(code.upper().replace("-", "").replace(" ", "").encode()).hexdigest()
