"""How people are recognised, and what the admin pages let them do."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from geo.access.models import User
from geo.access.permissions import may
from geo.access.rules import Action

UNTOUCHED = frozenset({"auth", "contenttypes", "sessions", "otp_totp"})
"""Apps whose tables nobody but a superuser may change by hand."""
_SEPARATORS = str.maketrans("", "", " .-()+")
"""What people write between the digits of a telephone number."""


class NationalBackend(ModelBackend):
    """Password sign-in by user name or e-mail address; rights in the admin by role, not by groups."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the active person with this name or address and password; takes as long when there is none."""
        if not username or password is None:
            return None
        user = named(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """National officers may do everything in the admin but what belongs to the machinery."""
        return perm.partition(".")[0] not in UNTOUCHED and may(user_obj, Action.ADMINISTER).allowed

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Likewise for a whole app."""
        return app_label not in UNTOUCHED and may(user_obj, Action.ADMINISTER).allowed


def named(typed: str) -> User | None:
    """Return the person with this user name, a telephone number as it is written, or this e-mail address."""
    typed = typed.strip()
    number = typed.translate(_SEPARATORS)
    return (
        User.objects.filter(username=number if number.isdecimal() else typed).first()
        or User.objects.filter(email__iexact=typed).exclude(email="").first()
    )
