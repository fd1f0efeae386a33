"""Conditions on places and products that a filter asks for, and distances in true metres."""

from typing import Any

from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import Point, Polygon
from django.db.models import BooleanField, F, FloatField, Func, Q, QuerySet, Value

from geo.catalog.models import OCOP, Product
from geo.catalog.selectors import certified
from geo.places.atoms import NONE
from geo.places.filters import NO_CATEGORY, OF_PRODUCTS, PlaceFilter
from geo.places.models import Place, PlaceProduct
from geo.places.opening import open_schedules
from geo.spatial import calendar
from geo.spatial.versions import memory

_MOST_CERTIFIED = 2_000
"""Products with certificates of another scheme that are named one by one."""


class Geography(Func):
    """The geography of a geometry: distances on it are true metres (index places_place_location_geography)."""

    template = "(%(expressions)s)::geography"
    output_field = PointField(geography=True)


class GeographyPoint(Func):
    """A position given by the caller, as a geography."""

    function = "ST_MakePoint"
    template = "ST_SetSRID(%(function)s(%(expressions)s), 4326)::geography"
    output_field = PointField(geography=True)

    def __init__(self, point: Point) -> None:
        super().__init__(Value(point.x), Value(point.y))


def distance_m(point: Point, location: str = "location") -> Func:
    """Return the distance of ``location`` from ``point`` in metres on the ellipsoid."""
    return Func(
        Geography(F(location)),
        GeographyPoint(point),
        function="ST_Distance",
        output_field=FloatField(),
    )


def within_m(point: Point, radius_m: float, location: str = "location") -> Func:
    """Return whether ``location`` is within ``radius_m`` metres of ``point``."""
    return Func(
        Geography(F(location)),
        GeographyPoint(point),
        Value(radius_m),
        function="ST_DWithin",
        output_field=BooleanField(),
    )


def exactly(condition: str) -> str:
    """Return SQL for a condition that refines another one, so that the planner doesn't take it for a rare one."""
    return f"(CASE WHEN {condition} THEN 1 ELSE 0 END <> 0)"


class InBox(Func):
    """Whether ``location`` lies in a box, its edges included: ``&&`` alone knows it to a metre."""

    template = exactly("ST_X(%(expressions)s) BETWEEN {} AND {} AND ST_Y(%(expressions)s) BETWEEN {} AND {}")
    output_field = BooleanField()

    def __init__(self, box: Polygon) -> None:
        west, south, east, north = (repr(float(edge)) for edge in box.extent)
        super().__init__(F("location"), template=self.template.format(west, east, south, north))

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return SQL and parameters; the position stands in it twice."""
        sql, params = super().as_sql(compiler, connection, **context)
        return sql, [*params, *params]


def category_under(codes: tuple[str, ...], prefix: str = "") -> Q:
    """Return the condition that a product's category is one of ``codes`` or below one; ``none``: it has none."""
    condition = Q()
    for code in codes:
        if code == NO_CATEGORY:
            condition |= Q(**{f"{prefix}category__isnull": True})
        else:
            condition |= Q(**{f"{prefix}category__code": code}) | Q(
                **{f"{prefix}category__code__startswith": f"{code}."}
            )
    return condition


def fitting_products(asked: PlaceFilter) -> QuerySet[Product]:
    """Return the products that alone fulfil everything the filter asks of a product."""
    products = Product.objects.all()
    if asked.categories:
        products = products.filter(category_under(asked.categories))
    if asked.products:
        products = products.filter(public_id__in=asked.products)
    if asked.asks_certificate:
        products = certified(products, calendar.today(), asked.certificate_scheme, asked.stars, asked.states)
    return products


def on_columns(asked: PlaceFilter) -> Q:
    """Return the conditions on those columns of a place that its mark has as well."""
    condition = Q()
    if asked.kinds:
        condition &= Q(kind__in=asked.kinds)
    if asked.statuses:
        condition &= Q(status__in=asked.statuses)
    if asked.open_at:
        condition &= Q(status=Place.Status.OPEN)
    if asked.province:
        condition &= Q(province_id__in=asked.province.province_ids) | Q(commune_id__in=asked.province.commune_ids)
    if asked.commune:
        condition &= Q(commune_id__in=asked.commune.commune_ids)
    if asked.located is not None:
        condition &= Q(location__isnull=not asked.located)
    if asked.bbox:
        inside = Q()
        for box in asked.bbox.polygons():
            inside |= Q(location__bboverlaps=box) & Q(InBox(box))
        condition &= inside
    return condition


def elsewhere(asked: PlaceFilter, to_place: str = "") -> Q:
    """Return the other conditions on a place; ``to_place`` leads there (``place__`` from a mark)."""
    condition = Q()
    if asked.producer:
        condition &= Q(**{f"{to_place}producer__public_id": asked.producer})
    if asked.sample is not None:
        condition &= Q(**{f"{to_place}is_sample": asked.sample})
    if asked.open_at:
        condition &= Q(**{f"{to_place}schedule_id__in": open_schedules(asked.open_at)})
    if asked.days and asked.days.end:
        opened = f"{to_place}opened_on"
        condition &= Q(**{f"{opened}__isnull": True}) | Q(**{f"{opened}__lt": asked.days.end})
    if asked.days and asked.days.start:
        closed = f"{to_place}closed_on"
        condition &= Q(**{f"{closed}__isnull": True}) | Q(**{f"{closed}__gt": asked.days.start})
    for word in asked.words:
        condition &= Q(**{f"{to_place}search__words__contains": f" {word}"})
    if asked.reach:
        condition &= Q(**{f"{to_place}location__coveredby": asked.reach.area})
    if asked.near:
        condition &= Q(within_m(asked.near.point(), asked.radius_m, f"{to_place}location"))
    return condition


def certified_products(asked: PlaceFilter) -> tuple[int, ...] | None:
    """Return the keys of the products that fit, when a scheme other than OCOP is asked for and they are few."""
    if asked.certificate_scheme == OCOP or NONE in asked.states:
        return None
    of_product = PlaceFilter(**{name: getattr(asked, name) for name in OF_PRODUCTS})
    found = memory.remembered(
        ("certified", of_product),
        lambda: tuple(fitting_products(asked).order_by().values_list("pk", flat=True)[: _MOST_CERTIFIED + 1]),
    )
    return found if len(found) <= _MOST_CERTIFIED else None


def fitting_parts(asked: PlaceFilter) -> QuerySet[PlaceProduct]:
    """Return what stands at places and alone fulfils everything the filter asks of a product."""
    certified = certified_products(asked)
    if certified is not None:
        # Named one by one, so that the planner knows how few they are.
        return PlaceProduct.objects.filter(product_id__in=certified)
    return PlaceProduct.objects.filter(product__in=fitting_products(asked))
