"""Whole amounts for suppliers once they are picked: exact, so that no rounding of a solver breaks a rule.

With the picked offers given, the limits (an offer's, a supplier's, the need) lie inside each other; filling the most
liked offers first is then best, which is the greedy algorithm on such nested limits (a laminar family; Edmonds 1970).
"""

from collections.abc import Collection

from geo.sourcing.choosing.rules import Offer, Problem, cap_of_supplier, least, most


def amounts(problem: Problem, month: int, picked: Collection[int]) -> dict[int, int]:
    """Return what each picked offer delivers in a month; offers of which nothing is left to deliver are not named."""
    chosen = [one for one in problem.offers if one.id in picked]
    _drop_what_does_not_fit(problem, month, chosen)
    found = {one.id: least(problem, one) for one in chosen}
    cap, need = cap_of_supplier(problem, month), problem.need[month]
    of_supplier: dict[str, int] = {}
    for one in chosen:
        of_supplier[one.supplier] = of_supplier.get(one.supplier, 0) + found[one.id]
    left = need - sum(found.values())
    for one in sorted(chosen, key=lambda offer: (offer.dislike, offer.km, offer.id)):
        more = min(most(problem, one, month) - found[one.id], cap - of_supplier[one.supplier], left)
        found[one.id] += more
        of_supplier[one.supplier] += more
        left -= more
    return {pk: amount for pk, amount in found.items() if amount > 0}


def _drop_what_does_not_fit(problem: Problem, month: int, chosen: list[Offer]) -> None:
    """Take offers out whose least deliveries don't fit together, the furthest first."""
    cap, need = cap_of_supplier(problem, month), problem.need[month]
    chosen[:] = [one for one in chosen if least(problem, one) <= most(problem, one, month)]

    def over(offers: list[Offer], limit: int) -> bool:
        return sum(least(problem, one) for one in offers) > limit

    for supplier in sorted({one.supplier for one in chosen}):
        while over(own := [one for one in chosen if one.supplier == supplier], cap):
            chosen.remove(max(own, key=lambda offer: (offer.km, offer.id)))
    while over(chosen, need):
        chosen.remove(max(chosen, key=lambda offer: (offer.km, offer.id)))


def cost(problem: Problem, month: int, delivered: dict[int, int]) -> float:
    """Return what a month's deliveries cost: each place visited once, and what is disliked by its share of the need."""
    rules, need = problem.rules, problem.need[month]
    offers = [one for one in problem.offers if one.id in delivered]
    places = {one.place: one.km for one in offers}
    stops = sum(rules.km_weight * km + rules.km_per_stop for km in places.values())
    return stops + sum(one.dislike * delivered[one.id] / need for one in offers)
