"""Build the basemap files from the land file and the divisions in force."""

from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from geo.divisions.models import Division, DivisionBoundary, Level
from geo.web import basemap
from geo.web import basemap_building as building
from geo.web.basemap_shapes import polygons_of

LAND = Path("world-atlas") / "countries-10m.json"
ARCHIPELAGOS = {"20333": "Quần đảo", "22736": "Quần đảo"}
"""Hoàng Sa and Trường Sa are many islands: their label says so."""


class Command(BaseCommand):
    """``manage.py build_basemap``: safe to run again, after every change of divisions or boundaries."""

    help = "Build the basemap from npm world-atlas and the divisions in force."

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect, build, write, report sizes."""
        countries_file = Path(settings.NODE_MODULES) / LAND
        if not countries_file.exists():
            raise CommandError(f"{countries_file} is missing: run npm ci in frontend/ first.")
        outlines = self._outlines()
        files = building.build(outlines, self._labels(outlines), countries_file)
        for name, (file_name, size) in basemap.store(files).items():
            self.stdout.write(f"{name}: {file_name}, {size / 1000:.1f} kB compressed")
        self.stdout.write(f"{len(outlines)} province outlines")

    def _current(self) -> Any:
        """Divisions in force today."""
        day = timezone.localdate()
        started = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return Division.objects.filter(started, Q(valid_until__isnull=True) | Q(valid_until__gt=day))

    def _outlines(self) -> dict[str, BaseGeometry]:
        """Province outlines by code."""
        rows = DivisionBoundary.objects.filter(division__in=self._current().filter(level=Level.PROVINCE))
        pairs = rows.values_list("division__code", "boundary")
        return {code: shapely.make_valid(shapely.from_wkb(bytes(shape.wkb))) for code, shape in pairs}

    def _labels(self, outlines: dict[str, BaseGeometry]) -> list[building.Label]:
        """Provinces where their outline is widest, special zones at their own point."""
        labels = []
        size = {code: sum(part.area for part in polygons_of(shape)) for code, shape in outlines.items()}
        provinces = self._current().filter(level=Level.PROVINCE)
        order = sorted(provinces, key=lambda row: (row.unit_type != "thành phố", -size.get(row.code, 0), row.code))
        for rank, row in enumerate(order, start=5):
            if row.code in outlines:
                lon, lat = building.label_point(outlines[row.code])
            elif row.location:
                lon, lat = row.location.coords
            else:
                continue
            name = "TP. Hồ Chí Minh" if row.code == "79" else row.name
            labels.append(building.Label(name, row.name_en or name, "province", lon, lat, rank, code=row.code))
        zones = self._current().filter(level=Level.COMMUNE, unit_type="đặc khu", location__isnull=False)
        for row in zones.select_related("parent"):
            lon, lat = row.location.coords
            far = row.code in ARCHIPELAGOS
            labels.append(
                building.Label(
                    f"{ARCHIPELAGOS[row.code]} {row.name}" if far else row.name,
                    row.name,
                    "archipelago" if far else "zone",
                    lon,
                    lat,
                    1 if far else 45,
                    row.parent.name if row.parent else "",
                    row.code,
                )
            )
        return labels
