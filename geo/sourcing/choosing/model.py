"""One month as a mixed-integer model, solved by HiGHS: which offers deliver, first for the least gap, then cheapest.

    need = Σ x + gap,  minimum·y ≤ x ≤ most·y,  y ≤ visit(place),  Σ x of a supplier ≤ cap,  Σ visit ≤ stops

The amounts x are parts of the month's need, so that all numbers lie near 1. Months don't hang together (no rule spans
two), so each is a model of its own: hundreds of offers take some hundredths of a second. One thread, a fixed seed:
the same problem gives the same answer, unless the time limit cuts it, which the answer then says (``proven``).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from geo.sourcing.choosing.rules import Problem, cap_of_supplier, cost_of_stop, least, most, usable

TIME_LIMIT_S = 2.0
"""Seconds one solve may take."""

_TINY = 1e-7
"""Of a month's need: below it an amount is rounding."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The offers that deliver in a month; ``proven``: nothing better exists."""

    offers: frozenset[int]
    proven: bool


class _Model:
    """The variables and constraints of one month."""

    def __init__(self, problem: Problem, month: int) -> None:
        import highspy

        self.need = problem.need[month]
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.silent()
        for name, value in (("threads", 1), ("random_seed", 1), ("time_limit", TIME_LIMIT_S), ("mip_rel_gap", 1e-7)):
            self.solver.setOptionValue(name, value)
        self.offers = [one for one in problem.offers if usable(problem, one, month)]
        places = {one.place: one.km for one in self.offers}
        self.visits = {place: self.solver.addBinary() for place in places}
        self.prices = {place: cost_of_stop(problem.rules, km) for place, km in places.items()}
        self.parts = {one.id: self._part(problem, month, one) for one in self.offers}
        self.gap = self.solver.addVariable(0.0, 1.0)
        self.solver.addConstr(self._sum(self.parts.values()) + self.gap == 1.0)
        self._limits(problem, month)

    def _part(self, problem: Problem, month: int, offer: Any) -> Any:
        upper, lower = most(problem, offer, month) / self.need, least(problem, offer) / self.need
        part, visit = self.solver.addVariable(0.0, upper), self.visits[offer.place]
        taken = visit
        if lower and sum(one.place == offer.place for one in self.offers) > 1:
            taken = self.solver.addBinary()
            self.solver.addConstr(taken <= visit)
        self.solver.addConstr(part <= upper * taken)
        if lower:
            self.solver.addConstr(part >= lower * taken)
        return part

    def _limits(self, problem: Problem, month: int) -> None:
        cap = cap_of_supplier(problem, month) / self.need
        by_supplier: dict[str, list[Any]] = {}
        for one in self.offers:
            by_supplier.setdefault(one.supplier, []).append(self.parts[one.id])
        for parts in by_supplier.values():
            if len(parts) > 1:
                self.solver.addConstr(self._sum(parts) <= cap)
        if problem.rules.stops is not None:
            self.solver.addConstr(self._sum(self.visits.values()) <= problem.rules.stops)

    def _sum(self, variables: Collection[Any]) -> Any:
        return self.solver.qsum(variables)

    def solve(self) -> Picked:
        """Solve for the least gap, hold it, then for the least cost."""
        proven = self._minimise({self.gap.index: 1.0})
        least_gap = max(0.0, self._value(self.gap))
        self.solver.changeColBounds(self.gap.index, 0.0, least_gap + 1e-9)
        costs = {self.visits[place].index: price for place, price in self.prices.items()}
        costs |= {self.parts[one.id].index: one.dislike for one in self.offers}
        before = self._values()
        proven &= self._minimise(costs)
        values = self._values() or before
        picked = {one.id for one in self.offers if values[self.parts[one.id].index] > _TINY}
        return Picked(frozenset(picked), proven)

    def _minimise(self, costs: dict[int, float]) -> bool:
        import highspy

        for column in range(self.solver.getNumCol()):
            self.solver.changeColCost(column, costs.get(column, 0.0))
        self.solver.run()
        return bool(self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _values(self) -> list[float]:
        return list(self.solver.getSolution().col_value)

    def _value(self, variable: Any) -> float:
        return float(self._values()[variable.index])


def pick(problem: Problem, month: int) -> Picked:
    """Return the offers that deliver in a month."""
    if problem.need[month] == 0 or not any(usable(problem, one, month) for one in problem.offers):
        return Picked(frozenset(), True)
    return _Model(problem, month).solve()
