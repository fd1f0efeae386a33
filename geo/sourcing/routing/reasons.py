"""Why a stop is not served: looked for in the order in which a person would want to know."""

from collections.abc import Sequence

from geo.sourcing.routing.loads import Task, fits, room
from geo.sourcing.routing.model import Break, Fleet, Reason, Stop, Times, Vehicle
from geo.sourcing.routing.resting import driven, in_turn


def windows(stop: Stop, service_s: int) -> list[tuple[int, int]] | None:
    """Return when loading may begin so that it ends before closing; ``None``: at any time, nobody knows the hours."""
    if not stop.pickup.opening:
        return None
    return [(start, end - service_s) for start, end in joined(stop.pickup.opening) if end - service_s >= start]


def joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in their order, those that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def impossible(task: Task, fleet: Fleet, there: Times, back: Times) -> Reason | None:
    """Return why no vehicle could serve ``task`` even as its only one; ``None`` when one could.

    ``there[v][s]`` and ``back[v][s]`` are the seconds from the depot of vehicle v to stop s, and back.
    """
    stop, service = fleet.stops[task.stop], task.service_s
    if stop.closed:
        return Reason.CLOSED
    strong = [number for number, vehicle in enumerate(fleet.vehicles) if fits(task, vehicle)]
    if not strong:
        return _what_is_too_much(task, fleet.vehicles)
    near = [n for n in strong if there[n][task.stop] is not None and back[n][task.stop] is not None]
    if not near:
        return Reason.UNREACHABLE
    if any(_returns(task, fleet, n, there, back, windows(stop, service)) for n in near):
        return None
    if any(_returns(task, fleet, n, there, back, None) for n in near):
        return Reason.HOURS
    return Reason.TOO_FAR


def _what_is_too_much(task: Task, vehicles: Sequence[Vehicle]) -> Reason:
    load = task.units()[0]
    return Reason.TOO_HEAVY if all(load > room(vehicle)[0] for vehicle in vehicles) else Reason.TOO_LARGE


def _returns(
    task: Task, fleet: Fleet, number: int, there: Times, back: Times, spans: list[tuple[int, int]] | None
) -> bool:
    """Return whether vehicle ``number`` can go there, load, rest as it must and be back in time."""
    go, come = there[number][task.stop], back[number][task.stop]
    if go is None or come is None:
        return False
    vehicle = fleet.vehicles[number]
    rests = in_turn(vehicle.breaks)
    return any(
        _is_back(vehicle, go, task.service_s, come, spans, rests[:before], rests[before:])
        for before in range(len(rests) + 1)
    )


def _is_back(
    vehicle: Vehicle,
    go: int,
    service_s: int,
    come: int,
    spans: list[tuple[int, int]] | None,
    before: Sequence[Break],
    after: Sequence[Break],
) -> bool:
    """Return whether it works with these breaks before the stop and those after it, leaving as early as may be."""
    arrival = driven(vehicle.start, go, before)
    if arrival is None:
        return False
    begin = arrival if spans is None else min((max(arrival, a) for a, b in spans if arrival <= b), default=None)
    end = None if begin is None else driven(begin + service_s, come, after)
    return end is not None and end <= vehicle.end


def left_over(task: Task, waiting: Sequence[Task], fleet: Fleet) -> Reason:
    """Return why a task that some vehicle could serve alone was not served with the others."""
    loads = [sum(one.units()[side] for one in waiting) for side in (0, 1)]
    rooms = [sum(room(vehicle)[side] for vehicle in fleet.vehicles) for side in (0, 1)]
    return Reason.FULL if loads[0] > rooms[0] or loads[1] > rooms[1] else Reason.NO_TIME
