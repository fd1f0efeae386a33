"""What the map of the admin draws under a pin without any tile server: outlines of provinces, points of communes."""

from typing import Any

from django.db.models import F, Func, TextField

from geo.divisions.models import DivisionBoundary, Level
from geo.divisions.selectors import current

TOLERANCE_DEG = 0.004
"""Simplification of outlines: under half a kilometre, finer than a pixel at the zooms they are of use for."""


class _Outline(Func):
    """The simplified geometry as GeoJSON text, four decimals (11 m)."""

    template = f"ST_AsGeoJSON(ST_SimplifyPreserveTopology(%(expressions)s, {TOLERANCE_DEG}), 4)"
    output_field = TextField()


def ground() -> dict[str, Any]:
    """Return ``outlines`` (GeoJSON geometries as text) and ``communes`` (longitude, latitude, name)."""
    units = current()
    outlines = DivisionBoundary.objects.filter(division__in=units.filter(level=Level.PROVINCE))
    communes = units.filter(level=Level.COMMUNE, location__isnull=False)
    named = communes.values_list("location", "full_name")
    return {
        "outlines": list(outlines.annotate(text=_Outline(F("boundary"))).values_list("text", flat=True)),
        "communes": [[round(p.x, 4), round(p.y, 4), name] for p, name in named if p is not None],
    }
