"""Map tiles of many rows: clusters with counts by kind in the cells of a grid, or the points themselves.

The grid is fixed to the world, ``CELLS`` cells along each side of a tile, so that neighbouring tiles never share a
cell and panning never regroups. Positions are whole numbers, world coordinates times ``WORLD``: a cell is a shift, and
whoever counts by cells beforehand and whoever counts now put a row into the same one. Rows at one and the same
position stay together at every zoom (a stack).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from typing import Any

from django.contrib.gis.db.models import PolygonField
from django.db import connection
from django.db.models import Func, Value

from geo.spatial import versions
from geo.spatial.collections import TileFormat
from geo.spatial.statements import Prepared, first
from geo.spatial.tiles import Tile

CELLS = 6
"""Cells along one side of a tile; a tile is shown 512 CSS pixels wide, so a cell is about 85."""

STACK_ZOOM = 17
"""From this tile matrix on cells are exact positions: what still shares a cell shares one point."""

WORLD_BITS = 30
"""Positions are world coordinates times 2**30: 4 cm at the equator."""

EXTENT = 4096
"""Units along one side of a vector tile."""

BUFFER = 64
"""Units around a vector tile in which points are in it as well, so that a symbol isn't cut at its edge."""

NOTHING: dict[TileFormat, bytes] = {"json": b'{"type": "FeatureCollection", "features": []}', "mvt": b""}
"""A tile without features."""

_MAP_ZOOM = 1
"""A tile matrix shown 512 pixels wide is the next zoom of a map of 256 pixels."""


@dataclass(frozen=True)
class Sql:
    """A piece of SQL with its parameters; ``often``: of few different texts, so that a session may keep their plans."""

    text: str
    params: tuple[Any, ...] = ()
    often: bool = False

    def __add__(self, other: "Sql") -> "Sql":
        return Sql(self.text + other.text, self.params + other.params, self.often)


@dataclass(frozen=True)
class Alone:
    """What a cluster of one shows, asked for the id ``cluster.one``: a JSON object, or ``columns`` of a vector tile."""

    json: str
    mvt: str
    columns: tuple[str, ...]


def cell_of(tile_zoom: int, column: str) -> str:
    """Return SQL for the cell of a position (a column like ``world_x``) in the grid of a tile matrix."""
    if tile_zoom >= STACK_ZOOM:
        return column
    return f"(({column}::bigint * {CELLS}) >> {WORLD_BITS - tile_zoom})::int"


def in_tile(tile: Tile, units: int = 0) -> Sql:
    """Return the SQL condition that ``world_x``, ``world_y`` lie in a tile, its west and north edges included.

    ``units`` of a vector tile around it belong to it as well.
    """
    shift = WORLD_BITS - tile.zoom
    margin = (units << shift) // EXTENT
    edges = []
    for start in (tile.col << shift, tile.row << shift):
        edges += [start - margin, start + (1 << shift) - 1 + margin]
    return Sql("world_x BETWEEN %s AND %s AND world_y BETWEEN %s AND %s", tuple(edges))


def envelope(tile: Tile, units: int = 0) -> Func:
    """Return a tile, and ``units`` around it, as a geometry of EPSG:3857 to look for in an index."""
    return Func(
        Value(tile.zoom),
        Value(tile.col),
        Value(tile.row),
        function="ST_TileEnvelope",
        template=f"%(function)s(%(expressions)s, margin => {units / EXTENT})",
        output_field=PolygonField(srid=3857),
    )


def clusters_json(parts: Sql, kinds: Sequence[str], alone: Alone) -> bytes:
    """Return clusters as a GeoJSON FeatureCollection, the largest first.

    ``parts`` is a query with the columns of ``PARTS``; ``kind`` counts from 0 in ``kinds``. A feature is a Point at the
    mean position with ``count``, one count per kind and, for a cluster of one, what ``alone`` shows; else ``bbox`` of
    what is inside, or was, and ``stack`` when all share one point.
    """
    counts = ", ".join(f"'{kind}', {_count_of(number)}" for number, kind in enumerate(kinds))
    counts = f"jsonb_build_object({counts}) AS kinds"
    lon_lat = ", ".join((_lon("min_x"), _lat("max_y"), _lon("max_x"), _lat("min_y")))
    statement = _clusters(parts, counts) + Sql(f"""
        SELECT jsonb_build_object('type', 'FeatureCollection', 'features',
            coalesce(jsonb_agg(feature ORDER BY n DESC, one, x, y), '[]'))::text
        FROM (
            SELECT n, one, x, y, jsonb_build_object(
                'type', 'Feature',
                'geometry', jsonb_build_object('type', 'Point',
                    'coordinates', jsonb_build_array({_lon("x")}, {_lat("y")})),
                'properties', jsonb_build_object('count', n) || kinds || CASE
                    WHEN n = 1 THEN alone.shown
                    ELSE jsonb_build_object('stack', min_x = max_x AND min_y = max_y,
                        'bbox', jsonb_build_array({lon_lat})) END
            ) AS feature
            FROM cluster LEFT JOIN LATERAL ({alone.json}) AS alone (shown) ON n = 1
        ) AS features""")
    return value(statement)


