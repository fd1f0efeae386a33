"""The stops of a chosen plan, month by month, in the form in which the route planner takes them."""

import json
from dataclasses import asdict, dataclass

from geo.sourcing.pickups import Pickup
from geo.sourcing.planning import Plan, pickups
from geo.web import words
from geo.web.sourcing import phrases


@dataclass(frozen=True, slots=True)
class Fetch:
    """One month to fetch: its stops for the planner (JSON), and in words; ``unfit``: suppliers without a position."""

    month: str
    day: str
    stops: int
    load: str
    text: str
    unfit: tuple[str, ...]


def months_to_fetch(made: Plan) -> list[Fetch]:
    """Return the months in which something is fetched."""
    found = []
    for number, month in enumerate(made.found.demand.months):
        stops, unfit = pickups(made, number)
        if stops:
            load = sum(stop.load_kg for stop in stops)
            day = made.found.demand.span(month)[0]
            found.append(
                Fetch(
                    month=phrases.month(month),
                    day=day.isoformat(),
                    stops=len(stops),
                    load=f"{words.number(load, 1)} kg",
                    text=json.dumps([stop_json(stop) for stop in stops], ensure_ascii=False),
                    unfit=tuple(one.supply.place_name for one in unfit),
                )
            )
    return found


def stop_json(stop: Pickup) -> dict[str, object]:
    """Return a stop as plain JSON values, its fields named as in ``Pickup``."""
    return {name: value for name, value in asdict(stop).items() if value not in ((), 0, "")}
