"""What stands now in a watched search: its demand looked at again, in a form that can be kept and compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from geo.catalog.models import OCOP
from geo.sourcing.asking import NAMES, demand
from geo.sourcing.demand import Demand, Month
from geo.sourcing.describing import amount, month_name
from geo.sourcing.finding import find
from geo.sourcing.rules import Assessed, in_force, marks_over, speaking
from geo.sourcing.watching.rules import Standing
from geo.spatial import calendar


@dataclass(frozen=True, slots=True)
class Look:
    """The suppliers that count, by public name; ``whole`` unless roads didn't answer or there were too many."""

    demand: Demand
    months: tuple[str, ...]
    suppliers: dict[str, Standing]
    whole: bool


def query_of(given: Mapping[str, Any], asked: Demand) -> dict[str, str]:
    """Return the parameters as they are kept: those of a demand alone, the months with their years."""
    found = {name: str(given[name][0]) for name in NAMES if given.get(name) and str(given[name][0]).strip()}
    return {**found, "months": ",".join(month_name(month) for month in asked.months)}


def months_left(query: Mapping[str, str]) -> str:
    """Return the months of a kept query that are to come or the running one when it is the last, else nothing.

    What can't be delivered any more in the running month, because it or its day of delivery is over, is no news.
    """
    today = calendar.today()
    now = month_name(Month.of(today))
    left = [month for month in query.get("months", "").split(",") if month >= now]
    is_over = int(query.get("day") or 31) < today.day
    return ",".join(left[1:] if left and left[0] == now and (len(left) > 1 or is_over) else left)


def look(query: Mapping[str, str]) -> Look:
    """Look at a kept query again, in the months that are left. Raises: InvalidParameter."""
    asked = demand({name: [value] for name, value in {**query, "months": months_left(query)}.items()})
    found = find(asked)
    names = tuple(month_name(month) for month in asked.months)
    suppliers = {one.supply.key: _standing(one, asked, names) for one in found.suppliers}
    down = found.roads is not None and found.roads.down
    return Look(asked, names, suppliers, found.whole and not down)


def _standing(one: Assessed, asked: Demand, names: tuple[str, ...]) -> Standing:
    supply = one.supply
    ends = {}
    for scheme in (OCOP, *asked.schemes):
        end = _end(one, scheme, asked.today)
        if end is not None:
            ends[scheme] = end.isoformat()
    if asked.marks and (last := _mark_end(one, asked)) is not None:
        kind, end = last
        ends[kind] = end.isoformat()
    amounts = {name: amount(value) for name, value in zip(names, one.counted(), strict=True)}
    return Standing(f"{supply.place_name}: {supply.product_name}", amounts, ends)


def _end(one: Assessed, scheme: str, today: date) -> date | None:
    """Return the last day of the certificate that speaks today; null without an end, or when another follows it."""
    held = one.supply.certificates
    now = speaking(held, scheme, today)
    if now is None or in_force(held, scheme, today) is None:
        return None
    first_without = now.dates.valid_until
    if first_without is None or in_force(held, scheme, first_without) is not None:
        return None
    return first_without - timedelta(days=1)


def _mark_end(one: Assessed, asked: Demand) -> tuple[str, date] | None:
    """Return the kind and last day of the geographical indication or mark that holds longest, one after the other."""
    day, last = asked.today, None
    while rights := marks_over(one.supply.certificates, asked.marks, day, day, asked.mark_words):
        ends = [(right.dates.valid_until, right.scheme) for right in rights if right.dates.valid_until is not None]
        if not ends:
            return None
        day, kind = max(ends)
        last = kind, day - timedelta(days=1)
    return last


def written(suppliers: Mapping[str, Standing]) -> dict[str, Any]:
    """Return suppliers as JSON values."""
    return {
        key: {"name": one.name, "amounts": dict(one.amounts), "ends": dict(one.ends)} for key, one in suppliers.items()
    }


def read(said: Mapping[str, Any]) -> dict[str, Standing]:
    """Return what ``written`` wrote."""
    return {key: Standing(one["name"], one["amounts"], one["ends"]) for key, one in said.items()}
