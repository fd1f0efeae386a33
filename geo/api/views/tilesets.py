"""Descriptions of tiles: the tile matrix sets, the tile sets of a collection, one of them."""

from collections.abc import Collection as Names
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from geo.api import pages, tiling
from geo.api.asking import Ask, link, self_and_alternates
from geo.api.endpoint import Endpoint, json_response
from geo.api.formats import HTML, JSON, TILEJSON
from geo.api.subjects import CollectionEndpoint
from geo.spatial.problems import NotFound
from geo.spatial.tiles import TILE_MATRIX_SET


class TileMatrixSets(Endpoint):
    """``/api/tileMatrixSets``."""

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return the one there is."""
        address = link(ask.url("tile-matrix-set"), "self", JSON.media_type, TILE_MATRIX_SET)
        own = {
            "id": TILE_MATRIX_SET,
            "title": TILE_MATRIX_SET,
            "uri": tiling.URI,
            "crs": tiling.CRS,
            "links": [address],
        }
        members = {"tileMatrixSets": [own], "links": self_and_alternates(ask, self.formats)}
        return (
            pages.listed(ask, _("Tile matrix sets"), [address]) if ask.format is HTML else json_response(ask, members)
        )


class TileMatrixSet(Endpoint):
    """``/api/tileMatrixSets/WebMercatorQuad``."""

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return its definition."""
        if ask.format is HTML:
            return pages.listed(ask, TILE_MATRIX_SET, [{"href": tiling.URI, "title": tiling.URI}])
        return json_response(ask, tiling.matrix_set())


class TileSets(CollectionEndpoint):
    """``/api/collections/{collectionId}/tiles``."""

    def locate(self, **path: str) -> None:
        """Find the collection, which must have tiles."""
        super().locate(**path)
        if self.collection.tile is None:
            raise NotFound(_("This collection has no tiles."))

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return the one tile set, under the filter."""
        members = tiling.tile_sets(ask, self.collection)
        members["links"] = self_and_alternates(ask, self.formats)
        if ask.format is HTML:
            address = ask.url("tileset", {"f": "html"}, collection_id=self.collection.id)
            return pages.listed(ask, _("Tiles"), [{"href": address, "title": TILE_MATRIX_SET}], self.collection)
        return json_response(ask, members)


class TileSet(TileSets):
    """``/api/collections/{collectionId}/tiles/WebMercatorQuad``: tile set metadata, or TileJSON."""

    formats = (JSON, TILEJSON, HTML)

    def names(self) -> Names[str]:
        """Return the filter's names; ``v`` means nothing here and is not refused."""
        return (*self.filter_names(), "v")

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return the description, with the addresses of the tiles under the filter."""
        asked = self.filter_of(ask)
        ask = ask.echoing(self.collection.echo(asked))
        version = "" if self.is_momentary(ask) and not ask.echoed else self.state
        if ask.format is TILEJSON:
            return json_response(ask, tiling.tile_json(ask, self.collection, version))
        members: dict[str, Any] = tiling.tile_set(ask, self.collection, version)
        if ask.format is HTML:
            return pages.listed(ask, f"{self.collection.title}: {TILE_MATRIX_SET}", members["links"], self.collection)
        return json_response(ask, members)
