"""Reading polygons of divisions from files that others made, and finding out what is wrong with them.

Pure of the database: files in, shapes in EPSG:4326 (longitude, latitude) out, with a count of everything repaired or
refused. GDAL reads (through pyogrio), GEOS judges (through shapely).
"""

import gzip
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.contrib.gis.gdal import CoordTransform, GDALException, OGRGeometry, SpatialReference
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.divisions.models import WGS84_SRID

# Where a boundary of Viet Nam can lie at all, its islands included: west, south, east, north in degrees.
EXTENT = (98.0, 3.0, 122.0, 26.0)
MAX_UNPACKED_BYTES = 4 * 2**30
KM2_PER_SQUARE_DEGREE = 111.32 * 110.57
_POLYGONAL = {"Polygon", "MultiPolygon"}
_WGS84_NAMES = {"EPSG:4326", "OGC:CRS84"}


class BoundaryFileError(Exception):
    """The file can't be used; the message is one line for the operator."""


@dataclass(slots=True)
class BoundaryFile:
    """Shapes by code, and what happened while reading."""

    shapes: dict[str, MultiPolygon] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


def read_boundary_file(
    path: Path,
    code_field: str,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    code_length: int = 0,
    progress: Callable[[str], None] = lambda _text: None,
) -> BoundaryFile:
    """Read GeoJSON, GeoPackage, Shapefile or whatever GDAL reads, also gzipped, in any coordinate system.

    ``crs`` overrides what the file says; ``code_length`` restores zeros that a spreadsheet took off numeric codes.
    Raises: BoundaryFileError when the file, layer, field or coordinate system is missing or can't be read.
    """
    if not path.is_file():
        raise BoundaryFileError(f"{path}: there is no such file")
    with _unpacked(path) as readable:
        meta, _fids, geometries, columns = _read(readable, code_field, layer, encoding)
    if geometries is None or not len(geometries):
        raise BoundaryFileError(f"{path.name} holds no features")
    shapes = _parse(geometries)
    shapes = _to_wgs84(shapes, crs or meta["crs"], path.name)
    codes = [_code(value, code_length) for value in columns[0]]
    found = BoundaryFile()
    found.counts["features read"] = len(codes)
    progress(f"{len(codes)} features read")
    _collect(found, codes, shapes)
    _check_extent(found, path.name)
    return found


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Give the path itself, or a temporary copy when it is gzipped (of at most 4 GiB)."""
    if path.suffix.lower() != ".gz":
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / path.stem
        try:
            with gzip.open(path) as packed, target.open("wb") as plain:
                while chunk := packed.read(2**20):
                    plain.write(chunk)
                    if plain.tell() > MAX_UNPACKED_BYTES or plain.tell() > shutil.disk_usage(folder).free:
                        raise BoundaryFileError(f"{path.name} unpacks to more than there is room for")
        except (OSError, EOFError) as error:
            raise BoundaryFileError(f"{path.name} is not a readable gzip file: {error}") from error
        yield target


def _read(path: Path, code_field: str, layer: str | None, encoding: str | None) -> Any:
    try:
        layers = [str(name) for name, _type in pyogrio.list_layers(path)]
        if layer is not None and layer not in layers:
            raise BoundaryFileError(f"{path.name} has no layer {layer!r}; it has: {', '.join(layers)}")
        info = pyogrio.read_info(path, layer=layer, encoding=encoding)
        if code_field not in info["fields"]:
            there = ", ".join(str(name) for name in info["fields"]) or "none"
            raise BoundaryFileError(f"{path.name} has no field {code_field!r}; it has: {there}")
        return pyogrio.raw.read(path, layer=layer, encoding=encoding, columns=[code_field], force_2d=True)
    except BoundaryFileError:
        raise
    except (RuntimeError, ValueError, UnicodeDecodeError, LookupError) as error:
        reason = " ".join(str(error).split())[:200]
        raise BoundaryFileError(f"{path.name} can't be read: {reason}") from error


def _parse(geometries: Any) -> "np.ndarray[Any, Any]":
    try:
        return np.asarray(shapely.from_wkb(geometries, on_invalid="ignore"), dtype=object)
    except shapely.errors.GEOSException as error:
        raise BoundaryFileError(f"a geometry can't be read: {error}") from error


def _to_wgs84(shapes: "np.ndarray[Any, Any]", crs: str | None, name: str) -> "np.ndarray[Any, Any]":
    """Bring shapes to longitude, latitude in EPSG:4326."""
    if not crs:
        raise BoundaryFileError(f"{name} doesn't say its coordinate system: give it with --crs, for example EPSG:9210")
    if crs.upper() in _WGS84_NAMES:
        return shapes
    try:
        transform = CoordTransform(SpatialReference(crs), SpatialReference(WGS84_SRID))
        moved: list[BaseGeometry | None] = []
        for shape in shapes:
            if shape is None or shape.is_empty:
                moved.append(None)
                continue
            geometry = OGRGeometry(memoryview(shapely.to_wkb(shape)))
            geometry.transform(transform)
            moved.append(shapely.from_wkb(bytes(geometry.wkb), on_invalid="ignore"))
    except (GDALException, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:160]
        raise BoundaryFileError(f"{name}: coordinate system {crs[:60]} can't be used: {reason}") from error
    return np.asarray(moved, dtype=object)


def _code(value: Any, length: int) -> str:
    """Return a code as text; numbers get back their leading zeros."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    text = str(value).strip()
    return text.zfill(length) if text.isdigit() else text


