"""Writes of sourcing: promising a part of a supply, and giving it back. Who and why stay in the history."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from geo.access import records
from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import require
from geo.access.rules import Action
from geo.catalog.models import Product
from geo.places.areas import spot
from geo.places.models import Place, PlaceProduct
from geo.sourcing.holding import hold
from geo.sourcing.models import Commitment
from geo.sourcing.quantities import convert, unit_of
from geo.spatial import calendar
from geo.spatial.problems import InvalidParameter


def commit(
    actor: User | None,
    reason: str,
    place: Place,
    product: Product,
    *,
    quantity: Decimal,
    unit: str,
    first_month: date,
    last_month: date,
    purpose: str = "",
) -> Commitment:
    """Record that a place has promised a quantity a month, from one month to another.

    Raises: Forbidden for who doesn't keep the place; InvalidParameter naming the field that is wrong.
    """
    with audit(actor, records.require_reason(reason)):
        require(actor, Action.EDIT, spot(place))
        hold(place)
        made = Commitment(
            place=place,
            product=product,
            quantity=quantity,
            unit=unit,
            first_month=first_month.replace(day=1),
            last_month=last_month.replace(day=1),
            purpose=purpose,
            created_by=actor,
        )
        _check_like_its_supply(made)
        records.check(made)
        made.save()
        return made


def release(actor: User | None, reason: str, commitment: Commitment) -> Commitment:
    """Give a promised quantity back, from today on; what was released stays so.

    What a request led to may be ended by whoever may answer requests there. Raises: Forbidden.
    """
    with audit(actor, records.require_reason(reason)):
        stored = Commitment.objects.select_for_update(of=("self",)).select_related("place").get(pk=commitment.pk)
        require(actor, Action.SETTLE if stored.quotation_id else Action.EDIT, spot(stored.place))
        if stored.released_on is None:
            stored.released_on = calendar.today()
            stored.save(update_fields=["released_on"])
        return stored


def _check_like_its_supply(made: Commitment) -> None:
    """Refuse a unit that can't be taken from what the place has."""
    unit = unit_of(made.unit)
    if unit is None:
        raise InvalidParameter("unit", _("“%(unit)s” is not a unit we know.") % {"unit": made.unit[:20]})
    rows = PlaceProduct.objects.filter(place=made.place, product=made.product, quantity__isnull=False)
    for row in rows:
        own = unit_of(row.unit)
        # Either may be weighed by the piece: what can't be compared can't be taken away.
        if own is None or (
            convert(Fraction(1), unit, own.kind, row.piece_kg) is None
            and convert(Fraction(1), own, unit.kind, row.piece_kg) is None
        ):
            continue
        return
    raise InvalidParameter("unit", _("The place has no supply of this product in such a unit."))
