"""Map tiles of places: clusters with counts by kind, under the same filter as the list."""

from geo.places import selectors
from geo.places.filters import PlaceFilter
from geo.places.models import Place
from geo.spatial.clusters import cluster_tile
from geo.spatial.collections import FieldType, TileFormat
from geo.spatial.tiles import Tile

SHOWN_ALONE = ("name", "status", "location_accuracy")
"""Columns a cluster of one carries."""

TILE_FIELDS: dict[str, FieldType] = {
    "count": "integer",
    **dict.fromkeys(Place.Kind.values, "integer"),
    "zoom": "integer",
    "stack": "boolean",
    "id": "string",
    "name": "string",
    "kind": "string",
    "status": "string",
    "approximate": "boolean",
}
"""Properties in a vector tile, those of clusters first; ``zoom`` is the one that parts a cluster."""


def place_tile(asked: PlaceFilter, tile: Tile, form: TileFormat) -> bytes:
    """Return one tile of the places the filter asks for."""
    if form == "mvt":
        raise NotImplementedError(form)
    return cluster_tile(selectors.places(asked), tile, tuple(Place.Kind.values), SHOWN_ALONE)
