"""What a plan is asked with: a JSON object, checked to the last member; its limits stand here and in the definition."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from geo.sourcing.depots import on_land
from geo.sourcing.plans.reading import Node, clock
from geo.sourcing.routing.model import MOST_STOPS, MOST_VEHICLES, Break, Vehicle
from geo.sourcing.routing.resting import can_rest
from geo.spatial import public_ids
from geo.spatial.parameters import LonLat
from geo.spatial.problems import InvalidParameter, NotFound

MOST_KG, MOST_M3, MOST_COST = 100_000, 1_000, 1_000_000_000
MOST_BREAKS, MOST_SPANS = 3, 6
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
LONGEST_NAME = 120
SERVICE_MIN = 15
"""Minutes that loading takes where nobody says so."""


@dataclass(frozen=True)
class Wanted:
    """One stop as asked for: a ``place`` of the map by its public id, or a ``spot`` with a ``name``.

    ``opening``: the spans stated for that day, ``None``: those that the map knows of the place.
    """

    place: str
    name: str
    spot: LonLat | None
    load_kg: float
    volume_m3: float
    service_s: int
    opening: tuple[tuple[int, int], ...] | None


@dataclass(frozen=True)
class Asked:
    """A checked request."""

    title: str
    day: date
    vehicles: tuple[Vehicle, ...]
    stops: tuple[Wanted, ...]
    split: bool


def read(document: Any) -> Asked:
    """Return the request that ``document`` holds. Raises: InvalidParameter with the path of what is wrong."""
    node = Node(document, "", ("title", "date", "depot", "vehicles", "pickups", "split", "save"))
    depot = _depot(node.value["depot"], "depot") if "depot" in node else None
    vehicles = [_vehicle(value, path, depot) for path, value in node.items("vehicles", 1, MOST_VEHICLES)]
    stops = [_wanted(value, path) for path, value in node.items("pickups", 1, MOST_STOPS)]
    day = node.day_between("date", FIRST_DAY, LAST_DAY)
    return Asked(node.text("title", LONGEST_NAME), day, tuple(vehicles), tuple(stops), node.flag("split"))


def _depot(value: Any, path: str) -> LonLat:
    node = Node(value, path, ("lon", "lat", "name"))
    node.text("name", LONGEST_NAME)
    spot = node.spot()
    if not on_land(spot):
        raise InvalidParameter(path, _("“%(name)s” lies in the sea or outside Viet Nam.") % {"name": path})
    return spot


def _vehicle(value: Any, path: str, depot: LonLat | None) -> Vehicle:
    node = Node(value, path, ("name", "capacity_kg", "capacity_m3", "depot", "from", "until", "breaks", "cost"))
    own = _depot(node.value["depot"], node.at("depot")) if "depot" in node else depot
    if own is None:
        raise node.missing("depot")
    start, end = node.clock("from", "06:00"), node.clock("until", "18:00")
    if start >= end:
        raise InvalidParameter(
            node.at("until"), _("“%(name)s” must be later than it begins.") % {"name": node.at("until")}
        )
    breaks = tuple(_break(one, at, start, end) for at, one in node.items("breaks", 0, MOST_BREAKS))
    if not can_rest(start, end, breaks):
        raise _unfit(node.at("breaks"))
    cost = Node(node.value["cost"] if "cost" in node else {}, node.at("cost"), ("fixed", "per_km", "per_hour"))
    return Vehicle(
        name=node.text("name", 60),
        depot=own,
        capacity_kg=node.number("capacity_kg", 1, MOST_KG),
        capacity_m3=node.number("capacity_m3", 0.1, MOST_M3) if "capacity_m3" in node else None,
        start=start,
        end=end,
        breaks=breaks,
        fixed=cost.number("fixed", 0, MOST_COST, 0),
        per_km=cost.number("per_km", 0, MOST_COST, 0),
        per_hour=cost.number("per_hour", 0, MOST_COST, 0),
    )


def _break(value: Any, path: str, start: int, end: int) -> Break:
    node = Node(value, path, ("from", "until", "minutes"))
    earliest, latest = node.clock("from"), node.clock("until")
    seconds = round(node.number("minutes", 5, 240) * 60)
    if not start <= earliest <= latest - seconds <= end:
        raise _unfit(path)
    return Break(earliest, latest - seconds, seconds)


def _unfit(path: str) -> InvalidParameter:
    return InvalidParameter(
        path, _("“%(name)s” must fit between its hours, and these into the working hours.") % {"name": path}
    )


def _wanted(value: Any, path: str) -> Wanted:
    known = ("place", "name", "lon", "lat", "load_kg", "volume_m3", "service_min", "opening")
    node = Node(value, path, known)
    place = node.text("place", 60)
    if bool(place) == ("lon" in node or "lat" in node):
        raise InvalidParameter(path, _("“%(name)s” needs either a place or a position.") % {"name": path})
    if place:
        try:
            place = public_ids.parse(place)
        except NotFound as problem:
            raise InvalidParameter(node.at("place"), problem.message) from None
    spans = node.items("opening", 0, MOST_SPANS) if "opening" in node else None
    return Wanted(
        place=place,
        name=node.text("name", LONGEST_NAME),
        spot=None if place else node.spot(),
        load_kg=node.number("load_kg", 0, MOST_KG),
        volume_m3=node.number("volume_m3", 0, MOST_M3, 0),
        service_s=round(node.number("service_min", 0, 600, SERVICE_MIN) * 60),
        opening=None if spans is None else tuple(_span(one, at) for at, one in spans),
    )


def _span(value: Any, path: str) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise InvalidParameter(path, _("“%(name)s” must be two times: from and until.") % {"name": path})
    start, end = clock(path, value[0]), clock(path, value[1])
    if start >= end:
        raise InvalidParameter(path, _("“%(name)s” must be later than it begins.") % {"name": path})
    return start, end
