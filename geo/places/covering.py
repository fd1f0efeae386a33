"""A large box of the map as the tally knows it: cells that lie wholly inside, the coarser the further in, and the rim.

Cells of the levels nest (their numbers are multiples of each other), so what a finer level adds around a coarser one is
four strips at most. The rim is thinner than a cell of the finest level; its places are looked at one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from django.db import connection

from geo.spatial.clusters import CELLS, WORLD_BITS, Sql
from geo.spatial.parameters import BBox
from geo.spatial.tiles import MAX_LATITUDE, world

_LEAST = 4
"""Cells of the finest level that a box is wide and high: in a smaller one its places are counted sooner."""
_MARGIN = 1
"""Units of the world's whole numbers (4 cm) that a cell keeps from the edge of the box, which is given in degrees."""
_HALF_M = 20_037_508.342789244
"""Half of the side of the world in EPSG:3857."""


@dataclass(frozen=True)
class Rect:
    """Whole numbers from ``left`` and ``top`` on, up to ``right`` and ``bottom`` without them."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing lies in it."""
        return self.left >= self.right or self.top >= self.bottom

    def around(self, inner: "Rect") -> "Iterator[Rect]":
        """Yield what of this lies outside of ``inner``, which lies inside of this: strips that don't overlap."""
        if inner.is_empty:
            yield self
            return
        strips = (
            Rect(self.left, self.top, self.right, inner.top),
            Rect(self.left, inner.bottom, self.right, self.bottom),
            Rect(self.left, inner.top, inner.left, inner.bottom),
            Rect(inner.right, inner.top, self.right, inner.bottom),
        )
        yield from (strip for strip in strips if not strip.is_empty)

    def times(self, factor: int) -> "Rect":
        """Return the same in a grid that is finer by ``factor``."""
        return Rect(self.left * factor, self.top * factor, self.right * factor, self.bottom * factor)


