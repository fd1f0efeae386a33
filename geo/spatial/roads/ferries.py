"""Ferries whose time somebody states: the only way over the sea, where both of its ends have a road.

The rows are an upper room's (``stated_by``). An engine that has ferries in its own road data needs none of them: only
what it can't reach is asked here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from geo.spatial.parameters import LonLat
from geo.spatial.roads.interface import Area, Crossing, Leg, Line, Matrix, Roads
from geo.spatial.roads.land import MAINLAND, Land, land

MOST_HARBOURS = 24
"""So many ends of ferries are looked at for one question."""


@dataclass(frozen=True, slots=True)
class Ferry:
    """A ferry that carries lorries, both ways; ``minutes``: from one end to the other, as ``source`` states."""

    name: str
    ends: tuple[LonLat, LonLat]
    minutes: int
    source: str
    source_url: str
    stated_on: date
    sample: bool = False


Reader = Callable[[], Sequence[Ferry]]
_readers: list[Reader] = []


def stated_by(reader: Reader) -> None:
    """Let ``reader`` say which ferries there are today."""
    if reader not in _readers:
        _readers.append(reader)


def stated() -> list[Ferry]:
    """Return the ferries that are stated."""
    return [ferry for reader in _readers for ferry in reader()]


@dataclass(frozen=True, slots=True)
class _Way:
    """A way by road and ferry; ``stops``: the ends of each ferry on it, in order."""

    seconds: int
    metres: int
    crossings: tuple[Crossing, ...] = ()
    stops: tuple[LonLat, ...] = ()

    def then(self, other: "_Way | None") -> "_Way | None":
        """Return the way that goes on with another one."""
        if other is None:
            return None
        crossings = self.crossings + other.crossings
        return _Way(self.seconds + other.seconds, self.metres + other.metres, crossings, self.stops + other.stops)


_Ways = list[list[_Way | None]]


class WithFerries:
    """Roads, and where they end the ferries of ``reader``."""

    def __init__(self, roads: Roads, reader: Reader = stated, on: Land | None = None) -> None:
        self.roads, self.reader, self.land = roads, reader, on or land()
        self.source = roads.source

    def matrix(self, sources: Sequence[LonLat], targets: Sequence[LonLat] | None = None) -> Matrix:
        """Return the times; what no road joins is reached by ferry where one is stated, and says so."""
        goals = sources if targets is None else targets
        found = self.roads.matrix(sources, targets)
        ways = self._over_the_sea(found, sources, goals)
        if not ways:
            return found
        seconds, metres = [list(row) for row in found.seconds], [list(row) for row in found.metres]
        for (row, column), way in ways.items():
            seconds[row][column], metres[row][column] = way.seconds, way.metres
        return replace(
            found,
            seconds=tuple(map(tuple, seconds)),
            metres=tuple(map(tuple, metres)),
            ferries={pair: way.crossings for pair, way in ways.items()},
        )

    def line(self, points: Sequence[LonLat]) -> Line:
        """Return the way; a leg with a ferry has a part for each road on it, and none over the sea."""
        found = self.roads.line(points)
        if all(leg.seconds is not None for leg in found.legs):
            return found
        parts: list[tuple[tuple[float, float], ...]] = []
        legs: list[Leg] = []
        for number, leg in enumerate(found.legs):
            way = None if leg.seconds is not None else self._way(points[number], points[number + 1], found)
            if way is None:
                parts.extend(found.parts[number : number + 1])
                legs.append(leg)
                continue
            ends = [points[number], *way.stops, points[number + 1]]
            for one, other in zip(ends[::2], ends[1::2], strict=True):
                parts += self.roads.line([one, other]).parts if one != other else ((),)
            legs.append(Leg(way.seconds, way.metres, way.crossings))
        return replace(found, parts=tuple(parts), legs=tuple(legs))

    def isochrone(self, point: LonLat, seconds: int) -> Area | None:
        """Return what the roads say: ferries have their hours, an area can't tell them."""
        return self.roads.isochrone(point, seconds)

    def _way(self, one: LonLat, other: LonLat, like: Line) -> _Way | None:
        found = self.roads.matrix([one], [other])
        if found.estimate != like.estimate:
            return None
        return self._over_the_sea(found, [one], [other]).get((0, 0))

    def _over_the_sea(
        self, found: Matrix, sources: Sequence[LonLat], goals: Sequence[LonLat]
    ) -> dict[tuple[int, int], _Way]:
        """Return the ways by ferry of the pairs that no road joins."""
        missing = [(a, b) for a, row in enumerate(found.seconds) for b, s in enumerate(row) if s is None]
        ferries = self._near({point for a, b in missing for point in (sources[a], goals[b])}) if missing else []
        if not ferries:
            return {}
        harbours = list(dict.fromkeys(end for ferry in ferries for end in ferry.ends))
        asked = [
            self.roads.matrix(sources, harbours), self.roads.matrix(harbours), self.roads.matrix(harbours, goals)
        ]  # fmt: skip
        if any(one.estimate != found.estimate for one in asked):
            # The engine's roads don't reach the harbours: no ferry between measured and estimated ways.
            return {}
        there, between, onwards = (_ways(one) for one in asked)
        _join(between, harbours, ferries)
        outward = [_best_by_target(row, between) for row in there]
        ways = {(a, b): _best(outward[a], [row[b] for row in onwards]) for a, b in missing}
        return {pair: way for pair, way in ways.items() if way is not None and way.crossings}

    def _near(self, points: set[LonLat]) -> list[Ferry]:
        """Return the ferries of the islands that hold some of the points, and those that lead on from there."""
        pieces = {piece for point in points if (piece := self.land.piece(point)) not in (None, MAINLAND)}
        if not pieces:
            return []
        known = [(ferry, {self.land.piece(end) for end in ferry.ends}) for ferry in self.reader()]
        found: list[Ferry] = []
        while more := [(ferry, ends) for ferry, ends in known if ferry not in found and ends & pieces]:
            found += [ferry for ferry, _ends in more]
            pieces |= {end for _ferry, ends in more for end in ends if end not in (None, MAINLAND)}
        return found[: MOST_HARBOURS // 2]


def _ways(found: Matrix) -> _Ways:
    return [
        [None if s is None or m is None else _Way(s, m) for s, m in zip(*row, strict=True)]
        for row in zip(found.seconds, found.metres, strict=True)
    ]


def _join(between: _Ways, harbours: Sequence[LonLat], ferries: Sequence[Ferry]) -> None:
    """Put the ferries between harbours, and find the shortest ways from each to each (Floyd, Warshall)."""
    for ferry in ferries:
        for one, other in (ferry.ends, ferry.ends[::-1]):
            crossing = Crossing(
                ferry.name, ferry.minutes, ferry.source, ferry.source_url, ferry.stated_on, ferry.sample
            )
            way = _Way(ferry.minutes * 60, 0, (crossing,), (one, other))
            a, b = harbours.index(one), harbours.index(other)
            between[a][b] = _shorter(between[a][b], way)
    many = range(len(harbours))
    for via in many:
        for a in many:
            first = between[a][via]
            if first is None or a == via:
                continue
            for b in many:
                between[a][b] = _shorter(between[a][b], first.then(between[via][b]))


def _best_by_target(row: Sequence[_Way | None], between: _Ways) -> list[_Way | None]:
    return [_best(row, [ways[to] for ways in between]) for to in range(len(between))]


def _best(first: Sequence[_Way | None], then: Sequence[_Way | None]) -> _Way | None:
    """Return the shortest of the ways that begin with one of the first and go on with the other of its number."""
    best: _Way | None = None
    for one, other in zip(first, then, strict=True):
        # Sums before objects: this is asked for every pair of many points.
        if one is None or other is None or (best is not None and one.seconds + other.seconds >= best.seconds):
            continue
        best = one.then(other)
    return best


def _shorter(one: _Way | None, other: _Way | None) -> _Way | None:
    return other if one is None or (other is not None and other.seconds < one.seconds) else one
