"""Decisions about places, as plain functions: where Viet Nam is, what positions, closings and photos must be like."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

WEST, SOUTH, EAST, NORTH = 100.0, 5.0, 120.0, 25.0
"""Extent of the map in degrees: Viet Nam with its sea and islands, Hoàng Sa and Trường Sa among them."""

FAR_FROM_COMMUNE_M = 40_000
"""Without boundaries: farther than this from its commune's point a position is worth a warning."""

MEASURED = frozenset({"surveyed", "gps", "address"})
"""Accuracy classes of a position that somebody determined for this very place."""

Flaw: TypeAlias = Literal[
    "outside", "accuracy-without-position", "position-without-accuracy", "source-missing",
    "closed-on-missing", "closed-on-later", "closed-on-set", "moved-to-set", "moved-to-itself", "moved-in-circles",
    "opened-after-closed", "home-without-consent",
]  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of a place."""

    field: str
    flaw: Flaw


@dataclass(frozen=True)
class Position:
    """A position (degrees) with what it is worth; ``lon`` and ``lat`` are ``None`` together."""

    lon: float | None
    lat: float | None
    accuracy: str
    source: str


def is_inside(lon: float, lat: float) -> bool:
    """Tell whether a position lies within the extent of the map."""
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH


def position_problem(position: Position) -> Problem | None:
    """Return what is wrong with a position: outside of the map, or accuracy and source that don't fit it."""
    if position.lon is None or position.lat is None:
        wrong = position.accuracy not in ("none", "commune_point")
        return Problem("location_accuracy", "accuracy-without-position") if wrong else None
    if not is_inside(position.lon, position.lat):
        return Problem("location", "outside")
    if position.accuracy == "none":
        return Problem("location_accuracy", "position-without-accuracy")
    if position.accuracy in MEASURED and not position.source:
        return Problem("location_source", "source-missing")
    return None


def status_problem(
    status: str, opened_on: date | None, closed_on: date | None, moved: bool, day: date
) -> Problem | None:
    """Return what is wrong with a status on ``day``.

    An open place may have a closing day to come; a closed one has had its; only one that moved says where to.
    """
    if opened_on and closed_on and opened_on >= closed_on:
        return Problem("closed_on", "opened-after-closed")
    if moved and status != "moved":
        return Problem("moved_to", "moved-to-set")
    if status == "open" and closed_on and closed_on <= day:
        return Problem("closed_on", "closed-on-set")
    if status != "open" and closed_on is None:
        return Problem("closed_on", "closed-on-missing")
    if status != "open" and closed_on and closed_on > day:
        return Problem("closed_on", "closed-on-later")
    return None