@dataclass(frozen=True)
class Cover:
    """What covers a box: ``box`` as world coordinates (0 to 1) of its edges west, north, east and south."""

    box: tuple[float, float, float, float]
    corners: tuple[float, float, float, float]
    """Its west, south, east and north in degrees."""

    def cells(self, level: int) -> Rect:
        """Return the cells of a level that lie wholly inside."""
        side = _side(level)
        west, north, east, south = (edge * 2**WORLD_BITS for edge in self.box)
        return Rect(
            ceil((west + _MARGIN) / side),
            ceil((north + _MARGIN) / side),
            floor((east - _MARGIN) / side),
            floor((south - _MARGIN) / side),
        )

    def parts(self, levels: Sequence[int]) -> Iterator[tuple[int, Rect]]:
        """Yield cells by level, the coarsest first, that together are the cells of the last of ``levels``."""
        inner, before = Rect(0, 0, 0, 0), levels[0]
        for level in levels:
            cells = self.cells(level)
            if not cells.is_empty:
                yield from ((level, strip) for strip in cells.around(inner.times(2 ** (level - before))))
                inner, before = cells, level

    def cells_of(self, levels: Sequence[int], rows: Sql) -> Sql:
        """Return queries of the cells inside, each followed by UNION ALL; ``rows`` begins each, up to a condition."""
        found = Sql("")
        column, row = f"(tile_col * {CELLS} + cell %% {CELLS})", f"(tile_row * {CELLS} + cell / {CELLS})"
        for level, rect in self.parts(levels):
            columns, rows_of_tiles = (
                list(range(start // CELLS, (end - 1) // CELLS + 1))
                for start, end in ((rect.left, rect.right), (rect.top, rect.bottom))
            )
            found += rows + Sql(
                f" AND zoom = {level} AND cell >= 0 AND tile_col = ANY (%s) AND tile_row = ANY (%s)"
                f" AND {column} >= %s AND {column} < %s AND {row} >= %s AND {row} < %s UNION ALL ",
                (columns, rows_of_tiles, rect.left, rect.right, rect.top, rect.bottom),
            )
        return found

    def inside(self, level: int) -> Sql:
        """Return the condition that ``world_x``, ``world_y`` lie in the cells of a level."""
        rect = self._world(level)
        return Sql(
            "world_x >= %s AND world_x < %s AND world_y >= %s AND world_y < %s",
            (rect.left, rect.right, rect.top, rect.bottom),
        )

    def rim(self, level: int) -> Sql:
        """Return the condition that a mark lies in the box, but not in its cells of a level (places_mark_point)."""
        low = high = "places_mercator(%s::float8, %s::float8)"
        box = Sql(
            f"ST_X(point) BETWEEN ST_X({low}) AND ST_X({high}) AND ST_Y(point) BETWEEN ST_Y({low}) AND ST_Y({high})",
            self.corners * 2,
        )
        inner = self._world(level)
        west, north, east, south = (edge * 2**WORLD_BITS for edge in self.box)
        whole = Rect(floor(west) - _MARGIN, floor(north) - _MARGIN, ceil(east) + _MARGIN, ceil(south) + _MARGIN)
        strips = Sql("false")
        for strip in whole.around(inner):
            strips += Sql(" OR ") + _near(strip)
        return box + Sql(" AND (") + strips + Sql(") AND NOT (") + self.inside(level) + Sql(")")

    def _world(self, level: int) -> Rect:
        """Return the cells of a level in the world's whole numbers."""
        cells = self.cells(level)
        shift = WORLD_BITS - level
        return Rect(*(-(-(edge << shift) // CELLS) for edge in (cells.left, cells.top, cells.right, cells.bottom)))


_EXTENT = """
SELECT least(min(min_x), (SELECT min(world_x) FROM places_tallydelta)),
    least(min(min_y), (SELECT min(world_y) FROM places_tallydelta)),
    greatest(max(max_x), (SELECT max(world_x) FROM places_tallydelta)),
    greatest(max(max_y), (SELECT max(world_y) FROM places_tallydelta))
FROM places_tally WHERE zoom = 0 AND node = -1 AND cell >= 0
"""
"""What encloses all places, or a little more (places_tally_pkey)."""


def holds_all(box: BBox) -> bool:
    """Return whether all places with a position lie in a box."""
    with connection.cursor() as cursor:
        cursor.execute(_EXTENT)
        left, top, right, bottom = cursor.fetchone()
    if box.west > box.east or left is None:
        return False
    west, north, east, south = (edge * 2**WORLD_BITS for edge in _edges(box))
    far = _MARGIN + 1
    return bool(left >= west + far and top >= north + far and right <= east - far and bottom <= south - far)


def _edges(box: BBox) -> tuple[float, float, float, float]:
    """Return the world coordinates of the edges of a box: west, north, east, south."""
    return (*world(box.west, box.north), *world(box.east, box.south))


def cover_of(box: BBox, finest: int) -> Cover | None:
    """Return what covers a box down to a level; ``None`` for a small box, and one across the 180° meridian."""
    if box.west > box.east:
        return None
    corners = (box.west, max(box.south, -MAX_LATITUDE), box.east, min(box.north, MAX_LATITUDE))
    cover = Cover(_edges(box), corners)
    cells = cover.cells(finest)
    large = cells.right - cells.left >= _LEAST and cells.bottom - cells.top >= _LEAST
    return cover if large else None


def _side(level: int) -> float:
    """Return the side of a cell in the world's whole numbers."""
    return float(2 ** (WORLD_BITS - level) / CELLS)


def _near(strip: Rect) -> Sql:
    """Return the condition that a point lies about a strip: the index knows it to a metre."""
    west, north, east, south = (
        _HALF_M * (2 * edge / 2**WORLD_BITS - 1) for edge in (strip.left, strip.top, strip.right, strip.bottom)
    )
    return Sql("point && ST_MakeEnvelope(%s, %s, %s, %s, 3857)", (west - 1, -south - 1, east + 1, 1 - north))
