"""Generate a large invented set of places for trials of speed and size, or remove it."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.places.feature_texts import fill_features
from geo.places.generation.generate import Generator
from geo.places.generation.ground import GenerationError
from geo.places.generation.remove import counted, remove_generated
from geo.places.rollover import roll_day

LARGEST = 1_000_000


class Command(BaseCommand):
    """Refuses to mix generated rows with others unnoticed: that needs ``--yes``."""

    help = "Generate invented places (marked as such in data and names), reproducibly; --remove deletes them all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--count``, ``--seed``, ``--yes`` and ``--remove``."""
        parser.add_argument("--count", type=int, default=50_000, help=f"places, at most {LARGEST:,}")
        parser.add_argument("--seed", type=int, default=1, help="equal seeds give equal sets")
        parser.add_argument("--yes", action="store_true", help="go on though there are real or sample places")
        parser.add_argument("--remove", action="store_true", help="delete all generated rows instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate or remove, and report with times."""
        started = time.monotonic()
        if options["remove"]:
            removed = remove_generated()
            self.stdout.write(f"{removed} generated places removed in {time.monotonic() - started:.1f} s")
            return
        if not 1 <= options["count"] <= LARGEST:
            raise CommandError(f"--count must lie between 1 and {LARGEST:,}.")
        generated, others = counted()
        if generated:
            raise CommandError(f"{generated} generated places are here already: remove them first with --remove.")
        if others and not options["yes"]:
            raise CommandError(
                f"This database holds {others} places that are not generated. They would be mixed with invented ones, "
                "marked as such and removable with --remove. Say --yes to go on."
            )
        roll_day()
        try:
            made = Generator(options["count"], options["seed"], self._progress).run()
        except GenerationError as error:
            raise CommandError(str(error)) from error
        self._progress("texts of places")
        fill_features()
        self.stdout.write(
            f"{made.places} places, {made.place_products} products at places, {made.products} products, "
            f"{made.producers} producers, {made.certificates} certificates in {time.monotonic() - started:.1f} s"
        )

    def _progress(self, text: str) -> None:
        self.stderr.write(f"… {text}")
