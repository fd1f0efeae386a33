"""From a demand that was found to a choice among its suppliers: the problem, the plan, the stops of a month."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from geo.sourcing.choosing import (
    Alternative,
    Choice,
    MonthChoice,
    Offer,
    Problem,
    Reason,
    Rules,
    alternatives,
    choose,
    reasons,
)
from geo.sourcing.finding import Found
from geo.sourcing.pickups import Pickup, Share
from geo.sourcing.plans.gate import working
from geo.sourcing.quantities import KG, convert, unit_of
from geo.sourcing.rules import Assessed, Rule

PARTS = 1000
"""The smallest part that is dealt with: a thousandth of a kilogram or litre; things that are counted stay whole."""

MOST_OFFERS = 1_000
"""So many suppliers are chosen from; of more, the nearest (without a depot: the largest)."""

CHOOSE_S, ALTERNATIVES_S, REASONS_S = 10.0, 14.0, 18.0
"""Seconds from the beginning until the plan, then its alternatives, then what each supplier saves must be worked out.

What isn't ready by then is told as far as it is known. Usually all together take a fraction of a second.
"""

SERVICE_S = 15 * 60
SERVICE_S_PER_TONNE = 20 * 60
"""Time at a stop: paperwork and loading. Stated here because nobody publishes it; a plan can set its own."""

SPARED = {"stars": Rule.STARS, "distance": Rule.DISTANCE}
"""Rules of the demand that are tried without, to see what they cost."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to choose, besides the demand: the rules, and what a missing star or a year of a figure's age is worth.

    Both in kilometres, if the supplier covered a whole month's need alone.
    """

    rules: Rules = field(default_factory=Rules)
    star_km: float = 0.0
    year_km: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What was chosen: offers are numbered as ``candidates``; ``parts`` of the base unit are one whole amount."""

    found: Found
    wishes: Wishes
    candidates: tuple[Assessed, ...]
    problem: Problem
    choice: Choice
    reasons: dict[int, Reason]
    alternatives: tuple[Alternative, ...]
    parts: int

    @property
    def choice_gap(self) -> Fraction:
        """What is missing over all months, in the base unit."""
        return Fraction(self.choice.gap, self.parts)

    def amount(self, number: int, month: int) -> Fraction:
        """Return what a candidate delivers in a month, in the base unit."""
        return Fraction(self.choice.months[month].amounts.get(number, 0), self.parts)


def plan(found: Found, wishes: Wishes) -> Plan:
    """Choose among the suppliers that count. Raises: Busy when many others are being worked out."""
    with working():
        return _plan(found, wishes)


def _plan(found: Found, wishes: Wishes) -> Plan:
    began = time.monotonic()
    parts = 1 if found.demand.unit.counts else PARTS
    candidates = found.suppliers[:MOST_OFFERS]
    problem = problem_of(found, candidates, wishes, parts, frozenset())
    chosen = choose(problem, began + CHOOSE_S)
    others = _without_rules(found, wishes, parts)
    better = alternatives(problem, chosen, others, began + ALTERNATIVES_S)
    return Plan(
        found=found,
        wishes=wishes,
        candidates=candidates,
        problem=problem,
        choice=chosen,
        reasons=reasons(problem, chosen, began + REASONS_S),
        alternatives=tuple(better),
        parts=parts,
    )


def with_all(made: Plan) -> tuple[Choice, dict[str, Fraction]]:
    """Return the choice as it was before anybody was left out, and what each supply delivers over all months in it.

    Raises: Busy.
    """
    spared = frozenset({Rule.LEFT_OUT})
    there = sorted(
        (one for one in made.found.all if any(one.counted(spared))),
        key=lambda one: (one.supply.metres or 0, one.supply.key),
    )[:MOST_OFFERS]
    with working():
        problem = problem_of(made.found, there, made.wishes, made.parts, spared)
        choice = choose(problem, time.monotonic() + CHOOSE_S)
    return choice, _delivered(there, choice, made.parts)


def delivered(made: Plan) -> dict[str, Fraction]:
    """Return what each chosen supply delivers over all months, by its public name."""
    return _delivered(made.candidates, made.choice, made.parts)


