"""What the page of a plan shows: each lorry with its stops, times and loads, in the words of the page's language."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.sourcing.plans.models import PlanVersion
from geo.sourcing.plans.stops import NO_POSITION, clock_words
from geo.sourcing.plans.telling import WHY, StopTold, known_now
from geo.web import words
from geo.web.directions import Link, directions
from geo.web.plans.ferries import FerryTold, ferry_words
from geo.web.records.common import record_href
from geo.web.sourcing.phrases import road


@dataclass(frozen=True)
class StopLine:
    """One stop of a lorry: ``mark`` is what the map calls it (A1, A2 …)."""

    mark: str
    told: StopTold
    href: str
    arrival: str
    times: str
    load: str
    on_board: str
    way: str
    part: str
    links: list[Link]
    rest: str
    ferries: list[FerryTold]


@dataclass(frozen=True)
class Lorry:
    """One lorry with its stops; ``number`` gives its colour, ``letter`` its name on the map."""

    number: int
    letter: str
    name: str
    summary: str
    times: str
    home: str
    rest: str
    home_ferries: list[FerryTold]
    stops: list[StopLine]


@dataclass(frozen=True)
class Left:
    """A stop that nobody serves, and why."""

    number: int
    told: StopTold
    href: str
    load: str
    why: str


def letter(number: int) -> str:
    """Return what the map calls a lorry."""
    return string.ascii_uppercase[number % 26]


def kilograms(value: float) -> str:
    """Write a weight."""
    return f"{words.number(value, 1)} kg"


def load_words(kg: float, m3: float) -> str:
    """Write a load: weight, and volume where one is known."""
    return f"{kilograms(kg)} · {words.number(m3, 2)} m³" if m3 else kilograms(kg)


class Shown:
    """One version of a plan, read for people."""

    def __init__(self, version: PlanVersion) -> None:
        self.asked: Mapping[str, Any] = version.asked
        self.found, self.stops = known_now(version.found)

    def vehicle_name(self, number: int) -> str:
        """Return what a lorry is called."""
        return self.asked["vehicles"][number].get("name") or _("Lorry %(number)d") % {"number": number + 1}

    def lorries(self) -> list[Lorry]:
        """Return the lorries that drive."""
        return [self._lorry(route) for route in self.found["routes"]]

    def left(self) -> list[Left]:
        """Return what nobody serves."""
        return [
            Left(one["stop"], stop, _href(stop), load_words(one["kg"], one["m3"]), str(WHY[one["reason"]]))
            for one in self.found["unserved"]
            for stop in (self.stops[one["stop"]],)
        ]

    def start(self) -> str:
        """Say where the lorries start, where that has a name."""
        return str((self.asked.get("depot") or {}).get("name", ""))

    def idle(self) -> list[str]:
        """Return the names of the lorries that stay at home."""
        used = {route["vehicle"] for route in self.found["routes"]}
        return [self.vehicle_name(n) for n in range(len(self.asked["vehicles"])) if n not in used]

    def totals(self) -> str:
        """Say the whole plan in one line."""
        routes = self.found["routes"]
        visits = [visit for route in routes for visit in route["visits"]]
        return " · ".join(
            (
                ngettext("%(count)d lorry", "%(count)d lorries", len(routes)) % {"count": len(routes)},
                ngettext("%(count)d stop", "%(count)d stops", len(visits)) % {"count": len(visits)},
                kilograms(sum(visit["kg"] for visit in visits)),
                words.distance(sum(route["metres"] for route in routes)),
                road(sum(route["drive_s"] for route in routes)),
            )
        )

    def cost(self) -> str:
        """Say what it costs, where prices were given."""
        total = sum(route["cost"] for route in self.found["routes"])
        return words.number(total) if total else ""

    def _lorry(self, route: Mapping[str, Any]) -> Lorry:
        number, visits = route["vehicle"], route["visits"]
        rests = _rests(route["rests"])
        kg = sum(visit["kg"] for visit in visits)
        m3 = sum(visit["m3"] for visit in visits)
        return Lorry(
            number=number,
            letter=letter(number),
            name=self.vehicle_name(number),
            summary=" · ".join((load_words(kg, m3), words.distance(route["metres"]), road(route["drive_s"]))),
            times=_("leaves at %(start)s") % {"start": clock_words(route["start"])},
            home=_("back at %(end)s, after %(way)s")
            % {"end": clock_words(route["end"]), "way": words.distance(route["home_m"])},
            rest=rests.get(len(visits), ""),
            home_ferries=[ferry_words(one) for one in route.get("home_ferries", ())],
            stops=[self._line(number, at, visit, rests.get(at, "")) for at, visit in enumerate(visits)],
        )

    def _line(self, vehicle: int, at: int, visit: Mapping[str, Any], rest: str) -> StopLine:
        stop = self.stops[visit["stop"]]
        return StopLine(
            mark=f"{letter(vehicle)}{at + 1}",
            told=stop,
            href=_href(stop),
            arrival=clock_words(visit["arrival"]),
            times=f"{clock_words(visit['begin'])}–{clock_words(visit['leave'])}",
            load=load_words(visit["kg"], visit["m3"]),
            on_board=load_words(visit["after_kg"], visit["after_m3"]),
            way=f"{words.distance(visit['drive_m'])} · {road(visit['drive_s'])}",
            part=_("part %(part)d of %(parts)d") % {"part": visit["part"], "parts": visit["parts"]}
            if visit["parts"] > 1
            else "",
            links=directions(stop.lon, stop.lat, stop.name) if stop.lon is not None and stop.lat is not None else [],
            rest=rest,
            ferries=[ferry_words(one) for one in visit.get("ferries", ())],
        )

    def on_map(self) -> dict[str, Any]:
        """Return what the map draws: per lorry its line, its depot and its numbered stops; and what is left over."""
        left = [self.stops[one["stop"]] for one in self.found["unserved"] if one["reason"] != NO_POSITION]
        return {
            "routes": [
                {
                    "number": route["vehicle"],
                    "name": self.vehicle_name(route["vehicle"]),
                    "depot": self._depot(route["vehicle"]),
                    "parts": [part for part in route["line"]["parts"] if part],
                    "estimate": route["line"]["estimate"],
                    "stops": [
                        {"mark": f"{letter(route['vehicle'])}{at + 1}", "name": stop.name, "at": [stop.lon, stop.lat]}
                        for at, visit in enumerate(route["visits"])
                        for stop in (self.stops[visit["stop"]],)
                        if stop.lon is not None
                    ],
                }
                for route in self.found["routes"]
            ],
            "left": [{"name": stop.name, "at": [stop.lon, stop.lat]} for stop in left if stop.lon is not None],
        }

    def _depot(self, vehicle: int) -> list[float]:
        depot = self.asked["vehicles"][vehicle].get("depot") or self.asked["depot"]
        return [depot["lon"], depot["lat"]]


def _rests(rests: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Return breaks by the number of stops before them; several may follow the same stop."""
    found: dict[int, list[str]] = {}
    for rest in rests:
        found.setdefault(rest["after"], []).append(_rest(rest))
    return {after: "; ".join(said) for after, said in found.items()}


def _rest(rest: Mapping[str, Any]) -> str:
    return _("break of %(minutes)d minutes at %(begin)s") % {
        "minutes": rest["seconds"] // 60,
        "begin": clock_words(rest["begin"]),
    }


def _href(stop: StopTold) -> str:
    return record_href(stop.place) if stop.place else ""
