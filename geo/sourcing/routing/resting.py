"""Breaks of a lorry: whether they can be taken, and when a way is done that they interrupt."""

from collections.abc import Sequence

from geo.sourcing.routing.model import Break


def in_turn(rests: Sequence[Break]) -> list[Break]:
    """Return breaks in the order in which they are taken."""
    return sorted(rests, key=lambda one: (one.earliest, one.latest))


def can_rest(start: int, end: int, rests: Sequence[Break]) -> bool:
    """Return whether all breaks can be taken one after the other between ``start`` and ``end``."""
    done = driven(start, 0, in_turn(rests))
    return done is not None and done <= end


def driven(start: int, seconds: int, rests: Sequence[Break]) -> int | None:
    """Return when a way of so many seconds that begins at ``start`` is done, its breaks taken in turn, on the road or
    waiting; ``None`` when one would begin too late."""
    clock, left = start, seconds
    for one in rests:
        until = max(clock, one.earliest)
        if until > one.latest:
            return None
        left = max(0, left - (until - clock))
        clock = until + one.seconds
    return clock + left
