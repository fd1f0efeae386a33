"""What OGC API - Tiles says of tiles: the tile matrix set WebMercatorQuad, tile sets of a collection, TileJSON."""

import math
from typing import Any

from django.utils.translation import gettext as _

from geo.api.asking import Ask, encode, link
from geo.api.formats import GEOJSON, HTML, JSON, MVT, TILEJSON, Format
from geo.api.subjects import EXTENT
from geo.spatial.collections import Collection
from geo.spatial.tiles import MAX_ZOOM, TILE_MATRIX_SET

URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
RELATION = "http://www.opengis.net/def/rel/ogc/1.0/"
DEEPEST = 14
"""The last zoom a map needs tiles of: coordinates in such a tile are 0.6 m apart, precise enough to be enlarged."""

_WELL_KNOWN = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"
_RADIUS_M = 6378137.0
_TILE_PIXELS = 256
_PIXEL_M = 0.00028
_JSON_TYPES = {"integer": "Number", "number": "Number", "boolean": "Boolean"}


def matrix_set() -> dict[str, Any]:
    """Return the definition of WebMercatorQuad (OGC 17-083r4, annex D.1)."""
    edge = math.pi * _RADIUS_M
    widest = 2 * edge / _TILE_PIXELS
    return {
        "id": TILE_MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": _WELL_KNOWN,
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": widest / 2**zoom / _PIXEL_M,
                "cellSize": widest / 2**zoom,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-edge, edge],
                "tileWidth": _TILE_PIXELS,
                "tileHeight": _TILE_PIXELS,
                "matrixWidth": 2**zoom,
                "matrixHeight": 2**zoom,
            }
            for zoom in range(MAX_ZOOM + 1)
        ],
    }


def tile_address(ask: Ask, collection: Collection[Any], format_: Format, version: str, places: tuple[str, str]) -> str:
    """Return the template of a tile's address: with the filter of the request, and the version when it names one state.

    ``places`` are the words that stand for row and column; the zoom is ``{z}`` or as they are written.
    """
    query: dict[str, Any] = {name: values for name, values in ask.pinned().items() if name not in ("f", "lang", "v")}
    query["f"] = format_.name
    if version:
        query["v"] = version
    zoom = "{z}" if places == ("{y}", "{x}") else "{tileMatrix}"
    base = ask.url("tileset", collection_id=collection.id)
    return f"{base}/{zoom}/{places[0]}/{places[1]}?{encode(query)}"


def tile_set(ask: Ask, collection: Collection[Any], version: str) -> dict[str, Any]:
    """Return the description of a collection's tile set (OGC 20-057, 7.3)."""
    places = ("{tileRow}", "{tileCol}")
    links = [
        _own(ask, collection, None, "self" if ask.format is JSON else "alternate"),
        _own(ask, collection, TILEJSON, "alternate"),
        _own(ask, collection, HTML, "alternate"),
        link(ask.url("tile-matrix-set"), f"{RELATION}tiling-scheme", JSON.media_type, TILE_MATRIX_SET),
        link(ask.url("collection", collection_id=collection.id), f"{RELATION}geodata", JSON.media_type),
    ]
    for one in (MVT, GEOJSON):
        address = tile_address(ask, collection, one, version, places)
        links.append({**link(address, "item", one.media_type, one.name.upper()), "templated": True})  # type: ignore[dict-item]
    return {
        "title": str(collection.title),
        "dataType": "vector",
        "crs": CRS,
        "tileMatrixSetId": TILE_MATRIX_SET,
        "tileMatrixSetURI": URI,
        "boundingBox": {
            "lowerLeft": list(EXTENT[:2]),
            "upperRight": list(EXTENT[2:]),
            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        },
        "layers": [{"id": collection.id, "title": str(collection.title), "dataType": "vector", "geometryDimension": 0}],
        "links": links,
    }


def tile_sets(ask: Ask, collection: Collection[Any]) -> dict[str, Any]:
    """Return the list of a collection's tile sets: it has one (OGC 20-057, 8.2)."""
    own = {
        "title": str(collection.title),
        "dataType": "vector",
        "crs": CRS,
        "tileMatrixSetURI": URI,
        "links": [
            _own(ask, collection, None, "self"),
            link(ask.url("tile-matrix-set"), f"{RELATION}tiling-scheme", JSON.media_type, TILE_MATRIX_SET),
        ],
    }
    return {"tilesets": [own]}


def tile_json(ask: Ask, collection: Collection[Any], version: str) -> dict[str, Any]:
    """Return the tile set as TileJSON 3.0, for maps that read vector tiles."""
    return {
        "tilejson": "3.0.0",
        "name": str(collection.title),
        "description": str(collection.description),
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [tile_address(ask, collection, MVT, version, ("{y}", "{x}"))],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "bounds": list(EXTENT),
        "vector_layers": [
            {
                "id": collection.id,
                "description": _("Clusters with counts up to zoom 9, features beyond."),
                "fields": {name: _JSON_TYPES.get(kind, "String") for name, kind in collection.tile_fields.items()},
                "minzoom": 0,
                "maxzoom": DEEPEST,
            }
        ],
    }


def _own(ask: Ask, collection: Collection[Any], format_: Format | None, rel: str) -> dict[str, str]:
    """Return the link to the description of the tile set under the filter of the request."""
    query = {name: values for name, values in ask.query.items() if name not in ("f", "lang", "v")}
    query |= {"f": [format_.name]} if format_ else {}
    found = format_ or JSON
    address = ask.url("tileset", query, collection_id=collection.id)
    return link(address, rel, found.media_type, found.name.upper() if format_ else "")
