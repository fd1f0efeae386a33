"""The nearest places in true metres under any filter, found by an index that knows the sphere only.

``<->`` on geographies orders by the distance on a sphere, half a per cent off. So the index walk only finds how far to
look: the farthest true distance among as many places as are wanted. Whatever is nearer than that is then ordered by its
true distance.
"""

from dataclasses import replace
from typing import Any

from django.db.models import F, FloatField, Func, QuerySet
from psycopg2.extensions import AsIs

from geo.places import marks, selectors
from geo.places.conditions import Geography, GeographyPoint, distance_m
from geo.places.filters import PlaceFilter
from geo.places.marked import wanted_atoms

_RADIUS_FOUND = -1.0
_FEW_FOUND = -1


def by_distance(asked: PlaceFilter, limit: int, offset: int) -> tuple[str, list[Any]]:
    """Return SQL, with parameters, for key and metres of the nearest places, one more than ``limit``.

    Raises: EmptyResultSet when nothing can match.
    """
    wanted = wanted_atoms(asked) if asked.asks_product else None
    rare = wanted is not None and marks.is_rare(wanted, asked.kinds, offset + limit + 1)
    sql, params = _among_few(asked, wanted or []) if rare else _by_walking(asked, offset + limit + 1)
    return f"{sql} OFFSET {offset} LIMIT {limit + 1}", params


def _among_few(asked: PlaceFilter, wanted: list[int]) -> tuple[str, list[Any]]:
    """Return SQL that gathers the few places by their shelves first and measures each."""
    rest = asked.without("categories", "stars", "states", "scheme")
    found: QuerySet[Any] = selectors.places(rest).filter(pk__in=[_FEW_FOUND])
    sql, params = found.order_by("distance_m", "public_id").values_list("pk", "distance_m").query.sql_with_params()
    few = AsIs("SELECT place_id FROM few")
    gather = "WITH few AS MATERIALIZED (SELECT place_id FROM places_mark WHERE shelf && %s::int[]) "
    return gather + sql, [wanted, *(few if one == _FEW_FOUND else one for one in params)]


def _by_walking(asked: PlaceFilter, wanted: int) -> tuple[str, list[Any]]:
    """Return SQL that walks outwards until enough places fit, then orders what is no farther than the farthest."""
    assert asked.near is not None
    on_sphere = Func(
        Geography(F("location")),
        GeographyPoint(asked.near.point()),
        template="%(expressions)s",
        arg_joiner=" <-> ",
        output_field=FloatField(),
    )
    # Without the radius: what the planner thinks of it would hide how common the places are, which decides.
    nearby: QuerySet[Any] = selectors.places(asked.without("near", "radius_m")).filter(location__isnull=False)
    nearby = nearby.annotate(distance_m=distance_m(asked.near.point()))
    inside: QuerySet[Any] = selectors.places(replace(asked, radius_m=_RADIUS_FOUND))
    walk, walk_params = nearby.order_by(on_sphere).values_list("distance_m")[:wanted].query.sql_with_params()
    found, found_params = (
        inside.order_by("distance_m", "public_id").values_list("pk", "distance_m").query.sql_with_params()
    )
    sql = (
        f"WITH close (metres) AS MATERIALIZED ({walk}), far (metres) AS MATERIALIZED"
        f" (SELECT CASE WHEN count(*) < {wanted} THEN %s ELSE least(%s, max(metres) + 1) END FROM close) {found}"
    )
    far = AsIs("(SELECT metres FROM far)")
    params = [*walk_params, asked.radius_m, asked.radius_m]
    return sql, [*params, *(far if one == _RADIUS_FOUND else one for one in found_params)]
