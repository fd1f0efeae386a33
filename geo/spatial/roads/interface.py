"""What every source of road times answers: a matrix, a line, an area within reach. Pure types, no Django.

Points are ``LonLat`` in degrees (EPSG:4326); times are whole seconds, lengths whole metres. What nobody can drive is
``None``, never a guess. Every answer names its ``source`` and says whether it is an ``estimate``: who shows a number
shows that too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeAlias

from geo.spatial.parameters import LonLat

Row: TypeAlias = tuple[int | None, ...]

ESTIMATE = "estimate"
"""The source of what comes from great-circle distances."""


class RoadsDown(Exception):
    """The engine does not answer, or answers nonsense; the message is for the operator's log."""


class NotCovered(RoadsDown):
    """The engine works, but its roads don't reach where it is asked about."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A ferry on a way: its minutes are stated by ``source``, on ``stated_on``. It counts in seconds, not in metres."""

    name: str
    minutes: int
    source: str
    source_url: str
    stated_on: date
    sample: bool = False


@dataclass(frozen=True)
class Matrix:
    """From every source (row) to every target (column): seconds and metres, ``None`` where no road or ferry leads.

    ``down``: the operator's engine should have answered, could not, and this is the estimate in its place.
    ``ferries``: the stated ferries on the way from a row to a column, where there are some.
    """

    seconds: tuple[Row, ...]
    metres: tuple[Row, ...]
    source: str
    estimate: bool
    down: bool = False
    ferries: Mapping[tuple[int, int], tuple[Crossing, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Leg:
    """From one point of a line to the next; both ``None`` when nothing leads there."""

    seconds: int | None
    metres: int | None
    ferries: tuple[Crossing, ...] = ()


@dataclass(frozen=True)
class Line:
    """The way along several points: one part of coordinates (longitude, latitude) and one leg per step.

    A leg that can't be driven has an empty part: nothing is drawn over the sea. One with stated ferries has one more
    part than ferries: the roads before, between and behind them.
    """

    parts: tuple[tuple[tuple[float, float], ...], ...]
    legs: tuple[Leg, ...]
    source: str
    estimate: bool
    down: bool = False


@dataclass(frozen=True)
class Area:
    """What can be reached within a time: polygons of rings of (longitude, latitude), as GeoJSON has them."""

    polygons: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]
    source: str


class Roads(Protocol):
    """A source of road times. Methods raise ``RoadsDown`` when it fails; the one of ``engine()`` never does."""

    source: str

    def matrix(self, sources: Sequence[LonLat], targets: Sequence[LonLat] | None = None) -> Matrix:
        """Return the times from every source to every target (to every source, without targets)."""
        ...

    def line(self, points: Sequence[LonLat]) -> Line:
        """Return the way from the first point through all others in their order."""
        ...

    def isochrone(self, point: LonLat, seconds: int) -> Area | None:
        """Return what can be reached from ``point`` within the time; ``None`` when this source doesn't know."""
        ...
