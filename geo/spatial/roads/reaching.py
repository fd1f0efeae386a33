"""What lies within some minutes by road of a point, as an area to filter by: worked out once, simplified, kept."""

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.utils.translation import gettext as _

from geo.spatial.parameters import LonLat
from geo.spatial.problems import InvalidParameter, Unavailable
from geo.spatial.roads import choice
from geo.spatial.roads.interface import Area

MOST_MINUTES = 120
MOST_CORNERS = 500
"""An area is simplified until it has so many: it is compared with every place around."""
FINEST = 0.0005
"""Degrees by which it is simplified first: fifty metres."""
KEPT = 64
PATIENCE_S = 5.0
DECIMALS = 4
"""Of degrees of the point: ten metres."""

_kept: "OrderedDict[tuple[str, float, float, int], MultiPolygon | None]" = OrderedDict()
_turn = threading.Lock()
"""One area is worked out at a time in a process; who wants the same one finds it afterwards."""


@dataclass(frozen=True)
class Reach:
    """The area within ``minutes`` by road of a point; it is known by these, whatever the roads say of it."""

    lon: float
    lat: float
    minutes: int
    area: MultiPolygon = field(compare=False, repr=False)


def reach(name: str, at: LonLat, minutes: int) -> Reach:
    """Return the area within reach, as the query parameter ``name`` asks for it.

    Raises: InvalidParameter where this site has no roads, or none near the point; Unavailable while the engine is down
    or too many are asked.
    """
    if not choice.offers_areas():
        raise InvalidParameter(name, _("This site has no road data: what is within reach by road is not known."))
    spot = LonLat(round(at.lon, DECIMALS), round(at.lat, DECIMALS))
    area = within(spot, minutes)
    if area is None and choice.is_failing():
        raise Unavailable(_("The road engine has no answer now. Please try again in a moment."))
    if area is None:
        raise InvalidParameter(name, _("“%(name)s”: no road is known near this point.") % {"name": name})
    return Reach(spot.lon, spot.lat, minutes, area)


def within(at: LonLat, minutes: int) -> MultiPolygon | None:
    """Return the simplified area within ``minutes``; null where the engine doesn't know. Raises: Unavailable."""
    key = (choice.name_of_roads(), at.lon, at.lat, minutes)
    if key in _kept:
        return _kept[key]
    if not _turn.acquire(timeout=PATIENCE_S):
        raise Unavailable(_("Many areas are being worked out just now. Please try again in a moment."))
    try:
        if key not in _kept:
            area = choice.engine().isochrone(at, minutes * 60)
            if area is None and choice.is_failing():
                return None
            _kept[key] = None if area is None else simplified(area)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        return _kept.get(key)
    finally:
        _turn.release()


def simplified(area: Area) -> MultiPolygon | None:
    """Return an area of few corners that is valid; null when nothing is left of it."""
    found = GEOSGeometry(json.dumps({"type": "MultiPolygon", "coordinates": area.polygons})).buffer(0)
    step = FINEST
    while found.num_coords > MOST_CORNERS:
        found = found.simplify(step, preserve_topology=True).buffer(0)
        step *= 2
    if found.empty:
        return None
    return found if isinstance(found, MultiPolygon) else MultiPolygon(found, srid=found.srid)
