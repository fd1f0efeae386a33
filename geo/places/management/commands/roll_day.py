"""``manage.py roll_day``: do today's rollover now, for a timer at midnight; harmless at any other time."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from geo.places.feature_texts import fill_features
from geo.places.periods import recompute_periods
from geo.places.photo_tidying import forget_unused_photos
from geo.places.rollover import roll_day
from geo.places.tally import make_missing_tiles


class Command(BaseCommand):
    """See the module."""

    help = (
        "Apply what a new day changes: opening periods, places that close, versions, texts of features. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See ``--help``."""
        parser.add_argument("--rebuild", action="store_true", help="make all opening periods anew first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the rollover and say so."""
        if options["rebuild"]:
            self.stdout.write(f"{recompute_periods()} schedules made anew")
        self.stdout.write("rolled" if roll_day() else "nothing to do: this day has been rolled")
        self.stdout.write(f"{fill_features()} texts of places made")
        self.stdout.write(f"{make_missing_tiles()} tiles made")
        self.stdout.write(f"{forget_unused_photos()} photos that were never saved removed")
