"""Where positions lie: in which commune, in which province, as well as the register can tell.

Boundaries are used where they are loaded; without them the points of the communes must do, which say "about there".
"""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Q

from geo.divisions.models import Division, DivisionBoundary, Level
from geo.divisions.selectors import current
from geo.spatial import calendar
from geo.stewardship.imports.statements import rows

if TYPE_CHECKING:
    import shapely

OUTLINE_TOLERANCE_DEG = 0.03
"""Outlines may be drawn for a small map: three kilometres beside one are not yet another province."""

NEAR_KM = 30
METRES_PER_DEGREE = 111_320


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two positions (degrees) in metres, within 1 %."""
    east = (one[0] - other[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(east, one[1] - other[1]) * METRES_PER_DEGREE


def communes_at(points: Sequence[tuple[float, float]]) -> dict[int, int]:
    """Return, by the position in ``points`` (lon, lat), the id of the commune whose boundary holds it."""
    found = rows(
        "communes_at",
        {"lons": [x for x, _y in points], "lats": [y for _x, y in points], "day": calendar.today()},
    )
    return {position - 1: commune for position, commune in found}


class Ground:
    """The divisions of today, read once for an import."""

    @cached_property
    def divisions(self) -> dict[int, Division]:
        """All provinces and communes in force, by id, communes with their province."""
        found = current().filter(level__in=[Level.PROVINCE, Level.COMMUNE]).select_related("parent")
        return {division.pk: division for division in found}

    @cached_property
    def _located(self) -> list[Division]:
        return [one for one in self.divisions.values() if one.level == Level.COMMUNE and one.location is not None]

    @cached_property
    def _tree(self) -> "shapely.STRtree":
        import shapely

        return shapely.STRtree([shapely.Point(one.location.x, one.location.y) for one in self._located if one.location])

    @cached_property
    def _outlines(self) -> dict[int, "shapely.Geometry"]:
        import shapely

        provinces = [pk for pk, one in self.divisions.items() if one.level == Level.PROVINCE]
        stored = DivisionBoundary.objects.filter(Q(division__in=provinces)).values_list("division_id", "boundary")
        outlines: dict[int, shapely.Geometry] = {pk: shapely.from_wkb(bytes(boundary.wkb)) for pk, boundary in stored}
        for outline in outlines.values():
            shapely.prepare(outline)
        return outlines

    def holds(self, province: Division, point: tuple[float, float]) -> bool:
        """Tell whether ``point`` (lon, lat) may lie in ``province``."""
        import shapely

        outline = self._outlines.get(province.pk)
        here = shapely.Point(*point)
        if outline is not None:
            return bool(shapely.dwithin(outline, here, OUTLINE_TOLERANCE_DEG))
        if not self._located:
            return True
        near = self._tree.query_nearest(here, all_matches=False)
        closest = self._located[int(near[0])]
        if closest.parent_id == province.pk:
            return self._km(closest, point) <= NEAR_KM
        own = [one for one in self._located if one.parent_id == province.pk]
        # Near an edge another province's commune point may be the closest one.
        return bool(own) and min(self._km(one, point) for one in own) <= self._km(closest, point) + 5

    def near_commune(self, commune: Division, point: tuple[float, float]) -> bool:
        """Tell whether ``point`` may lie in ``commune``, going by its point and area."""
        if commune.location is None:
            return commune.parent is None or self.holds(commune.parent, point)
        radius_km = math.sqrt(float(commune.area_km2 or 50) / math.pi)
        return self._km(commune, point) <= max(6.0, 2.5 * radius_km)

    def province_at(self, point: tuple[float, float]) -> str:
        """Return the name of the province that a point seems to lie in, for messages."""
        import shapely

        for pk, outline in self._outlines.items():
            if shapely.intersects_xy(outline, *point):
                return self.divisions[pk].full_name
        if not self._located:
            return ""
        nearest = self._located[int(self._tree.query_nearest(shapely.Point(*point), all_matches=False)[0])]
        return nearest.parent.full_name if nearest.parent is not None else ""

    @staticmethod
    def _km(commune: Division, point: tuple[float, float]) -> float:
        return metres((commune.location.x, commune.location.y), point) / 1000 if commune.location else math.inf
