"""Finding: what the suppliers of some goods can deliver together, month by month, and what would close a gap."""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction

from geo.sourcing.demand import Demand
from geo.sourcing.ferries import ferry_told
from geo.sourcing.plans.gate import working
from geo.sourcing.relaxing import Relaxed, relaxations, sums
from geo.sourcing.rules import Assessed, Supply, assess
from geo.sourcing.supply import supplies
from geo.spatial.parameters import LonLat
from geo.spatial.roads import engine
from geo.spatial.roads.interface import ESTIMATE


@dataclass(frozen=True, slots=True)
class Roads:
    """Where road times come from; ``estimate``: from distances, without roads; ``down``: the engine didn't answer."""

    source: str
    estimate: bool
    down: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a demand, in its base unit. ``whole``: every supply of these goods was looked at.

    ``suppliers`` count in some month, in the order in which they were found; ``others`` in none, those against whom
    the fewest rules stand first.
    """

    demand: Demand
    totals: tuple[Fraction, ...]
    gaps: tuple[Fraction, ...]
    suppliers: tuple[Assessed, ...]
    others: tuple[Assessed, ...]
    whole: bool
    roads: Roads | None
    closing: tuple[Relaxed, ...] = ()

    @property
    def gap(self) -> Fraction:
        """What is missing over all months."""
        return sum(self.gaps, Fraction(0))

    @property
    def all(self) -> tuple[Assessed, ...]:
        """Everything that was looked at."""
        return self.suppliers + self.others


def find(demand: Demand) -> Found:
    """Return who can deliver what of a demand, what is missing, and what would close the gap."""
    stored, whole = supplies(demand)
    reached, roads = with_roads(stored, demand)
    assessed = [assess(one, demand) for one in reached]
    totals = sums(demand, [one.counted() for one in assessed])
    found = Found(
        demand=demand,
        totals=totals,
        gaps=tuple(max(Fraction(0), demand.need - total) for total in totals),
        suppliers=tuple(one for one in assessed if any(one.counted())),
        others=tuple(sorted((one for one in assessed if not any(one.counted())), key=lambda one: len(one.rules))),
        whole=whole,
        roads=roads,
    )
    return replace(found, closing=relaxations(demand, assessed, found.gaps)) if found.gap else found


def with_roads(found: list[Supply], demand: Demand) -> tuple[list[Supply], Roads | None]:
    """Return the supplies with the road from the depot, asked for all at once, and where the times come from."""
    if demand.depot is None:
        return found, None
    located = [one for one in found if one.lon is not None and one.lat is not None]
    points = list(
        dict.fromkeys(LonLat(one.lon, one.lat) for one in located if one.lon is not None and one.lat is not None)
    )
    roads = engine()
    # An engine works for long on many points, and in half a gigabyte: not for everybody at once.
    with working() if roads.source != ESTIMATE else nullcontext():
        matrix = roads.matrix([LonLat(demand.depot.lon, demand.depot.lat)], points)
    legs = dict(zip(points, zip(matrix.seconds[0], matrix.metres[0], strict=True), strict=True))
    ferries = {points[b]: tuple(map(ferry_told, crossings)) for (_a, b), crossings in matrix.ferries.items()}
    reached = []
    for one in found:
        at = LonLat(one.lon, one.lat) if one.lon is not None and one.lat is not None else None
        seconds, metres = legs[at] if at is not None else (None, None)
        reached.append(replace(one, seconds=seconds, metres=metres, ferries=ferries.get(at, ()) if at else ()))
    return reached, Roads(matrix.source, matrix.estimate, matrix.down)
