"""Routing against best-known values, and the time that plans of 50 and 200 stops take."""

import json
import math
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmark.routing.instances import INSTANCES, Instance
from geo.sourcing.pickups import Pickup
from geo.sourcing.routing import Break, Fleet, Routing, Stop, Vehicle, solve
from geo.spatial.parameters import LonLat
from geo.spatial.roads import Area, Leg, Line, Matrix, estimating

SECONDS = 5
"""Of a unit of length: the longest tour stays within a day."""
HOUR = 3600
SCALE = 0.5
"""Degrees of a unit: positions stay on the globe."""


class Plane:
    """Roads of a plane: straight, their length rounded to whole units."""

    source = "plane"

    def matrix(self, sources: Sequence[LonLat], targets: Sequence[LonLat] | None = None) -> Matrix:
        """Return lengths as kilometres."""
        rows = [[_length(one, other) for other in targets or sources] for one in sources]
        seconds = tuple(tuple(SECONDS * unit for unit in row) for row in rows)
        return Matrix(seconds, tuple(tuple(1000 * unit for unit in row) for row in rows), self.source, estimate=False)

    def line(self, points: Sequence[LonLat]) -> Line:
        """Return nothing."""
        return Line((), (Leg(None, None),) * (len(points) - 1), self.source, estimate=False)

    def isochrone(self, point: LonLat, seconds: int) -> Area | None:
        """Return nothing."""
        return None


def _length(one: LonLat, other: LonLat) -> int:
    return math.floor(math.hypot(one.lon - other.lon, one.lat - other.lat) / SCALE + 0.5)


def _published(one: Instance) -> tuple[int, int, float]:
    """Return the length found, the stops left over and the seconds it took."""
    depot, *stops = one.nodes
    lorry = Vehicle("", LonLat(depot[0] * SCALE, depot[1] * SCALE), 100, None, 0, 24 * HOUR, per_km=1)
    fleet = Fleet(
        (lorry,) * one.lorries,
        tuple(Stop(str(n), Pickup("", "", x * SCALE, y * SCALE, demand)) for n, (x, y, demand) in enumerate(stops)),
    )
    began = time.perf_counter()
    found = solve(fleet, Plane())
    took = time.perf_counter() - began
    return sum(route.metres for route in found.routes) // 1000, len(found.unserved), took


def _around(count: int, lorries: int, seed: int) -> Fleet:
    """Return stops around Hà Nội with opening hours, and lorries with breaks."""
    chance = random.Random(seed)
    depot = LonLat(105.85, 21.03)
    stops = []
    for number in range(count):
        opens = chance.choice((6, 7, 8, 9)) * HOUR
        spot = depot.lon + chance.uniform(-0.35, 0.35), depot.lat + chance.uniform(-0.35, 0.35)
        span = ((opens, opens + chance.choice((5, 8, 10)) * HOUR),)
        stops.append(Stop(str(number), Pickup("", "", *spot, chance.uniform(20, 100), 0, 300, span)))
    lorry = Vehicle("", depot, 5000, 30, 5 * HOUR, 20 * HOUR, (Break(11 * HOUR, 13 * HOUR, HOUR),), 500_000, 6000)
    return Fleet((lorry,) * lorries, tuple(stops))


def _timed(count: int, lorries: int, rounds: int) -> tuple[float, float, Routing]:
    times = []
    for seed in range(rounds):
        fleet = _around(count, lorries, seed)
        began = time.perf_counter()
        found = solve(fleet, estimating())
        times.append(time.perf_counter() - began)
    return statistics.median(times), max(times), found


def run(rounds: int, file: Path | None) -> None:
    """Measure and print; ``file`` takes the figures for machines."""
    figures: dict[str, Any] = {"published": [], "plans": []}
    print("published instances: length found, least possible, gap, time")
    for one in INSTANCES:
        length, left, took = _published(one)
        gap = 100 * (length / one.best - 1)
        print(f"  {one.name:10} {length:6} {one.best:6} {gap:6.2f} % {took:6.2f} s   {left} left over")
        figures["published"].append({"name": one.name, "length": length, "best": one.best, "gap": gap, "s": took})
    print("plans with opening hours and breaks: median and longest time, stops served")
    for count, lorries in ((50, 5), (200, 5), (200, 20)):
        middle, longest, found = _timed(count, lorries, rounds)
        served = sum(len(route.visits) for route in found.routes)
        print(f"  {count:3} stops, {lorries:2} lorries {middle:6.2f} s {longest:6.2f} s   {served} served")
        figures["plans"].append({"stops": count, "lorries": lorries, "median_s": middle, "longest_s": longest})
    if file is not None:
        file.write_text(json.dumps(figures, indent=1))
