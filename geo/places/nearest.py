"""Pages of the nearest places in true metres: how they are asked of ``sql/nearest.sql``.

The common filters (categories, stars and states of OCOP, kinds, status) share two prepared statements: one looks around
the centre, the other, for what few places have, gathers those first. Every other filter is planned for each time.
"""

import math
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from geo.places import marks
from geo.places.conditions import exactly
from geo.places.feature_texts import texts
from geo.places.filters import PlaceFilter
from geo.places.marked import wanted_atoms
from geo.places.models import PlaceMark
from geo.places.walking import by_distance
from geo.spatial import versions
from geo.spatial.collections import Nearest
from geo.spatial.statements import Prepared, first

SQL = (Path(__file__).parent / "sql" / "nearest.sql").read_text(encoding="utf-8")
FARTHEST_NORTH, FARTHEST_EAST = 45.0, 170.0
"""Centres beyond, in degrees from zero, are answered from the facts: near a pole the plane is of no use."""

_LONGEST_WALK = 20_000
"""Places an index walk looks at before everything within reach is looked at instead."""
_COLUMNS = {"kinds": "kind", "statuses": "status", "provinces": "province_id"}
_TYPES = {
    **dict.fromkeys(("lon", "lat", "x", "y", "reach", "guess", "ratio", "radius"), "float8"),
    **dict.fromkeys(("wanted", "offset", "most"), "int"),
    "shape": "text",
    "atoms": "int[]",
    **dict.fromkeys(("kinds", "statuses"), "smallint[]"),
    "provinces": "bigint[]",
}
_PLAIN = ("categories", "stars", "states", "scheme", "kinds", "statuses", "province", "near", "radius_m")
"""Members of a filter that the prepared statements know."""
_FITS = " AND ".join(
    ("{shelf}", *(f"(%({name})s IS NULL OR {column} = ANY (%({name})s))" for name, column in _COLUMNS.items()))
)
_SHOWN = """SELECT string_agg(
        left(stored.text, -2) || ', "distance_m" : ' || to_json(round(metres::numeric, 2)::float8)::text || '}}',
        E',\n' ORDER BY at) FILTER (WHERE at <= %(offset)s + %(most)s),
    count(*), array_agg(found.place_id ORDER BY at) FILTER (WHERE at <= %(offset)s + %(most)s),
    count(stored.text) FILTER (WHERE at <= %(offset)s + %(most)s)"""
_OF_FOUND = """
FROM found LEFT JOIN places_feature AS stored ON stored.place_id = found.place_id AND stored.shape = %(shape)s"""

_RADIUS_M = 6378137.0
_E2 = 0.0066943799901413165  # WGS 84: the first eccentricity squared
_METRES_A_DEGREE = 110_574.0  # of latitude, where it is shortest


def nearest(asked: PlaceFilter, limit: int, offset: int) -> Nearest | None:
    """Return a page of the nearest places of a filter with a centre.

    ``None`` without a centre, with one far from everywhere, and on a day that wasn't rolled, when no text is good.
    """
    near = asked.near
    if near is None or abs(near.lat) > FARTHEST_NORTH or abs(near.lon) > FARTHEST_EAST or not marks.current():
        return None
    params = _around(near.lon, near.lat, asked.radius_m)
    params |= {"wanted": offset + limit + 1, "offset": offset, "most": limit, "shape": texts().shape}
    spot = (asked.without("near", "radius_m"), limit + offset, round(near.lon * _CELLS), round(near.lat * _CELLS))
    params["guess"] = min(params["reach"], _guess(spot))
    try:
        text, count, keys, stored, away = _read(asked, params)
    except EmptyResultSet:
        return Nearest(b"", 0, [], 0)
    _learn(spot, away)
    return Nearest(text or b"", count, keys or [], stored)


# -- where to look -----------------------------------------------------------------------------------------------------

_CELLS = 16
"""Cells along a degree in which it is remembered how far a search went."""
_MARGIN = 1.4
_MOST_REACHED = 20_000
_reached: OrderedDict[Any, float] = OrderedDict()


def _guess(spot: Any) -> float:
    """Return how far to look about this spot, in metres of EPSG:3857; 0 when nothing is known."""
    return _MARGIN * _reached.get(spot, 0.0)


def _learn(spot: Any, away: float) -> None:
    """Remember how far a search from about this spot went."""
    _reached[spot] = away
    _reached.move_to_end(spot)
    if len(_reached) > _MOST_REACHED:
        _reached.popitem(last=False)


