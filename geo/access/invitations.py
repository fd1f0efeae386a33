"""Invitations: a link by which a new person chooses a password, once, within fourteen days."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext as _

from geo.access.models import Invitation, User
from geo.spatial import calendar
from geo.spatial.problems import NotFound

LASTS = timedelta(days=14)
PATH = "/vi/invitation/"


def invite(user: User) -> str:
    """Return the token of a fresh invitation for ``user``; earlier ones no longer work. Only its hash is stored."""
    token = secrets.token_urlsafe(32)
    now = calendar.now()
    with transaction.atomic():
        Invitation.objects.filter(user=user, used_at__isnull=True).delete()
        Invitation.objects.create(user=user, digest=digest(token), made_at=now, expires_at=now + LASTS)
    return token


def link(token: str, site: str) -> str:
    """Return the address to send to the person; ``site`` is scheme and host."""
    return f"{site.rstrip('/')}{PATH}{token}"


def invited(token: str) -> Invitation:
    """Return the invitation behind ``token``. Raises: NotFound when it was used, has expired or never was."""
    found = Invitation.objects.select_related("user").filter(digest=digest(token)).first()
    if found is None or found.used_at is not None or found.expires_at <= calendar.now() or not found.user.is_active:
        raise NotFound(_("This invitation has been used or has expired. Ask for a new one."))
    return found


def accept(token: str, password: str) -> User:
    """Set the password of the invited person, once. Raises: NotFound, ValidationError for a weak password."""
    with transaction.atomic():
        Invitation.objects.select_for_update().filter(digest=digest(token)).first()
        found = invited(token)
        validate_password(password, found.user)
        found.user.set_password(password)
        found.user.save(update_fields=["password"])
        found.used_at = calendar.now()
        found.save(update_fields=["used_at"])
    return found.user


def digest(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
