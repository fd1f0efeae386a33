"""VN-2000, the coordinates of Vietnamese surveys: plane metres in a zone of 3° or 6° → degrees in WGS 84.

Zones are EPSG codes that GDAL knows and PostGIS 3.3 doesn't (9205–9218), so GDAL transforms. X is the northing and Y
the easting, as Vietnamese maps have it. Which meridian a province surveyed by is dated data with its source:
``fixtures/divisions/vn2000_meridians.csv``.
"""

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.contrib.gis.gdal import CoordTransform, OGRGeometry, SpatialReference

from geo.spatial.folding import fold
from geo.stewardship.imports.reading.reader import Cell
from geo.stewardship.imports.values import Unreadable, number, said

ZONES_3 = {
    102.0: 5896, 103.0: 9205, 104.0: 9206, 104.5: 9207, 104.75: 9208, 105.0: 5897, 105.5: 9209, 105.75: 9210,
    106.0: 9211, 106.25: 9212, 106.5: 9213, 107.0: 9214, 107.25: 9215, 107.5: 9216, 107.75: 5899, 108.0: 5898,
    108.25: 9217, 108.5: 9218,
}  # fmt: skip
"""Central meridian in degrees → EPSG code of the 3° zone (scale 0.9999, false easting 500 km)."""

ZONES_6 = {105.0: 3405, 111.0: 3406}
"""Central meridian in degrees → EPSG code of the 6° zone (scale 0.9996)."""

NORTHINGS = (880_000.0, 2_650_000.0)
EASTINGS = (150_000.0, 850_000.0)
"""What X and Y can be in Viet Nam, in metres."""


@dataclass(frozen=True, slots=True)
class Plane:
    """A position in metres; ``swapped`` when X and Y stood in each other's column."""

    north: float
    east: float
    swapped: bool = False


@dataclass(frozen=True, slots=True)
class Meridian:
    """What a province surveyed by, under its name of before July 2025; the codes are those of today's province."""

    province_code: str
    name_before: str
    degrees: float
    source: str


def plane(x: Cell, y: Cell) -> Plane:
    """Return the position of the cells X (north) and Y (east). Raises: Unreadable."""
    one, other = _metres(x), _metres(y)
    for north in one:
        for east in other:
            if _between(north, NORTHINGS) and _between(east, EASTINGS):
                return Plane(north, east)
    for east in one:
        for north in other:
            if _between(north, NORTHINGS) and _between(east, EASTINGS):
                return Plane(north, east, swapped=True)
    raise Unreadable("vn2000-range", x=said(x), y=said(y))


def _between(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _metres(cell: Cell) -> list[float]:
    """Return the lengths a cell may say: 582.345 is half a thousand metres, or thousands parted by a point."""
    trimmed = re.sub(r"\s*m(ét)?$", "", cell.strip(), flags=re.IGNORECASE) if isinstance(cell, str) else cell
    try:
        found = number(trimmed)
    except Unreadable:
        raise Unreadable("vn2000-number", said=said(cell)) from None
    grouped = isinstance(trimmed, str) and re.fullmatch(r"\d{1,3}[.,]\d{3}", trimmed.strip())
    return [float(found), float(found * 1000)] if grouped else [float(found)]


def meridian(cell: Cell) -> float:
    """Return a central meridian in degrees from ``105°45'``, ``105-45``, ``105,75``. Raises: Unreadable."""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        degrees = float(cell)
    else:
        match = re.search(r"(1\d\d)(?:([.,]\d+)|[°º\s\-:.d]+(\d{1,2})?)?", said(cell).replace("độ", "°"))
        if not match:
            raise Unreadable("meridian", said=said(cell))
        degrees = float(match[1]) + float((match[2] or "0").replace(",", ".")) + int(match[3] or 0) / 60
    if degrees not in ZONES_3 and degrees not in ZONES_6:
        raise Unreadable("meridian", said=said(cell))
    return degrees


def meridian_words(degrees: float) -> str:
    """Return a meridian as surveyors write it: ``105°45'``."""
    whole, minutes = divmod(round(degrees * 60), 60)
    return f"{whole}°{minutes:02d}'"


@cache
def defaults() -> tuple[Meridian, ...]:
    """Return the meridians of the provinces, as the shipped data has them."""
    path = settings.BASE_DIR / "fixtures" / "divisions" / "vn2000_meridians.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Meridian(row["province_code"], row["province_before_2025"], meridian(row["meridian"]), row["source"])
            for row in csv.DictReader(file)
        )


def defaults_of(province_code: str, name_before: str = "") -> list[float]:
    """Return the meridians a province of today may have surveyed by, its own first; one if its former name is given."""
    rows = [row for row in defaults() if row.province_code == province_code]
    named = [row for row in rows if name_before and fold(row.name_before) == fold(name_before)]
    return list(dict.fromkeys(row.degrees for row in (named or rows)))


def to_degrees(position: Plane, central: float, width: int = 3) -> tuple[float, float]:
    """Return (longitude, latitude) in WGS 84. Raises: Unreadable for a zone that doesn't exist."""
    return _moved(position.east, position.north, _zone(central, width), 4326)


def from_degrees(lon: float, lat: float, central: float, width: int = 3) -> Plane:
    """Return the position in metres of a zone: the way back, for templates and tests."""
    east, north = _moved(lon, lat, 4326, _zone(central, width))
    return Plane(north, east)


def _zone(central: float, width: int) -> int:
    zones = ZONES_6 if width == 6 else ZONES_3
    if central not in zones:
        raise Unreadable("meridian", said=meridian_words(central))
    return zones[central]


def _moved(x: float, y: float, from_srid: int, to_srid: int) -> tuple[float, float]:
    point = OGRGeometry(f"POINT ({x!r} {y!r})")
    point.transform(_transform(from_srid, to_srid))
    return float(point.x), float(point.y)  # type: ignore[attr-defined]  # the stubs know the base class only


@cache
def _transform(from_srid: int, to_srid: int) -> CoordTransform:
    return CoordTransform(SpatialReference(from_srid), SpatialReference(to_srid))
