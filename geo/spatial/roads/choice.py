"""Which source of road times this site uses: the operator's service, else roads built here, else the estimate."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from geo.spatial.parameters import LonLat
from geo.spatial.roads import embedded
from geo.spatial.roads.estimate import Estimate
from geo.spatial.roads.ferries import WithFerries
from geo.spatial.roads.interface import Area, Line, Matrix, NotCovered, Roads, RoadsDown
from geo.spatial.roads.osrm import Osrm
from geo.spatial.roads.valhalla_url import valhalla_at

RETRY_S = 30
"""How long an engine that failed is left alone: nobody waits for its timeout again and again."""
logger = logging.getLogger(__name__)
_failed: dict[str, float] = {}


def engine() -> Roads:
    """Return the site's source of road times; it always answers, if need be with the marked estimate.

    Where its roads end at the sea, ferries lead on whose times are stated.
    """
    return WithFerries(_roads())


def estimating() -> Roads:
    """Return the estimate with the site's detour factor and speed, and stated ferries."""
    return WithFerries(_estimate())


def _roads() -> Roads:
    instead = _estimate()
    timeout = settings.ROADS_TIMEOUT_S
    if settings.VALHALLA_URL:
        return Falling(settings.VALHALLA_URL, valhalla_at(settings.VALHALLA_URL, timeout), instead)
    if settings.OSRM_URL:
        return Falling(settings.OSRM_URL, Osrm(settings.OSRM_URL, timeout), instead)
    config = embedded.current(Path(settings.ROADS_ROOT))
    if config is not None:
        return Falling(str(config.resolve()), embedded.embedded(config.resolve(), timeout), instead)
    return instead


def _estimate() -> Roads:
    return Estimate(settings.ROAD_DETOUR_PERCENT / 100, settings.ROAD_SPEED_KMH)


def name_of_roads() -> str:
    """Return what tells the roads of this site from others, and from those built here before."""
    config = embedded.current(Path(settings.ROADS_ROOT))
    return settings.VALHALLA_URL or settings.OSRM_URL or (str(config.resolve()) if config else "")


def offers_areas() -> bool:
    """Return whether the site's roads can tell what is within reach: OSRM and the estimate can't."""
    return bool(settings.VALHALLA_URL or (not settings.OSRM_URL and name_of_roads()))


def is_failing() -> bool:
    """Return whether the engine is left alone because it failed."""
    return time.monotonic() < _failed.get(name_of_roads(), 0)


class Falling:
    """The operator's engine, and in its place the estimate (marked ``down``) whenever it fails."""

    def __init__(self, name: str, first: Roads, second: Roads) -> None:
        self.name, self.first, self.second = name, first, second
        self.source = first.source

    def matrix(self, sources: Sequence[LonLat], targets: Sequence[LonLat] | None = None) -> Matrix:
        """Return the engine's matrix, else the estimate."""
        try:
            self._rest()
            return self.first.matrix(sources, targets)
        except RoadsDown as error:
            self._note(error)
            return replace(self.second.matrix(sources, targets), down=True)

    def line(self, points: Sequence[LonLat]) -> Line:
        """Return the engine's line, else the estimate."""
        try:
            self._rest()
            return self.first.line(points)
        except RoadsDown as error:
            self._note(error)
            return replace(self.second.line(points), down=True)

    def isochrone(self, point: LonLat, seconds: int) -> Area | None:
        """Return the engine's area, else nothing: a circle would pretend to know."""
        try:
            self._rest()
            return self.first.isochrone(point, seconds)
        except RoadsDown as error:
            self._note(error)
            return None

    def _rest(self) -> None:
        if time.monotonic() < _failed.get(self.name, 0):
            raise RoadsDown("")

    def _note(self, error: RoadsDown) -> None:
        if str(error) and not isinstance(error, NotCovered):
            logger.warning("the engine of roads fails, estimates stand in: %s", error)
            _failed[self.name] = time.monotonic() + RETRY_S
