"""The choice over all months: who delivers how much in which, what is missing, what it costs."""

import math
import time
from dataclasses import dataclass

from geo.sourcing.choosing import exact
from geo.sourcing.choosing.model import pick
from geo.sourcing.choosing.rules import Problem


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """One month: ``amounts`` by offer (whole parts), the ``gap`` to the need, ``cost`` (km), the number of stops."""

    amounts: dict[int, int]
    gap: int
    cost: float
    stops: int
    proven: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The months in their order."""

    months: tuple[MonthChoice, ...]

    @property
    def gap(self) -> int:
        """What is missing over all months."""
        return sum(one.gap for one in self.months)

    @property
    def cost(self) -> float:
        """The cost over all months, in kilometres."""
        return sum(one.cost for one in self.months)

    @property
    def stops(self) -> int:
        """The stops over all months."""
        return sum(one.stops for one in self.months)

    @property
    def proven(self) -> bool:
        """Whether nothing better exists in any month."""
        return all(one.proven for one in self.months)

    @property
    def chosen(self) -> frozenset[int]:
        """The offers that deliver in some month."""
        return frozenset(pk for one in self.months for pk in one.amounts)


def choose_month(problem: Problem, month: int, until: float = math.inf) -> MonthChoice:
    """Choose for one month: first the least gap, then the least cost; what is found ``until`` (``time.monotonic``)."""
    picked = pick(problem, month, until)
    found = exact.amounts(problem, month, picked.offers)
    places = {one.place for one in problem.offers if one.id in found}
    return MonthChoice(
        amounts=found,
        gap=problem.need[month] - sum(found.values()),
        cost=exact.cost(problem, month, found) if found else 0.0,
        stops=len(places),
        proven=picked.proven,
    )


def choose(problem: Problem, until: float = math.inf) -> Choice:
    """Choose for every month; months that are alike are worked out once, and so come out alike.

    Until the time ``until`` (``time.monotonic``) all together: those still to come share what is left of it.
    """
    keys = [(need, *(one.free[month] for one in problem.offers)) for month, need in enumerate(problem.need)]
    known: dict[tuple[int, ...], MonthChoice] = {}
    waiting = len(set(keys))
    for month, key in enumerate(keys):
        if key not in known:
            now = time.monotonic()
            known[key] = choose_month(problem, month, now + (until - now) / waiting)
            waiting -= 1
    return Choice(tuple(known[key] for key in keys))
