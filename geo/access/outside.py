"""The slot for an outside provider of identities (OpenID Connect: VNeID, a province's own sign-in).

``OCOPMAP_SIGN_IN_PROVIDER`` names a class of the operator's own, with the methods of ``Provider``: it speaks the
protocol with a library of the operator's choice and checks state, nonce and signature; we ask who came and do the rest.
"""

from dataclasses import dataclass
from typing import Protocol, cast

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from geo.access.models import User
from geo.spatial.problems import Forbidden


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says came. ``subject`` never changes (issuer and ``sub``); an unverified address is empty."""

    subject: str
    verified_email: str = ""
    second_factor: bool = False
    """Whether the provider itself asked for a second factor."""


class Provider(Protocol):
    """What the operator's class has to offer."""

    label: str
    """What the button says: “VNeID”."""

    def begin(self, request: HttpRequest, back: str) -> HttpResponse:
        """Send the browser to the provider, which will send it to ``back``."""

    def finish(self, request: HttpRequest) -> Identity:
        """Check what the provider sent to ``back`` and say who came. Raises: Forbidden."""


def provider() -> Provider | None:
    """Return the operator's provider, if one is set."""
    path = settings.SIGN_IN_PROVIDER
    return cast(Provider, import_string(path)()) if path else None


@transaction.atomic
def person_of(identity: Identity) -> User:
    """Return the person behind ``identity``: known by it, or, the first time, by a verified address.

    Raises: Forbidden when there is none.
    """
    user = User.objects.filter(subject=identity.subject).first()
    if user is None and identity.verified_email:
        known = User.objects.select_for_update().filter(subject__isnull=True, is_superuser=False)
        known = known.filter(email__iexact=identity.verified_email)
        user = known.first()
        if user is not None:
            user.subject = identity.subject
            user.save(update_fields=["subject"])
    if user is None or not user.is_active:
        raise Forbidden(_("There is no account for this identity. Ask the office of your province for one."))
    return user
