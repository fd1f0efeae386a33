"""Filters asked of marks: the common ones from the mark's own columns, the others through its place.

``marked`` selects the same places as ``selectors.places``; a test holds the two together.
"""

from collections.abc import Hashable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Exists, Expression, F, Func, IntegerField, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from geo.catalog.models import OCOP, ProductCategory
from geo.places import atoms, marks
from geo.places.conditions import elsewhere, exactly, fitting_parts
from geo.places.filters import NO_CATEGORY, PlaceFilter
from geo.places.models import PlaceMark
from geo.spatial.collections import Given
from geo.spatial.parameters import BBox
from geo.spatial.tiles import MAX_LATITUDE
from geo.spatial.versions import memory


def nodes(codes: tuple[str, ...]) -> list[int]:
    """Return the nodes of category codes and of ``none``; of every product when none is named."""
    return list(memory.remembered(("nodes", codes), lambda: _nodes(codes))) if codes else [atoms.ANY]


def _nodes(codes: tuple[str, ...]) -> list[int]:
    known = ProductCategory.objects.filter(code__in=codes).values("code").annotate(least=Min("pk")).order_by()
    found = [atoms.node_of(least) for least in known.values_list("least", flat=True)]
    return [*found, *([atoms.NO_CATEGORY] if NO_CATEGORY in codes else [])]


def wanted_atoms(asked: PlaceFilter) -> list[int] | None:
    """Return the atoms of which a place must have one; ``None`` when atoms don't answer.

    They don't for named products, for schemes other than OCOP, and on a day that wasn't rolled.
    """
    if asked.products or asked.certificate_scheme != OCOP or not marks.current():
        return None
    qualities = atoms.wanted_qualities(asked.stars, asked.states, any_certificate=asked.asks_certificate)
    return atoms.wanted_atoms(nodes(asked.categories), qualities)


def corners(box: BBox) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a box, as far as the plane reaches."""
    return box.west, max(box.south, -MAX_LATITUDE), box.east, min(box.north, MAX_LATITUDE)


class InMercatorBox(Expression):
    """SQL condition: the point lies in a box given in degrees, its edges included."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, box: BBox) -> None:
        super().__init__()
        self.corners = Given.all(corners(box))
        self.point: Any = F("point")

    def get_source_expressions(self) -> list[Any]:
        """Return the point to resolve."""
        return [self.point]

    def set_source_expressions(self, exprs: Any) -> None:
        """Take the resolved point."""
        (self.point,) = exprs

    def as_sql(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return SQL and parameters; the functions of the corners are constants to the planner."""
        point, params = compiler.compile(self.point)
        low = high = "places_mercator(%s::float8, %s::float8)"
        x, y = f"ST_X({point})", f"ST_Y({point})"
        west, south, east, north = self.corners
        inside = f"{x} BETWEEN ST_X({low}) AND ST_X({high}) AND {y} BETWEEN ST_Y({low}) AND ST_Y({high})"
        sql = f"({point} && ST_Envelope(ST_MakeLine({low}, {high})) AND {exactly(inside)})"
        corners = [west, south, east, north]
        return sql, [*params, *corners, *params, *corners, *params, *corners]


def marked(asked: PlaceFilter) -> QuerySet[PlaceMark]:
    """Return the marks of the places the filter asks for, unordered."""
    rows = PlaceMark.objects.filter(_own(asked), elsewhere(asked, "place__"))
    if not asked.asks_product:
        return rows
    wanted = wanted_atoms(asked)
    if wanted is None:
        return rows.filter(Exists(fitting_parts(asked).filter(place_id=OuterRef("pk"))))
    if _is_small_box(asked.bbox, wanted):
        return rows.filter(OnShelf(wanted))
    return rows.filter(shelf__overlap=wanted)


def alike(asked: PlaceFilter) -> Hashable:
    """Return what two filters have in common whose statements differ in the corners of the box alone.

    ``None`` for a box across the 180° meridian, which is two.
    """
    if asked.bbox is None:
        return asked
    if asked.bbox.west > asked.bbox.east:
        return None
    wanted = wanted_atoms(asked) if asked.asks_product else None
    return asked.without("bbox"), wanted is not None and _is_small_box(asked.bbox, wanted)


class OnShelf(Func):
    """SQL condition: one of the atoms is on the shelf, asked of rows that another index finds.

    The planner knows how many that are, but may not read all places with one of the atoms (places_mark_shelf) first.
    """

    template = "((%(expressions)s) IS TRUE)"
    arg_joiner = " && "
    output_field = BooleanField()
    conditional = True

    def __init__(self, wanted: list[int]) -> None:
        super().__init__(F("shelf"), Cast(Value(wanted), ArrayField(IntegerField())))


_DENSEST = 3.3
"""Share of all places in a square degree where they are densest."""
_POSTING = 0.075
"""Reading one entry of places_mark_shelf, in visits to a mark."""


def _is_small_box(box: BBox | None, wanted: list[int]) -> bool:
    """Whether looking at every place of a box costs less than reading the ids of all places with one of the atoms."""
    if box is None or box.west > box.east:
        return False
    area = (box.east - box.west) * (box.north - box.south)
    return area * _DENSEST < marks.statistics().share_of(wanted) * _POSTING


def _own(asked: PlaceFilter) -> Q:
    """Return the conditions on the mark's own columns."""
    condition = Q()
    if asked.kinds:
        condition &= Q(kind__in=sorted(PlaceMark.KINDS.index(kind) for kind in asked.kinds))
    if asked.statuses:
        condition &= Q(status__in=sorted(PlaceMark.STATUSES.index(status) for status in asked.statuses))
    if asked.open_at:
        condition &= Q(status=PlaceMark.STATUSES.index("open"))
    if asked.province:
        in_province = Q(province_id__in=asked.province.province_ids)
        condition &= in_province | Q(commune_id__in=asked.province.commune_ids)
    if asked.commune:
        condition &= Q(commune_id__in=asked.commune.commune_ids)
    if asked.located is not None:
        condition &= Q(point__isnull=not asked.located)
    if asked.bbox:
        inside = Q()
        for box in asked.bbox.parts():
            inside |= Q(InMercatorBox(box))
        condition &= inside
    return condition
