"""The stops of a chosen plan, month by month, as the form of pickup plans takes them."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from geo.sourcing.pickups import Pickup
from geo.sourcing.planning import Plan, pickups
from geo.web import words
from geo.web.sourcing import phrases

MOST_NAMED = 40
"""Beyond so many stops their names are left out of the address: the planner knows the places anyway."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One month to fetch: ``fields`` of the planner's form, and in words; ``unfit``: suppliers that can't be a stop."""

    month: str
    stops: int
    load: str
    fields: tuple[tuple[str, str], ...]
    unfit: str


def months_to_fetch(made: Plan, depot: str) -> list[Fetch]:
    """Return the months in which something is fetched, to the ``depot`` as the buyer wrote it."""
    found = []
    for number, month in enumerate(made.found.demand.months):
        stops, unfit = pickups(made, number)
        if not stops:
            continue
        name = phrases.month(month)
        fields = (
            ("title", _("Pickup of %(month)s") % {"month": name}),
            ("date", first_day(made, number).isoformat()),
            ("depot", depot),
            ("pickups", "\n".join(line(stop, named=len(stops) <= MOST_NAMED) for stop in stops)),
        )
        load = f"{words.number(sum(stop.load_kg for stop in stops), 1)} kg"
        left_out = ", ".join(one.supply.place_name for one in unfit)
        found.append(Fetch(name, len(stops), load, fields, left_out))
    return found


def first_day(made: Plan, number: int) -> date:
    """Return the first day of a month on which everything chosen can be fetched, as far as its notice is known."""
    demand = made.found.demand
    start, end = demand.span(demand.months[number])
    notices = [made.candidates[pk].supply.lead_days or 0 for pk in made.choice.months[number].amounts]
    return min(end, max([start, *map(demand.earliest, notices)]))


def line(stop: Pickup, *, named: bool) -> str:
    """Write a stop as one line of the planner: place; kilograms (one decimal); cubic metres; minutes; name."""
    cells = [stop.place, f"{stop.load_kg:.1f}", "", str(round(stop.service_s / 60))]
    return "; ".join([*cells, stop.name.replace(";", ",")] if named else cells)
