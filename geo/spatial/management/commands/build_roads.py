"""``manage.py build_roads FILE``: road times from a file of OpenStreetMap."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from geo.spatial.roads.building import BuildError, build


class Command(BaseCommand):
    """Makes the tiles of the engine of roads; an interrupted build goes on where it was."""

    help = "Make road times from a file of OpenStreetMap (.osm.pbf, .osm, .osm.gz), © OpenStreetMap contributors, ODbL."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, help="for example vietnam-latest.osm.pbf")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, and say how far it is."""
        began = time.monotonic()
        try:
            made = build(options["file"].absolute(), Path(settings.ROADS_ROOT), self.stdout.write)
        except BuildError as error:
            raise CommandError(str(error)) from None
        took = f"in {time.monotonic() - began:.1f} s"
        self.stdout.write(
            f"the roads are in use from now on, built {took}" if made else "these roads are in use already"
        )
