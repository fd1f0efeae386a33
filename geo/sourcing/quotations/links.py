"""Signed links by which a supplier or an officer answers: they name the quotation and who the mail went to."""

from dataclasses import dataclass

from django.core import signing
from django.utils.translation import gettext as _

from geo.access.models import User
from geo.access.permissions import require
from geo.access.rules import Action
from geo.catalog.models import Product
from geo.places.areas import spot
from geo.places.models import Place
from geo.sourcing.quotations.models import Quotation
from geo.spatial.merged import followed
from geo.spatial.problems import NotFound

SALT = "geo.sourcing.quotation"


@dataclass(frozen=True, slots=True)
class Opened:
    """A quotation as a link opens it; ``officer`` is null for the supplier."""

    quotation: Quotation
    place: Place
    product: Product
    officer: User | None


def token_for(quotation: Quotation, officer: User | None) -> str:
    """Return the token of the link for an officer, or for the supplier."""
    return signing.Signer(salt=SALT).sign_object([quotation.pk, officer.pk if officer is not None else 0])


def opened(token: str) -> Opened:
    """Return what a link opens. Raises: NotFound; Forbidden for an officer who no longer keeps the area."""
    try:
        pk, who = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        raise _nothing() from None
    quotation = Quotation.objects.select_related("request").filter(pk=pk, request__erased_at=None).first()
    found = goods(quotation) if quotation is not None else None
    if quotation is None or found is None:
        raise _nothing()
    officer = User.objects.filter(pk=who).first() if who else None
    if who:
        if officer is None:
            raise _nothing()
        require(officer, Action.SETTLE, spot(found[0]))
    return Opened(quotation, *found, officer)


def goods(quotation: Quotation) -> tuple[Place, Product] | None:
    """Return the place and product of a quotation, also where they were merged into others; null when one is gone."""
    place = Place.objects.select_related("producer", "province", "commune").filter(
        public_id__in=followed([quotation.place])
    )
    product = Product.objects.select_related("producer").filter(public_id__in=followed([quotation.product]))
    at, what = place.first(), product.first()
    return None if at is None or what is None else (at, what)


def _nothing() -> NotFound:
    return NotFound(_("This link leads nowhere. Perhaps the buyer has erased the request."))
