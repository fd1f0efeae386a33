"""What the same demand would cost if one rule were given up: shown only where the rule costs much."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from geo.sourcing.choosing.choice import Choice, choose
from geo.sourcing.choosing.rules import Problem

WORTH_TELLING = 0.10
"""A rule is worth telling of when giving it up saves this part of the cost, or of what is missing."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """The plan without one rule: ``rule`` names it; what would be missing and what it would cost then."""

    rule: str
    choice: Choice


def relaxed(problem: Problem) -> dict[str, Problem]:
    """Return the problem with each of its own binding rules given up in turn."""
    rules, found = problem.rules, {}
    if rules.share is not None and rules.share < 1:
        found["share"] = replace(problem, rules=replace(rules, share=None))
    if rules.stops is not None:
        found["stops"] = replace(problem, rules=replace(rules, stops=None))
    if rules.minimums and any(one.minimum for one in problem.offers):
        found["minimums"] = replace(problem, rules=replace(rules, minimums=False))
    return found


def alternatives(
    problem: Problem, choice: Choice, others: Mapping[str, Problem] | None = None, until: float = math.inf
) -> list[Alternative]:
    """Return the plans that give up one rule and are much better; ``others`` are more problems to try, by rule.

    What isn't worked out ``until`` then (``time.monotonic``) isn't told.
    """
    found = []
    for rule, variant in {**relaxed(problem), **(others or {})}.items():
        if time.monotonic() >= until:
            break
        other = choose(variant, until)
        if _is_much_better(choice, other):
            found.append(Alternative(rule, other))
    return found


def _is_much_better(choice: Choice, other: Choice) -> bool:
    if other.gap != choice.gap:
        return other.gap <= choice.gap * (1 - WORTH_TELLING)
    return other.cost <= choice.cost * (1 - WORTH_TELLING)
