"""Reads of the divisions: who is in force, what is inside what, what was it before, where does a point lie.

Every function takes the day it answers for (default: today in Viet Nam). Divisions come with their parent loaded
where it is needed for display.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db.models import QuerySet

from geo.divisions.models import Division, DivisionBoundaryPart, Level, Lineage
from geo.divisions.statements import rows
from geo.spatial import calendar


def current(day: date | None = None) -> QuerySet[Division]:
    """Return the divisions in force on ``day``."""
    return Division.objects.filter(validity__contains=day or calendar.today())


def provinces(day: date | None = None) -> QuerySet[Division]:
    """Return the provinces and cities in force on ``day``, in the order of their codes (north to south)."""
    return current(day).filter(level=Level.PROVINCE).order_by("code")


def province_by_code(code: str, day: date | None = None) -> Division | None:
    """Return the province with that code on ``day``."""
    return provinces(day).filter(code=code).first()


def commune_by_code(code: str, day: date | None = None) -> Division | None:
    """Return the commune with that code on ``day``, its province loaded."""
    return current(day).filter(level=Level.COMMUNE, code=code).select_related("parent").first()


def communes(province: Division | None = None, day: date | None = None) -> QuerySet[Division]:
    """Return the communes in force on ``day``, of one province of that day or of all, by code."""
    found = current(day).filter(level=Level.COMMUNE)
    if province is not None:
        found = found.filter(pk__in=scope(province, day))
    return found.select_related("parent").order_by("code")


def scope(division: Division, day: date | None = None) -> list[int]:
    """Return the primary keys of the communes that ``division``, of whatever map, consists of on ``day``.

    A former unit stands for what its communes became, whole or in part; never for the rest of a province it was merged
    into. A commune in force stands for itself.
    """
    return scope_of([division.pk], day)


def scope_of(ids: Iterable[int], day: date | None = None) -> list[int]:
    """Return ``scope`` of several divisions together, given by their primary keys."""
    return [pk for (pk,) in rows("scope", {"units": list(ids), "day": day or calendar.today()})]


def ancestors(division: Division) -> list[Division]:
    """Return what the division is inside of on its own map, nearest first."""
    found = []
    parent = division.parent
    while parent is not None:
        found.append(parent)
        parent = parent.parent
    return found


def descendants(division: Division, day: date | None = None) -> QuerySet[Division]:
    """Return the communes of ``scope``, with their provinces."""
    return Division.objects.filter(pk__in=scope(division, day)).select_related("parent").order_by("code")


def predecessors(division: Division) -> list[Lineage]:
    """Return what the division came from by one decree, whole units first, each with its own parents loaded."""
    links = Lineage.objects.filter(successor=division).select_related("predecessor__parent__parent", "decree")
    return list(links.order_by("-share", "predecessor__code"))


def successors(division: Division, day: date | None = None) -> list[Division]:
    """Return what a former division is on ``day``: its successors at the end of its lineage."""
    found = rows("successors", {"units": [division.pk], "day": day or calendar.today()})
    ids = [successor for _unit, successor, _whole, _default in found]
    return list(Division.objects.filter(pk__in=ids).select_related("parent").order_by("code"))


def predecessor_names(division: Division) -> list[str]:
    """Return the full names of the units before July 2025 that this division came from, whole units first."""
    return predecessor_names_of([division.pk]).get(division.pk, [])


def predecessor_names_of(ids: Iterable[int]) -> Mapping[int, list[str]]:
    """Return ``predecessor_names`` of many divisions in one query. Units only retitled since are looked through."""
    names: dict[int, list[str]] = {}
    for unit, full_name in rows("predecessor_names", {"units": list(ids)}):
        names.setdefault(unit, []).append(full_name)
    return names


def division_at(point: Point, day: date | None = None, level: str = Level.COMMUNE) -> Division | None:
    """Return the division of ``level`` that holds ``point`` (EPSG:4326) on ``day``, if a boundary is loaded that does.

    On a shared edge, or where loaded boundaries overlap, the one with the lowest code: the answer doesn't change
    from one call to the next. ``None`` says that no loaded boundary holds the point, not that
    it is outside of Viet Nam.
    """
    parts = DivisionBoundaryPart.objects.filter(part__intersects=point, boundary__division__level=level)
    found = parts.filter(boundary__division__validity__contains=day or calendar.today())
    part = found.select_related("boundary__division__parent").order_by("boundary__division__code").first()
    return part.boundary.division if part else None


def nearest_communes(point: Point, count: int = 5, day: date | None = None) -> list[Division]:
    """Return the ``count`` communes whose points are nearest to ``point`` (EPSG:4326), each with ``distance_m``.

    A commune's point says nothing about its edge: this is for orientation ("near …"), never for membership.
    """
    found = current(day).filter(level=Level.COMMUNE, location__isnull=False)
    ordered = found.annotate(distance_m=Distance("location", point)).order_by("distance_m")[:count]
    return list(ordered.select_related("parent"))


def labels(day: date | None = None) -> list[dict[str, object]]:
    """Return what the base map writes: provinces and special zones with a point; ``rank`` 1 shows first."""
    found = current(day).filter(location__isnull=False)
    shown = found.filter(level=Level.PROVINCE) | found.filter(unit_type="đặc khu")
    return [
        {
            "code": division.code,
            "level": division.level,
            "unit_type": division.unit_type,
            "name": division.name,
            "name_en": division.name_en,
            "lon": round(division.location.x, 4),
            "lat": round(division.location.y, 4),
            "rank": 1 if division.level == Level.PROVINCE else 2,
        }
        for division in shown.order_by("level", "code")
        if division.location is not None
    ]
