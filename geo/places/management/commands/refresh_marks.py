"""``manage.py refresh_marks``: make what is derived from places anew, or say how much of it is wrong."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from geo.places import marks
from geo.places.feature_texts import fill_features
from geo.places.rollover import roll_day


class Command(BaseCommand):
    """Triggers keep marks and texts; this is for databases in which they were off, and for certainty."""

    help = (
        "Make marks, counts and texts of places anew from the facts; --check only compares, and fails if they differ."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--check`` and ``--texts``."""
        parser.add_argument("--check", action="store_true", help="count what differs from the facts, change nothing")
        parser.add_argument("--texts", action="store_true", help="only make the texts that are missing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, or make anew; report counts and time. Raises CommandError when something differs."""
        started = time.monotonic()
        if options["check"]:
            found = marks.differences()
            told = f"{found['marks']} marks and {found['texts']} texts differ from the facts"
            if any(found.values()):
                raise CommandError(f"{told}: run manage.py refresh_marks")
            self.stdout.write(told)
            return
        roll_day()
        written = 0
        if not options["texts"]:
            written = marks.rebuild()
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE places_feature")
        made = fill_features()
        self.stdout.write(f"{written} marks, {made} texts made in {time.monotonic() - started:.1f} s")
