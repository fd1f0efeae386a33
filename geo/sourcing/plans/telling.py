"""A plan in words and clock times: what the API answers, and what pages, tables and files are made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.places.models import Place
from geo.sourcing.plans.stops import NO_POSITION, clock_words, places_of
from geo.sourcing.plans.withdrawing import as_known_now
from geo.sourcing.routing import Reason

WHY: dict[str, Promise] = {
    Reason.CLOSED: gettext_lazy("closed on that day"),
    Reason.HOURS: gettext_lazy("open only when no lorry can be there"),
    Reason.TOO_HEAVY: gettext_lazy("heavier than any lorry takes"),
    Reason.TOO_LARGE: gettext_lazy("needs more room than any lorry has"),
    Reason.UNREACHABLE: gettext_lazy("no road leads there, or none back"),
    Reason.TOO_FAR: gettext_lazy("too far to go there and be back within the working hours"),
    Reason.FULL: gettext_lazy("all loads together are more than the lorries hold"),
    Reason.NO_TIME: gettext_lazy("no time or room is left beside the other stops"),
    NO_POSITION: gettext_lazy("the map does not know where it is"),
}


@dataclass(frozen=True)
class StopTold:
    """A stop as people read it."""

    number: int
    place: str
    name: str
    where: str
    lon: float | None
    lat: float | None
    approximate: bool
    hours: str
    opening: str


def known_now(found: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[StopTold]]:
    """Return what was found as far as the map still says it, and its stops with their names and communes of today."""
    places = places_of(one["place"] for one in found["stops"] if one["place"])
    now = as_known_now(found, places)
    return now, [_stop(number, one, places.get(one["place"])) for number, one in enumerate(now["stops"])]


def _stop(number: int, kept: Mapping[str, Any], place: Place | None) -> StopTold:
    name = place.name if place is not None else kept["name"] or _("Stop %(number)d") % {"number": number + 1}
    return StopTold(
        number=number,
        place=kept["place"],
        name=name,
        where=_where(place) if place is not None else "",
        lon=kept["lon"],
        lat=kept["lat"],
        approximate=kept["approximate"],
        hours=kept["hours"],
        opening=", ".join("–".join(map(clock_words, span)) for span in kept["opening"]),
    )


def _where(place: Place) -> str:
    parts = [place.commune.full_name if place.commune is not None else "", place.province.full_name]
    return ", ".join(part for part in parts if part)


def told(asked: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer of the API."""
    found, stops = known_now(found)
    vehicles = asked["vehicles"]
    return {
        "date": asked["date"],
        "source": found["source"],
        "estimate": found["estimate"],
        "engine_down": found["down"],
        "routes": [_route(route, vehicles, stops) for route in found["routes"]],
        "unserved": [
            {
                **_named(stops[left["stop"]]),
                "reason": left["reason"],
                "explanation": str(WHY[left["reason"]]),
                "load_kg": left["kg"],
                "volume_m3": left["m3"],
            }
            for left in found["unserved"]
        ],
    }


def _named(stop: StopTold) -> dict[str, Any]:
    at = [stop.lon, stop.lat] if stop.lon is not None else None
    return {"pickup": stop.number, "place": stop.place or None, "name": stop.name, "at": at}


def _route(route: Mapping[str, Any], vehicles: list[Mapping[str, Any]], stops: list[StopTold]) -> dict[str, Any]:
    return {
        "vehicle": route["vehicle"],
        "name": vehicles[route["vehicle"]].get("name") or str(route["vehicle"] + 1),
        "leaves": clock_words(route["start"]),
        "back": clock_words(route["end"]),
        "metres": route["metres"],
        "drive_s": route["drive_s"],
        "cost": route["cost"],
        "breaks": [
            {"after": rest["after"], "at": clock_words(rest["begin"]), "minutes": rest["seconds"] // 60}
            for rest in route["rests"]
        ],
        "stops": [
            {
                **_named(stops[visit["stop"]]),
                "arrival": clock_words(visit["arrival"]),
                "loading": clock_words(visit["begin"]),
                "leaves": clock_words(visit["leave"]),
                "load_kg": visit["kg"],
                "volume_m3": visit["m3"],
                "on_board_kg": visit["after_kg"],
                "on_board_m3": visit["after_m3"],
                "metres": visit["drive_m"],
                "drive_s": visit["drive_s"],
                "part": visit["part"],
                "parts": visit["parts"],
                "ferries": visit.get("ferries", []),
            }
            for visit in route["visits"]
        ],
        "home_ferries": route.get("home_ferries", []),
        "line": {"type": "MultiLineString", "coordinates": [part for part in route["line"]["parts"] if part]},
    }
