"""A depot as a query parameter: degrees or the name of a commune, on Viet Nam's land."""

import math
import re

from django.contrib.gis.geos import Point, Polygon
from django.utils.translation import gettext as _

from geo.divisions.models import DivisionBoundaryPart, Level
from geo.divisions.resolution import Candidate, resolve
from geo.divisions.selectors import current
from geo.sourcing.demand import Depot
from geo.spatial import parameters as parse
from geo.spatial.parameters import LonLat
from geo.spatial.problems import InvalidParameter

KM_PER_DEGREE = 111.2
COAST_KM = 3.0
"""Outlines are coarse: so far from one, a point may still be on the shore."""

NEAR_KM = 6.0
"""So near to a commune's own point is land, whatever the outlines say: they leave small islands out."""

FAR_KM = 25.0
"""Without outlines: who is farther from every commune's point than this is in the sea or abroad."""

_DEGREES = re.compile(r"\s*[-+]?\d[\d.]*\s*,\s*[-+]?\d[\d.]*\s*", re.ASCII)


def depot(name: str, value: str) -> Depot:
    """Return the depot a text means: ``longitude,latitude``, or a commune by name or code (its middle).

    Raises: InvalidParameter when it is in the sea or abroad, or when a name fits nothing or several.
    """
    if not _DEGREES.fullmatch(value):
        return _named(name, value)
    at = parse.lonlat(name, value)
    if not on_land(at):
        turned = LonLat(at.lat, at.lon) if abs(at.lon) <= 90 else None
        if turned is not None and on_land(turned):
            raise InvalidParameter(
                name,
                _("“%(name)s”: longitude comes first: %(lon)s,%(lat)s?")
                % {"name": name, "lon": turned.lon, "lat": turned.lat},
            )
        raise InvalidParameter(name, _("“%(name)s” lies in the sea or outside Viet Nam.") % {"name": name})
    return Depot(at.lon, at.lat, f"{at.lon:.5f}, {at.lat:.5f}")


def on_land(at: LonLat) -> bool:
    """Return whether a point lies on Viet Nam's land: in a boundary, or near enough to a commune's own point."""
    nearest = _nearest_commune_km(at)
    if nearest <= NEAR_KM:
        return True
    parts = DivisionBoundaryPart.objects.filter(boundary__division__valid_until=None)
    if not parts.exists():
        return nearest <= FAR_KM
    return parts.filter(part__dwithin=(Point(at.lon, at.lat, srid=4326), COAST_KM / KM_PER_DEGREE)).exists()


def _nearest_commune_km(at: LonLat) -> float:
    reach = FAR_KM / KM_PER_DEGREE * 1.2
    box = Polygon.from_bbox((at.lon - reach, at.lat - reach, at.lon + reach, at.lat + reach))
    points = current().filter(level=Level.COMMUNE, location__coveredby=box).values_list("location", flat=True)
    shrink = math.cos(math.radians(at.lat))
    return min(
        (math.hypot((one.x - at.lon) * shrink, one.y - at.lat) * KM_PER_DEGREE for one in points if one is not None),
        default=math.inf,
    )


def _named(name: str, value: str) -> Depot:
    asked = parse.text(name, value)
    candidates = [one for one in resolve(asked).candidates if not one.inexact]
    if not candidates:
        raise InvalidParameter(
            name,
            _("There is no commune named “%(value)s”; write a commune and its province, or longitude,latitude.")
            % {"value": asked},
        )
    if len(candidates) > 1:
        raise InvalidParameter(
            name,
            _("“%(value)s” may be one of several; add the province, or give the code.") % {"value": asked},
            [_listed(one) for one in candidates],
        )
    found = candidates[0].division
    if found.location is None:
        raise InvalidParameter(name, _("“%(value)s” has no point of its own; name a commune.") % {"value": asked})
    within = f", {found.parent.full_name}" if found.parent is not None else ""
    return Depot(round(found.location.x, 5), round(found.location.y, 5), f"{found.full_name}{within}")


def _listed(candidate: Candidate) -> dict[str, str | None]:
    parent = candidate.division.parent
    return {
        "code": candidate.division.code,
        "name": candidate.division.full_name,
        "within": parent.full_name if parent else None,
        "reason": str(candidate.explanation),
    }
