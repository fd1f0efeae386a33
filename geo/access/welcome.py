"""Letting somebody in: an account for a new person, a role, and an invitation by which they choose their password."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from geo.access import invitations, roles
from geo.access.backends import named
from geo.access.history import audit
from geo.access.models import Assignment, User
from geo.access.records import check, require_reason
from geo.divisions.models import Division
from geo.spatial.folding import nfc
from geo.spatial.models import PublicId
from geo.spatial.problems import InvalidParameter


@dataclass(frozen=True, slots=True)
class Welcomed:
    """Who was let in, with which role; ``token`` of an invitation unless they have a password already."""

    user: User
    assignment: Assignment
    token: str = ""


def welcome(
    actor: User | None,
    reason: str,
    *,
    name: str,
    email: str,
    role: str,
    phone: str = "",
    division: Division | None = None,
    record: PublicId | None = None,
    publishes_at_once: bool = False,
) -> Welcomed:
    """Give the person with the address ``email``, else the telephone number ``phone``, a role.

    One that nobody has gets an account, named after it.

    Raises: Forbidden, InvalidParameter (``email``, and as ``roles.assign``).
    """
    address = email.strip()
    login = address or "".join(letter for letter in phone if letter.isdigit())
    if not login:
        raise InvalidParameter("email", _("Without an address or a telephone number nobody can sign in."))
    with audit(actor, require_reason(reason)):
        user = named(login)
        if user is None:
            user = User(username=login, email=address, first_name=nfc(name)[:150])
            user.set_unusable_password()
            check(user, exclude=("password",))
            user.save()
        elif not user.is_active:
            raise InvalidParameter("email", _("The account with this address is closed. Ask the national office."))
        made = roles.assign(
            actor, reason, user, role, division=division, record=record, publishes_at_once=publishes_at_once
        )
        token = "" if user.has_usable_password() else invitations.invite(user)
    return Welcomed(user, made, token)
