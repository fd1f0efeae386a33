"""Load the shipped register: categories, holidays, producers, products, certificates, places, sample data."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.places.feature_texts import fill_features
from geo.places.register.files import FOLDER, FixtureError
from geo.places.register.load import load_register
from geo.places.rollover import roll_day
from geo.places.tally import make_missing_tiles


class Command(BaseCommand):
    """Idempotent: run again, it changes only what differs, deletes nothing, and leaves people's edits alone."""

    help = "Load the register of products and places shipped in fixtures/, and the sample data that completes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--dry-run``, ``--no-sample`` and ``--folder``."""
        parser.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")
        parser.add_argument("--no-sample", action="store_true", help="real rows only")
        parser.add_argument("--folder", type=Path, default=FOLDER, help="another folder with files of the same form")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and report; one clear line when a file can't be used."""
        started = time.monotonic()
        if not options["dry_run"]:
            roll_day()
        try:
            tallies = load_register(
                options["folder"],
                sample=not options["no_sample"],
                dry_run=options["dry_run"],
                progress=lambda step: self.stderr.write(f"… {step}"),
            )
        except FixtureError as error:
            raise CommandError(str(error)) from error
        if not options["dry_run"]:
            self.stderr.write("… texts of places")
            fill_features()
            make_missing_tiles()
        for table, tally in tallies.items():
            counts = f"{tally.new} new, {tally.changed} changed, {tally.same} same, {tally.kept} kept as edited by hand"
            self.stdout.write(f"{table}: {counts}, {len(tally.refused)} refused")
        for tally in tallies.values():
            for reason in tally.refused:
                self.stderr.write(self.style.WARNING(f"refused: {reason}"))
        done = "dry run, nothing was changed" if options["dry_run"] else "loaded"
        self.stdout.write(f"{done} in {time.monotonic() - started:.1f} s")