def _delivered(candidates: Sequence[Assessed], choice: Choice, parts: int) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = {}
    for month in choice.months:
        for number, amount in month.amounts.items():
            key = candidates[number].supply.key
            sums[key] = sums.get(key, Fraction(0)) + Fraction(amount, parts)
    return sums


def _without_rules(found: Found, wishes: Wishes, parts: int) -> dict[str, Problem]:
    """Return the problem with one rule of the demand given up, where somebody else would come in."""
    variants = {}
    for name, rule in SPARED.items():
        more = [one for one in found.all if any(one.counted(frozenset({rule})))]
        if len(more) > len(found.suppliers):
            variants[name] = problem_of(found, more[:MOST_OFFERS], wishes, parts, frozenset({rule}))
    return variants


def problem_of(
    found: Found, candidates: Sequence[Assessed], wishes: Wishes, parts: int, spared: frozenset[Rule]
) -> Problem:
    """Return the choice to be made; who has no road from the depot isn't offered."""
    demand = found.demand
    offers = [
        Offer(
            id=number,
            supplier=one.supply.supplier,
            place=one.supply.place,
            free=tuple(whole_up(amount, parts) for amount in one.counted(spared)),
            minimum=_minimum(one, demand.unit.kind, parts),
            km=(one.supply.metres or 0) / 1000,
            dislike=_dislike(one, wishes, demand.today.toordinal()),
        )
        for number, one in enumerate(candidates)
        if demand.depot is None or one.supply.metres is not None
    ]
    return Problem((math.ceil(demand.need * parts),) * len(demand.months), tuple(offers), wishes.rules)


def whole_up(amount: Fraction, parts: int) -> int:
    """Return an amount in whole parts: grams rounded up (a third of a tonne three times is a tonne), pieces down."""
    return math.ceil(amount * parts) if parts > 1 else math.floor(amount)


def _minimum(one: Assessed, kind: str, parts: int) -> int:
    supply = one.supply
    if supply.minimum is None or supply.figure is None:
        return 0
    amount = convert(Fraction(supply.minimum), supply.figure.unit, kind, supply.figure.piece_kg)
    return 0 if amount is None else math.floor(amount * parts) if parts > 1 else math.ceil(amount)


def _dislike(one: Assessed, wishes: Wishes, today: int) -> float:
    fewest = min((stars or 0 for stars, free in zip(one.stars, one.free, strict=True) if free), default=0)
    years = max(0, today - one.supply.as_of.toordinal()) / 365.25
    return wishes.star_km * (5 - fewest) + wishes.year_km * years


def pickups(made: Plan, month: int) -> tuple[list[Pickup], list[Assessed]]:
    """Return the stops of one month's collection, and the suppliers that can't be one: no position, no weight."""
    stops: dict[str, Pickup] = {}
    unfit = []
    chosen: MonthChoice = made.choice.months[month]
    for number in sorted(chosen.amounts):
        one = made.candidates[number]
        weight = _kilograms(one, made.amount(number, month), made.found.demand.unit.kind)
        if one.supply.lon is None or one.supply.lat is None or weight is None:
            unfit.append(one)
            continue
        share = Share(one.supply.pk, one.supply.product, one.supply.product_name, round(weight, 3))
        known = stops.get(one.supply.place)
        stops[one.supply.place] = (
            replace(known, load_kg=round(known.load_kg + share.kg, 3), shares=(*known.shares, share))
            if known
            else Pickup(
                one.supply.place, one.supply.place_name, one.supply.lon, one.supply.lat, share.kg, shares=(share,)
            )
        )
    timed = [
        replace(stop, service_s=round(SERVICE_S + SERVICE_S_PER_TONNE * stop.load_kg / 1000)) for stop in stops.values()
    ]
    return timed, unfit


def _kilograms(one: Assessed, amount: Fraction, kind: str) -> float | None:
    """Return the net weight of an amount; null where nobody stated one: a litre isn't taken for a kilogram."""
    if kind == KG:
        return float(amount)
    unit = unit_of(kind)
    piece_kg = one.supply.figure.piece_kg if one.supply.figure else None
    weight = convert(amount, unit, KG, piece_kg) if unit else None
    return None if weight is None else float(weight)
