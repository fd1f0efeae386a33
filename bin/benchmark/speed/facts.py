"""What can be asked of a tier: a box with about a page of places in it, categories of a wanted size, ids, tiles."""

import random
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from workshop.sites import connect
from workshop.steps import Refusal

Box = tuple[float, float, float, float]
HANOI = (105.85, 21.02)
PAGE = 1000
RARE = 3
"""A rare category has at least so many places: fewer than are asked for, so that a search for more never ends early."""

_TILES = """
    SELECT floor((1 - asinh(tan(radians(ST_Y(geom)))) / pi()) / 2 * %(size)s)::int AS tile_row,
        floor((ST_X(geom) + 180) / 360 * %(size)s)::int AS tile_col, count(*) AS places
    FROM bench.points GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT %(most)s"""
_IN_BOX = """
    SELECT count(*) FILTER (WHERE geom && box), count(*) FILTER (WHERE ST_Intersects(geom, box))
    FROM bench.places, ST_MakeEnvelope(%s, %s, %s, %s, 4326) AS box
    WHERE geom && ST_Expand(box, 0.01) AND categories LIKE %s"""
_OF_A_KIND = """
    SELECT node, kind, count(*) FROM bench.places, unnest(string_to_array(trim(categories, ';'), ';')) AS node
    GROUP BY node, kind HAVING count(*) <= %s ORDER BY 3 DESC, 1, 2 LIMIT 1"""
_SIZES = """
    SELECT node, count(*) FROM bench.places, unnest(string_to_array(trim(categories, ';'), ';')) AS node
    GROUP BY node"""


@dataclass
class Facts:
    """Facts of the database of one tier; what is drawn by chance is the same in every run."""

    database: str
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def rows(self, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with closing(connect(self.database)) as connection, connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    @cached_property
    def categories(self) -> dict[str, int]:
        """How many places have a product of each category or below it."""
        return {str(node): int(places) for node, places in self.rows(_SIZES)}

    def category_below(self, most: int) -> str:
        """Return the category with the most places that are not more than ``most``."""
        fitting = {name: places for name, places in self.categories.items() if places <= most}
        return max(fitting, key=lambda name: (fitting[name], name))

    def selection(self, most: int) -> tuple[str, str, int]:
        """Return a category and a kind with the most places that are not more than ``most``, and how many."""
        ((category, kind, places),) = self.rows(_OF_A_KIND, [most])
        return str(category), str(kind), int(places)

    @cached_property
    def rare(self) -> str:
        """The category with the fewest places, but some."""
        enough = {name: places for name, places in self.categories.items() if places >= RARE}
        return min(enough, key=lambda name: (enough[name], name))

    def box(self, category: str, wanted: int = PAGE) -> Box:
        """Return the largest square around Hà Nội with at most ``wanted`` places of a category in it.

        Its edges keep away from places, so that nobody's way of rounding boxes matters.
        """
        small, large = 0, 40_000
        while large - small > 1:
            half = (small + large) // 2
            if self._in_box(_square(half), category)[0] <= wanted:
                small = half
            else:
                large = half
        for half in range(small, 0, -1):
            loosely, exactly = self._in_box(_square(half), category)
            if loosely == exactly:
                return _square(half)
        raise Refusal(f"no box around Hà Nội has places of {category}")

    def _in_box(self, box: Box, category: str) -> tuple[int, int]:
        ((loosely, exactly),) = self.rows(_IN_BOX, [*box, f"%;{category};%"])
        return loosely, exactly

    def ids(self, most: int) -> list[str]:
        """Return ids of places, in an order of chance."""
        found = [row[0] for row in self.rows("SELECT id FROM bench.points ORDER BY id")]
        return self.chance.sample(found, min(most, len(found)))

    def spots(self, number: int) -> list[tuple[float, float]]:
        """Return positions where people are: near places, off by up to a kilometre."""
        found = self.rows("SELECT ST_X(geom), ST_Y(geom) FROM bench.points ORDER BY id")
        drawn = self.chance.choices(found, k=number)
        return [
            (round(lon + self.chance.uniform(-0.01, 0.01), 6), round(lat + self.chance.uniform(-0.01, 0.01), 6))
            for lon, lat in drawn
        ]

    def tiles(self, zoom: int, most: int) -> list[tuple[int, int, int]]:
        """Return the fullest tiles of a zoom (zoom, row, column), in an order of chance."""
        found = [(zoom, row, col) for row, col, _n in self.rows(_TILES, {"size": 2**zoom, "most": most})]
        self.chance.shuffle(found)
        return found

    def provinces(self) -> list[str]:
        """Return the codes of the provinces that have places."""
        return [row[0] for row in self.rows("SELECT DISTINCT province_code FROM bench.places ORDER BY 1")]


def _square(half: int) -> Box:
    lon, lat = HANOI
    size = half / 10_000
    return (round(lon - size, 4), round(lat - size, 4), round(lon + size, 4), round(lat + size, 4))


def widened(box: Box, number: int) -> list[str]:
    """Return ``number`` boxes as text, all different: each a little wider than the one before (a centimetre)."""
    west, south, east, north = box
    return [f"{west},{south},{east + turn * 1e-7:.7f},{north}" for turn in range(number)]


def in_turns(parts: Sequence[str], number: int) -> list[str]:
    """Return ``number`` of ``parts``, from the beginning again when they are used up."""
    return [parts[turn % len(parts)] for turn in range(number)]
