"""Products and producers that a filter asks for, read from their marks; what marks don't know, from the facts.

``records`` selects the same as ``makers.rows_by_facts``; a test holds the two together.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from django.db.models import Exists, OuterRef, Q, QuerySet

from geo.places import counts, marks, selectors
from geo.places.conditions import InBox
from geo.places.counts import MOST_COUNTED
from geo.places.filters import OF_PRODUCTS, PlaceFilter
from geo.places.marked import wanted_atoms
from geo.places.models import CatalogMark, PlaceProduct
from geo.spatial.collections import Narrow
from geo.spatial.parameters import BBox

Kind: TypeAlias = Literal["product", "producer"]

FACTS: dict[Kind, Callable[[PlaceFilter], QuerySet[Any]]] = {
    "product": selectors.products,
    "producer": selectors.producers,
}


def of_places(asked: PlaceFilter) -> PlaceFilter:
    """Return the filter without a box, when that is all that is asked of places.

    What has its own position in the box has a place there: nobody has to look for one.
    """
    alone = asked.without(*OF_PRODUCTS, "words", "bbox") == PlaceFilter()
    return asked.without("bbox") if alone else asked


def located_in(box: BBox) -> Q:
    """Return that the record's own position lies in a box, its edges included.

    A shop elsewhere that sells a product doesn't bring it in.
    """
    inside = Q()
    for polygon in box.polygons():
        inside |= Q(location__bboverlaps=polygon) & Q(InBox(polygon))
    return inside


def catalog_marks(kind: Kind, asked: PlaceFilter) -> QuerySet[CatalogMark]:
    """Return the marks that fulfil what marks know of the filter, unordered, on a day that was rolled."""
    rows = CatalogMark.objects.filter(kind=kind)
    if asked.bbox:
        rows = rows.filter(located_in(asked.bbox))
    wanted = wanted_atoms(asked) if asked.asks_product else None
    return rows if wanted is None else rows.filter(atoms__overlap=wanted)


def unmarked(asked: PlaceFilter) -> PlaceFilter:
    """Return what the filter asks besides, which only the facts know."""
    left = of_places(asked)
    return left if wanted_atoms(asked) is None else left.without(*OF_PRODUCTS)


def records(kind: Kind, every: QuerySet[Any], asked: PlaceFilter) -> QuerySet[Any]:
    """Return the products or producers the filter asks for, on a day that was rolled; ``every``: all of them."""
    left = unmarked(asked)
    if asked == PlaceFilter():
        return every
    if left == PlaceFilter():
        return every.filter(pk__in=catalog_marks(kind, asked).values("record_id"))
    rows = FACTS[kind](left)
    if left == asked and asked.bbox is None:
        return rows
    return rows.filter(Exists(catalog_marks(kind, asked).filter(public_id=OuterRef("public_id"))))


class Stepwise(Exists):
    """EXISTS that is asked of one row after the other: a walk in the order of names ends when it has enough of them."""

    template = "EXISTS(%(subquery)s OFFSET 0)"


_COMMON = 4
"""A kind or status that a place in so many has is soon found among the places of a product or producer."""


def walked(kind: Kind, asked: PlaceFilter) -> QuerySet[CatalogMark] | None:
    """Return the marks of what the filter asks for where they can be walked in order, on a day that was rolled.

    Besides what marks know only kinds and statuses that many places have may be asked for.
    """
    left = unmarked(asked)
    rows = catalog_marks(kind, asked)
    if left == PlaceFilter():
        return rows
    if left.without("kinds", "statuses") != PlaceFilter() or counts.total(left) * _COMMON < counts.total(PlaceFilter()):
        return None
    where = selectors.places(left)
    if kind == "product":
        return rows.filter(Stepwise(PlaceProduct.objects.filter(product_id=OuterRef("record_id"), place__in=where)))
    return rows.filter(Stepwise(where.filter(producer_id=OuterRef("record_id"))))


def counted(kind: Kind, rows: Callable[[PlaceFilter], QuerySet[Any]]) -> Callable[[PlaceFilter], int | None]:
    """Return how to count products or producers: ``None`` for more than ``MOST_COUNTED`` under a filter."""

    def count(asked: PlaceFilter) -> int | None:
        by_marks = walked(kind, asked) if marks.current() else None
        found = (rows(asked) if by_marks is None else by_marks).order_by()
        if asked == PlaceFilter():
            return found.count()
        number = found[: MOST_COUNTED + 1].count()
        return number if number <= MOST_COUNTED else None

    return count


def narrow(kind: Kind) -> Callable[[PlaceFilter], Narrow | None]:
    """Return how pages in the order of names are read from the marks; there are no stored texts of these features."""

    def rows(asked: PlaceFilter) -> Narrow | None:
        found = walked(kind, asked) if marks.current() else None
        if found is None:
            return None
        return Narrow(rows=lambda: found, key="record_id", columns={"name": "folded", "public_id": "public_id"})

    return rows
