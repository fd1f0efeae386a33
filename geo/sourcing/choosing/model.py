"""One month as a mixed-integer model, solved by HiGHS: which offers deliver, first for the least gap, then cheapest.

    need = Σ x + gap,  minimum·y ≤ x ≤ most·y,  y ≤ visit(place),  Σ x of a supplier ≤ cap,  Σ visit ≤ stops

The amounts x are parts of the month's need, so that all numbers lie near 1. Months don't hang together (no rule spans
two), so each is a model of its own: hundreds of offers take some hundredths of a second. One thread, a fixed seed:
the same problem gives the same answer, unless the time limit cuts it, which the answer then says (``proven``).
"""

import math
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from geo.sourcing.choosing.exact import amounts
from geo.sourcing.choosing.rules import Offer, Problem, cap_of_supplier, cost_of_stop, least, most, usable

TIME_LIMIT_S = 2.0
"""Seconds one solve may take."""

LEAST_S = 0.05
"""Less than this isn't worth beginning a solve for."""

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Picked:
    """The offers that deliver in a month; ``proven``: nothing better exists."""

    offers: frozenset[int]
    proven: bool


class _Model:
    """The variables (columns) and constraints (rows) of one month, handed to the solver as arrays."""

    def __init__(self, problem: Problem, month: int) -> None:
        self.need = problem.need[month]
        self.offers = [one for one in problem.offers if usable(problem, one, month)]
        self.upper: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[float, float, dict[int, float]]] = []
        places = {one.place: one.km for one in self.offers}
        self.visits = {place: self._column(1.0, whole=True) for place in places}
        self.prices = {place: cost_of_stop(problem.rules, km) for place, km in places.items()}
        crowded = {place for place, number in Counter(one.place for one in self.offers).items() if number > 1}
        self.taken: dict[int, int] = {}
        self.parts = {one.id: self._part(problem, month, one, one.place in crowded) for one in self.offers}
        self.gap = self._column(1.0)
        self.rows.append((1.0, 1.0, {self.gap: 1.0, **dict.fromkeys(self.parts.values(), 1.0)}))
        self._limits(problem, month)
        self.solver = self._solver()

    def _column(self, upper: float, *, whole: bool = False) -> int:
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.upper) - 1

    def _part(self, problem: Problem, month: int, offer: Offer, crowded: bool) -> int:
        upper, lower = most(problem, offer, month) / self.need, least(problem, offer) / self.need
        part, visit = self._column(upper), self.visits[offer.place]
        taken = visit
        if lower and crowded:
            taken = self._column(1.0, whole=True)
            self.rows.append((-math.inf, 0.0, {taken: 1.0, visit: -1.0}))
        self.taken[offer.id] = taken
        self.rows.append((-math.inf, 0.0, {part: 1.0, taken: -upper}))
        if lower:
            self.rows.append((0.0, math.inf, {part: 1.0, taken: -lower}))
        return part

    def _limits(self, problem: Problem, month: int) -> None:
        cap = cap_of_supplier(problem, month) / self.need
        by_supplier: dict[str, dict[int, float]] = {}
        for one in self.offers:
            by_supplier.setdefault(one.supplier, {})[self.parts[one.id]] = 1.0
        self.rows += [(-math.inf, cap, parts) for parts in by_supplier.values() if len(parts) > 1]
        if problem.rules.stops is not None:
            self.rows.append((-math.inf, problem.rules.stops, dict.fromkeys(self.visits.values(), 1.0)))

    def _solver(self) -> Any:
        import highspy
        import numpy as np

        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.upper), len(self.rows)
        model.col_cost_ = np.zeros(len(self.upper))
        model.col_lower_, model.col_upper_ = np.zeros(len(self.upper)), np.array(self.upper)
        model.row_lower_ = np.array([lower for lower, _upper, _terms in self.rows])
        model.row_upper_ = np.array([upper for _lower, upper, _terms in self.rows])
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self.whole]
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = len(self.upper), len(self.rows)
        terms = [terms for _lower, _upper, terms in self.rows]
        matrix.start_ = np.cumsum([0, *(len(one) for one in terms)])
        matrix.index_ = np.array([column for one in terms for column in one])
        matrix.value_ = np.array([value for one in terms for value in one.values()])
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        for name, value in (("threads", 1), ("random_seed", 1), ("mip_rel_gap", 1e-7)):
            solver.setOptionValue(name, value)
        solver.passModel(model)
        return solver

    def solve(self, until: float) -> Picked | None:
        """Solve for the least gap, hold it, then for the least cost; null when nothing was found in time."""
        proven = self._minimise({self.gap: 1.0}, until)
        before = self._values()
        if before is None:
            return None
        # The least gap is whole parts: what the solver's tolerance let through beyond them must not be held.
        gap = max(0.0, before[self.gap], round(before[self.gap] * self.need) / self.need)
        self.solver.changeColBounds(self.gap, 0.0, gap + 1e-9)
        costs = {self.visits[place]: price for place, price in self.prices.items()}
        costs |= {self.parts[one.id]: one.dislike for one in self.offers}
        proven &= self._minimise(costs, until)
        values = self._values() or before
        # By the whole decisions, not the amounts: a visit of a millionth lets a millionth through.
        picked = {one.id for one in self.offers if values[self.taken[one.id]] > _HALF}
        return Picked(frozenset(picked), proven)

    def _minimise(self, costs: dict[int, float], until: float) -> bool:
        import highspy
        import numpy as np

        left = min(TIME_LIMIT_S, until - time.monotonic())
        if left < LEAST_S:
            return False
        # The clock of the solver goes on from one run to the next.
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + left)
        every = range(len(self.upper))
        prices = np.array([costs.get(column, 0.0) for column in every])
        self.solver.changeColsCost(len(every), np.array(every, dtype=np.int32), prices)
        self.solver.run()
        return bool(self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _values(self) -> list[float] | None:
        found = self.solver.getSolution()
        return list(found.col_value) if found.value_valid else None


def pick(problem: Problem, month: int, until: float = math.inf) -> Picked:
    """Return the offers that deliver in a month; ``until``: when the work must end (``time.monotonic``)."""
    if problem.need[month] == 0 or not any(usable(problem, one, month) for one in problem.offers):
        return Picked(frozenset(), True)
    found = _Model(problem, month).solve(until) if until - time.monotonic() > LEAST_S else None
    if found is not None and found.proven:
        return found
    # A solve that was cut short may have found next to nothing.
    tried = [Picked(_cheapest_first(problem, month), False), *([found] if found is not None else [])]
    return max(tried, key=lambda one: sum(amounts(problem, month, one.offers).values()))


def _cheapest_first(problem: Problem, month: int) -> frozenset[int]:
    """Return offers by what a part of them costs until they cover the need: what is told when there is no time."""
    able = [one for one in problem.offers if usable(problem, one, month)]
    able.sort(key=lambda one: (cost_of_stop(problem.rules, one.km) / most(problem, one, month) + one.dislike, one.id))
    left, places, picked = problem.need[month], set[str](), set[int]()
    for one in able:
        is_stop_more = one.place not in places and len(places) == problem.rules.stops
        if not is_stop_more and least(problem, one) <= left:
            places.add(one.place)
            picked.add(one.id)
            left -= min(left, most(problem, one, month))
    return frozenset(picked)