def _around(lon: float, lat: float, radius_m: float) -> dict[str, Any]:
    """Return the centre on the ellipsoid and on the plane, how far to look there, and how metres differ within."""
    band = 1.25 * radius_m / _METRES_A_DEGREE
    low = math.radians(max(0.0, abs(lat) - band))
    high = math.radians(abs(lat) + band)
    least = math.sqrt(1 - _E2 * math.sin(low) ** 2) / math.cos(low)
    most = (1 - _E2 * math.sin(high) ** 2) ** 1.5 / ((1 - _E2) * math.cos(high))
    return {
        "lon": lon,
        "lat": lat,
        "x": _RADIUS_M * math.radians(lon),
        "y": _RADIUS_M * math.asinh(math.tan(math.radians(lat))),
        "reach": 1 + radius_m * most,
        "ratio": most / least,
        "radius": radius_m,
    }


# -- statements --------------------------------------------------------------------------------------------------------


def _read(asked: PlaceFilter, params: dict[str, Any]) -> tuple[Any, ...]:
    """Return the row that the statement gives. Raises: EmptyResultSet when nothing can match."""
    atoms = wanted_atoms(asked) if asked.asks_product else None
    if not _is_plain(asked) or (asked.asks_product and atoms is None):
        return _walked(asked, params)
    kinds = [PlaceMark.KINDS.index(one) for one in asked.kinds] or None
    statuses = [PlaceMark.STATUSES.index(one) for one in asked.statuses] or None
    few = atoms is not None and marks.is_rare(atoms, asked.kinds, params["wanted"])
    if few:
        params["guess"] = params["reach"]
    provinces = list(asked.province.province_ids) if asked.province else None
    params |= {"atoms": atoms, "kinds": kinds, "statuses": statuses, "provinces": provinces}
    row = prepared(few=few, along=versions.expected_names()).first(*(params[name] for name in _TYPES))
    assert row is not None
    return versions.checked(row)


def _is_plain(asked: PlaceFilter) -> bool:
    """Whether the prepared statements know what is asked, and it isn't known to be rare."""
    if not asked.asks_only(_PLAIN) or (asked.statuses and "open" not in asked.statuses):
        return False
    return asked.province is None or bool(asked.province.province_ids and not asked.province.commune_ids)


def _walked(asked: PlaceFilter, params: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the row for any other filter, by the plan that PostgreSQL makes for its values."""
    sql, own = by_distance(asked, params["most"], params["offset"])
    with connection.cursor() as cursor:
        rows = cursor.mogrify(sql, own).decode().replace("%", "%%")
        rows = f"SELECT *, %(offset)s + row_number() OVER () AS at FROM ({rows}) AS row (place_id, metres)"
    row = first(versions.along(f"WITH found AS ({rows}) {_SHOWN}, 0{_OF_FOUND}"), params)
    assert row is not None
    return versions.checked(row)


@lru_cache(maxsize=16)
def prepared(*, few: bool, along: tuple[str, ...] = ()) -> Prepared:
    """Return the statement for the common filters: around the centre, or for what ``few`` places have.

    It reads the state of the collections ``along`` as well.
    """
    own = "shelf && %(atoms)s" if few else exactly("%(atoms)s IS NULL OR shelf && %(atoms)s")
    text = _filled(f"({_FITS.format(shelf=own)})", few=few)
    numbered = {name: f"${number}" for number, name in enumerate(_TYPES, 1)}
    text = versions.with_state(text % numbered, along)
    return Prepared(f"nearest of {'few' if few else 'many'}", text, tuple(_TYPES.values()))


def _filled(fits: str, *, few: bool) -> str:
    """Return the statement for places that fit."""
    box = "ST_MakeEnvelope(%(x)s - {0}, %(y)s - {0}, %(x)s + {0}, %(y)s + {0}, 3857)".format
    within = f"point && {box('%(guess)s')}"
    return SQL.format(
        fits=fits,
        # What few places have is gathered by its own index.
        within_guess=exactly(within) if few else within,
        within_reach=box("%(reach)s"),
        within_far=box("(SELECT away FROM far)"),
        longest_walk=_LONGEST_WALK,
        centre="ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), 3857)",
        away=_AWAY,
        metres=_METRES,
        shown=f"{_SHOWN}, (SELECT away FROM far){_OF_FOUND}",
    )


_WORLD_M = 2 * math.pi * _RADIUS_M / PlaceMark.WORLD
_EAST = f"({_WORLD_M!r} * (world_x + 0.5 - {PlaceMark.WORLD / 2}) - %(x)s)"
_NORTH = f"({_WORLD_M!r} * ({PlaceMark.WORLD / 2} - world_y - 0.5) - %(y)s)"
_AWAY = f"sqrt({_EAST} * {_EAST} + {_NORTH} * {_NORTH})"
_METRES = (
    f"ST_Distance(ST_SetSRID(ST_MakePoint(degrees(ST_X(point) / {_RADIUS_M}),"
    f" degrees(atan(sinh(ST_Y(point) / {_RADIUS_M})))), 4326)::geography,"
    " ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography)"
)
