"""What would meet a demand that can't be met: each rule given up by itself, no further than needed. Plain functions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from geo.sourcing.demand import Demand, Month
from geo.sourcing.rules import Assessed, Rule, assess

Gaps = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A demand with one rule less strict.

    ``rule`` names it; ``value`` is how far it was eased (seconds of road, stars, days of notice; 0 where it is given up
    whole); ``months`` are other months in which the quantity is there; ``gap`` is what would still be missing (base
    unit, all months together), ``gained`` how much less that is.
    """

    rule: str
    gap: Fraction
    gained: Fraction
    value: int = 0
    months: tuple[Month, ...] = ()

    @property
    def meets(self) -> bool:
        """Whether nothing would be missing any more."""
        return self.gap == 0


_WHOLE: dict[str, frozenset[Rule]] = {
    "stale": frozenset({Rule.STALE}),
    "unsourced": frozenset({Rule.UNSOURCED}),
    "doubtful": frozenset({Rule.STALE, Rule.UNSOURCED}),
    "scheme": frozenset({Rule.SCHEME}),
    "mark": frozenset({Rule.MARK}),
    "origin": frozenset({Rule.ORIGIN}),
}


def relaxations(demand: Demand, found: Sequence[Assessed], gaps: Gaps) -> tuple[Relaxed, ...]:
    """Return what would lessen the gap: what closes it first, then by how much is gained; other months last."""
    missing = sum(gaps, Fraction(0))
    tried = [
        *(_whole(name, rules, demand, found, missing) for name, rules in _WHOLE.items()),
        _stepwise("distance", {Rule.DISTANCE}, _seconds, demand, found, missing),
        _stepwise("stars", {Rule.STARS}, lambda one: -_stars(one), demand, found, missing),
        _stepwise("lead", {Rule.LEAD, Rule.LEAD_UNKNOWN}, _lead, demand, found, missing),
    ]
    helps = [one for one in tried if one is not None and one.gained > 0]
    alone = {one.rule: one.gained for one in helps}
    if alone.get("doubtful", 0) <= max(alone.get("stale", 0), alone.get("unsourced", 0)):
        helps = [one for one in helps if one.rule != "doubtful"]
    helps.sort(key=lambda one: (not one.meets, -one.gained, one.rule))
    return (*helps, *_other_months(demand, found))


def _whole(
    name: str, rules: frozenset[Rule], demand: Demand, found: Sequence[Assessed], missing: Fraction
) -> Relaxed | None:
    gap = _gap(demand, sums(demand, [one.counted(rules) for one in found]))
    return Relaxed(name, gap, missing - gap)


def _stepwise(
    name: str,
    rules: set[Rule],
    level: Callable[[Assessed], int | None],
    demand: Demand,
    found: Sequence[Assessed],
    missing: Fraction,
) -> Relaxed | None:
    """Ease a rule step by step, in the order of ``level``, until nothing is missing or nobody else comes in.

    Each step adds who comes in to the sums: the work grows with the suppliers, not with their square.
    """
    spared = frozenset(rules)
    kept_out = [(value, one) for one in found if one.rules & spared and (value := level(one)) is not None]
    totals = sums(demand, [one.counted() for one in found])
    best: Relaxed | None = None
    for value, group in groupby(sorted(kept_out, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        totals = sums(demand, [totals, *(_more(one, spared) for _value, one in group)])
        gap = _gap(demand, totals)
        if best is None or gap < best.gap:
            best = Relaxed(name, gap, missing - gap, abs(value))
        if gap == 0:
            break
    return best


def sums(demand: Demand, amounts: Iterable[Gaps]) -> Gaps:
    """Add amounts up month by month."""
    return tuple(sum(month, Fraction(0)) for month in zip(*amounts, strict=True)) or (Fraction(0),) * len(demand.months)


def _more(one: Assessed, spared: frozenset[Rule]) -> Gaps:
    """Return what a supply adds when some rules are not held against it."""
    return tuple(more - now for more, now in zip(one.counted(spared), one.counted(), strict=True))


def _gap(demand: Demand, totals: Gaps) -> Fraction:
    return sum((max(Fraction(0), demand.need - total) for total in totals), Fraction(0))


def _seconds(one: Assessed) -> int | None:
    return one.supply.seconds


def _stars(one: Assessed) -> int:
    """Return the fewest stars it has in the months in which it has something."""
    return min((stars or 0 for stars, free in zip(one.stars, one.free, strict=True) if free), default=0)


def _lead(one: Assessed) -> int | None:
    return one.supply.lead_days


def _other_months(demand: Demand, found: Sequence[Assessed]) -> tuple[Relaxed, ...]:
    """Return the months of the coming year, not asked for, in which the quantity is there."""
    asked = {month.month for month in demand.months}
    coming = [Month.of(demand.today).plus(number) for number in range(1, 13)]
    others = tuple(month for month in coming if month.month not in asked)
    totals = sums(replace(demand, months=others), [assess(one.supply, demand, others).counted() for one in found])
    enough = tuple(month for month, total in zip(others, totals, strict=True) if total >= demand.need)
    return (Relaxed("months", Fraction(0), Fraction(0), months=enough),) if enough else ()
