"""Load provinces, districts and communes with their history, from the register and our corrections."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.divisions.corrections import read_corrections
from geo.divisions.history import build_history
from geo.divisions.loading import LoadReport, store_history
from geo.divisions.register import RegisterError, read_register


class Command(BaseCommand):
    """Idempotent: run again, it changes only what differs, and deletes nothing."""

    help = "Load the administrative divisions of Viet Nam with their validity in time and lineage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--dry-run``."""
        parser.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, store, report. One clear line when the register can't be read or the database refuses."""
        started = time.monotonic()
        try:
            register = read_register()
            history = build_history(register, read_corrections())
            report = store_history(history, dry_run=options["dry_run"], progress=self._progress)
        except RegisterError as error:
            raise CommandError(str(error)) from error
        report.notes = register.notes
        self._report(report, register.source, time.monotonic() - started, options["dry_run"])

    def _progress(self, step: str) -> None:
        self.stderr.write(f"… {step}")

    def _report(self, report: LoadReport, source: str, seconds: float, dry_run: bool) -> None:
        for table, counts in report.counts.items():
            parts = [f"{counts[outcome]} {outcome}" for outcome in ("new", "changed", "same")]
            self.stdout.write(f"{table}: {', '.join(parts)}")
        for note, number in sorted(report.notes.items()):
            self.stdout.write(f"note: {number} × {note}")
        if report.moved:
            self.stdout.write(f"{report.moved} records moved to the retitled divisions")
        done = "dry run, nothing was changed" if dry_run else "loaded"
        self.stdout.write(f"{done} from {source} in {seconds:.1f} s")
