"""Tokens: keys that people make for their programs. They may what their owner may, no more, and no longer.

A token is 256 random bits behind ``ocop_``; the table knows its SHA-256 alone. Where a role needs a second factor, a
token is made with one, lasts as long as ``STRICT_DAYS`` at most, and stops when the second factor is taken away.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.utils.translation import gettext as _

from geo.access import guessing, second_factor
from geo.access.history import audit
from geo.access.models import ApiToken, SignInAttempt, User
from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.problems import Forbidden, InvalidParameter, NotFound, Unauthorized

PREFIX = "ocop_"
MOST_DAYS, STRICT_DAYS = 365, 30
MOST_TOKENS = 20
NOTED_EVERY = timedelta(minutes=1)
"""A use is written down at most so often."""
_SHOWN = len(PREFIX) + 4
_LONGEST = 100


def most_days(user: User) -> int:
    """Return how many days a token of ``user`` may last."""
    return STRICT_DAYS if second_factor.is_required(user) else MOST_DAYS


def make(user: User, name: str, scopes: Collection[str], days: int, *, proven: bool) -> str:
    """Return a fresh token of ``user``; it can't be shown again. ``proven``: the second factor was shown just now.

    Raises: InvalidParameter, Forbidden when the role needs a second factor and none was shown.
    """
    if not nfc(name):
        raise InvalidParameter("name", _("Give it a name: it stands in the history of what it changes."))
    if not scopes or not set(scopes) <= set(ApiToken.Scope.values):
        raise InvalidParameter("scopes", _("Choose what it may do."))
    if not 1 <= days <= most_days(user):
        raise InvalidParameter("days", _("It may last from 1 to %(days)d days.") % {"days": most_days(user)})
    if second_factor.is_required(user) and not proven:
        raise Forbidden(_("Your role needs a second factor."))
    token = PREFIX + secrets.token_urlsafe(32)
    now = calendar.now()
    with audit(user, _("token made: %(name)s") % {"name": nfc(name)}):
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if len(living(user)) >= MOST_TOKENS:
            raise InvalidParameter("", _("You have %(most)d tokens already: revoke one first.") % {"most": MOST_TOKENS})
        ApiToken.objects.create(
            user=user,
            name=nfc(name),
            digest=_digest(token),
            beginning=token[:_SHOWN],
            scopes=sorted(scopes),
            password_stamp=_stamp(user),
            proven=proven,
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
    return token


def living(user: User) -> list[ApiToken]:
    """Return the tokens of ``user`` that are neither revoked nor at their end, the newest first."""
    found = ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=calendar.now()).order_by("-pk")
    return [token for token in found if token.password_stamp == _stamp(user)]


def revoke(user: User, token_id: int) -> ApiToken:
    """End a token of ``user`` now. Raises: NotFound."""
    found = next((token for token in living(user) if token.pk == token_id), None)
    if found is None:
        raise NotFound(_("There is no such token of yours."))
    found.revoked_at = calendar.now()
    with audit(user, _("token revoked: %(name)s") % {"name": found.name}):
        found.save(update_fields=["revoked_at"])
    return found


def read(presented: str, address: str | None) -> ApiToken:
    """Return the token behind what a program presented from ``address``, its owner loaded.

    Raises: Unauthorized; TooManyAttempts when that network has tried many that don't exist.
    """
    text = presented.strip()
    token = None
    if text.startswith(PREFIX) and len(text) <= _LONGEST:
        token = ApiToken.objects.select_related("user").filter(digest=_digest(text)).first()
    if token is None:
        guessing.attempt(SignInAttempt.Kind.TOKEN, "", address)
        raise Unauthorized(_("This token is not known."))
    _check(token)
    now = calendar.now()
    if token.last_used_at is None or now - token.last_used_at > NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _check(token: ApiToken) -> None:
    """Raise Unauthorized, with words that say why, for a token that no longer holds."""
    user = token.user
    if token.revoked_at is not None:
        raise Unauthorized(_("This token is revoked."))
    if token.expires_at <= calendar.now():
        raise Unauthorized(_("This token ended on %(day)s.") % {"day": f"{token.expires_at:%d/%m/%Y}"})
    if not user.is_active:
        raise Unauthorized(_("This account is closed."))
    if token.password_stamp != _stamp(user):
        raise Unauthorized(_("The password has changed since this token was made: make another one."))
    if second_factor.is_required(user) and not (token.proven and second_factor.is_set(user)):
        raise Unauthorized(_("Your role needs a second factor: set it up, then make another token."))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _stamp(user: User) -> str:
    return hashlib.sha256(user.get_session_auth_hash().encode()).hexdigest()
