"""Counts of places by what stands on their shelves: categories, stars and states of their products.

Each of the three is counted among the products that fit what the filter asks of the other two: in the tally when it can
answer, else on the shelves of the marks that match the rest of the filter, else product by product.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from geo.catalog.models import Product, ProductCategory
from geo.catalog.rules import IN_FORCE, CertificateState
from geo.catalog.selectors import current_certificates
from geo.places import atoms, marks, tallied, tally
from geo.places.conditions import category_under, certified_products
from geo.places.filters import NO_CATEGORY, OF_PRODUCTS, STATES, PlaceFilter
from geo.places.marked import marked, nodes, wanted_atoms
from geo.places.models import PlaceProduct
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

_MARKS = """
WITH mark (shelf) AS ({rows}),
-- Many places have the same on their shelves.
equal (shelf, n) AS MATERIALIZED (SELECT shelf, count(*) FROM mark GROUP BY shelf)
SELECT (SELECT ARRAY[{fits}] FROM equal), (
    SELECT coalesce(jsonb_object_agg(node, n), '{{}}') FROM (
        SELECT node, sum(n) AS n FROM equal CROSS JOIN LATERAL (
            SELECT {distinct} atom / 64 AS node FROM unnest(shelf) AS atom WHERE atom %% 64 = ANY (%s)) AS of_shelf
        GROUP BY node) AS by_node)
"""


@dataclass(frozen=True)
class ShelfCounts:
    """How many places there would be for each value of the three facets."""

    category: dict[str, int] = field(default_factory=dict)
    stars: dict[str, int] = field(default_factory=dict)
    certificate: dict[str, int] = field(default_factory=dict)


def shelf_counts(asked: PlaceFilter) -> ShelfCounts:
    """Return the counts of places by category code, stars and certificate state under the rest of the filter."""
    if wanted_atoms(asked.without("categories")) is None or not marks.current():
        return _from_facts(asked)
    stars = {str(one): atoms.wanted_qualities((one,), asked.states, any_certificate=True) for one in _STARS}
    states = {one: atoms.wanted_qualities(asked.stars, (one,)) for one in STATES}
    under = [tally.question(asked.without(*members), boxed=True) for members in _OTHERS]
    if None in under:
        return _from_marks(asked, stars, states)
    by_category, by_stars, by_states = (question for question in under if question is not None)
    return ShelfCounts(
        category=_coded(tally.by_node(by_category)),
        stars=_some(stars, tally.by_quality(by_stars, list(stars.values()), tallied.STARS)),
        certificate=_some(states, tally.by_quality(by_states, list(states.values()), tallied.STATES)),
    )


_STARS = (1, 2, 3, 4, 5)
_OTHERS = (("categories",), ("stars", "scheme"), ("states", "scheme"))
"""Members that each facet is counted without. OCOP's scheme says nothing beside stars or a state."""


def _some(names: Iterable[str], numbers: Iterable[int]) -> dict[str, int]:
    return {name: number for name, number in zip(names, numbers, strict=True) if number}


def _coded(by_node: dict[int, int]) -> dict[str, int]:
    """Return counts by node as counts by category code."""
    codes = {atoms.NO_CATEGORY: NO_CATEGORY}
    for pk, code in ProductCategory.objects.order_by("-pk").values_list("pk", "code"):
        codes[atoms.node_of(pk)] = code
    return {codes[node]: number for node, number in by_node.items() if node in codes}


