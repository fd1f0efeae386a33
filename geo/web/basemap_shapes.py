"""Shapes of the basemap: land, province outlines and borders as small integers that compress well.

Pure geometry, no database. All coordinates are longitude, latitude (EPSG:4326). Source of land and borders:
Natural Earth 1:10m (public domain) through npm ``world-atlas`` (countries-10m, whose land is that of land-10m),
a TopoJSON file.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.web import basemap

EXTENT = (100.0, 5.0, 120.0, 25.0)
"""West, south, east, north of what is drawn in detail, in degrees."""

SURROUNDINGS = (82.0, -10.0, 138.0, 40.0)
"""Beyond :data:`EXTENT`, coarse land, so that a wide screen never shows a cut edge."""

ARCHIPELAGOS = tuple(box(*frame) for frame in basemap.ARCHIPELAGOS)
"""Hoàng Sa and Trường Sa: land inside belongs to Viet Nam, whatever the land file files it under."""

FINEST = 1e-5
"""Grid, in degrees (about 1 m), on which edges of neighbours are matched."""

VIET_NAM = "704"  # ISO 3166-1 numeric, the id in world-atlas

Point = tuple[int, int]
Arc = tuple[Point, ...]


@dataclass(frozen=True)
class Surroundings:
    """Land that is no part of a province outline: in detail ``near`` the country, coarse ``far`` from it."""

    near: BaseGeometry
    far: BaseGeometry
    borders: BaseGeometry
    islets: list[Polygon]


@dataclass(frozen=True)
class Topology:
    """Polygons that share their edges: arcs stored once, rings as signed arc numbers (``~n`` = arc n backwards)."""

    arcs: list[Arc]
    areas: dict[str, list[list[int]]]


def read_topojson(path: Path) -> tuple[list[list[tuple[float, float]]], Mapping[str, Any]]:
    """Arcs in degrees and the objects of a quantised TopoJSON file. Raises ``OSError`` when it is not there."""
    file = json.loads(path.read_text(encoding="utf-8"))
    (scale_x, scale_y), (move_x, move_y) = file["transform"]["scale"], file["transform"]["translate"]
    arcs = []
    for arc in file["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(points)
    return arcs, file["objects"]


def surroundings(countries_file: Path, viet_nam: BaseGeometry) -> Surroundings:
    """Land around ``viet_nam``: neighbours up to its edge without slivers, their borders, and islets of its own."""
    arcs, objects = read_topojson(countries_file)
    window = box(*SURROUNDINGS)
    foreign: list[BaseGeometry] = []
    islets: list[Polygon] = []
    users: dict[int, int] = {}
    for country in objects["countries"]["geometries"]:
        for rings in _polygons(country):
            polygon = _polygon(rings, arcs)
            if polygon is None or not window.intersects(polygon):
                continue
            if any(area.contains(polygon) for area in ARCHIPELAGOS):
                islets.append(polygon)
            elif country.get("id") == VIET_NAM:
                if not viet_nam.intersects(polygon.buffer(0.02)):
                    islets.append(polygon)
            else:
                foreign.append(shapely.make_valid(polygon))
                for number in {number if number >= 0 else ~number for ring in rings for number in ring}:
                    users[number] = users.get(number, 0) + 1
    land = shapely.union_all([shapely.clip_by_rect(part, *_grown(EXTENT, 0.3)) for part in foreign])
    # The two sources differ by up to the grid of the land file (0.004 degrees): fill the gap along the land border.
    gap = viet_nam.buffer(0.02).intersection(land.buffer(0.02))
    near = shapely.union_all([land, gap]).difference(viet_nam)
    coarse = shapely.union_all([shapely.clip_by_rect(part.simplify(0.08), *SURROUNDINGS) for part in foreign])
    far = coarse.difference(box(*_grown(EXTENT, 0.2)))
    extent = box(*EXTENT)
    shared = [LineString(arcs[number]) for number, count in users.items() if count > 1]
    borders = shapely.line_merge(shapely.union_all([line.intersection(extent) for line in shared]))
    return Surroundings(near=near, far=far, borders=borders, islets=islets)


def _grown(bbox: tuple[float, float, float, float], margin: float) -> tuple[float, float, float, float]:
    """A frame with a margin of so many degrees on all sides."""
    west, south, east, north = bbox
    return (west - margin, south - margin, east + margin, north + margin)


def read_country(countries_file: Path, country_id: str) -> BaseGeometry:
    """The area of one country, for when no province outline is loaded."""
    arcs, objects = read_topojson(countries_file)
    found = [row for row in objects["countries"]["geometries"] if row.get("id") == country_id]
    parts = [_polygon(rings, arcs) for row in found for rings in _polygons(row)]
    return shapely.union_all([shapely.make_valid(part) for part in parts if part is not None])


def _polygons(geometry: Mapping[str, Any]) -> Iterable[list[list[int]]]:
    """Rings of arc numbers, polygon by polygon, of one TopoJSON geometry."""
    if geometry["type"] == "Polygon":
        yield geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]


def _polygon(rings: Sequence[Sequence[int]], arcs: Sequence[Sequence[tuple[float, float]]]) -> Polygon | None:
    """One polygon in degrees, or None when it has no area."""
    lines = []
    for ring in rings:
        points: list[tuple[float, float]] = []
        for number in ring:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points.extend(arc[1:] if points else arc)
        lines.append(points)
    if len(lines[0]) < 4:
        return None
    polygon = Polygon(lines[0], [line for line in lines[1:] if len(line) > 3])
    return polygon if polygon.area else None


def matched(areas: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """The same areas with common edges made of the very same points, so that they simplify and draw as one line."""
    cells = {code: shapely.set_precision(area, FINEST) for code, area in areas.items()}
    lines = shapely.union_all([area.boundary for area in cells.values()], grid_size=FINEST)
    pieces = polygons_of(shapely.polygonize(lines_of(lines)))
    codes = list(cells)
    tree = shapely.STRtree([cells[code] for code in codes])
    parts: dict[str, list[BaseGeometry]] = {code: [] for code in codes}
    for piece in pieces:
        owners = tree.query(piece.representative_point(), predicate="within")
        if len(owners):
            parts[codes[min(owners)]].append(piece)
    return {code: shapely.union_all(found) for code, found in parts.items() if found}


def simplify_coverage(areas: Mapping[str, BaseGeometry], tolerance: float) -> dict[str, BaseGeometry]:
    """Simplify polygons that touch so that they still touch. ``tolerance`` in degrees."""
    if not areas:
        return {}
    codes = list(areas)
    simple = shapely.coverage_simplify([areas[code] for code in codes], tolerance)
    return dict(zip(codes, simple, strict=True))


def topology(areas: Mapping[str, BaseGeometry], grid: float) -> Topology:
    """Cut the rings of ``areas`` into arcs on a grid of ``grid`` degrees, an edge between two areas only once."""
    rings = {code: [_snap(ring, grid) for ring in _rings(area)] for code, area in areas.items()}
    nodes = _nodes(ring for group in rings.values() for ring in group)
    arcs: list[Arc] = []
    numbers: dict[Arc, int] = {}

    def number_of(arc: Arc) -> int:
        if arc in numbers:
            return numbers[arc]
        if arc[::-1] in numbers:
            return ~numbers[arc[::-1]]
        numbers[arc] = len(arcs)
        arcs.append(arc)
        return numbers[arc]

    cut = {
        code: [[number_of(arc) for arc in _cut(ring, nodes)] for ring in group if len(ring) > 3]
        for code, group in rings.items()
    }
    return Topology(arcs=arcs, areas=cut)


def _rings(geometry: BaseGeometry) -> Iterable[Sequence[tuple[float, ...]]]:
    """Outer and inner rings of a polygon or a collection of polygons."""
    for part in polygons_of(geometry):
        yield list(part.exterior.coords)
        for hole in part.interiors:
            yield list(hole.coords)


def polygons_of(geometry: BaseGeometry) -> list[Polygon]:
    """The polygons inside any geometry; lines and points left by a clip are dropped."""
    if isinstance(geometry, Polygon):
        return [geometry] if not geometry.is_empty else []
    return [polygon for part in getattr(geometry, "geoms", []) for polygon in polygons_of(part)]


def lines_of(geometry: BaseGeometry) -> list[LineString]:
    """The lines inside any geometry."""
    if isinstance(geometry, LineString):
        return [geometry] if not geometry.is_empty else []
    return [line for part in getattr(geometry, "geoms", []) for line in lines_of(part)]


def _snap(points: Sequence[Sequence[float]], grid: float) -> list[Point]:
    """Points on the grid, without repetitions."""
    snapped: list[Point] = []
    for point in points:
        cell = (round(point[0] / grid), round(point[1] / grid))
        if not snapped or snapped[-1] != cell:
            snapped.append(cell)
    return snapped


def _nodes(rings: Iterable[Sequence[Point]]) -> set[Point]:
    """Points where more than two edges meet: there arcs begin and end."""
    neighbours: dict[Point, set[Point]] = {}
    for ring in rings:
        for here, there in pairwise(ring):
            neighbours.setdefault(here, set()).add(there)
            neighbours.setdefault(there, set()).add(here)
    return {point for point, around in neighbours.items() if len(around) != 2}


def _cut(ring: Sequence[Point], nodes: set[Point]) -> list[Arc]:
    """Split a closed ring at the nodes; a ring without one starts at its smallest point, to be found again."""
    open_ring = list(ring[:-1])
    first = next((i for i, point in enumerate(open_ring) if point in nodes), None)
    if first is None:
        first = open_ring.index(min(open_ring))
        turned = [*open_ring[first:], *open_ring[: first + 1]]
        return [tuple(turned)]
    turned = [*open_ring[first:], *open_ring[: first + 1]]
    arcs: list[Arc] = []
    arc = [turned[0]]
    for point in turned[1:]:
        arc.append(point)
        if point in nodes:
            arcs.append(tuple(arc))
            arc = [point]
    return arcs


def polygon_steps(geometry: BaseGeometry, grid: float, smallest: float = 0.0) -> list[list[int]]:
    """Rings as flat steps ``[x0, y0, dx1, dy1, …]`` on the grid. Outer rings under ``smallest`` square degrees go."""
    kept = [part for part in polygons_of(geometry) if part.area >= smallest]
    return [steps(ring) for ring in (_snap(r, grid) for r in _rings(MultiPolygon(kept))) if len(ring) > 3]


def line_steps(geometry: BaseGeometry, grid: float) -> list[list[int]]:
    """Lines as flat steps on the grid."""
    return [steps(line) for line in (_snap(list(x.coords), grid) for x in lines_of(geometry)) if len(line) > 1]


def steps(points: Sequence[Point]) -> list[int]:
    """First point, then differences: small numbers compress well."""
    flat: list[int] = []
    last_x = last_y = 0
    for x, y in points:
        flat += (x - last_x, y - last_y)
        last_x, last_y = x, y
    return flat
