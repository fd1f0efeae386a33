"""Look for places, producers and products that may be there twice, among all that changed since the last time."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from geo.stewardship.merging.lookalikes import refresh
from geo.stewardship.models import Lookalike

BATCH = 10_000
"""Changes a transaction: for each batch the database puts those of a version in order."""


class Command(BaseCommand):
    """Can be stopped and run again at any time: it goes on where it was."""

    help = "Look for places, producers and products that may be there twice, for the officers' desks. Merges nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """There is nothing to choose."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the change log, and report."""
        total = 0
        while done := refresh(BATCH):
            total += done
            self.stderr.write(f"… {total} changed records")
        waiting = Lookalike.objects.filter(state=Lookalike.State.OPEN).count()
        self.stdout.write(f"{total} changed records looked at; {waiting} pairs wait on the desks")
