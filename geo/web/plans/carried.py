"""What a plan may ask for that its form has no fields for: carried along, said in words, and left out by unticking it.

Second breaks, a lorry's own depot and other costs, hours stated for a stop, and where exactly a named depot is. What
comes back from the browser is checked with the rest of the request.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.web import words

LONGEST = 60_000
COSTS = ("fixed", "per_hour")
Carried = dict[str, Any]


def written(carried: Carried) -> str:
    """Return it as a field of the form holds it; empty when there is nothing."""
    return json.dumps(carried, ensure_ascii=False, separators=(",", ":")) if carried else ""


def read(text: str) -> Carried:
    """Return what a field holds; what is not ours is nothing."""
    try:
        found = json.loads(text) if 0 < len(text) <= LONGEST else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def of_lorry(vehicle: Mapping[str, Any]) -> Carried:
    """Return what the row of a lorry can't show."""
    cost = {name: value for name, value in (vehicle.get("cost") or {}).items() if name in COSTS and value is not None}
    found = {"depot": vehicle.get("depot"), "breaks": (vehicle.get("breaks") or [])[1:], "cost": cost}
    return {name: value for name, value in found.items() if value}


def with_lorry(vehicle: dict[str, Any], carried: Carried) -> dict[str, Any]:
    """Return a lorry with what its row carried."""
    found = dict(vehicle)
    if isinstance(breaks := carried.get("breaks"), list):
        found["breaks"] = [*found.get("breaks", ()), *breaks]
    if isinstance(cost := carried.get("cost"), dict):
        found["cost"] = {**cost, **found.get("cost", {})}
    if carried.get("depot") is not None:
        found["depot"] = carried["depot"]
    return found


def lorry_said(carried: Carried) -> str:
    """Say what the row of a lorry carries; nothing when it carries nothing, or what nobody could read."""
    try:
        said = [
            _("a break of %(minutes)s minutes between %(start)s and %(end)s")
            % {"minutes": words.number(one["minutes"], 1), "start": one["from"], "end": one["until"]}
            for one in carried.get("breaks", ())
        ]
        if depot := carried.get("depot"):
            where = depot.get("name") or f"{depot['lon']}, {depot['lat']}"
            said.append(_("starts and ends at %(where)s") % {"where": where})
        cost = carried.get("cost", {})
        if "fixed" in cost:
            said.append(_("costs %(cost)s a day it drives") % {"cost": words.number(cost["fixed"], 2)})
        if "per_hour" in cost:
            said.append(_("costs %(cost)s an hour") % {"cost": words.number(cost["per_hour"], 2)})
    except (AttributeError, KeyError, TypeError, ValueError):
        return ""
    return "; ".join(said)


def where(pickup: Mapping[str, Any]) -> str:
    """Return by what a line of the form names a stop."""
    return str(pickup.get("place") or f"{pickup.get('lon')}, {pickup.get('lat')}")


def of_stops(pickups: list[dict[str, Any]]) -> Carried:
    """Return the opening hours that were stated for stops, by the beginning of their lines, in their order."""
    found: Carried = {}
    if any(one.get("opening") is not None for one in pickups):
        for one in pickups:
            found.setdefault(where(one), []).append(one.get("opening"))
    return {place: hours for place, hours in found.items() if any(one is not None for one in hours)}


def with_stops(pickups: list[dict[str, Any]], carried: Carried) -> list[dict[str, Any]]:
    """Return stops with the hours that were stated for them; a stop that is new has none."""
    left = {place: list(hours) for place, hours in carried.items() if isinstance(hours, list)}
    found = []
    for one in pickups:
        hours = left.get(where(one))
        opening = hours.pop(0) if hours else None
        found.append(one if opening is None else {**one, "opening": opening})
    return found


def stops_said(carried: Carried) -> str:
    """Say for how many stops hours are carried."""
    count = sum(one is not None for hours in carried.values() if isinstance(hours, list) for one in hours)
    if not count:
        return ""
    text = ngettext(
        "Keep the opening hours that were stated for %(count)d stop",
        "Keep the opening hours that were stated for %(count)d stops",
        count,
    )
    return text % {"count": count}
