"""Every way to pick offers, tried one by one: what the solver is measured against."""

from itertools import combinations, product

from geo.sourcing.choosing import Problem
from geo.sourcing.choosing.exact import amounts, cost
from geo.sourcing.choosing.rules import cap_of_supplier, least, most


def fits(problem: Problem, month: int, delivered: dict[int, int]) -> bool:
    """Whether a month's deliveries keep every rule."""
    offers = [one for one in problem.offers if one.id in delivered]
    own: dict[str, int] = {}
    for one in offers:
        if not least(problem, one) <= delivered[one.id] <= most(problem, one, month):
            return False
        own[one.supplier] = own.get(one.supplier, 0) + delivered[one.id]
    stops = problem.rules.stops
    return (
        sum(delivered.values()) <= problem.need[month]
        and all(amount <= cap_of_supplier(problem, month) for amount in own.values())
        and (stops is None or len({one.place for one in offers}) <= stops)
    )


def best(problem: Problem, month: int) -> tuple[int, float]:
    """The least gap, and the least cost with it, over all sets of offers."""
    ids = [one.id for one in problem.offers]
    found = [(problem.need[month], 0.0)]
    for size in range(1, len(ids) + 1):
        for picked in combinations(ids, size):
            delivered = amounts(problem, month, picked)
            if set(delivered) == set(picked) and fits(problem, month, delivered):
                gap = problem.need[month] - sum(delivered.values())
                found.append((gap, round(cost(problem, month, delivered), 6)))
    return min(found)


def best_of_all(problem: Problem, month: int) -> tuple[int, float]:
    """The least gap, and the least cost with it, over all whole amounts: nothing of the product's own is made use of.

    For needs of a few parts only.
    """
    need, rules, offers = problem.need[month], problem.rules, problem.offers
    cap = need if rules.share is None else int(rules.share * need)
    found = []
    for each in product(*(range(min(need, one.free[month]) + 1) for one in offers)):
        taken = [(one, amount) for one, amount in zip(offers, each, strict=True) if amount]
        if rules.minimums and any(amount < one.minimum for one, amount in taken):
            continue
        own: dict[str, int] = {}
        for one, amount in taken:
            own[one.supplier] = own.get(one.supplier, 0) + amount
        places = {one.place: one.km for one, _amount in taken}
        if (
            sum(each) > need
            or any(amount > cap for amount in own.values())
            or (rules.stops is not None and len(places) > rules.stops)
        ):
            continue
        price = sum(rules.km_weight * km + rules.km_per_stop for km in places.values())
        price += sum(one.dislike * amount / need for one, amount in taken)
        found.append((need - sum(each), round(price, 6)))
    return min(found)
