"""Road times without road data: great-circle distance × a detour factor ÷ a speed, always marked as an estimate.

A number for the whole country can't be right in each place, so it is stated, set by the operator and shown as what it
is. The detour of 1.4 stands between the measured country factors of China (1.33), Thailand (1.42) and Indonesia (1.43):
Ballou, Rahardja, Sakai, "Selected country circuity factors for road travel distance estimation", Transportation
Research Part A 36 (2002). It never leads over the sea: islands are reached by a stated ferry or not at all, and where
the straight way leaves the mainland, over a bay or through a neighbour, it is as much longer as the way around.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence

from geo.spatial.parameters import LonLat
from geo.spatial.roads import around
from geo.spatial.roads.interface import ESTIMATE, Area, Leg, Line, Matrix
from geo.spatial.roads.land import MAINLAND, Land, land

EARTH_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""


def great_circle_m(one: LonLat, other: LonLat) -> float:
    """Return the great-circle distance in metres (haversine)."""
    lat, to = math.radians(one.lat), math.radians(other.lat)
    half = math.sin((to - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(to) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))


Spot = tuple[str | None, around.Cell | None]
"""The piece of land that a point is on, and its cell of the mainland."""


class Estimate:
    """The estimate with one detour factor (≥ 1) and one speed in km/h."""

    source = ESTIMATE

    def __init__(self, detour: float, speed_kmh: float, on: Land | None = None) -> None:
        self.detour, self.metres_a_second = detour, speed_kmh / 3.6
        self.land = on or land()

    def matrix(self, sources: Sequence[LonLat], targets: Sequence[LonLat] | None = None) -> Matrix:
        """Return estimated times; ``None`` between pieces of land that no road joins."""
        goals = sources if targets is None else targets
        spots = self._spots({*sources, *goals})
        legs = [[self._leg(one, other, spots) for other in goals] for one in sources]
        return Matrix(
            seconds=tuple(tuple(leg.seconds for leg in row) for row in legs),
            metres=tuple(tuple(leg.metres for leg in row) for row in legs),
            source=self.source,
            estimate=True,
        )

    def line(self, points: Sequence[LonLat]) -> Line:
        """Return straight lines between the points that a road can join, around what lies between."""
        spots = self._spots(set(points))
        pairs = list(itertools.pairwise(points))
        legs = tuple(self._leg(one, other, spots) for one, other in pairs)
        parts = tuple(
            ()
            if leg.seconds is None
            else ((one.lon, one.lat), *_turns(spots[one], spots[other]), (other.lon, other.lat))
            for leg, (one, other) in zip(legs, pairs, strict=True)
        )
        return Line(parts, legs, self.source, estimate=True)

    def isochrone(self, point: LonLat, seconds: int) -> Area | None:
        """Return nothing: a circle would pretend to know the roads."""
        return None

    def _spots(self, points: Iterable[LonLat]) -> dict[LonLat, Spot]:
        pieces = {point: self.land.piece(point) for point in points}
        return {point: (piece, around.cell_of(point) if piece == MAINLAND else None) for point, piece in pieces.items()}

    def _leg(self, one: LonLat, other: LonLat, spots: Mapping[LonLat, Spot]) -> Leg:
        if one == other:
            return Leg(0, 0)
        (piece, cell), (goal, to) = spots[one], spots[other]
        if piece is None or piece != goal:
            return Leg(None, None)
        metres = great_circle_m(one, other) * self.detour * around.factor(cell, to)
        return Leg(round(metres / self.metres_a_second), round(metres))


def _turns(one: Spot, other: Spot) -> list[tuple[float, float]]:
    """Return where a drawn way turns to go around what lies between; nowhere, where nothing does."""
    if one[1] is None or other[1] is None or around.factor(one[1], other[1]) <= 1:
        return []
    return around.way(one[1], other[1])
