"""Sums of supply over time, area and product group: unlike units apart, each product at one stage, promises taken off.

The database adds up what is alike (same unit, period, season, weight of a piece); only these few groups are spread over
the months here, by the same rules as a single supply.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from geo.places.models import PlaceProduct
from geo.sourcing.asking import DAYS_PER_MONTH
from geo.sourcing.demand import Doubt, Month
from geo.sourcing.models import Commitment
from geo.sourcing.promises import standing
from geo.sourcing.quantities import KG, Figure, season, unit_of
from geo.sourcing.rules import Promise, had_and_promised
from geo.sourcing.supply import of_goods, stated
from geo.spatial import calendar

GROUPS: dict[str, Any] = {
    "none": Value(""),
    "province": F("place__province__code"),
    "category": Coalesce(F("product__category__code"), Value("")),
}
"""What sums can be parted by."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which supplies are added up, and how they are parted."""

    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    province_ids: tuple[int, ...] = ()
    commune_ids: tuple[int, ...] = ()
    counted: frozenset[Doubt] = frozenset()
    by: str = "none"


@dataclass(slots=True)
class Sums:
    """What one group has of one kind (base unit) in each of the coming twelve months.

    ``rows`` supplies were added up. ``weighed``: how many of them were pieces taken by their stated weight.
    """

    group: str
    kind: str
    months: list[Fraction]
    rows: int = 0
    weighed: int = 0


@dataclass(slots=True)
class Totals:
    """The sums, and how many supplies are in none: too old, nobody named, a unit or season that isn't understood."""

    months: tuple[Month, ...]
    sums: list[Sums] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)


def totals(asked: Asked) -> Totals:
    """Add up what the places asked for can deliver in each of the coming twelve months."""
    months = tuple(Month.of(calendar.today()).plus(number) for number in range(12))
    rows = of_goods(stated(), asked.categories, asked.products, asked.words)
    if asked.province_ids or asked.commune_ids:
        rows = rows.filter(Q(place__province_id__in=asked.province_ids) | Q(place__commune_id__in=asked.commune_ids))
    stale = Q(quantity_on__lt=calendar.today() - timedelta(days=round(settings.SUPPLY_STALE_MONTHS * DAYS_PER_MONTH)))
    sure, left_out = rows, {}
    for doubt, condition in ((Doubt.STALE, stale), (Doubt.UNSOURCED, Q(said_by=""))):
        if doubt not in asked.counted:
            left_out[doubt.value] = rows.filter(condition).count()
            sure = sure.exclude(condition)
    promised = Exists(
        Commitment.objects.filter(
            place=OuterRef("place"), product=OuterRef("product"), released_on=None, last_month__gte=months[0].first
        )
    )
    made = Totals(months, left_out={name: number for name, number in left_out.items() if number})
    found: dict[tuple[str, str], Sums] = {}
    for figure, group, number in _alike(sure.filter(~promised), asked.by):
        _add(made, found, figure, group, number, [])
    partly = sure.filter(promised)
    promises = standing(
        Commitment.objects.filter(place__in=partly.values("place"), product__in=partly.values("product"))
    )
    for figure, group, key in _singly(partly, asked.by):
        _add(made, found, figure, group, 1, promises[key])
    made.sums = sorted(found.values(), key=lambda one: (one.group, one.kind))
    return made


def _alike(rows: QuerySet[PlaceProduct], by: str) -> Iterable[tuple[Figure | None, str, int]]:
    grouped = (
        rows.annotate(part=GROUPS[by])
        .order_by()
        .values("part", "unit", "period", "months", "piece_kg")
        .annotate(sum=Sum("quantity"), number=Count("pk"))
    )
    for row in grouped:
        yield _figure(dict(row), row["sum"]), row["part"], row["number"]


def _singly(rows: QuerySet[PlaceProduct], by: str) -> Iterable[tuple[Figure | None, str, tuple[str, str]]]:
    fields = ("part", "unit", "period", "months", "piece_kg", "quantity", "place__public_id", "product__public_id")
    for row in rows.annotate(part=GROUPS[by]).order_by("pk").values(*fields):
        yield _figure(dict(row), row["quantity"]), row["part"], (row["place__public_id"], row["product__public_id"])


def _figure(row: dict[str, Any], quantity: Any) -> Figure | None:
    unit = unit_of(row["unit"])
    return Figure(quantity, unit, row["period"], tuple(row["months"]), row["piece_kg"]) if unit else None


def _add(
    made: Totals,
    found: dict[tuple[str, str], Sums],
    figure: Figure | None,
    group: str,
    number: int,
    promises: Sequence[Promise],
) -> None:
    """Add a figure (of ``number`` supplies) to the sums of its group and kind; pieces with a weight as kilograms."""
    if figure is None or not season(figure):
        reason = "unit" if figure is None else "season_unknown"
        made.left_out[reason] = made.left_out.get(reason, 0) + number
        return
    weighed = figure.unit.counts and figure.piece_kg is not None
    kind = KG if weighed else figure.unit.kind
    sums = found.setdefault((group, kind), Sums(group, kind, [Fraction(0)] * len(made.months)))
    sums.rows += number
    sums.weighed += number if weighed else 0
    for position, month in enumerate(made.months):
        had, taken = had_and_promised(figure, promises, kind, month)
        sums.months[position] += max(Fraction(0), had - taken)
