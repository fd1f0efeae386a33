"""What is to be chosen from, and by which rules: typed values and what follows from them, one rule a function.

Amounts are whole numbers of the smallest part that is dealt with (a gram, a millilitre, a piece), so that sums are
exact. Costs are kilometres, or what is worth as much as a kilometre.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

KM_PER_STOP = 20.0
"""What one more stop costs by default, in kilometres: loading and paperwork take about as long as driving these."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One supply: ``free`` per month of the demand, at least ``minimum`` with each delivery.

    ``supplier`` is who delivers (the cap on a share counts there), ``place`` where the lorry stops; ``km`` the road
    from the depot; ``dislike`` the kilometres it is worth to do without it if it covered a whole month's need alone.
    """

    id: int
    supplier: str
    place: str
    free: tuple[int, ...]
    minimum: int = 0
    km: float = 0.0
    dislike: float = 0.0


@dataclass(frozen=True, slots=True)
class Rules:
    """How to choose.

    ``share``: the largest part of a month's need from one supplier; ``stops``: the most places visited in a month;
    ``minimums``: whether minimum orders bind; ``km_per_stop`` and ``km_weight`` weigh stops and distance.
    """

    share: Fraction | None = None
    stops: int | None = None
    minimums: bool = True
    km_per_stop: float = KM_PER_STOP
    km_weight: float = 1.0

    def __post_init__(self) -> None:
        """Refuse rules that mean nothing. Raises: ValueError."""
        if self.share is not None and not 0 < self.share <= 1:
            raise ValueError("a share is more than nothing and at most everything")
        if self.stops is not None and self.stops < 1:
            raise ValueError("a lorry that may stop nowhere fetches nothing")
        if self.km_per_stop < 0 or self.km_weight < 0:
            raise ValueError("a weight is negative")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is needed in each month (whole parts), what is offered, and the rules. Offers are kept in order of id."""

    need: tuple[int, ...]
    offers: tuple[Offer, ...]
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        """Put the offers in order. Raises: ValueError for negative amounts or months that don't fit together."""
        object.__setattr__(self, "offers", tuple(sorted(self.offers, key=lambda one: one.id)))
        if any(amount < 0 for amount in self.need):
            raise ValueError("a need is negative")
        if len({one.id for one in self.offers}) != len(self.offers):
            raise ValueError("an offer is there twice")
        for one in self.offers:
            if len(one.free) != len(self.need) or min(one.free, default=0) < 0 or one.minimum < 0:
                raise ValueError(f"offer {one.id} has other months or a negative amount")

    def without(self, ids: Iterable[int]) -> "Problem":
        """Return the problem without some offers."""
        dropped = set(ids)
        return replace(self, offers=tuple(one for one in self.offers if one.id not in dropped))


def cap_of_supplier(problem: Problem, month: int) -> int:
    """Return the most that one supplier may deliver in a month: the share of the need, rounded down."""
    need = problem.need[month]
    return need if problem.rules.share is None else int(need * problem.rules.share)


def least(problem: Problem, offer: Offer) -> int:
    """Return the least that a delivery of ``offer`` takes."""
    return offer.minimum if problem.rules.minimums else 0


def most(problem: Problem, offer: Offer, month: int) -> int:
    """Return the most that ``offer`` can deliver in a month: what is free, within the cap and the need."""
    return min(offer.free[month], cap_of_supplier(problem, month))


def usable(problem: Problem, offer: Offer, month: int) -> bool:
    """Return whether ``offer`` can take part in a month at all: in season, its minimum within what it may deliver."""
    upper = most(problem, offer, month)
    return upper > 0 and least(problem, offer) <= upper


def cost_of_stop(rules: Rules, km: float) -> float:
    """Return what visiting a place costs, in kilometres: the way there once (a tour joins stops) and the stop."""
    return rules.km_weight * km + rules.km_per_stop
