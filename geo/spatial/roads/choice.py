"""Which source of road times this site uses."""

from django.conf import settings

from geo.spatial.roads.estimate import Estimate
from geo.spatial.roads.interface import Roads


def engine() -> Roads:
    """Return the site's source of road times; it always answers, if need be with the marked estimate."""
    return Estimate(settings.ROAD_DETOUR_PERCENT / 100, settings.ROAD_SPEED_KMH)
