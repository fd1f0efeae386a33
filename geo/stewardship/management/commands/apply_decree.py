"""Apply a decree that changes divisions: merges, splits, renames, partial transfers."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.spatial import calendar
from geo.stewardship.decrees.applying import Outcome, apply_file
from geo.stewardship.decrees.following import Followed
from geo.stewardship.imports.reading.reader import read
from geo.stewardship.imports.reading.refusals import FileRefused

_BY = {"lineage": "by lineage", "boundary": "by boundary", "officer": "for officers"}


class Command(BaseCommand):
    """All of the file or nothing; the same file again changes nothing."""

    help = (
        "Apply a decree that changes divisions, from CSV, XLSX, XLS or ODS (format: docs/operate.md). Records follow"
        " along lineage, by boundaries where there are any, and go to the officers' list where it is not certain."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file and ``--dry-run``."""
        parser.add_argument("file", type=Path, help="the table of the decree")
        parser.add_argument("--dry-run", action="store_true", help="check, count and show, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, apply, report."""
        path: Path = options["file"]
        try:
            sheets = read(path.read_bytes(), path.name)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except FileRefused as refused:
            raise CommandError(f"{path}: can't be read ({refused.code})") from None
        outcome = apply_file(sheets, dry_run=options["dry_run"])
        if outcome.wrong:
            for wrong in outcome.wrong:
                self.stdout.write(f"row {wrong.row}{f', {wrong.field}' if wrong.field else ''}: {wrong.message}")
            raise CommandError(f"{len(outcome.wrong)} wrong, nothing was changed")
        self._report(outcome, options["dry_run"])

    def _report(self, outcome: Outcome, dry_run: bool) -> None:
        for table, counts in outcome.applied.counts.items():
            self.stdout.write(f"{table}: {', '.join(f'{counts[name]} {name}' for name in ('new', 'changed', 'same'))}")
        for note in outcome.applied.notes:
            self.stdout.write(f"note: {note}")
        self._table(outcome.followed, calendar.today().isoformat())
        if outcome.later is not None and outcome.day is not None:
            self._table(outcome.later, f"{outcome.day.isoformat()}, when it takes effect")
        if dry_run:
            self.stdout.write("dry run, nothing was changed")

    def _table(self, followed: Followed, when: str) -> None:
        self.stdout.write(
            f"{when}: {followed.moved} records follow, {followed.doubts} go to the officers' list,"
            f" {followed.settled} of that list settled by boundaries"
        )
        for step in followed.steps:
            what = f"{step.places} places, {step.producers} producers"
            self.stdout.write(f"  {step.former} → {step.after or '?'}: {what} ({_BY[step.by]})")
