"""Promising nothing to two: a place is held while a promise is made, and what is left of its supply is looked at."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from geo.catalog.models import Product
from geo.places.models import Place, PlaceProduct
from geo.sourcing.demand import Month
from geo.sourcing.models import Commitment
from geo.sourcing.promises import standing
from geo.sourcing.quantities import Figure, Unit, unit_of
from geo.sourcing.rules import had_and_promised
from geo.sourcing.supply import stage
from geo.spatial.problems import Conflict


def hold(place: Place) -> None:
    """Let nobody else promise anything of a place, or change it, until this transaction ends."""
    Place.objects.select_for_update(of=("self",), no_key=True).get(pk=place.pk)


def check_left(place: Place, product: Product, quantity: Fraction, unit: Unit, months: Iterable[date]) -> None:
    """Raise Conflict when what is promised to others leaves less than ``quantity`` of ``unit`` in one of the months.

    ``hold`` the place first. Where nothing is promised the word of who offers counts, though it be more than the
    register says: it is the newer one.
    """
    promises = standing(Commitment.objects.filter(place=place, product=product))[place.public_id, product.public_id]
    figure = _figure(place, product) if promises else None
    if figure is None:
        return
    for first in months:
        had, promised = had_and_promised(figure, promises, unit.kind, Month.of(first))
        if promised and promised + quantity * unit.factor > had:
            raise Conflict(
                _("Meanwhile so much of it has been promised to others in %(month)s that this is not left.")
                % {"month": f"{first:%m/%Y}"}
            )


def _figure(place: Place, product: Product) -> Figure | None:
    """Return what the place states of the product at the stage nearest to the buyer."""
    rows = PlaceProduct.objects.filter(place=place, product=product, quantity__isnull=False)
    row = rows.annotate(stage=stage()).order_by("-stage").first()
    if row is None or row.quantity is None or (unit := unit_of(row.unit)) is None:
        return None
    return Figure(row.quantity, unit, row.period, tuple(row.months), row.piece_kg)
