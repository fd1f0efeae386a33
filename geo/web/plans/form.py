"""The form of a plan: plain fields that become the same document as the API takes, and back."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.sourcing import depots
from geo.sourcing.pickups import Pickup
from geo.sourcing.routing.model import MOST_STOPS, MOST_VEHICLES
from geo.spatial import calendar
from geo.spatial import parameters as parse
from geo.spatial.problems import InvalidParameter
from geo.web.plans import carried
from geo.web.typed import canonical

ROWS = 2
"""Lorries that the form begins with."""
LORRY = ("name", "kg", "m3", "from", "until", "rest_from", "rest_until", "rest_min", "per_km")
CELLS = {
    "name": (gettext_lazy("Name or plate"), "text"),
    "kg": (gettext_lazy("Loads up to (kg)"), "decimal"),
    "m3": (gettext_lazy("Room (m³), if known"), "decimal"),
    "from": (gettext_lazy("Works from"), "time"),
    "until": (gettext_lazy("Until"), "time"),
    "rest_min": (gettext_lazy("Break (minutes)"), "decimal"),
    "rest_from": (gettext_lazy("Break between"), "time"),
    "rest_until": (gettext_lazy("and"), "time"),
    "per_km": (gettext_lazy("Cost a km, if known"), "decimal"),
}
"""What a lorry's cells are called, and what is typed into them."""
LABELS = {
    "title": gettext_lazy("What the plan is called (optional)"),
    "date": gettext_lazy("Day of the pickup"),
    "depot": gettext_lazy("Where the lorries start and end"),
    "pickups": gettext_lazy("Stops, one a line"),
}
"""What the other fields are called."""
_CELL = re.compile(rf"^({'|'.join(LORRY)})_(\d+)$")
_PATH = re.compile(r"^(vehicles|pickups)\[(\d+)\](?:\.(.*))?$")
_ID = re.compile(r"(?:^|/p/)([0-9A-Za-z]{8})(?:[/?#].*)?$")


@dataclass
class Form:
    """What stands in the fields; ``problem`` and ``field`` say what is wrong, and in which of them.

    ``version``: the version of a plan that it changes. ``place``: where exactly the depot is, and how it was written;
    ``hours``: those stated for stops. Both, and ``also`` of a lorry, hold what there are no fields for (``carried``).
    """

    title: str = ""
    date: str = ""
    depot: str = ""
    split: bool = False
    pickups: str = ""
    lorries: list[dict[str, str]] = field(default_factory=list)
    problem: str = ""
    field_: str = ""
    version: str = ""
    place: str = ""
    hours: str = ""

    @property
    def hours_said(self) -> str:
        """What is carried of the stops, in words."""
        return carried.stops_said(carried.read(self.hours))

    @property
    def can_grow(self) -> bool:
        """Whether there may be one lorry more."""
        return len(self.lorries) < MOST_VEHICLES


def empty() -> Form:
    """Return the form as it is opened: tomorrow, with two lorries of a usual size."""
    day = calendar.today().toordinal() + 1
    lorries = [
        {**dict.fromkeys(LORRY, ""), "kg": "2000", "from": "06:00", "until": "18:00"},
        dict.fromkeys(LORRY, "") | {"from": "06:00", "until": "18:00"},
    ]
    return Form(date=calendar.today().fromordinal(day).isoformat(), lorries=lorries)


def posted(data: Mapping[str, str]) -> Form:
    """Return the form as it was sent; what a sender leaves out stays as it is opened."""
    form = empty()
    form.version = data.get("version", "")[:6]
    form.title, form.split = data.get("title", "").strip(), bool(data.get("split"))
    form.date, form.depot = data.get("date", form.date).strip(), data.get("depot", "").strip()
    form.pickups = data.get("pickups", "").replace("\r\n", "\n")[:60_000]
    if "lorries" in data:
        count = data["lorries"]
        number = min(MOST_VEHICLES, int(count)) if re.fullmatch(r"\d{1,3}", count, re.ASCII) else ROWS
        names = (*LORRY, "also")
        form.lorries = [{name: data.get(f"{name}_{row}", "").strip() for name in names} for row in range(number)]
    form.place, form.hours = data.get("place", ""), data.get("hours", "")
    return form


