"""The score of a division: four shares of its open places, weighed. No Django, no database.

A convention of this register, not of a law: the weights are few, round and shown beside the score.
"""

from dataclasses import dataclass
from datetime import timedelta

CHECK_EVERY = timedelta(days=365)
"""A check holds for a year."""

CHECKED, FILLED, POSITIONED, UNREPORTED = 40, 30, 20, 10
"""Points of each part; together 100."""

GOOD, FAIR = 80, 50
"""From here a score is good, fair; below it is poor."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted in a division: open ``places``, those ``checked`` within a year, those ``positioned``

    better than at their commune's point; of the fields ``asked`` for how many are ``known``; ``reports`` of the public
    that nobody has answered.
    """

    places: int
    checked: int = 0
    positioned: int = 0
    asked: int = 0
    known: int = 0
    reports: int = 0


def parts(counts: Counts) -> dict[str, float]:
    """Return the four parts of the score in points; all nought without places."""
    places, asked = max(counts.places, 1), max(counts.asked, 1)
    unreported = max(0.0, 1 - counts.reports / places) if counts.places else 0.0
    return {
        "checked": CHECKED * counts.checked / places,
        "filled": FILLED * counts.known / asked,
        "positioned": POSITIONED * counts.positioned / places,
        "unreported": UNREPORTED * unreported,
    }


def score(counts: Counts) -> int | None:
    """Return the score from 0 to 100, half points up; ``None`` where there is nothing to score."""
    return int(sum(parts(counts).values()) + 0.5) if counts.places else None


def grade(points: int | None) -> str:
    """Return ``good``, ``fair``, ``poor``, or ``none`` where there is nothing to score."""
    if points is None:
        return "none"
    return "good" if points >= GOOD else "fair" if points >= FAIR else "poor"
