"""Load boundaries of provinces, districts or communes from a file of the operator's."""

import time
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.divisions.boundaries import BoundaryReport, Provenance, store_boundaries
from geo.divisions.boundary_files import BoundaryFile, BoundaryFileError, read_boundary_file

CODE_LENGTHS = {"province": 2, "district": 3, "commune": 5}
LISTED = 10


class Command(BaseCommand):
    """Idempotent and all or nothing: an error leaves every boundary as it was."""

    help = "Load division boundaries from GeoJSON (also .gz), GeoPackage, Shapefile or another format GDAL reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file and what must be known about it."""
        parser.add_argument("file", type=Path, help="the file to read")
        parser.add_argument("--level", required=True, choices=sorted(CODE_LENGTHS), help="what the shapes are")
        parser.add_argument("--code-field", default="code", help="the field with the official code (default: code)")
        parser.add_argument("--layer", help="the layer, when the file has several")
        parser.add_argument("--encoding", help="the encoding of the attributes, when the file doesn't say or is wrong")
        parser.add_argument("--crs", help="the coordinate system, when the file doesn't say or is wrong (EPSG:9210)")
        parser.add_argument("--day", type=date.fromisoformat, help="the day whose codes the file uses (default: today)")
        parser.add_argument("--source", default="", help="who made the boundaries, as shown to readers")
        parser.add_argument("--source-url", default="", help="where they can be found")
        parser.add_argument("--licence", default="", help="under what licence they may be used")
        parser.add_argument("--dry-run", action="store_true", help="check and report, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, store, report; one clear line when the file can't be used."""
        started = time.monotonic()
        try:
            read = read_boundary_file(
                options["file"],
                options["code_field"],
                layer=options["layer"],
                encoding=options["encoding"],
                crs=options["crs"],
                code_length=CODE_LENGTHS[options["level"]],
                progress=self._progress,
            )
        except BoundaryFileError as error:
            raise CommandError(str(error)) from error
        provenance = Provenance(options["source"] or options["file"].name, options["source_url"], options["licence"])
        report = store_boundaries(
            read.shapes,
            options["level"].upper(),
            provenance,
            day=options["day"],
            dry_run=options["dry_run"],
            progress=self._progress,
        )
        self._report(read, report, options["dry_run"], time.monotonic() - started)
        if not report.stored:
            raise CommandError(f"no code of {options['file'].name} is one of a {options['level']} in force on that day")

    def _progress(self, text: str) -> None:
        self.stderr.write(f"… {text}")

    def _report(self, read: BoundaryFile, report: BoundaryReport, dry_run: bool, seconds: float) -> None:
        for what, number in sorted(read.counts.items()):
            self.stdout.write(f"{what}: {number}")
        self._list("unknown codes", report.unknown)
        self._list("divisions without a shape", report.missing)
        pairs = [f"{pair.first}/{pair.second} {pair.area_km2} km²" for pair in report.overlapping]
        self._list("overlapping pairs", pairs)
        self._list("points outside of their boundary", report.points_outside)
        self.stdout.write(
            f"{report.divisions} divisions, {report.stored} boundaries (earlier titles included), {report.parts} parts"
        )
        self.stdout.write(f"{'dry run, nothing was changed' if dry_run else 'stored'} in {seconds:.1f} s")

    def _list(self, what: str, found: Sequence[str]) -> None:
        more = f" … and {len(found) - LISTED} more" if len(found) > LISTED else ""
        listed = f": {'; '.join(found[:LISTED])}{more}" if found else ""
        self.stdout.write(f"{what}: {len(found)}{listed}")
