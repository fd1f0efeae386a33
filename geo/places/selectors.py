"""Reads of places: the rows of a filter, products and producers by their places, distances in true metres."""

from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
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
from geo.places.conditions import distance_m, elsewhere, fitting_parts, fitting_products, on_columns
from geo.places.filters import OF_PRODUCTS, PlaceFilter
from geo.places.marked import wanted_atoms
from geo.places.models import Place, PlaceProduct


def places(asked: PlaceFilter) -> QuerySet[Place]:
    """Return the places the filter asks for, each once; with ``near`` they carry ``distance_m``."""
    rows = Place.objects.filter(on_columns(asked), elsewhere(asked))
    if asked.near:
        rows = rows.annotate(distance_m=distance_m(asked.near.point()))
    if not asked.asks_product:
        return rows
    wanted = wanted_atoms(asked)
    if wanted is None:
        return rows.filter(Exists(fitting_parts(asked).filter(place_id=OuterRef("pk"))))
    return rows.filter(mark__shelf__overlap=wanted)


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
