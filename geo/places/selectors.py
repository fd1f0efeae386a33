"""Reads of places: the rows of a filter, products and producers by their places, distances in true metres."""

from typing import Any

from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import Point
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)

from geo.catalog.models import Producer, Product
from geo.catalog.selectors import certified
from geo.places.filters import NO_CATEGORY, OF_PRODUCTS, PlaceFilter
from geo.places.models import Place, PlaceProduct
from geo.places.opening import open_schedules
from geo.spatial import calendar


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


def distance_m(point: Point) -> Func:
    """Return the distance of ``location`` from ``point`` in metres on the ellipsoid."""
    return Func(
        Geography(F("location")),
        GeographyPoint(point),
        function="ST_Distance",
        output_field=FloatField(),
    )


def within_m(point: Point, radius_m: float) -> Func:
    """Return whether ``location`` is within ``radius_m`` metres of ``point``."""
    return Func(
        Geography(F("location")),
        GeographyPoint(point),
        Value(radius_m),
        function="ST_DWithin",
        output_field=BooleanField(),
    )


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


def _of_place(asked: PlaceFilter) -> Q:
    """Return the conditions on the place's own columns."""
    condition = Q()
    if asked.kinds:
        condition &= Q(kind__in=asked.kinds)
    if asked.statuses:
        condition &= Q(status__in=asked.statuses)
    if asked.producer:
        condition &= Q(producer__public_id=asked.producer)
    if asked.province:
        condition &= Q(province_id__in=asked.province.province_ids) | Q(commune_id__in=asked.province.commune_ids)
    if asked.commune:
        condition &= Q(commune_id__in=asked.commune.commune_ids)
    if asked.located is not None:
        condition &= Q(location__isnull=not asked.located)
    if asked.sample is not None:
        condition &= Q(is_sample=asked.sample)
    if asked.open_at:
        condition &= Q(schedule_id__in=open_schedules(asked.open_at), status=Place.Status.OPEN)
    if asked.days and asked.days.end:
        condition &= Q(opened_on__isnull=True) | Q(opened_on__lt=asked.days.end)
    if asked.days and asked.days.start:
        condition &= Q(closed_on__isnull=True) | Q(closed_on__gt=asked.days.start)
    return condition


def places(asked: PlaceFilter) -> QuerySet[Place]:
    """Return the places the filter asks for, each once; with ``near`` they carry ``distance_m``."""
    rows = Place.objects.filter(_of_place(asked))
    if asked.bbox:
        inside = Q()
        for box in asked.bbox.polygons():
            inside |= Q(location__bboverlaps=box)
        rows = rows.filter(inside)
    if asked.near:
        point = asked.near.point()
        rows = rows.filter(within_m(point, asked.radius_m)).annotate(distance_m=distance_m(point))
    for word in asked.words:
        rows = rows.filter(search__words__contains=f" {word}")
    if asked.asks_product:
        fitting = PlaceProduct.objects.filter(place_id=OuterRef("pk"), product__in=fitting_products(asked))
        rows = rows.filter(Exists(fitting))
    return rows


def _of_place_elsewhere(asked: PlaceFilter) -> bool:
    """Whether the filter asks something of a place, and not of the product alone."""
    return asked.without(*OF_PRODUCTS, "words") != PlaceFilter()


def products(asked: PlaceFilter) -> QuerySet[Product]:
    """Return the products that fit and, when something is asked of places, are grown, made or sold at such a place."""
    rows = _with_words(fitting_products(asked), asked, "folded", "producer__folded")
    if _of_place_elsewhere(asked):
        where = places(asked.without(*OF_PRODUCTS, "words"))
        at_such_a_place = Q(Exists(PlaceProduct.objects.filter(product_id=OuterRef("pk"), place__in=where)))
        rows = rows.filter(at_such_a_place | _own_divisions(asked.without(*OF_PRODUCTS, "words"), "producer__"))
    return rows


def _own_divisions(asked: PlaceFilter, prefix: str = "") -> Q:
    """Return that a producer itself is in the divisions asked for: nobody may have entered its place yet.

    It answers only where nothing but divisions is asked of places.
    """
    if asked.without("province", "commune") != PlaceFilter():
        return Q(pk__in=[])
    condition = Q()
    if asked.province:
        in_province = Q(**{f"{prefix}province_id__in": asked.province.province_ids})
        condition &= in_province | Q(**{f"{prefix}commune_id__in": asked.province.commune_ids})
    if asked.commune:
        condition &= Q(**{f"{prefix}commune_id__in": asked.commune.commune_ids})
    return condition


def _with_words(rows: QuerySet[Any], asked: PlaceFilter, *columns: str) -> QuerySet[Any]:
    """Keep the rows in whose folded ``columns`` every word asked for begins a word."""
    if not asked.words:
        return rows
    parts = [part for column in columns for part in (Value(" "), F(column))]
    rows = rows.alias(words=Func(*parts, function="concat", output_field=TextField()))
    for word in asked.words:
        rows = rows.filter(words__contains=f" {word}")
    return rows


def producers(asked: PlaceFilter) -> QuerySet[Producer]:
    """Return the producers with a place or product that fits."""
    rows = Producer.objects.all()
    if asked.producer:
        rows = rows.filter(public_id=asked.producer)
    rows = _with_words(rows, asked, "folded")
    if asked.asks_product:
        rows = rows.filter(Exists(fitting_products(asked).filter(producer_id=OuterRef("pk"))))
    of_place = asked.without(*OF_PRODUCTS, "words", "producer")
    if of_place != PlaceFilter():
        has_such_a_place = Q(Exists(places(of_place).filter(producer_id=OuterRef("pk"))))
        rows = rows.filter(has_such_a_place | _own_divisions(of_place))
    return rows


MOST_COUNTED = 10_000
"""Places that are counted one by one when no count of them is kept; nobody needs to know how many more there are."""


def count(asked: PlaceFilter) -> int | None:
    """Return how many places the filter asks for, exactly; ``None`` when that would take long to count."""
    found = places(asked).order_by()[: MOST_COUNTED + 1].count()
    return found if found <= MOST_COUNTED else None


def counted(rows: QuerySet[Any]) -> dict[str, int]:
    """Return how many rows there are and how many of them have no position yet."""
    located = rows.filter(location__isnull=False).count()
    total = rows.count()
    return {"total": total, "unlocated": total - located}


def in_order(rows: QuerySet[Any], asked: PlaceFilter) -> QuerySet[Any]:
    """Order places as people read them: nearest first with a centre, best match first with words, else by name.

    The best match has the words, as they were typed, in its own name; then in one name it is found by; then anywhere.
    Among equals real places come before samples.
    """
    if asked.near:
        return rows.order_by("distance_m", "public_id")
    if not asked.words:
        return rows.order_by("folded", "public_id")
    phrase = f" {' '.join(asked.words)}"
    own_name = Func(Value(" "), F("folded"), function="concat", output_field=TextField())
    match = Case(
        When(own_name__contains=phrase, then=Value(0)),
        When(search__words__contains=phrase, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found: QuerySet[Any] = rows.alias(own_name=own_name)
    return found.order_by(match, "is_sample", "folded", "public_id")
