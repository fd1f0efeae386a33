"""Where a typed or moved position lies: its coordinates, its division as far as that can be told, how far it moved."""

import re
from dataclasses import dataclass, field

from django.contrib.gis.geos import Point

from geo.divisions.models import Division, Level
from geo.divisions.selectors import division_at, nearest_communes
from geo.places.models import Place
from geo.spatial.problems import InvalidParameter
from geo.stewardship.imports.ground import Ground, metres
from geo.stewardship.imports.lines import Line
from geo.stewardship.imports.reasons import words
from geo.stewardship.imports.settling import settle_position

NEAR = 4
"""Communes offered where no boundary tells which one it is."""
_LENGTH = re.compile(r"(?<![\d.,])(?:\d{6,7}(?:[.,]\d{1,3})?|\d{1,3}(?:[.,]\d{3}){1,2})(?![.,]?\d)")
SHORTEST_M = 100_000
"""Smaller numbers are degrees: no VN-2000 coordinate in Viet Nam is as small."""


@dataclass(frozen=True)
class Typed:
    """A position as somebody typed it: degrees, the accuracy the way of saying it is worth, what should be known."""

    lon: float
    lat: float
    accuracy: str
    notes: tuple[str, ...] = ()

    @property
    def point(self) -> Point:
        """The position in EPSG:4326."""
        return Point(self.lon, self.lat, srid=4326)


@dataclass(frozen=True)
class Whereabouts:
    """What is known of a position. ``within`` is certain (a loaded boundary); ``near`` are communes to choose from."""

    typed: Typed
    within: Division | None = None
    province: Division | None = None
    near: list[Division] = field(default_factory=list)
    declared: Division | None = None
    moved_m: float | None = None
    is_outside: bool = False


def read_position(text: str, province: Division | None = None, commune: Division | None = None) -> Typed:
    """Return the position that ``text`` says: degrees in any usual writing, or VN-2000 metres of the province.

    The commune only decides between several meridians of a province.

    Raises: InvalidParameter (``location``) in words that say how to write it.
    """
    line = _understood(text, province, None)
    if commune is not None and any(one.code == "meridian-ambiguous" for one in line.problems):
        line = _understood(text, province, commune)
    if line.point is None:
        said = next((words(one.code, one.facts) for one in line.problems), "")
        raise InvalidParameter("location", said)
    notes = tuple(words(one.code, one.facts) for one in line.notes)
    return Typed(*line.point, line.point_accuracy, notes)


def _understood(text: str, province: Division | None, commune: Division | None) -> Line:
    """Return what the imports make of it: two lengths are VN-2000, with its meridian behind them if it is said."""
    line = Line(0, [], {}, province=province, commune=commune)
    lengths = [one for one in _LENGTH.findall(text) if float(re.sub(r"\D", "", one)) >= SHORTEST_M]
    line.says = {"coordinates": text}
    if len(lengths) >= 2:
        line.says = {"x": lengths[0], "y": lengths[1]}
        rest = text.replace(lengths[0], "", 1).replace(lengths[1], "", 1)
        if re.search(r"1\d\d", rest):
            line.says["meridian"] = rest
    settle_position(line, Ground())
    return line


def whereabouts(typed: Typed, place: Place | None, declared: Division | None) -> Whereabouts:
    """Return where ``typed`` lies, against the ``declared`` commune and where ``place`` was before."""
    point = typed.point
    within = division_at(point)
    province = within.parent if within is not None else division_at(point, level=Level.PROVINCE)
    near = [] if within is not None else _near(point, province)
    before = place.location if place is not None else None
    moved = metres((before.x, before.y), (typed.lon, typed.lat)) if before is not None else None
    outside = declared is not None and _outside(typed, declared, within, province)
    return Whereabouts(typed, within, province, near, declared, moved, outside)


def _near(point: Point, province: Division | None) -> list[Division]:
    """Return the communes a point may be in, those of its province if that is certain."""
    found = nearest_communes(point, NEAR * 3 if province is not None else NEAR)
    if province is None:
        return found
    return [one for one in found if one.parent_id == province.pk][:NEAR]


def _outside(typed: Typed, declared: Division, within: Division | None, province: Division | None) -> bool:
    """Tell whether a position contradicts the commune: by boundaries, else by the distance from its point."""
    if within is not None:
        return within.pk != declared.pk
    if province is not None and declared.parent_id != province.pk:
        return True
    return not Ground().near_commune(declared, (typed.lon, typed.lat))
