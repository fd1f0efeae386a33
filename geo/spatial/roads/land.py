"""Which piece of land a point is on, as far as roads go: the mainland, an island that no road reaches, or the sea.

The islands are a stated table (``fixtures/roads/islands.csv``: a circle each). Everything else counts as mainland.
"""

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geo.spatial.parameters import LonLat

ROADS_FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "roads"
MAINLAND = "mainland"
KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Island:
    """A circle that holds an island, or a group of islets, without a road to the mainland."""

    name: str
    lon: float
    lat: float
    radius_km: float

    def holds(self, point: LonLat) -> bool:
        """Return whether the point is on it."""
        east = (point.lon - self.lon) * math.cos(math.radians(self.lat))
        return math.hypot(east, point.lat - self.lat) * KM_PER_DEGREE <= self.radius_km


@dataclass(frozen=True)
class Land:
    """The mainland and the islands without a road."""

    islands: tuple[Island, ...]

    def piece(self, point: LonLat) -> str | None:
        """Return the name of the piece of land that holds ``point``; ``None`` in the sea."""
        return next((one.name for one in self.islands if one.holds(point)), MAINLAND)


@cache
def land() -> Land:
    """Return the land of the fixtures, read once."""
    with (ROADS_FIXTURES / "islands.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Land(
        tuple(Island(row["name"], float(row["lon"]), float(row["lat"]), float(row["radius_km"])) for row in rows)
    )
