"""From a checked request to what a plan keeps: routes with times and loads, lines on the map, what is left and why."""

from typing import Any

from django.utils.translation import gettext as _

from geo.sourcing.ferries import ferry_told
from geo.sourcing.plans.asking import Asked
from geo.sourcing.plans.gate import working
from geo.sourcing.plans.stops import NO_POSITION, Found, find
from geo.sourcing.routing import Fleet, Route, Routing, SolverFailed, solve
from geo.spatial.parameters import LonLat
from geo.spatial.problems import Unavailable
from geo.spatial.roads import Roads, engine, estimating

DECIMALS = 5
"""Of degrees in lines: a metre."""
TOLERANCE = 0.00005
"""Degrees by which a line may be straightened: five metres, less than a road is wide on a phone."""


def compute(asked: Asked) -> dict[str, Any]:
    """Return the plan as it is kept (JSON). Raises: InvalidParameter, Unavailable."""
    stops = find(asked.stops, asked.day)
    placed = [number for number, stop in enumerate(stops) if stop.spot is not None]
    fleet = Fleet(asked.vehicles, tuple(stops[number].stop(str(number)) for number in placed), asked.split)
    roads = engine()
    with working():
        try:
            routing = solve(fleet, roads)
        except SolverFailed as error:
            raise Unavailable(_("The order of the stops can't be worked out now. Please try again.")) from error
        # Lines tell the same as times: straight ones where these are an estimate.
        ways = estimating() if routing.estimate else roads
        routes = [_route(route, asked, stops, placed, ways) for route in routing.routes]
    left = [
        {"stop": placed[one.stop], "reason": str(one.reason), "kg": _round(one.load_kg), "m3": _round(one.volume_m3)}
        for one in routing.unserved
    ]
    left += [
        {"stop": number, "reason": NO_POSITION, "kg": _round(stop.wanted.load_kg), "m3": _round(stop.wanted.volume_m3)}
        for number, stop in enumerate(stops)
        if stop.spot is None
    ]
    return {
        **_source(routing, routes),
        "stops": [_stop(stop) for stop in stops],
        "routes": routes,
        "unserved": sorted(left, key=lambda one: int(one["stop"])),
    }


def _source(routing: Routing, routes: list[dict[str, Any]]) -> dict[str, Any]:
    """Say where times and lines come from; one estimate among them makes the whole an estimate."""
    lines = [route["line"] for route in routes]
    return {
        "source": routing.source,
        "estimate": routing.estimate or any(line["estimate"] for line in lines),
        "down": routing.down or any(line["down"] for line in lines),
    }


def _stop(stop: Found) -> dict[str, Any]:
    """Keep where a stop is and when it is open; what it is called is asked of the map when it is shown."""
    return {
        "place": stop.place.public_id if stop.place is not None else "",
        "name": "" if stop.place is not None else stop.wanted.name,
        "lon": None if stop.spot is None else round(stop.spot.lon, 6),
        "lat": None if stop.spot is None else round(stop.spot.lat, 6),
        "approximate": stop.approximate,
        "hours": stop.hours,
        "opening": [list(span) for span in stop.spans],
    }


def _route(route: Route, asked: Asked, stops: list[Found], placed: list[int], roads: Roads) -> dict[str, Any]:
    vehicle = asked.vehicles[route.vehicle]
    visits: list[dict[str, Any]] = [
        {
            "stop": placed[visit.stop], "arrival": visit.arrival, "begin": visit.begin, "leave": visit.leave,
            "kg": _round(visit.load_kg), "m3": _round(visit.volume_m3),
            "after_kg": _round(visit.after_kg), "after_m3": _round(visit.after_m3),
            "drive_s": visit.drive_s, "drive_m": visit.drive_m, "part": visit.part, "parts": visit.parts,
            "ferries": [ferry_told(one) for one in visit.ferries],
        }
        for visit in route.visits
    ]  # fmt: skip
    spots = [spot for visit in visits if (spot := stops[int(visit["stop"])].spot) is not None]
    return {
        "vehicle": route.vehicle,
        "visits": visits,
        "rests": [{"after": rest.after, "begin": rest.begin, "seconds": rest.seconds} for rest in route.rests],
        "start": route.start,
        "end": route.end,
        "home_s": route.home_s,
        "home_m": route.home_m,
        "home_ferries": [ferry_told(one) for one in route.home_ferries],
        "metres": route.metres,
        "drive_s": route.drive_s,
        "cost": round(route.cost),
        "line": _line(roads, [vehicle.depot, *spots, vehicle.depot]),
    }


def _line(roads: Roads, points: list[LonLat]) -> dict[str, Any]:
    """Return the way as parts of [lon, lat]: one from each stop to the next, more where a ferry parts it.

    ``of`` says for each part which step it belongs to.
    """
    from shapely import LineString

    line = roads.line(points)
    parts = []
    for part in line.parts:
        kept = LineString(part).simplify(TOLERANCE).coords if len(part) > 2 else part
        parts.append([[round(x, DECIMALS), round(y, DECIMALS)] for x, y in kept])
    of = [step for step, leg in enumerate(line.legs) for _part in range(len(leg.ferries) + 1)]
    return {"parts": parts, "of": of, "estimate": line.estimate, "down": line.down}


def _round(value: float) -> float:
    return round(value, 3)
