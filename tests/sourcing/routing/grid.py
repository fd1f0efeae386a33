"""Roads of a test: a table of seconds by name of the point, or the streets of a chessboard; and fleets on them."""

from collections.abc import Mapping, Sequence

from geo.sourcing.pickups import Pickup
from geo.sourcing.routing import Fleet, Routing, Stop, Vehicle
from geo.sourcing.routing.model import Visit
from geo.spatial.parameters import LonLat
from geo.spatial.roads import Area, Leg, Line, Matrix

HOUR = 3600
METRES_A_SECOND = 10
DEPOT = LonLat(0, 0)


class Table:
    """Stated seconds between points, the same in both directions; what isn't stated can't be driven."""

    source = "table"

    def __init__(self, seconds: Mapping[tuple[LonLat, LonLat], int]) -> None:
        self.known = dict(seconds) | {(b, a): s for (a, b), s in seconds.items()}

    def seconds(self, one: LonLat, other: LonLat) -> int | None:
        return 0 if one == other else self.known.get((one, other))

    def matrix(self, sources: Sequence[LonLat], targets: Sequence[LonLat] | None = None) -> Matrix:
        rows = [tuple(self.seconds(one, other) for other in targets or sources) for one in sources]
        metres = tuple(tuple(None if s is None else s * METRES_A_SECOND for s in row) for row in rows)
        return Matrix(tuple(rows), metres, self.source, estimate=False)

    def line(self, points: Sequence[LonLat]) -> Line:
        return Line((), (Leg(None, None),) * (len(points) - 1), self.source, estimate=False)

    def isochrone(self, point: LonLat, seconds: int) -> Area | None:
        return None


class Chessboard(Table):
    """Streets along both axes: a hundredth of a degree takes a minute."""

    def __init__(self) -> None:
        super().__init__({})

    def seconds(self, one: LonLat, other: LonLat) -> int | None:
        return round((abs(one.lon - other.lon) + abs(one.lat - other.lat)) * 6000)


def stop(lon: float, lat: float, kg: float = 100, **values: object) -> Stop:
    closed = bool(values.pop("closed", False))
    pickup = Pickup("", f"{lon},{lat}", lon, lat, kg, **{"service_s": 600, **values})  # type: ignore[arg-type]
    return Stop(f"{lon},{lat}", pickup, closed)


def lorry(kg: float = 1000, **values: object) -> Vehicle:
    return Vehicle(**{
        "name": "xe", "depot": DEPOT, "capacity_kg": kg, "capacity_m3": None, "start": 6 * HOUR, "end": 18 * HOUR,
        "per_km": 5000, **values,
    })  # type: ignore[arg-type]  # fmt: skip


def wrong(fleet: Fleet, found: Routing, roads: Table) -> list[str]:
    """Return everything in which the routes break what was asked, simulated anew from the road times."""
    said: list[str] = []
    for route in found.routes:
        vehicle = fleet.vehicles[route.vehicle]
        here, clock, kg, m3 = vehicle.depot, route.start, 0.0, 0.0
        if route.start < vehicle.start or route.end > vehicle.end:
            said.append("outside of the working hours")
        for number, visit in enumerate(route.visits):
            one = fleet.stops[visit.stop]
            rest = sum(r.seconds for r in route.rests if r.after == number)
            drive = roads.seconds(here, one.spot)
            if drive is None or visit.arrival < clock + drive or visit.begin < clock + drive + rest:
                said.append("faster than the road")
            said += _opening(one, visit)
            if visit.leave - visit.begin < round(one.pickup.service_s * visit.load_kg / (one.pickup.load_kg or 1)) - 1:
                said.append("loaded too fast")
            kg, m3 = kg + visit.load_kg, m3 + visit.volume_m3
            if abs(kg - visit.after_kg) > 1e-6 or abs(m3 - visit.after_m3) > 1e-6:
                said.append("the load does not add up")
            here, clock = one.spot, visit.leave
        rest = sum(r.seconds for r in route.rests if r.after == len(route.visits))
        drive = roads.seconds(here, vehicle.depot)
        if drive is None or route.end < clock + drive + rest:
            said.append("home faster than the road")
        if kg > vehicle.capacity_kg + 1e-6 or (vehicle.capacity_m3 is not None and m3 > vehicle.capacity_m3 + 1e-6):
            said.append("too much on the lorry")
        if {(r.seconds) for r in route.rests} != {b.seconds for b in vehicle.breaks}:
            said.append("a break is missing")
        for rest_ in route.rests:
            if not any(b.earliest <= rest_.begin <= b.latest for b in vehicle.breaks):
                said.append("a break at the wrong time")
    return said + _accounts(fleet, found)


def _opening(one: Stop, visit: Visit) -> list[str]:
    spans = one.pickup.opening
    inside = not spans or any(a <= visit.begin and visit.leave <= b for a, b in spans)
    return [] if inside else ["loaded while closed"]


def _accounts(fleet: Fleet, found: Routing) -> list[str]:
    """Every load is fetched or left with a reason, to the kilogram, once."""
    said = []
    for number, one in enumerate(fleet.stops):
        fetched = sum(v.load_kg for route in found.routes for v in route.visits if v.stop == number)
        left = sum(u.load_kg for u in found.unserved if u.stop == number)
        named = any(v.stop == number for r in found.routes for v in r.visits) or any(
            u.stop == number for u in found.unserved
        )
        if not named or abs(fetched + left - one.pickup.load_kg) > 1e-6:
            said.append(f"stop {number}: {fetched} fetched and {left} left of {one.pickup.load_kg}")
    return said
