"""The map of freshness: province outlines as SVG paths, from the file the basemap is drawn from. No script needed."""

import json
from functools import lru_cache
from math import asinh, degrees, radians, tan
from typing import Any

from geo.web.basemap import ARCHIPELAGOS as ARCHIPELAGO_FRAMES
from geo.web.basemap import current, folder

WEST, EAST, SOUTH, NORTH = 101.8, 117.9, 6.6, 23.6
"""The country with Hoàng Sa and Trường Sa, in degrees."""
SCALE = 40
"""Units of the picture in a degree of longitude."""
ISLET = 2.5
"""Radius, in those units, of a dot that stands for land too small to draw."""
LEAST_STEP = 0.8
"""Points nearer than this to the one before, in those units, are left out."""

ARCHIPELAGOS = (("Hoàng Sa", "Đà Nẵng", 112.0, 16.5), ("Trường Sa", "Khánh Hòa", 114.3, 9.9))
"""Names written on the map: archipelago, its province, lon, lat."""
ISLAND_PROVINCES = ("48", "56")
"""The provinces of their islands, in the order of the frames."""


def x_of(lon: float) -> float:
    """Return the horizontal place of a longitude in the picture."""
    return round((lon - WEST) * SCALE, 1)


def y_of(lat: float) -> float:
    """Return the vertical place of a latitude (Mercator, as on the map)."""
    return round((_mercator(NORTH) - _mercator(lat)) * SCALE, 1)


def _mercator(lat: float) -> float:
    return degrees(asinh(tan(radians(lat))))


def size() -> tuple[float, float]:
    """Return width and height of the picture."""
    return x_of(EAST), y_of(SOUTH)


def outlines() -> dict[str, str]:
    """Return the path of each province by its code; nothing where no ground was built or it has no provinces."""
    name = current().get("overview")
    return _read(name) if name else {}


@lru_cache(maxsize=2)
def _read(name: str) -> dict[str, str]:
    try:
        file = json.loads((folder() / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    arcs = [_points(arc, file["grid"]) for arc in file["arcs"]]
    paths = {code: _path(rings, arcs) for code, rings in file["areas"].items() if code}
    for lon, lat in file["small"]:
        for code, (west, south, east, north) in zip(ISLAND_PROVINCES, ARCHIPELAGO_FRAMES, strict=True):
            if code in paths and west < lon < east and south < lat < north:
                paths[code] += _dot(x_of(lon), y_of(lat))
    return paths


def _points(flat: list[int], grid: float) -> list[tuple[float, float]]:
    """Return an arc in the picture's units, thinned; its ends stay, so that neighbours meet."""
    points, lon, lat = [], 0, 0
    for step_x, step_y in zip(flat[::2], flat[1::2], strict=True):
        lon, lat = lon + step_x, lat + step_y
        points.append((x_of(lon * grid), y_of(lat * grid)))
    kept = points[:1]
    for point in points[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= LEAST_STEP:
            kept.append(point)
    return [*kept, *points[-1:]] if len(points) > 1 else kept


def _path(rings: list[list[int]], arcs: list[list[tuple[float, float]]]) -> str:
    """Return the rings of a province as one path; a ring too small to see becomes a dot."""
    written = []
    for ring in rings:
        points: list[tuple[float, float]] = []
        for number in ring:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc if not points else arc[1:]
        written.append(_ring(points))
    return "".join(written)


def _ring(points: list[tuple[float, float]]) -> str:
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    top, bottom = min(y for _x, y in points), max(y for _x, y in points)
    if right - left < ISLET and bottom - top < ISLET:
        return _dot((left + right) / 2, (top + bottom) / 2)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "z"


def _dot(x: float, y: float) -> str:
    return f"M{x - ISLET:g} {y:g}a{ISLET} {ISLET} 0 1 0 {2 * ISLET} 0a{ISLET} {ISLET} 0 1 0 {-2 * ISLET} 0z"


def archipelagos() -> list[dict[str, Any]]:
    """Return the names of the archipelagos with their places in the picture."""
    return [
        {"name": name, "province": province, "x": x_of(lon), "y": y_of(lat)}
        for name, province, lon, lat in ARCHIPELAGOS
    ]
