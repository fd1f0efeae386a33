"""What stands promised of supplies: read once for all of them."""

from collections import defaultdict

from django.db.models import QuerySet

from geo.sourcing.demand import Month
from geo.sourcing.models import Commitment
from geo.sourcing.quantities import Figure, unit_of
from geo.sourcing.rules import Promise


def standing(rows: QuerySet[Commitment]) -> dict[tuple[str, str], list[Promise]]:
    """Return the promises among ``rows`` that were not given back, by the public ids of place and product."""
    found: dict[tuple[str, str], list[Promise]] = defaultdict(list)
    columns = ("place__public_id", "product__public_id", "quantity", "unit", "first_month", "last_month")
    still = rows.filter(released_on=None).order_by("pk").values_list(*columns)
    for place, product, quantity, text, first, last in still:
        unit = unit_of(text)
        if unit is not None:
            found[place, product].append(Promise(Figure(quantity, unit, "month"), Month.of(first), Month.of(last)))
    return found