def _from_marks(
    asked: PlaceFilter, stars: Mapping[str, Sequence[int]], states: Mapping[str, Sequence[int]]
) -> ShelfCounts:
    """Count the shelves of the marks that match the rest of the filter, in one pass over them."""
    try:
        rows, params = marked(asked.without(*OF_PRODUCTS)).order_by().values_list("shelf").query.sql_with_params()
    except EmptyResultSet:  # a former province of which no commune is left, say
        return ShelfCounts()
    under = nodes(asked.categories)
    facets = {"stars": stars, "certificate": states}
    wanted = [
        (facet, value, atoms.wanted_atoms(under, one)) for facet in facets for value, one in facets[facet].items()
    ]
    fits = ", ".join("coalesce(sum(n) FILTER (WHERE shelf && %s::int[]), 0)::int" for _one in wanted)
    any_category = atoms.wanted_qualities(
        asked.stars, asked.states, any_certificate=bool(asked.stars or asked.states or asked.scheme)
    )
    counts = ShelfCounts()
    with connection.cursor() as cursor:
        cursor.execute(
            # A shelf has each node once with one quality.
            _MARKS.format(rows=rows, fits=fits, distinct="" if len(any_category) == 1 else "DISTINCT"),
            (*params, *(one for _facet, _value, one in wanted), list(any_category)),
        )
        numbers, by_node = cursor.fetchone()
    for (facet, value, _atoms), number in zip(wanted, numbers, strict=True):
        if number:
            getattr(counts, facet)[value] = number
    counts.category.update(_coded({int(node): number for node, number in json.loads(by_node).items()}))
    return counts


def _from_facts(asked: PlaceFilter) -> ShelfCounts:
    """Count the products at places themselves: named products, other schemes than OCOP, a day not rolled yet.

    Where only few products have a certificate of the scheme, their places tell all but one number: at how many places
    there is a product without one.
    """
    certified = certified_products(PlaceFilter(scheme=asked.scheme)) if marks.current() else None
    few = certified is not None and not asked.products and atoms.NONE not in asked.states
    parts: dict[str, QuerySet[Any, Any]] = {
        "products": _products(asked).filter(pk__in=certified) if few and certified else _products(asked),
        "certificates": _certificates(asked),
        "places": marked(asked.without(*OF_PRODUCTS)).order_by().values_list("pk"),
    }
    counts = ShelfCounts()
    if few:
        assert certified is not None
        none = 0 if asked.stars else _without_certificate(asked, certified)
        counts.certificate.update({atoms.NONE: none} if none else {})
        if not certified:
            return counts
    try:
        compiled = {name: rows.query.sql_with_params() for name, rows in parts.items()}
    except EmptyResultSet:
        return ShelfCounts()
    params = [
        *(param for _sql, values in compiled.values() for param in values),
        not asked.stars,
        "none" in asked.states or not (asked.states or asked.scheme),
        NO_CATEGORY,
        [state.value for state in IN_FORCE],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SHELF.format(**{name: sql for name, (sql, _params) in compiled.items()}), params)
        for facet, value, count in cursor.fetchall():
            if not (few and value == atoms.NONE):
                getattr(counts, facet)[value] = count
    return counts


def _without_certificate(asked: PlaceFilter, certified: Sequence[int]) -> int:
    """Return at how many places some product of the categories asked for is none of the ``certified`` ones."""
    rest = asked.without("stars", "states", "scheme")
    under = nodes(asked.categories)
    question = tally.question(rest)
    if question is not None:
        node = under[0] if under else _NOWHERE
        whatever = tuple(atoms.wanted_atoms([node], [atoms.WHATEVER]))
        every = tally.totals(replace(question, node=node, mask=-1, atoms=whatever))[0]
    else:
        shelf = atoms.wanted_atoms(under, [atoms.WHATEVER])
        every = marked(rest.without("categories")).filter(shelf__overlap=shelf).count()
    of_category = PlaceProduct.objects.filter(place_id=OuterRef("pk")).filter(
        category_under(asked.categories, "product__")
    )
    only = marked(rest).filter(pk__in=PlaceProduct.objects.filter(product_id__in=certified).values("place_id"))
    only = only.filter(Exists(of_category)).exclude(Exists(of_category.exclude(product_id__in=certified)))
    return every - only.count()


_NOWHERE = -2
"""A node of no place."""


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