def filled(document: Mapping[str, Any]) -> Form:
    """Return the form that asks for ``document``."""
    depot = document.get("depot") or document["vehicles"][0]["depot"]
    pickups = document["pickups"]
    return Form(
        title=document.get("title", ""),
        date=document["date"],
        depot=depot.get("name") or f"{depot['lon']}, {depot['lat']}",
        split=document.get("split", False),
        pickups="\n".join(_line(one) for one in pickups),
        lorries=[{**_lorry(one), "also": carried.written(carried.of_lorry(one))} for one in document["vehicles"]],
        place=carried.written({**depot, "typed": depot["name"]}) if depot.get("name") else "",
        hours=carried.written(carried.of_stops(pickups)),
    )


def lines(pickups: Iterable[Pickup]) -> str:
    """Return pickups as the field ``pickups`` takes them, for pages that hand their choice over to the form."""
    return "\n".join(
        "; ".join((one.place, plain(one.load_kg), plain(one.volume_m3), plain(one.service_s / 60))) for one in pickups
    )


def _line(one: Mapping[str, Any]) -> str:
    cells = [
        carried.where(one),
        one["load_kg"],
        one.get("volume_m3", ""),
        one.get("service_min", ""),
        one.get("name", ""),
    ]
    return "; ".join(_cell(cell).replace(";", ",") for cell in cells).rstrip("; ")


def plain(value: float) -> str:
    """Write a number as every language of the form reads it: no separators, and never three decimals, which could be
    thousands."""
    text = f"{value:.4f}"
    return text if "." in text and text[-1] == "0" and text[-2] != "0" else text.rstrip("0").rstrip(".")


def _cell(cell: Any) -> str:
    if cell is None:
        return ""
    return plain(cell) if isinstance(cell, int | float) else str(cell)


def _lorry(one: Mapping[str, Any]) -> dict[str, str]:
    rest = (one.get("breaks") or [{}])[0]
    cells = {
        "name": one.get("name"), "kg": one["capacity_kg"], "m3": one.get("capacity_m3"), "from": one.get("from"),
        "until": one.get("until"), "rest_from": rest.get("from"), "rest_until": rest.get("until"),
        "rest_min": rest.get("minutes"), "per_km": (one.get("cost") or {}).get("per_km"),
    }  # fmt: skip
    return {name: _cell(cell) for name, cell in cells.items()}


def document(form: Form) -> dict[str, Any]:
    """Return what the form asks for. Raises: InvalidParameter naming a field of the form or a path of the document."""
    if not form.depot:
        raise InvalidParameter("depot", _("Say where the lorries start: a commune, or longitude,latitude."))
    depot = _depot(form)
    lorries = [(row, cells) for row, cells in enumerate(form.lorries) if _is_lorry(cells)]
    if not lorries:
        raise InvalidParameter("kg_0", _("Enter at least one lorry with what it may load."))
    lines = [line for line in form.pickups.split("\n") if line.strip()]
    if not lines:
        raise InvalidParameter("pickups", _("Enter at least one stop."))
    if len(lines) > MOST_STOPS:
        raise InvalidParameter("pickups", _("At most %(most)d stops can be planned at once.") % {"most": MOST_STOPS})
    return {
        "title": form.title[:120],
        "date": form.date,
        "depot": depot,
        "vehicles": [_vehicle(row, cells) for row, cells in lorries],
        "pickups": carried.with_stops(
            [_pickup(number, line) for number, line in enumerate(lines, 1)], carried.read(form.hours)
        ),
        "split": form.split,
    }


def _depot(form: Form) -> dict[str, Any]:
    """Return where the lorries start: exactly where it was, while its name is the same."""
    known = carried.read(form.place)
    if known.pop("typed", None) == form.depot:
        return known
    depot = depots.depot("depot", form.depot)
    return {"lon": depot.lon, "lat": depot.lat, "name": form.depot[:120]}


