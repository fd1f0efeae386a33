"""Storing boundaries: in one transaction, with a report of what is missing, unknown or overlapping."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos import MultiPolygon as StoredMultiPolygon
from django.db import connection, transaction
from shapely.geometry import MultiPolygon, Point

from geo.divisions.boundary_files import Overlap, overlaps
from geo.divisions.models import WGS84_SRID, Division, DivisionBoundary
from geo.divisions.selectors import current
from geo.divisions.statements import rows
from geo.spatial import calendar

BATCH = 200


@dataclass(slots=True)
class BoundaryReport:
    """What a load of boundaries did and what the operator should look at."""

    stored: int = 0
    divisions: int = 0
    parts: int = 0
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    overlapping: list[Overlap] = field(default_factory=list)
    points_outside: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where boundaries come from."""

    source: str
    source_url: str = ""
    licence: str = ""


class _DryRun(Exception):
    """Ends a dry run by rolling its transaction back."""


def store_boundaries(
    shapes: Mapping[str, MultiPolygon],
    level: str,
    provenance: Provenance,
    *,
    day: date | None = None,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _text: None,
) -> BoundaryReport:
    """Store shapes (EPSG:4326, by code) as the boundaries of the divisions of ``level`` in force on ``day``.

    A boundary also serves the same unit under its earlier or later titles. Boundaries of divisions the file doesn't
    mention stay as they are.
    """
    known = {division.code: division for division in current(day or calendar.today()).filter(level=level)}
    report = BoundaryReport(
        unknown=sorted(set(shapes) - set(known)),
        missing=[f"{code} {known[code].full_name}" for code in sorted(set(known) - set(shapes))],
    )
    fitting = {code: shape for code, shape in shapes.items() if code in known}
    progress("looking for overlaps")
    report.overlapping = overlaps(dict(fitting))
    report.points_outside = _points_outside(fitting, known)
    try:
        with transaction.atomic():
            _store(fitting, known, provenance, report, progress)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    if not dry_run and report.stored:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE divisions_divisionboundary, divisions_divisionboundarypart")
    return report


def _store(
    shapes: Mapping[str, MultiPolygon],
    known: Mapping[str, Division],
    provenance: Provenance,
    report: BoundaryReport,
    progress: Callable[[str], None],
) -> None:
    versions = versions_of(known[code].pk for code in shapes)
    boundaries = [
        DivisionBoundary(
            division_id=pk,
            boundary=_stored(shape),
            source=provenance.source,
            source_url=provenance.source_url,
            licence=provenance.licence,
        )
        for code, shape in shapes.items()
        for pk in versions[known[code].pk]
    ]
    for start in range(0, len(boundaries), BATCH):
        DivisionBoundary.objects.bulk_create(
            boundaries[start : start + BATCH],
            update_conflicts=True,
            unique_fields=["division"],
            update_fields=["boundary", "source", "source_url", "licence", "loaded_at"],
        )
        progress(f"{min(start + BATCH, len(boundaries))} of {len(boundaries)} boundaries stored")
    report.stored, report.divisions = len(boundaries), len(shapes)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM divisions_divisionboundarypart WHERE division_id = ANY (%s)",
            [[boundary.division_id for boundary in boundaries]],
        )
        report.parts = cursor.fetchone()[0]


def _stored(shape: MultiPolygon) -> StoredMultiPolygon:
    geometry = GEOSGeometry(memoryview(shape.wkb), srid=WGS84_SRID)
    assert isinstance(geometry, StoredMultiPolygon)
    return geometry


def versions_of(ids: Iterable[int]) -> dict[int, list[int]]:
    """Return, for each division, all rows of the same unit on the same ground: itself and what was only retitled."""
    found: dict[int, list[int]] = {}
    for unit, version in rows("versions", {"units": list(ids)}):
        found.setdefault(unit, []).append(version)
    return found


def _points_outside(shapes: Mapping[str, MultiPolygon], known: Mapping[str, Division]) -> list[str]:
    """Return the divisions whose representative point is outside of their new boundary, with the distance in km."""
    outside = []
    for code, shape in shapes.items():
        location = known[code].location
        if location is None:
            continue
        degrees = shape.distance(Point(location.x, location.y))
        if degrees > 0:
            outside.append((degrees, f"{code} {known[code].full_name} ({degrees * 110:.1f} km)"))
    return [text for _degrees, text in sorted(outside, reverse=True)]
