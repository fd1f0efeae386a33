"""Why each offer is in or out, in codes and numbers that a page turns into words."""

import math
from dataclasses import dataclass
from typing import Literal

from geo.sourcing.choosing.choice import Choice, choose_month
from geo.sourcing.choosing.rules import Offer, Problem, cap_of_supplier, cost_of_stop, least, most, usable

MOST_WORK = 12_000
"""Offers × solves spent on trying the plan without a chosen place, the largest first; what the others save isn't worked
out. A count, not only a time: the same problem gets the same reasons."""

Code = Literal["needed", "saves", "chosen", "nothing_free", "minimum", "supplier_full", "stops", "dearer", "spare"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer is in or out.

    ``needed``: without its place ``amount`` (whole parts over all months) would be missing. ``saves``: without it the
    plan would cost ``km`` more. ``chosen``: part of the cheapest plan. ``nothing_free``: nothing in these months.
    ``minimum``: its least order, ``amount``, is more than it may deliver. ``supplier_full``: its supplier delivers the
    most it may already. ``dearer``: ``km`` per stop and tenth of the need, against ``against`` of the dearest chosen.
    ``spare``: the chosen ones cover the need for less. ``stops``: as many stops as allowed are used by larger ones.
    """

    code: Code
    amount: int = 0
    km: float = 0.0
    against: float = 0.0


def reasons(problem: Problem, choice: Choice, until: float = math.inf) -> dict[int, Reason]:
    """Return the reason of every offer; what a chosen one saves only as far as it is known ``until`` then."""
    inside = _inside(problem, choice, until)
    worst = max(
        (_price(problem, one, month) for one, month in _delivering(problem, choice)),
        default=0.0,
    )
    return {one.id: inside.get(one.id) or _outside(problem, choice, one, worst) for one in problem.offers}


def _delivering(problem: Problem, choice: Choice) -> list[tuple[Offer, int]]:
    return [
        (one, number)
        for number, month in enumerate(choice.months)
        for one in problem.offers
        if month.amounts.get(one.id)
    ]


def _inside(problem: Problem, choice: Choice, until: float) -> dict[int, Reason]:
    """Try the plan without each chosen place, the largest first."""
    load: dict[str, int] = {}
    for one, month in _delivering(problem, choice):
        load[one.place] = load.get(one.place, 0) + choice.months[month].amounts[one.id]
    found: dict[int, Reason] = {}
    work = 0
    for place in sorted(load, key=lambda name: (-load[name], name)):
        here = [one.id for one in problem.offers if one.place == place]
        work += len(problem.offers) * sum(any(pk in month.amounts for pk in here) for month in choice.months)
        reason = _without(problem, choice, here, until) if work <= MOST_WORK else Reason("chosen")
        found |= {pk: reason for pk in here if pk in choice.chosen}
    return found


def _without(problem: Problem, choice: Choice, ids: list[int], until: float) -> Reason:
    """Say what would be without these; nothing is said of a plan that might not be the best."""
    rest = problem.without(ids)
    gap, cost = 0, 0.0
    tried: dict[tuple[object, ...], tuple[int, float]] = {}
    for number, month in enumerate(choice.months):
        if not any(pk in month.amounts for pk in ids):
            continue
        key = (problem.need[number], *sorted(month.amounts.items()), *(one.free[number] for one in rest.offers))
        if key not in tried:
            other = choose_month(rest, number, until)
            if not (other.proven and month.proven):
                return Reason("chosen")
            tried[key] = (other.gap - month.gap, other.cost - month.cost)
        gap += tried[key][0]
        cost += tried[key][1]
    if gap > 0:
        return Reason("needed", amount=gap)
    return Reason("saves", km=cost) if cost > 0 else Reason("chosen")


def _price(problem: Problem, offer: Offer, month: int) -> float:
    """Return what a tenth of the need costs from this offer alone, in kilometres."""
    upper = most(problem, offer, month)
    need = problem.need[month]
    return cost_of_stop(problem.rules, offer.km) * need / (10 * upper) + offer.dislike / 10 if upper else 0.0


def _outside(problem: Problem, choice: Choice, offer: Offer, worst: float) -> Reason:
    months = [month for month in range(len(problem.need)) if problem.need[month] and offer.free[month]]
    if not months:
        return Reason("nothing_free")
    able = [month for month in months if usable(problem, offer, month)]
    if not able:
        return Reason("minimum", amount=least(problem, offer))
    if all(_supplier_full(problem, choice, offer, month) for month in able):
        return Reason("supplier_full")
    rules = problem.rules
    if rules.stops is not None and all(choice.months[month].stops >= rules.stops for month in able) and choice.gap:
        return Reason("stops")
    price = min(_price(problem, offer, month) for month in able)
    return Reason("dearer", km=price, against=worst) if price > worst else Reason("spare")


def _supplier_full(problem: Problem, choice: Choice, offer: Offer, month: int) -> bool:
    if problem.rules.share is None:
        return False
    amounts = choice.months[month].amounts
    own = sum(amounts.get(one.id, 0) for one in problem.offers if one.supplier == offer.supplier)
    return own >= cap_of_supplier(problem, month)
