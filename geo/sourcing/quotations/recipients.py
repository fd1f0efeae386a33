"""Whom a request for quotation goes to: the supplier's public e-mail, else the officers of the area.

A person's contact is used only since they agreed that it may be shown; it is never told to the buyer by us.
"""

from dataclasses import dataclass

from geo.access.areas import officers_of
from geo.access.models import User
from geo.catalog.models import Product
from geo.places.models import Place
from geo.sourcing.quotations.models import Quotation


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address; ``officer`` is who answers there, null for the supplier."""

    email: str
    officer: User | None = None


def recipients(place: Place, product: Product) -> list[Recipient]:
    """Return where mail about a supply goes; empty when nobody can be reached."""
    own = public_email(place, product)
    if own:
        return [Recipient(own)]
    officers = officers_of(place.commune_id, place.province_id)
    return [Recipient(officer.email, officer) for officer in officers if officer.email]


def public_email(place: Place, product: Product) -> str:
    """Return the e-mail that everybody may know, of the place or of who supplies; empty when there is none."""
    if place.contact_is_public and place.email:
        return place.email
    supplier = place.producer or product.producer
    return supplier.email if supplier is not None and supplier.contact_is_public else ""


def kind_of(found: list[Recipient]) -> str:
    """Return who these recipients are."""
    if not found:
        return Quotation.To.NOBODY
    return Quotation.To.OFFICER if found[0].officer is not None else Quotation.To.PRODUCER
