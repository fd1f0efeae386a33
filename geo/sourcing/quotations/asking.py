"""Asking: one request to several suppliers at once, by anybody, without an account."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.utils.translation import gettext as _

from geo.access.floods import TooManySent, admitted
from geo.catalog.models import Product
from geo.places.models import Place, PlaceProduct
from geo.sourcing.demand import Month
from geo.sourcing.quantities import Unit, convert, unit_of
from geo.sourcing.quotations.models import Quotation, QuotationRequest
from geo.sourcing.quotations.recipients import kind_of, recipients
from geo.sourcing.supply import stated
from geo.spatial import calendar
from geo.spatial.problems import InvalidParameter

REQUESTS_A_DAY = 5
"""Requests one address may send in a day."""
ASKED_A_DAY = 20
"""Requests one place gets in a day, from all buyers together."""
WAITING_PER_EMAIL = 3
"""Requests that may wait for one e-mail address to confirm them; of more, nothing is mailed there."""
MOST_SUPPLIERS = 10
LEAST_DAYS, USUAL_DAYS, MOST_DAYS = 1, 14, 60
"""Days in which suppliers may answer."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A supplier that can be asked: the row of its supply."""

    place: Place
    product: Product
    supply: PlaceProduct

    @property
    def key(self) -> str:
        """Its public name."""
        return f"{self.place.public_id}-{self.product.public_id}"


@dataclass(frozen=True)
class NewRequest:
    """What a buyer says; ``form`` is the hash of the form it came with, which is good once."""

    name: str
    email: str
    quantity: Decimal
    unit: Unit
    months: tuple[Month, ...]
    delivery: str
    message: str
    expires_on: date
    language: str = "vi"
    form: str = ""


def chosen(keys: tuple[str, ...]) -> list[Chosen]:
    """Return the suppliers by their public names. Raises: InvalidParameter (``supply``): too many, or unknown."""
    if len(keys) > MOST_SUPPLIERS:
        raise InvalidParameter(
            "supply", _("At most %(most)d suppliers can be asked at once.") % {"most": MOST_SUPPLIERS}
        )
    found = []
    for key in keys:
        place, _dash, product = key.partition("-")
        row = (
            stated()
            .filter(place__public_id=place, product__public_id=product)
            .select_related("place__producer", "place__province", "place__commune", "product__producer")
            .first()
        )
        if row is None:
            raise InvalidParameter("supply", _("One of the suppliers has no stated supply any more."))
        found.append(Chosen(row.place, row.product, row))
    return found


def check_unit(suppliers: list[Chosen], unit: Unit) -> None:
    """Raises: InvalidParameter (``unit``) when a supplier's quantity can't be told in that unit."""
    for one in suppliers:
        own = unit_of(one.supply.unit)
        if own is None or convert(Fraction(1), own, unit.kind, one.supply.piece_kg) is None:
            raise InvalidParameter(
                "unit",
                _("%(name)s states its supply in another kind of unit: %(unit)s.")
                % {"name": one.place.name, "unit": one.supply.unit},
            )


def check_often(suppliers: list[Chosen]) -> None:
    """Raises: TooManySent when one of the places has been asked as often as anybody should be in a day."""
    since = calendar.now() - timedelta(days=1)
    for place in {one.place.public_id: one.place for one in suppliers}.values():
        asked = Quotation.objects.filter(place=place.public_id, request__created_at__gte=since)
        if asked.filter(request__confirmed_at__isnull=False).values("request").distinct().count() >= ASKED_A_DAY:
            raise TooManySent(
                _("%(name)s has been asked very often today. Please leave it out, or ask again tomorrow.")
                % {"name": place.name}
            )


def is_full(email: str) -> bool:
    """Whether so many requests wait for an address to confirm them that no more mail goes there."""
    waiting = QuotationRequest.objects.filter(email__iexact=email, confirmed_at=None, erased_at=None)
    return waiting.count() > WAITING_PER_EMAIL


@transaction.atomic
def receive(said: NewRequest, suppliers: list[Chosen], address: str, *, confirmed: bool = True) -> QuotationRequest:
    """Store a request; the same form sent twice is one. Raises: TooManySent, InvalidParameter."""
    known = QuotationRequest.objects.filter(form=said.form).first() if said.form else None
    if known is not None:
        return known
    if not suppliers:
        raise InvalidParameter("supply", _("Choose at least one supplier."))
    check_unit(suppliers, said.unit)
    if not timedelta(days=LEAST_DAYS) <= said.expires_on - calendar.today() <= timedelta(days=MOST_DAYS):
        raise InvalidParameter(
            "expires_on", _("Give suppliers at least a day and at most %(most)d days.") % {"most": MOST_DAYS}
        )
    sender = admitted(
        QuotationRequest.objects.all(),
        address,
        REQUESTS_A_DAY,
        _("Many requests have come from this connection today. Please try again tomorrow."),
    )
    check_often(suppliers)
    made = QuotationRequest.objects.create(
        name=said.name,
        email=said.email,
        quantity=said.quantity,
        unit=said.unit.code,
        months=[month.first for month in said.months],
        delivery=said.delivery,
        message=said.message,
        language=said.language,
        expires_on=said.expires_on,
        sender=sender,
        form=said.form or None,
        confirmed_at=calendar.now() if confirmed else None,
    )
    Quotation.objects.bulk_create(
        Quotation(
            request=made,
            place=one.place.public_id,
            product=one.product.public_id,
            to=kind_of(recipients(one.place, one.product)),
        )
        for one in suppliers
    )
    return made
