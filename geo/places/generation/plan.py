"""Where generated places lie and what they are: plain functions of a seeded random source, no database.

Places cluster as shops and farms do: wards and special zones draw more than rural communes, cities more than provinces,
a few communes very many; inside a commune most lie near its middle or at one of a few hamlets, some share one market's
point, some have nothing but the commune's point, and some no position at all.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

from geo.places.generation import words

KM_PER_DEGREE = 111.2
UNKNOWN_RADIUS_KM = 3.0
LARGEST_RADIUS_KM = 6.0
ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Home:
    """A commune with what the plan needs of it: database ids, middle (degrees), radius (km), weight."""

    commune: int
    province: int
    name: str
    lon: float
    lat: float
    radius_km: float
    weight: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A position with its accuracy class; ``lon`` is None for none at all."""

    lon: float | None
    lat: float | None
    accuracy: str


class Choice:
    """Draws items by weight, quickly."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._sums = list(accumulate(weights))

    def draw(self, source: random.Random, number: int) -> list[int]:
        """Return ``number`` indices."""
        return source.choices(range(len(self._sums)), cum_weights=self._sums, k=number)


def weigh(source: random.Random, unit_type: str, province_type: str) -> float:
    """Return how strongly a commune draws places: by its type, its province's, and chance with a long tail."""
    by_type = {"phường": 3.0, "đặc khu": 2.5}.get(unit_type, 1.0)
    by_province = 1.8 if province_type == "thành phố" else 1.0
    return by_type * by_province * source.lognormvariate(0.0, 0.9)


def radius_km(area_km2: float | None) -> float:
    """Return the radius of a disc of the commune's area, at most ``LARGEST_RADIUS_KM``: land beyond is mostly empty."""
    if not area_km2:
        return UNKNOWN_RADIUS_KM
    return min(math.sqrt(area_km2 / math.pi), LARGEST_RADIUS_KM)


class Scatter:
    """Positions inside communes. Hamlets and the market of a commune stay where they are once drawn."""

    def __init__(self, source: random.Random) -> None:
        self._source = source
        self._hamlets: dict[int, list[tuple[float, float]]] = {}

    def spot(self, home: Home, *, stall: bool) -> Spot:
        """Return a position in ``home``; ``stall`` for a place that may share the market's point."""
        draw = self._source.random()
        if draw < 0.04:
            return Spot(None, None, "none")
        if draw < 0.14:
            return Spot(home.lon, home.lat, "commune_point")
        hamlets = self._hamlets_of(home)
        if stall and draw < 0.22:
            return self._at(home, *hamlets[0], "gps")
        around, spread = (0.0, 0.0), 0.22 * home.radius_km
        if draw > 0.6:
            around, spread = hamlets[int(draw * 1000) % len(hamlets)], 0.08 * home.radius_km
        x = around[0] + self._source.gauss(0.0, spread)
        y = around[1] + self._source.gauss(0.0, spread)
        length = math.hypot(x, y)
        inside = 0.75 * home.radius_km
        if length > inside:
            x, y = x * inside / length, y * inside / length
        return self._at(home, x, y, ("address", "gps", "surveyed")[int(draw * 100_000) % 3])

    def _hamlets_of(self, home: Home) -> list[tuple[float, float]]:
        if home.commune not in self._hamlets:
            self._hamlets[home.commune] = [self._offset(home) for _ in range(self._source.randint(2, 5))]
        return self._hamlets[home.commune]

    def _offset(self, home: Home) -> tuple[float, float]:
        angle, distance = self._source.uniform(0, 2 * math.pi), self._source.uniform(0.1, 0.65) * home.radius_km
        return distance * math.cos(angle), distance * math.sin(angle)

    @staticmethod
    def _at(home: Home, x_km: float, y_km: float, accuracy: str) -> Spot:
        lat = home.lat + y_km / KM_PER_DEGREE
        lon = home.lon + x_km / (KM_PER_DEGREE * math.cos(math.radians(home.lat)))
        return Spot(round(lon, 6), round(lat, 6), accuracy)


def pick(source: random.Random, table: Sequence[tuple[ItemT, float]]) -> ItemT:
    """Return one item of (item, share) pairs."""
    return source.choices([item for item, _share in table], [share for _item, share in table])[0]


def sizes(count: int) -> tuple[int, int]:
    """Return how many producers and products go with ``count`` places: at most about the national register."""
    return max(3, min(count // 6, 8_500)), max(5, min(count // 3, 16_000))


def named(word: str, home: Home, number: int) -> str:
    """Return a marked name: ``Cửa hàng OCOP Sa Pa 12 (mẫu sinh tự động)``."""
    return f"{word} {home.name} {number} {words.MARK}"