def _collect(found: BoundaryFile, codes: list[str], shapes: "np.ndarray[Any, Any]") -> None:
    """Repair and gather shapes; several features of one code become one shape."""
    for code, shape in zip(codes, shapes, strict=True):
        if not code:
            found.counts["without a code: left out"] += 1
            continue
        if shape is None or shape.is_empty:
            found.counts["without a shape: left out"] += 1
            found.refused.append(code)
            continue
        if shape.geom_type not in _POLYGONAL and shape.geom_type != "GeometryCollection":
            found.counts["not a polygon: left out"] += 1
            found.refused.append(code)
            continue
        polygon = polygonal(shape)
        if polygon is None:
            found.counts["invalid beyond repair: left out"] += 1
            found.refused.append(code)
            continue
        if not shape.is_valid:
            found.counts["invalid: repaired"] += 1
        if code in found.shapes:
            found.counts["same code again: joined"] += 1
            polygon = polygonal(shapely.union_all([found.shapes[code], polygon])) or polygon
        found.shapes[code] = polygon


def polygonal(shape: BaseGeometry) -> MultiPolygon | None:
    """Return the valid polygons of a shape, ``None`` when nothing with an area is left."""
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return None
    valid = shape if shape.is_valid else shapely.make_valid(shape)
    parts = [part for part in shapely.get_parts(valid, return_index=False) if part.geom_type in _POLYGONAL]
    parts = [polygon for part in parts for polygon in shapely.get_parts(part) if polygon.area > 0]
    return MultiPolygon(parts) if parts else None


def _check_extent(found: BoundaryFile, name: str) -> None:
    west, south, east, north = EXTENT
    for code, shape in found.shapes.items():
        x0, y0, x1, y1 = shape.bounds
        if x0 < west or y0 < south or x1 > east or y1 > north:
            raise BoundaryFileError(
                f"{name}: {code} lies at {x0:.4g}…{x1:.4g}, {y0:.4g}…{y1:.4g}, outside of Viet Nam: "
                "is the coordinate system right (--crs), are longitude and latitude in this order?"
            )


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two shapes that cover the same ground."""

    first: str
    second: str
    area_km2: float


def overlaps(shapes: dict[str, MultiPolygon], least_km2: float = 0.01) -> list[Overlap]:
    """Return the pairs that overlap by at least ``least_km2``, largest first."""
    codes = sorted(shapes)
    geometries = np.asarray([shapes[code] for code in codes], dtype=object)
    tree = shapely.STRtree(geometries)
    left, right = tree.query(geometries)
    pairs = left < right
    left, right = left[pairs], right[pairs]
    shapely.prepare(geometries)
    # Neighbours that only touch are most pairs: a cheap test first.
    crossing = ~shapely.touches(geometries[left], geometries[right])
    left, right = left[crossing], right[crossing]
    shared = shapely.intersection(geometries[left], geometries[right])
    latitudes = np.radians(shapely.get_y(shapely.centroid(geometries[left])))
    areas = shapely.area(shared) * KM2_PER_SQUARE_DEGREE * np.cos(latitudes)
    found = [
        Overlap(codes[i], codes[j], round(float(area), 3))
        for i, j, area in zip(left, right, areas, strict=True)
        if area >= least_km2
    ]
    return sorted(found, key=lambda overlap: -overlap.area_km2)
