"""Parse at the door: one named function per kind of query parameter, from text to a checked value.

Every function takes the parameter's name and its text and returns a value, or raises ``InvalidParameter`` naming it.
Coordinates are longitude, latitude in degrees of EPSG:4326 (OGC CRS84); distances are metres.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from django.contrib.gis.geos import Point, Polygon
from django.utils.translation import gettext as _

from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.problems import InvalidParameter

WGS84 = 4326
MAX_TEXT = 200
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)

Query: TypeAlias = Mapping[str, Sequence[str]]
"""Query parameters as received: name to the list of its values."""


@dataclass(frozen=True)
class BBox:
    """A bounding box in degrees: west may be greater than east when it crosses the 180° meridian."""

    west: float
    south: float
    east: float
    north: float

    def parts(self) -> "list[BBox]":
        """Return the box, or two when it crosses the 180° meridian."""
        if self.west <= self.east:
            return [self]
        return [BBox(self.west, self.south, 180.0, self.north), BBox(-180.0, self.south, self.east, self.north)]

    def polygons(self) -> list[Polygon]:
        """Return its parts as geometries in EPSG:4326."""
        found = [Polygon.from_bbox((box.west, box.south, box.east, box.north)) for box in self.parts()]
        for one in found:
            one.srid = WGS84
        return found


@dataclass(frozen=True)
class LonLat:
    """A position: longitude and latitude in degrees."""

    lon: float
    lat: float

    def point(self) -> Point:
        """Return it as a geometry in EPSG:4326."""
        return Point(self.lon, self.lat, srid=WGS84)


@dataclass(frozen=True)
class Interval:
    """A span of days, half-open: ``start`` included, ``end`` excluded; ``None`` is unbounded."""

    start: date | None
    end: date | None


def single(query: Query, name: str) -> str | None:
    """Return the one value of ``name``, ``None`` when absent or empty.

    Raises: InvalidParameter when it is given more than once.
    """
    values = query.get(name, ())
    if len(values) > 1:
        raise InvalidParameter(name, _("“%(name)s” may be given only once.") % {"name": name})
    value = values[0].strip() if values else ""
    return value or None


def reject_unknown(query: Query, known: Collection[str]) -> None:
    """Raise InvalidParameter for the first parameter that is not among ``known``: nothing is ignored in silence."""
    for name in query:
        if name not in known:
            shown = nfc(name)[:60]
            raise InvalidParameter(shown, _("Unknown parameter “%(name)s”.") % {"name": shown})


def text(name: str, value: str, longest: int = MAX_TEXT) -> str:
    """Return ``value`` as stored text (NFC, single spaces); at most ``longest`` characters, no NUL."""
    if "\x00" in value or "\ufffd" in value:
        raise InvalidParameter(name, _("“%(name)s” has characters that can't be read.") % {"name": name})
    if len(value) > longest:
        raise InvalidParameter(
            name, _("“%(name)s” is longer than %(longest)d characters.") % {"name": name, "longest": longest}
        )
    return nfc(value)


def number(name: str, value: str, low: float, high: float) -> float:
    """Return a finite decimal number between ``low`` and ``high``, both allowed."""
    parsed = float(value) if _NUMBER.fullmatch(value.strip()) and len(value) <= 40 else math.nan
    if not math.isfinite(parsed) or not low <= parsed <= high:
        raise InvalidParameter(
            name,
            _("“%(name)s” must be a number from %(low)g to %(high).12g.") % {"name": name, "low": low, "high": high},
        )
    return parsed


def integer(name: str, value: str, low: int, high: int) -> int:
    """Return a whole number between ``low`` and ``high``, both allowed."""
    if not re.fullmatch(r"[+-]?\d{1,12}", value.strip(), re.ASCII) or not low <= int(value) <= high:
        raise InvalidParameter(
            name,
            _("“%(name)s” must be a whole number from %(low)d to %(high)d.") % {"name": name, "low": low, "high": high},
        )
    return int(value)


def integers(name: str, value: str, low: int, high: int) -> tuple[int, ...]:
    """Return the sorted distinct whole numbers of a comma-separated list."""
    return tuple(sorted({integer(name, part, low, high) for part in value.split(",")}))


def one_of(name: str, value: str, allowed: Collection[str]) -> str:
    """Return ``value`` when it is among ``allowed``."""
    if value not in allowed:
        raise InvalidParameter(
            name,
            _("“%(name)s” must be one of: %(allowed)s.") % {"name": name, "allowed": ", ".join(sorted(allowed))},
        )
    return value


def some_of(name: str, value: str, allowed: Collection[str]) -> tuple[str, ...]:
    """Return the sorted distinct values of a comma-separated list, each among ``allowed``."""
    return tuple(sorted({one_of(name, part.strip(), allowed) for part in value.split(",")}))


def bbox(name: str, value: str) -> BBox:
    """Parse ``west,south,east,north`` (or six numbers with heights, which are not used), CRS84 degrees."""
    parts = value.split(",")
    if len(parts) not in (4, 6):
        raise InvalidParameter(name, _("“%(name)s” needs west,south,east,north in degrees.") % {"name": name})
    if len(parts) == 6:
        for height in (parts[2], parts[5]):
            number(name, height, -1e6, 1e6)
        parts = [parts[0], parts[1], parts[3], parts[4]]
    west, east = (number(name, parts[i], -180, 180) for i in (0, 2))
    south, north = (number(name, parts[i], -90, 90) for i in (1, 3))
    if south > north:
        raise InvalidParameter(name, _("“%(name)s”: south is north of north.") % {"name": name})
    return BBox(west, south, east, north)


def lonlat(name: str, value: str) -> LonLat:
    """Parse ``longitude,latitude`` in degrees."""
    parts = value.split(",")
    if len(parts) != 2:
        raise InvalidParameter(name, _("“%(name)s” needs longitude,latitude in degrees.") % {"name": name})
    return LonLat(number(name, parts[0], -180, 180), number(name, parts[1], -90, 90))


def _day_or_moment(name: str, value: str) -> date:
    try:
        if "T" in value or "t" in value:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=calendar.ZONE)).astimezone(calendar.ZONE).date()
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            raise ValueError(value)
        return date.fromisoformat(value)
    except (ValueError, OverflowError):
        raise InvalidParameter(
            name, _("“%(name)s” must be a date like 2026-05-31 or an interval of two.") % {"name": name}
        ) from None


def interval(name: str, value: str) -> Interval:
    """Parse an OGC ``datetime``: a day or moment, or ``start/end`` (both included; ``..`` or nothing: open)."""
    parts = [part.strip() for part in value.split("/")]
    if len(parts) == 1:
        day = _day_or_moment(name, parts[0])
        return Interval(day, _after(day))
    if len(parts) != 2 or all(part in ("", "..") for part in parts):
        raise InvalidParameter(
            name, _("“%(name)s” must be a date like 2026-05-31 or an interval of two.") % {"name": name}
        )
    start, end = (None if part in ("", "..") else _day_or_moment(name, part) for part in parts)
    if start and end and start > end:
        raise InvalidParameter(name, _("“%(name)s” ends before it begins.") % {"name": name})
    return Interval(start, _after(end) if end else None)


def _after(day: date) -> date | None:
    """The day after, ``None`` (unbounded) after the last day there is."""
    return day + timedelta(days=1) if day < date.max else None


def moment(name: str, value: str, step_minutes: int = 5) -> datetime:
    """Parse a moment (``now`` or ISO 8601; Viet Nam's time when no zone is given), rounded down to ``step_minutes``."""
    try:
        # A "+" of a zone arrives as a space when it was not percent-encoded.
        parsed = calendar.now() if value == "now" else datetime.fromisoformat(value.replace(" ", "+"))
        local = (parsed if parsed.tzinfo else parsed.replace(tzinfo=calendar.ZONE)).astimezone(calendar.ZONE)
    except (ValueError, OverflowError):
        raise InvalidParameter(
            name, _("“%(name)s” must be “now” or a moment like 2026-05-31T09:30.") % {"name": name}
        ) from None
    return local.replace(minute=local.minute - local.minute % step_minutes, second=0, microsecond=0)
