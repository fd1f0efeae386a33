"""Counts of places by what stands on their shelves: categories, stars and states of their products, in one statement.

A row of the shelf is a product at a place that matches the rest of the filter. It tells whether the product fits what
the filter asks of the category, of the stars and of the state; each is counted among the rows that fit the other two.
"""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When

from geo.catalog.models import Product
from geo.catalog.rules import IN_FORCE, CertificateState
from geo.catalog.selectors import current_certificates
from geo.places import selectors
from geo.places.conditions import category_under
from geo.places.filters import NO_CATEGORY, OF_PRODUCTS, PlaceFilter
from geo.spatial import calendar

_SHELF = """
WITH product (id, public_id, code, in_category) AS ({products}),
certificate (subject_id, stars, state, in_stars, in_state) AS ({certificates}),
place (id) AS ({places}),
fit AS MATERIALIZED (
    SELECT product.id, product.code, product.in_category, certificate.stars,
        coalesce(certificate.state, 'none') AS state, coalesce(certificate.in_stars, %s) AS in_stars,
        coalesce(certificate.in_state, %s) AS in_state
    FROM product LEFT JOIN certificate ON certificate.subject_id = product.public_id
),
shelf AS MATERIALIZED (
    SELECT part.place_id, fit.code, fit.stars, fit.state, fit.in_category, fit.in_stars, fit.in_state
    FROM places_placeproduct AS part JOIN place ON place.id = part.place_id JOIN fit ON fit.id = part.product_id
),
by_category AS (SELECT DISTINCT coalesce(code, %s) AS code, place_id FROM shelf WHERE in_stars AND in_state),
by_stars AS (SELECT DISTINCT stars, place_id FROM shelf WHERE in_category AND in_state AND stars IS NOT NULL),
by_state AS (SELECT DISTINCT state, place_id FROM shelf WHERE in_category AND in_stars)
SELECT 'category', code, count(*) FROM (
    SELECT DISTINCT split_part(code, '.', 1) AS code, place_id FROM by_category) AS sector GROUP BY code
UNION ALL
SELECT 'category', code, count(*) FROM (
    SELECT DISTINCT split_part(code, '.', 1) || '.' || split_part(code, '.', 2) AS code, place_id
    FROM by_category WHERE code LIKE '%%.%%') AS product_group GROUP BY code
UNION ALL
SELECT 'category', code, count(*) FROM by_category WHERE code LIKE '%%.%%.%%' GROUP BY code
UNION ALL
SELECT 'stars', stars::text, count(*) FROM by_stars GROUP BY stars
UNION ALL
SELECT 'certificate', state, count(*) FROM by_state WHERE state <> 'valid' GROUP BY state
UNION ALL
SELECT 'certificate', 'valid', count(DISTINCT place_id) FROM by_state WHERE state = ANY (%s)
"""


@dataclass(frozen=True)
class ShelfCounts:
    """How many places there would be for each value of the three facets."""

    category: dict[str, int] = field(default_factory=dict)
    stars: dict[str, int] = field(default_factory=dict)
    certificate: dict[str, int] = field(default_factory=dict)


def shelf_counts(asked: PlaceFilter) -> ShelfCounts:
    """Return the counts of places by category code, stars and certificate state under the rest of the filter."""
    parts: dict[str, QuerySet[Any, Any]] = {
        "products": _products(asked),
        "certificates": _certificates(asked),
        "places": selectors.places(asked.without(*OF_PRODUCTS)).order_by().values_list("pk"),
    }
    try:
        compiled = {name: rows.query.sql_with_params() for name, rows in parts.items()}
    except EmptyResultSet:  # a former province of which no commune is left, say
        return ShelfCounts()
    params = [
        *(param for _sql, values in compiled.values() for param in values),
        not asked.stars,
        "none" in asked.states or not (asked.states or asked.scheme),
        NO_CATEGORY,
        [state.value for state in IN_FORCE],
    ]
    counts = ShelfCounts()
    with connection.cursor() as cursor:
        cursor.execute(_SHELF.format(**{name: sql for name, (sql, _params) in compiled.items()}), params)
        for facet, value, count in cursor.fetchall():
            getattr(counts, facet)[value] = count
    return counts


def _flag(condition: Q) -> Case:
    if not condition:
        return Case(default=Value(True), output_field=BooleanField())
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _products(asked: PlaceFilter) -> QuerySet[Any, Any]:
    rows = Product.objects.filter(public_id__in=asked.products) if asked.products else Product.objects.all()
    in_category = _flag(category_under(asked.categories))
    return rows.annotate(code=F("category__code"), in_category=in_category).values_list(
        "pk", "public_id", "code", "in_category"
    )


def _certificates(asked: PlaceFilter) -> QuerySet[Any, Any]:
    wanted = set(asked.states)
    if CertificateState.VALID in wanted:
        wanted |= {state.value for state in IN_FORCE}
    rows: QuerySet[Any, Any] = (
        current_certificates(calendar.today())
        .filter(scheme_id=asked.certificate_scheme)
        .annotate(
            in_stars=_flag(Q(stars__in=asked.stars) if asked.stars else Q()),
            in_state=_flag(Q(state__in=sorted(wanted)) if wanted else Q()),
        )
        .values_list("subject_id", "stars", "state", "in_stars", "in_state")
    )
    return rows