def _vehicle(row: int, cells: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": cells["name"][:60], "capacity_kg": _number(f"kg_{row}", cells["kg"])}
    if cells["m3"]:
        found["capacity_m3"] = _number(f"m3_{row}", cells["m3"])
    found |= {name: cells[name] for name in ("from", "until") if cells[name]}
    if cells["rest_min"]:
        rest = {"from": cells["rest_from"] or cells["from"], "until": cells["rest_until"] or cells["until"]}
        found["breaks"] = [{**rest, "minutes": _number(f"rest_min_{row}", cells["rest_min"])}]
    if cells["per_km"]:
        found["cost"] = {"per_km": _number(f"per_km_{row}", cells["per_km"])}
    return carried.with_lorry(found, carried.read(cells.get("also", "")))


def _pickup(number: int, line: str) -> dict[str, Any]:
    """Read one line: place; kg; m³; minutes; name. The place is a number on the map, its address, or a position."""
    cells = [cell.strip() for cell in re.split(r"[;\t]", line)]
    where, load, volume, minutes, name = (*cells, "", "", "", "", "")[:5]
    found: dict[str, Any] = {}
    if known := _ID.search(where):
        found["place"] = known[1]
    elif re.fullmatch(r"[\d.]+\s*,\s*[\d.]+", where, re.ASCII):
        at = parse.lonlat("pickups", where)
        found |= {"lon": at.lon, "lat": at.lat, "name": name[:120]}
    else:
        raise InvalidParameter(
            "pickups",
            _("Line %(number)d: begin with the number of a place on the map, or with longitude,latitude.")
            % {"number": number},
        )
    try:
        found["load_kg"] = _number("pickups", load)
        found |= {"volume_m3": _number("pickups", volume)} if volume else {}
        found |= {"service_min": _number("pickups", minutes)} if minutes else {}
    except InvalidParameter:
        raise InvalidParameter(
            "pickups", _("Line %(number)d: weight, volume and minutes must be numbers.") % {"number": number}
        ) from None
    return found


def _number(name: str, text: str) -> float:
    """Read a number as people write it in the page's language. Raises: InvalidParameter."""
    cleaned = canonical(text)
    if not re.fullmatch(r"-?\d{0,12}(?:\.\d{1,9})?", cleaned, re.ASCII) or not cleaned.strip("-"):
        raise InvalidParameter(name, _("“%(name)s” must be a number.") % {"name": name})
    return float(cleaned)


_FIELDS = {
    "name": "name", "capacity_kg": "kg", "capacity_m3": "m3", "from": "from", "until": "until",
    "breaks[0]": "rest_min", "breaks[0].from": "rest_from", "breaks[0].until": "rest_until",
    "breaks[0].minutes": "rest_min", "cost.per_km": "per_km",
}  # fmt: skip


_OF_LINE = {
    "load_kg": gettext_lazy("kilograms"),
    "volume_m3": gettext_lazy("cubic metres"),
    "service_min": gettext_lazy("minutes of loading"),
    "place": gettext_lazy("number of the place"),
    "name": gettext_lazy("name"),
    "lon": gettext_lazy("longitude"),
    "lat": gettext_lazy("latitude"),
}


def explain(form: Form, problem: InvalidParameter) -> None:
    """Say in the form what is wrong, at the field it is about, in words instead of paths."""
    form.problem, form.field_ = problem.message, problem.name
    found = _PATH.match(problem.name)
    if found and found[1] == "vehicles":
        rows = [row for row, cells in enumerate(form.lorries) if _is_lorry(cells)]
        member = found[3] or ""
        usual = "rest_min" if member.startswith("breaks") else "kg"
        row, cell = rows[int(found[2])], _FIELDS.get(member, usual)
        form.field_, name = f"{cell}_{row}", _of_lorry(row, cell)
    elif found:
        form.field_, member = "pickups", str(_OF_LINE.get(found[3] or "", ""))
        name = ": ".join(filter(None, (_("line %(number)d") % {"number": int(found[2]) + 1}, member)))
    elif problem.name in LABELS:
        name = str(LABELS[problem.name])
    elif cells := _CELL.match(problem.name):
        name = _of_lorry(int(cells[2]), cells[1])
    else:
        return
    form.problem = problem.message.replace(problem.name, name)


def _of_lorry(row: int, cell: str) -> str:
    return f"{_('lorry %(number)d') % {'number': row + 1}}: {CELLS[cell][0]}"


def _is_lorry(cells: Mapping[str, str]) -> bool:
    """Return whether a row says more than the hours that every row begins with."""
    return any(cells[name] for name in LORRY if name not in ("from", "until"))
