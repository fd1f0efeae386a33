"""What a new version of a plan changes for those who drive: who dropped out, who comes to another lorry or time."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from geo.sourcing.plans.models import PlanVersion
from geo.sourcing.plans.stops import clock_words
from geo.web import words
from geo.web.plans.page import Shown, kilograms

NOTICED_S = 5 * 60
"""Who arrives less than this earlier or later arrives as before."""


def changes(before: PlanVersion, now: PlanVersion) -> list[str]:
    """Return in sentences what is different from the version before."""
    old, new = Shown(before), Shown(now)
    dropped = set(now.dropped)
    kept = [number for number in range(len(old.stops)) if number not in dropped]
    if len(kept) != len(new.stops):
        return [_("The stops were entered anew.")]
    said = [_("%(name)s drops out.") % {"name": old.stops[number].name} for number in sorted(dropped)]
    was, now_is = _visits(old.found), _visits(new.found)
    for number, other in enumerate(kept):
        said += _moved(new, new.stops[number].name, was.get(other), now_is.get(number))
    fewer = _kilograms(old.found) - _kilograms(new.found)
    if fewer >= 0.05:
        said.append(_("%(load)s less are fetched.") % {"load": kilograms(fewer)})
    metres = sum(r["metres"] for r in new.found["routes"]) - sum(r["metres"] for r in old.found["routes"])
    if abs(metres) >= 1000:
        way = words.distance(abs(metres))
        text = _("The whole way is %(way)s shorter.") if metres < 0 else _("The whole way is %(way)s longer.")
        said.append(text % {"way": way})
    return said


def _visits(found: Mapping[str, Any]) -> dict[int, tuple[int, int]]:
    """Return lorry and arrival of every stop that is served (of a split one, its first part)."""
    seen: dict[int, tuple[int, int]] = {}
    for route in found["routes"]:
        for visit in route["visits"]:
            seen.setdefault(visit["stop"], (route["vehicle"], visit["arrival"]))
    return seen


def _kilograms(found: Mapping[str, Any]) -> float:
    return float(sum(visit["kg"] for route in found["routes"] for visit in route["visits"]))


def _moved(new: Shown, name: str, was: tuple[int, int] | None, now: tuple[int, int] | None) -> list[str]:
    if was is None and now is None:
        return []
    if now is None:
        return [_("%(name)s is no longer served.") % {"name": name}]
    at = {"name": name, "lorry": new.vehicle_name(now[0]), "at": clock_words(now[1])}
    if was is None:
        return [_("%(name)s is now served, by %(lorry)s at %(at)s.") % at]
    if was[0] != now[0]:
        return [_("%(name)s goes to %(lorry)s, at %(at)s.") % at]
    if abs(was[1] - now[1]) >= NOTICED_S:
        return [_("%(name)s: %(at)s instead of %(before)s.") % {**at, "before": clock_words(was[1])}]
    return []
