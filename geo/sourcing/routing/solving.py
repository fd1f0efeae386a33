"""From a fleet and road times to routes: what is impossible is set aside with its reason, the rest is VROOM's."""

from typing import Any

from geo.sourcing.routing import reasons
from geo.sourcing.routing.loads import Task, room, tasks
from geo.sourcing.routing.model import Fleet, Rest, Route, Routing, Times, Unserved, Visit
from geo.sourcing.routing.vroom import SolverFailed as SolverFailed
from geo.sourcing.routing.vroom import serve_most
from geo.spatial.parameters import LonLat
from geo.spatial.roads import Matrix, Roads

LIMIT_S = 2
NEVER_S, NEVER_M = 1_000_000, 100_000_000
"""What the solver is told of a way that does not exist: longer than any working day."""


def solve(fleet: Fleet, roads: Roads, limit_s: int = LIMIT_S) -> Routing:
    """Return the routes of the fleet.

    Raises: SolverFailed. ``fleet`` has at least one vehicle and keeps ``MOST_STOPS`` and ``MOST_VEHICLES``.
    """
    spots = list(dict.fromkeys([*(one.depot for one in fleet.vehicles), *(one.spot for one in fleet.stops)]))
    matrix = roads.matrix(spots)
    index = {spot: number for number, spot in enumerate(spots)}
    there, back = _from_depots(fleet, matrix, index)
    possible: list[Task] = []
    unserved: list[Unserved] = []
    for task in tasks(fleet):
        reason = reasons.impossible(task, fleet, there, back)
        if reason is None:
            possible.append(task)
        else:
            unserved.append(Unserved(task.stop, reason, task.load_kg, task.volume_m3))
    routes: tuple[Route, ...] = ()
    if possible:
        found = serve_most(_problem(fleet, possible, matrix, index), limit_s)
        routes = tuple(_route(route, fleet, possible, matrix, index) for route in found["routes"])
        for left in found["unassigned"]:
            task = possible[left["id"]]
            reason = reasons.left_over(task, possible, fleet)
            unserved.append(Unserved(task.stop, reason, task.load_kg, task.volume_m3))
    unserved.sort(key=lambda one: one.stop)
    return Routing(routes, tuple(unserved), matrix.source, matrix.estimate, matrix.down)


def _from_depots(fleet: Fleet, matrix: Matrix, index: dict[LonLat, int]) -> tuple[Times, Times]:
    stops = [index[stop.spot] for stop in fleet.stops]
    depots = [index[vehicle.depot] for vehicle in fleet.vehicles]
    there = tuple(tuple(matrix.seconds[depot][stop] for stop in stops) for depot in depots)
    return there, tuple(tuple(matrix.seconds[stop][depot] for stop in stops) for depot in depots)


def _problem(fleet: Fleet, possible: list[Task], matrix: Matrix, index: dict[LonLat, int]) -> dict[str, Any]:
    """Return the problem in VROOM's terms; a job's number is its place among the tasks."""
    return {
        "vehicles": [_vehicle(fleet, number, index) for number in range(len(fleet.vehicles))],
        "jobs": [_job(fleet, number, task, index) for number, task in enumerate(possible)],
        "matrices": {
            "car": {
                "durations": [[NEVER_S if s is None else s for s in row] for row in matrix.seconds],
                "distances": [[NEVER_M if m is None else m for m in row] for row in matrix.metres],
            }
        },
    }


def _vehicle(fleet: Fleet, number: int, index: dict[LonLat, int]) -> dict[str, Any]:
    vehicle = fleet.vehicles[number]
    costs = {"fixed": vehicle.fixed, "per_hour": vehicle.per_hour, "per_km": vehicle.per_km}
    if not any((vehicle.per_hour, vehicle.per_km)):
        # Without prices the shortest time at the wheel is the best plan.
        costs["per_hour"] = 3600
    return {
        "id": number,
        "start_index": index[vehicle.depot],
        "end_index": index[vehicle.depot],
        "capacity": room(vehicle),
        "time_window": [vehicle.start, vehicle.end],
        "costs": {name: round(cost) for name, cost in costs.items()},
        "breaks": [
            {"id": at, "time_windows": [[one.earliest, one.latest]], "service": one.seconds}
            for at, one in enumerate(vehicle.breaks)
        ],
    }


def _job(fleet: Fleet, number: int, task: Task, index: dict[LonLat, int]) -> dict[str, Any]:
    stop = fleet.stops[task.stop]
    job = {
        "id": number,
        "location_index": index[stop.spot],
        "service": task.service_s,
        "pickup": task.units(),
    }
    spans = reasons.windows(stop, task.service_s)
    return job if spans is None else {**job, "time_windows": spans}


def _route(
    found: dict[str, Any], fleet: Fleet, possible: list[Task], matrix: Matrix, index: dict[LonLat, int]
) -> Route:
    """Return a route with its loads in kilograms again; the ways come from the matrix, not from the solver's sums."""
    vehicle = fleet.vehicles[found["vehicle"]]
    here = home = index[vehicle.depot]
    visits: list[Visit] = []
    rests: list[Rest] = []
    kg = m3 = 0.0
    start = end = found["steps"][0]["arrival"]
    for step in found["steps"]:
        end = step["arrival"]
        begin = step["arrival"] + step["waiting_time"]
        if step["type"] == "break":
            rests.append(Rest(len(visits), begin, step["service"]))
        elif step["type"] == "job":
            task = possible[step["id"]]
            kg, m3 = kg + task.load_kg, m3 + task.volume_m3
            leave = begin + step["setup"] + step["service"]
            there = index[fleet.stops[task.stop].spot]
            way = matrix.seconds[here][there] or 0, matrix.metres[here][there] or 0
            loaded = task.load_kg, task.volume_m3, kg, m3
            parts = task.part, task.parts
            ferries = matrix.ferries.get((here, there), ())
            visits.append(Visit(task.stop, step["arrival"], begin, leave, *loaded, *way, *parts, ferries))
            here = there
    back = matrix.seconds[here][home] or 0, matrix.metres[here][home] or 0
    metres = sum(visit.drive_m for visit in visits) + back[1]
    hours = (sum(visit.drive_s for visit in visits) + back[0]) / 3600
    cost = vehicle.fixed + vehicle.per_km * metres / 1000 + vehicle.per_hour * hours
    ferries = matrix.ferries.get((here, home), ())
    return Route(found["vehicle"], tuple(visits), tuple(rests), start, end, *back, cost, ferries)
