"""The shell's door to imports: the same steps as on screen, with a counted report."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from geo.access.models import User
from geo.spatial.problems import Conflict, Problem
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.checking import check, receive
from geo.stewardship.imports.columns import is_numbering
from geo.stewardship.imports.models import Import, ImportRow
from geo.stewardship.imports.reading import limits
from geo.stewardship.imports.reasons import words
from geo.stewardship.imports.workbooks import RETURNED, reasons_of, returned_rows

SHOWN = 50


class ImportCommand(BaseCommand):
    """Base of ``import_places``, ``import_products``, ``import_certificates``."""

    kind: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file and what concerns it."""
        parser.add_argument("file", type=Path, help=".xlsx, .xls, .ods or .csv")
        parser.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")
        parser.add_argument("--source", default="", help="who the data come from; their ids are kept under this name")
        parser.add_argument("--reason", default="", help="why, for the history of the records")
        parser.add_argument("--actor", default="", help="username of the person on whose behalf this is done")
        parser.add_argument("--returned", type=Path, help="write the rows that weren't taken to this .xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, report and apply; one clear line when the file can't be used."""
        started = time.monotonic()
        batch = self._checked(options)
        if batch.refusal is not None:
            reason = words(batch.refusal["code"], batch.refusal["facts"])
            batch.delete()
            raise CommandError(reason)
        if not options["dry_run"]:
            reason = options["reason"] or f"{options['file'].name}"
            try:
                batch = apply_import(batch.created_by, reason, batch)
            except Problem as problem:
                raise CommandError(problem.message) from problem
        self._report(batch, options["returned"])
        done = f"applied as import {batch.pk}" if not options["dry_run"] else "dry run, nothing was changed"
        if options["dry_run"]:
            batch.delete()
        self.stdout.write(f"{done}, {time.monotonic() - started:.1f} s")

    def _checked(self, options: dict[str, Any]) -> Import:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"no file {path}")
        if path.stat().st_size > limits.MAX_BYTES:
            raise CommandError(words("too-big", {"megabytes": limits.MAX_BYTES // limits.MEGABYTE}))
        actor = None
        if options["actor"]:
            actor = User.objects.filter(username=options["actor"]).first()
            if actor is None:
                raise CommandError(f"no user {options['actor']}")
        batch = receive(actor, self.kind, path.name, path.read_bytes(), options["source"])
        try:
            return check(batch)
        except Conflict as conflict:
            raise CommandError(conflict.message) from conflict

    def _report(self, batch: Import, returned: Path | None) -> None:
        counts = ", ".join(f"{batch.counts.get(verdict, 0)} {verdict}" for verdict in ImportRow.Verdict.values)
        self.stdout.write(f"{batch.kind}: {batch.total} rows: {counts}")
        unknown = [
            f"{one['letter']} “{one['title']}”"
            for one in batch.columns
            if not one["field"] and not is_numbering(one["title"])
        ]
        if unknown:
            self.stdout.write(f"columns not understood and left out: {', '.join(unknown)}")
        rows = batch.rows.filter(verdict__in=RETURNED).order_by("number")
        for row in rows[:SHOWN]:
            self.stderr.write(self.style.WARNING(f"row {row.number}: {reasons_of(row)}"))
        if rows.count() > SHOWN:
            self.stderr.write(f"… and {rows.count() - SHOWN} more")
        if returned is not None:
            returned.write_bytes(returned_rows(batch))
