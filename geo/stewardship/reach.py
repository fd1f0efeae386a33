"""How far from somebody's own area a position is: near it one corrects it, farther away one proposes it."""

from django.conf import settings
from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import Point
from django.db.models import F, FloatField, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest, NullIf, Sqrt

from geo.access import areas
from geo.access.models import User
from geo.access.rules import Action, Spot
from geo.divisions.models import Division, DivisionBoundaryPart, Level
from geo.divisions.selectors import division_at, nearest_communes
from geo.places.models import Place
from geo.places.rules import MEASURED
from geo.stewardship.unit import NEAREST_DOUBT_M, RADII

METRES_PER_DEGREE = 100_000.0
"""Fewer than a degree of longitude has anywhere in Viet Nam: a box drawn with it is never too small."""


def spot_of_point(actor: User, place: Place) -> Spot | None:
    """Return where the position of ``place`` lies, if that is for others to decide about.

    That is: in another province than the one the place is said to be in, or farther than ``PROPOSAL_DISTANCE_M`` from
    the area that ``actor`` keeps. ``None``: the position is near enough, or says nothing of its own.
    """
    point = place.location
    if point is None or place.location_accuracy not in MEASURED:
        return None
    commune, province = _divisions_of(point)
    elsewhere = province is not None and province.pk != place.province_id
    if not elsewhere and within_reach(actor, point, float(settings.PROPOSAL_DISTANCE_M)):
        return None
    if province is None:
        nearest = nearest_communes(point, 1)
        commune = nearest[0] if nearest else None
        province = commune.parent if commune is not None else None
    return Spot(province.pk if province is not None else None, commune.pk if commune is not None else None)


def _divisions_of(point: Point) -> tuple[Division | None, Division | None]:
    """Return the commune and province whose boundaries hold ``point``, as far as boundaries are loaded."""
    commune = division_at(point)
    if commune is not None:
        return commune, commune.parent
    return None, division_at(point, level=Level.PROVINCE)


def within_reach(actor: User, point: Point, metres: float) -> bool:
    """Tell whether ``point`` lies in the area where ``actor`` may propose, or at most ``metres`` away from it.

    By boundaries where they are loaded; a commune without one is a circle about its point, as wide as in
    ``geo.stewardship.unit.outside``.
    """
    grants = [grant for grant in areas.grants_of(actor) if grant.allows(Action.PROPOSE)]
    if any(grant.everywhere for grant in grants):
        return True
    communes = {pk for grant in grants for pk in grant.communes}
    if not communes:
        return True
    near = Q(part__dwithin=(point, metres / METRES_PER_DEGREE))
    parts = DivisionBoundaryPart.objects.filter(near, boundary__division__in=communes)
    if parts.annotate(away=_metres("part", point)).filter(away__lte=metres).exists():
        return True
    return _near_circles(Division.objects.filter(pk__in=communes, outline__isnull=True), point, metres).exists()


def _near_circles(communes: "QuerySet[Division]", point: Point, metres: float) -> "QuerySet[Division]":
    area_km2 = NullIf(F("area_km2"), Value(0))
    radius = Sqrt(area_km2 / Value(3.14159), output_field=FloatField()) * Value(1000 * RADII)
    wide = Greatest(Coalesce(radius, Value(NEAREST_DOUBT_M)), Value(NEAREST_DOUBT_M), output_field=FloatField())
    rows = communes.filter(location__isnull=False).annotate(away=_metres("location", point), wide=wide)
    return rows.filter(away__lte=F("wide") + Value(metres))


def _metres(column: str, point: Point) -> Func:
    """Return the expression for the metres between a column (EPSG:4326) and ``point``."""
    there = Func(F(column), template="(%(expressions)s)::geography", output_field=PointField(geography=True))
    here = Func(
        Value(point.ewkt),
        template="(%(expressions)s)::geography",
        output_field=PointField(geography=True),
    )
    return Func(there, here, function="ST_Distance", output_field=FloatField())