def clusters_mvt(parts: Sql, tile: Tile, kinds: Sequence[str], alone: Alone, layer: str) -> bytes:
    """Return clusters as a Mapbox Vector Tile with one layer.

    ``parts`` as for ``clusters_json``. Properties: ``count``, one count per kind that is there, and for a cluster of
    one what ``alone`` shows; else ``zoom``, that of a map on which it parts, or ``stack`` when all share one point.
    """
    names = [connection.ops.quote_name(kind) for kind in kinds]
    counts = ", ".join(f"nullif({_count_of(number)}, 0) AS {name}" for number, name in enumerate(names))
    statement = _clusters(parts, counts)
    statement += Sql(f"SELECT ST_AsMVT(feature, %s, {EXTENT}, 'geom') FROM (SELECT ", (layer,))
    # What is null isn't in the tile.
    statement += _in_units(tile, "x", "y") + Sql(
        f""" AS geom, n AS count, {", ".join(names)},
                CASE WHEN n > 1 AND (min_x <> max_x OR min_y <> max_y) THEN {_parting(tile.zoom)} END AS zoom,
                nullif(n > 1 AND min_x = max_x AND min_y = max_y, false) AS stack, alone.*
            FROM cluster LEFT JOIN LATERAL ({alone.mvt}) AS alone ({", ".join(alone.columns)}) ON n = 1
            ORDER BY n DESC, one, x, y
        ) AS feature"""
    )
    return value(replace(statement, often=parts.often))


def points_mvt(points: Sql, tile: Tile, columns: Sequence[str], layer: str) -> bytes:
    """Return points as a Mapbox Vector Tile with one layer.

    ``points`` is a query with the columns ``world_x``, ``world_y`` and ``columns``, which become the properties.
    """
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    statement = (
        Sql(f"SELECT ST_AsMVT(feature, %s, {EXTENT}, 'geom') FROM (SELECT ", (layer,))
        + _in_units(tile, "world_x", "world_y")
        + Sql(f" AS geom, {names} FROM (")
        + points
        + Sql(f") AS point (world_x, world_y, {names})) AS feature")
    )
    return value(replace(statement, often=points.often))


PARTS = "cell_x, cell_y, kind, n, sum_x, sum_y, one, min_x, max_x, min_y, max_y"
"""Columns of the parts of clusters: a cell of the grid, a kind, how many, the sums of their positions and of their ids,
and what encloses them. A part may take away what another counted: its ``n``, sums and ids are negative."""


def _clusters(parts: Sql, counts: str) -> Sql:
    """Return the beginning of a statement with the clusters that the parts add up to."""
    return (
        Sql(f"WITH part ({PARTS}) AS (")
        + parts
        + Sql(f"""), cluster AS (
            SELECT sum(n)::int AS n, sum(one)::bigint AS one,
                sum(sum_x)::float8 / sum(n)::float8 + 0.5 AS x, sum(sum_y)::float8 / sum(n)::float8 + 0.5 AS y,
                min(min_x) AS min_x, max(max_x) AS max_x, min(min_y) AS min_y, max(max_y) AS max_y,
                {counts}
            FROM part GROUP BY cell_x, cell_y HAVING sum(n) > 0
        )""")
    )


def _count_of(number: int) -> str:
    return f"coalesce(sum(n) FILTER (WHERE kind = {number}), 0)::int"


def _lon(x: str) -> str:
    middle = "" if x == "x" else " + 0.5"
    return f"round((({x}{middle}) / {1 << WORLD_BITS}.0 * 360 - 180)::numeric, 6)"


def _lat(y: str) -> str:
    middle = "" if y == "y" else " + 0.5"
    return f"round(degrees(atan(sinh(pi() * (1 - 2 * (({y}{middle}) / {1 << WORLD_BITS}.0)::float8))))::numeric, 6)"


def _in_units(tile: Tile, x: str, y: str) -> Sql:
    """Return SQL for a point in the units of a vector tile."""
    shift = WORLD_BITS - tile.zoom
    scale = EXTENT / (1 << shift)
    return Sql(
        f"ST_MakePoint(round(({x} - %s) * {scale!r}::float8), round(({y} - %s) * {scale!r}::float8))",
        (tile.col << shift, tile.row << shift),
    )


def _parting(zoom: int) -> str:
    """Return SQL for the zoom of a map from which on the members of a cluster lie in more than one cell.

    That is where the highest bit in which their cells differ is not shifted out any more.
    """
    apart = " | ".join(f"({low}::bigint * {CELLS} # {high}::bigint * {CELLS})" for low, high in _SIDES)
    bits = f"length(ltrim(({apart})::bit({WORLD_BITS + CELLS.bit_length()})::text, '0'))"
    return f"least({STACK_ZOOM}, greatest({zoom + 1}, {WORLD_BITS + 1} - {bits})) + {_MAP_ZOOM}"


_SIDES = (("min_x", "max_x"), ("min_y", "max_y"))


def value(statement: Sql) -> bytes:
    """Return the one value of a statement of one row, nothing for NULL.

    Raises: Moved when a state is expected and it is another one.
    """
    if statement.often:
        row = _prepared(statement.text, versions.expected_names()).first(*statement.params)
    else:
        row = first(versions.along(statement.text), statement.params)
    assert row is not None
    return versions.checked(row)[0] or b""


@lru_cache(maxsize=200)
def _prepared(text: str, expected: tuple[str, ...]) -> Prepared:
    numbers = count(1)
    numbered = re.sub(r"%[%s]", lambda found: "%" if found[0] == "%%" else f"${next(numbers)}", text)
    return Prepared("tile", versions.with_state(numbered, expected))
