"""Map tiles of places: clusters with counts by kind, or the places themselves, under the same filter as the list."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.core.exceptions import EmptyResultSet

from geo.places import tallied, tally
from geo.places.filters import PlaceFilter
from geo.places.marked import marked
from geo.places.models import PlaceMark
from geo.spatial.clusters import (
    BUFFER,
    NOTHING,
    Alone,
    Sql,
    cell_of,
    clusters_json,
    clusters_mvt,
    envelope,
    in_tile,
    points_mvt,
    value,
)
from geo.spatial.collections import FieldType, TileFormat
from geo.spatial.tiles import Tile
from geo.spatial.versions import memory

LAST_CLUSTERS = 9
"""The last tile matrix whose vector tiles hold clusters; the next ones hold the places."""

NAMED_FROM = 12
"""The first tile matrix whose vector tiles tell the names of places."""

_KIND, _STATUS = (
    f"(ARRAY[{', '.join(repr(word) for word in words)}])[{column} + 1]"
    for column, words in (("kind", PlaceMark.KINDS), ("status", PlaceMark.STATUSES))
)
"""SQL for the words of a mark's kind and status."""

ALONE = Alone(
    json="SELECT jsonb_build_object('id', public_id, 'kind', kind, 'name', name, 'status', status,"
    " 'location_accuracy', location_accuracy) FROM places_place WHERE id = cluster.one",
    mvt=f"SELECT public_id, name, {_KIND}, {_STATUS}, nullif(approximate, false) FROM places_mark"
    " WHERE place_id = cluster.one",
    columns=("id", "name", "kind", "status", "approximate"),
)

KEPT_LAYER = "places"
"""The collection whose tiles of clusters without a filter are kept made (``sql/tally.sql``)."""

EVERYTHING = PlaceFilter()

_KEPT = (
    "SELECT (SELECT body FROM places_clustertile WHERE zoom = %s AND tile_col = %s AND tile_row = %s"
    " AND NOT EXISTS (SELECT FROM places_tallydelta WHERE {within}))"
)

_ROW, _COL = -1_000_001, -1_000_002
"""Stand for a tile's row and column in a query that is written once for all tiles of a matrix."""

TILE_FIELDS: dict[str, FieldType] = {
    "count": "integer",
    **dict.fromkeys(PlaceMark.KINDS, "integer"),
    "zoom": "integer",
    "stack": "boolean",
    "id": "string",
    "name": "string",
    "kind": "string",
    "status": "string",
    "approximate": "boolean",
}
"""Properties in a vector tile, those of clusters first; ``zoom`` is the one that parts a cluster."""


def tiles_of(layer: str) -> Callable[[PlaceFilter, Tile, TileFormat], bytes]:
    """Return what makes the tiles of a collection; ``layer`` is their layer's name."""

    def tile_of(asked: PlaceFilter, tile: Tile, form: TileFormat) -> bytes:
        return place_tile(asked, tile, form, layer)

    return tile_of


def place_tile(asked: PlaceFilter, tile: Tile, form: TileFormat, layer: str = "places") -> bytes:
    """Return one tile of the places the filter asks for."""
    try:
        if form == "mvt" and tile.zoom > LAST_CLUSTERS:
            return points_mvt(_points(asked, tile), tile, _shown(tile), layer)
        if form == "mvt" and layer == KEPT_LAYER and asked == EVERYTHING and (kept := kept_tile(tile)) is not None:
            return kept
        parts = cluster_parts(asked, tile)
    except EmptyResultSet:  # a former province of which no commune is left, say
        return NOTHING[form]
    if form == "mvt":
        return clusters_mvt(parts, tile, PlaceMark.KINDS, ALONE, layer)
    return clusters_json(parts, PlaceMark.KINDS, ALONE)


def kept_tile(tile: Tile) -> bytes | None:
    """Return the clusters of all places as they are kept made; ``None`` when they aren't or a change waits in them."""
    return value(kept_sql(tile)) or None


def kept_sql(tile: Tile) -> Sql:
    """Return the query of a kept tile, read through the primary key of ``places_clustertile``."""
    within = in_tile(tile)
    return Sql(_KEPT.format(within=within.text), (tile.zoom, tile.col, tile.row, *within.params), often=True)


def cluster_parts(asked: PlaceFilter, tile: Tile) -> Sql:
    """Return the parts of the clusters of a tile: from the tally when it can answer, else from the marks."""
    question = tally.question(asked) if tile.zoom <= tallied.FINEST else None
    return tally.cluster_parts(question, tile) if question else live_parts(asked, tile)


def live_parts(asked: PlaceFilter, tile: Tile) -> Sql:
    """Return the parts of the clusters of a tile, each of one place, read from the marks (places_mark_point).

    Raises: EmptyResultSet when nothing can match.
    """
    columns = ("kind", "world_x", "world_y", "place_id")
    cells = ", ".join(cell_of(tile.zoom, column) for column in ("world_x", "world_y"))
    return (
        Sql(f"SELECT {cells}, kind, 1, world_x, world_y, place_id, world_x, world_x, world_y, world_y FROM (")
        + _marks_in(asked, tile, columns)
        + Sql(f") AS mark ({', '.join(columns)}) WHERE ")
        + in_tile(tile)
    )


def _points(asked: PlaceFilter, tile: Tile) -> Sql:
    """Return the places in a tile, and a little around it, with the columns of ``_shown``."""
    found = memory.remembered(("points", asked, tile.zoom), lambda: _points_of(asked, tile.zoom))
    at = {_ROW: tile.row, _COL: tile.col}
    params = tuple(at.get(one, one) if type(one) is int else one for one in found.params)
    return replace(found, params=params) + in_tile(tile, BUFFER)


def _points_of(asked: PlaceFilter, zoom: int) -> Sql:
    """Return the beginning of the query for any tile of a matrix; its row and column are ``_ROW`` and ``_COL``."""
    named = zoom >= NAMED_FROM
    columns = ("public_id", "kind", "status", "approximate", "world_x", "world_y", *(("name",) if named else ()))
    found = (
        Sql(
            f"SELECT world_x, world_y, public_id, {_KIND}, nullif({_STATUS}, 'open'), nullif(approximate, false)"
            f"{', name' if named else ''} FROM ("
        )
        + _marks_in(asked, Tile(zoom, _ROW, _COL), columns, BUFFER)
        + Sql(f") AS mark ({', '.join(columns)}) WHERE ")
    )
    return replace(found, often=asked.asks_only(("kinds", "statuses")))


def _shown(tile: Tile) -> tuple[str, ...]:
    """Return the properties of a place in a vector tile; status and approximate are left out when they say nothing."""
    return ("id", "kind", "status", "approximate", *(("name",) if tile.zoom >= NAMED_FROM else ()))


def _marks_in(asked: PlaceFilter, tile: Tile, columns: Sequence[str], units: int = 0) -> Sql:
    """Return the marks about a tile: the index knows them to a metre."""
    rows = marked(asked).filter(point__bboverlaps=envelope(tile, units))
    text, params = rows.order_by().values_list(*columns).query.sql_with_params()
    return Sql(text, tuple(params))
