"""Applying a decree's table as a whole or not at all: the register first, then the records that follow it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import translation

from geo.divisions.decrees import Applied, Wrong, apply_lines
from geo.spatial import calendar
from geo.stewardship.decrees.following import Followed, follow_all
from geo.stewardship.decrees.reading import read_table
from geo.stewardship.imports.reading.reader import Sheet


@dataclass(slots=True)
class Outcome:
    """What a file did, or would do. ``later`` is what will follow on ``day``, when its last decree takes effect."""

    applied: Applied = field(default_factory=Applied)
    followed: Followed = field(default_factory=Followed)
    later: Followed | None = None
    day: date | None = None

    @property
    def wrong(self) -> list[Wrong]:
        """What is wrong, in the order of the file."""
        return sorted(self.applied.wrong, key=lambda one: (one.row, one.field))


class _Undo(Exception):
    """Ends a rehearsal by rolling it back."""


def apply_file(sheets: Sequence[Sheet], *, dry_run: bool = False, language: str = "vi") -> Outcome:
    """Apply the table in ``sheets``. With anything wrong in it, nothing is changed.

    Records follow at once what is in force today; what takes effect later is shown, and follows on its day. The
    history is written in ``language``.
    """
    outcome = Outcome()
    with translation.override(language):
        table = read_table(sheets)
        if table.wrong:
            outcome.applied.wrong = table.wrong
            return outcome
        outcome.day = max(line.effective_on for line in table.lines)
        try:
            with transaction.atomic():
                outcome.applied = apply_lines(table.lines)
                if outcome.applied.wrong:
                    raise _Undo
                outcome.followed = follow_all()
                if outcome.day > calendar.today():
                    outcome.later = _rehearse(outcome.day)
                if dry_run:
                    raise _Undo
        except _Undo:
            pass
    return outcome


def _rehearse(day: date) -> Followed:
    """Return what will follow on ``day``, and keep nothing of it."""
    found = Followed()
    try:
        with transaction.atomic():
            found = follow_all(day)
            raise _Undo
    except _Undo:
        return found
