"""Tile mathematics of the tile matrix set WebMercatorQuad (OGC Two Dimensional Tile Matrix Set).

Tiles are addressed zoom, row, column (Leaflet's z, y, x), row 0 in the north. World coordinates run from 0 to 1, x
eastwards and y southwards, so that zoom ``z`` has ``2**z`` tiles along each axis.
"""

import math
from dataclasses import dataclass

from geo.spatial.parameters import integer

TILE_MATRIX_SET = "WebMercatorQuad"
MAX_ZOOM = 22
MAX_LATITUDE = math.degrees(math.atan(math.sinh(math.pi)))


@dataclass(frozen=True)
class Tile:
    """One tile of WebMercatorQuad."""

    zoom: int
    row: int
    col: int

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees of EPSG:4326."""
        size = 2**self.zoom
        return (
            self.col / size * 360 - 180,
            _latitude((self.row + 1) / size),
            (self.col + 1) / size * 360 - 180,
            _latitude(self.row / size),
        )


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def world(lon: float, lat: float) -> tuple[float, float]:
    """Return the world coordinates (0 to 1, y southwards) of a position in degrees."""
    clipped = max(-MAX_LATITUDE, min(MAX_LATITUDE, lat))
    return (lon + 180) / 360, (1 - math.asinh(math.tan(math.radians(clipped))) / math.pi) / 2


def tile(matrix: str, row: str, col: str) -> Tile:
    """Parse the path of a tile. Raises InvalidParameter when there is no such tile."""
    zoom = integer("tileMatrix", matrix, 0, MAX_ZOOM)
    last = 2**zoom - 1
    return Tile(zoom, integer("tileRow", row, 0, last), integer("tileCol", col, 0, last))
