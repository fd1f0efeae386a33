"""Map tiles: Mapbox Vector Tiles or clusters as GeoJSON, under the same filter as the list."""

from collections.abc import Collection as Names

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from geo.api.asking import Ask
from geo.api.endpoint import IMMUTABLE, REVALIDATE, body_response
from geo.api.formats import GEOJSON, JSON, MVT
from geo.api.subjects import CollectionEndpoint
from geo.spatial import parameters as parse
from geo.spatial.collections import TileFormat
from geo.spatial.problems import NotFound
from geo.spatial.tiles import Tile, tile


class TileView(CollectionEndpoint):
    """``/api/collections/{collectionId}/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}``."""

    formats = (JSON, GEOJSON, MVT)
    strong = True
    at: Tile

    def locate(self, **path: str) -> None:
        """Find the collection and the tile. Raises: NotFound, InvalidParameter."""
        super().locate(**path)
        if self.collection.tile is None:
            raise NotFound(_("This collection has no tiles."))
        self.at = tile(path["matrix"], path["row"], path["col"])

    def names(self) -> Names[str]:
        """Return the filter's names and ``v``, the version the client means."""
        return (*self.filter_names(), "v")

    def reads_state(self, ask: Ask) -> bool:
        """Return that a tile is one statement."""
        return True

    def cache_control(self, ask: Ask) -> str:
        """Let an answer be kept for ever when its address names the state it shows, and no moment like ``now``."""
        named = parse.single(ask.query, "v") == self.state and not self.is_momentary(ask)
        return IMMUTABLE if named else REVALIDATE

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return the tile."""
        assert self.collection.tile is not None
        form: TileFormat = "mvt" if ask.format is MVT else "json"
        return body_response(ask, self.collection.tile(self.filter_of(ask), self.at, form))
