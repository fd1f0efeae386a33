"""Pages of the nearest places in true metres: how they are asked of ``sql/nearest.sql``.

The common filters (categories, stars and states of OCOP, kinds, status) share two prepared statements: one looks around
the centre, the other, for what few places have, gathers those first. Every other filter is planned for each time.
"""

import math
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
_STEP = 2.0
"""Looking at one more place by that index costs as much as gathering and measuring so many."""
_SPARE = 4
"""Places an index walk finds beyond those that are wanted: so many may seem a little farther than they are."""
_COLUMNS = {"kinds": "kind", "statuses": "status", "provinces": "province_id"}
_TYPES = {
    **dict.fromkeys(("lon", "lat", "x", "y", "reach", "ratio", "radius"), "float8"),
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
_SHOWN = """SELECT string_agg(stored.text, E'\\x01'), array_agg(found.place_id),
    array_agg((round(metres::numeric, 2) * 100)::bigint), array_agg(at)
FROM found LEFT JOIN places_feature AS stored ON stored.place_id = found.place_id AND stored.shape = %(shape)s"""
"""Texts, keys, centimetres and places in the order, each in the same order, which may be any."""

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
    try:
        found = _read(asked, params)
    except EmptyResultSet:
        return Nearest(b"", 0, [], 0)
    return _page(limit, *found)


def _page(limit: int, text: bytes | None, keys: list[int] | None, away: list[int] | None, at: list[int]) -> Nearest:
    """Return the page that columns of a statement hold: texts, keys and centimetres, put into the order ``at``."""
    if not keys or away is None:
        return Nearest(b"", 0, [], 0)
    parts = (text or b"").split(b"\x01")
    stored = text is not None and len(parts) == len(keys)
    rows = sorted(zip(at, away, keys, parts if stored else [b""] * len(keys), strict=True))[:limit]
    # A text ends with the brackets of properties and feature. Metres are written as PostgreSQL writes them in JSON.
    whole = b",\n".join([b'%b, "distance_m" : %.12g}}' % (row[3][:-2], row[1] / 100) for row in rows])
    return Nearest(whole, len(keys), [row[2] for row in rows], len(rows) if stored else 0)


# -- where to look -----------------------------------------------------------------------------------------------------


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
    few = atoms is not None and marks.is_rare(atoms, asked.kinds, params["wanted"], _STEP)
    provinces = list(asked.province.province_ids) if asked.province else None
    params |= {"atoms": atoms, "kinds": kinds, "statuses": statuses, "provinces": provinces}
    row = prepared(few=few, along=versions.expected_names()).first(*[params[name] for name in _TYPES])
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
    row = first(versions.along(f"WITH found AS ({rows}) {_SHOWN}"), params)
    assert row is not None
    return versions.checked(row)


@lru_cache(maxsize=16)
def prepared(*, few: bool, along: tuple[str, ...] = ()) -> Prepared:
    """Return the statement for the common filters: around the centre, or for what ``few`` places have.

    It reads the state of the collections ``along`` as well.
    """
    text = _among_few() if few else _about_the_centre()
    numbered = {name: f"${number}" for number, name in enumerate(_TYPES, 1)}
    text = versions.with_state(text % numbered, along)
    return Prepared(f"nearest of {'few' if few else 'many'}", text, tuple(_TYPES.values()))


_SPOT = "point(ST_X(point), ST_Y(point))"  # as in the indexes places_mark_near and places_mark_near_full
_SLIM, _FULL = "cardinality(shelf) <= 400", "cardinality(shelf) > 400"
"""Shelves that fit into the rows of places_mark_near, and those that might not, which no place had yet (at most 42)."""
_AWAY = f"{_SPOT} <-> point(%(x)s, %(y)s)"
_METRES = (
    f"ST_Distance(ST_SetSRID(ST_MakePoint(degrees(ST_X(point) / {_RADIUS_M}),"
    f" degrees(atan(sinh(ST_Y(point) / {_RADIUS_M})))), 4326)::geography,"
    " ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography)"
)


_WITHIN_REACH = (
    f"{_SPOT} <@ box(point(%(x)s - %(reach)s, %(y)s - %(reach)s), point(%(x)s + %(reach)s, %(y)s + %(reach)s))"
)


def _among_few() -> str:
    """Return the statement for what few places have: they are gathered by their shelves."""
    fits = _FITS.format(shelf="shelf && %(atoms)s")
    gathered = f"""SELECT place_id, public_id, point, {_AWAY} AS away FROM places_mark
    WHERE {fits} AND {exactly(_WITHIN_REACH)}"""
    return SQL.format(gathered=gathered, reaches="true", others="", metres=_METRES, shown=_SHOWN)


def _about_the_centre() -> str:
    """Return the statement for what many places have: an index is walked outwards from the centre."""
    fits = _FITS.format(shelf=exactly("%(atoms)s IS NULL OR shelf && %(atoms)s"))
    gathered = f"""SELECT place_id, public_id, point, away FROM (
        SELECT place_id, public_id, point, {fits} AS fits, {_AWAY} AS away FROM places_mark
        WHERE point IS NOT NULL AND {_SLIM} AND {_WITHIN_REACH}
        ORDER BY {_AWAY} LIMIT {_LONGEST_WALK}) AS walk
    WHERE fits LIMIT %(wanted)s + {_SPARE}"""
    others = "".join(
        f"""
    UNION ALL
    SELECT place_id, public_id, point FROM places_mark
    WHERE {when}point IS NOT NULL AND {shelves} AND {fits} AND {_SPOT} <@ (SELECT around FROM far)"""
        for when, shelves in (("NOT (SELECT reached FROM far) AND ", _SLIM), ("", _FULL))
    )
    return SQL.format(
        gathered=gathered, reaches="coalesce(last > away, false)", others=others, metres=_METRES, shown=_SHOWN
    )
