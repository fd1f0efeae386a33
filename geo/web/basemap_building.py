"""Making the map's own ground: what it is made of, how fine its two files are (``basemap``). Needs shapely."""

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import polylabel

from geo.web import basemap_shapes as shapes

ATTRIBUTION = "Natural Earth"
DOT = 0.0008
"""Polygons below this many square degrees are drawn as a dot while they are smaller than it."""

BUDGET = 60_000
"""Bytes of one file when compressed. Outlines finer than that are simplified further."""


@dataclass(frozen=True)
class Detail:
    """How fine one file is: simplification and grid in degrees, smallest polygon kept in square degrees."""

    name: str
    tolerance: float
    grid: float
    smallest: float


OVERVIEW = Detail("overview", tolerance=0.012, grid=0.002, smallest=DOT)
FULL = Detail("detail", tolerance=0.0012, grid=0.0005, smallest=0.0)


@dataclass(frozen=True)
class Label:
    """A name on the map. ``kind``: province, zone (đặc khu), archipelago, sea or country; low ``rank`` first."""

    name: str
    name_en: str
    kind: str
    lon: float
    lat: float
    rank: int
    within: str = ""
    code: str = ""

    def as_json(self) -> list[Any]:
        """As the browser reads it: name, English name, kind, lon, lat, rank, what it belongs to, code."""
        place = [round(self.lon, 3), round(self.lat, 3)]
        return [self.name, self.name_en, self.kind, *place, self.rank, self.within, self.code]


SEAS = (
    Label("Biển Đông", "Biển Đông (East Sea)", "sea", 112.6, 13.6, 0),
    Label("Vịnh Bắc Bộ", "Gulf of Tonkin", "sea", 107.75, 19.55, 40),
    Label("Vịnh Thái Lan", "Gulf of Thailand", "sea", 102.4, 9.2, 41),
)
NEIGHBOURS = (
    Label("Trung Quốc", "China", "country", 108.6, 23.6, 50),
    Label("Lào", "Laos", "country", 102.6, 19.5, 50),
    Label("Thái Lan", "Thailand", "country", 102.4, 15.4, 50),
    Label("Campuchia", "Cambodia", "country", 104.7, 12.7, 50),
)


def label_point(outline: BaseGeometry) -> tuple[float, float]:
    """Where the name of an area reads best: the middle of the widest part of its largest polygon (lon, lat)."""
    largest = max(shapes.polygons_of(outline), key=lambda part: part.area)
    point = polylabel(largest, tolerance=0.01)
    return (point.x, point.y)


def build(outlines: Mapping[str, BaseGeometry], labels: Iterable[Label], countries_file: Path) -> dict[str, bytes]:
    """The two files by their name, not yet compressed.

    ``outlines``: provinces by code (lon, lat); when there are none, the country as the land file has it.
    """
    areas = shapes.simplify_coverage(shapes.matched(outlines), FULL.tolerance / 2)
    if not areas:
        areas = {"": shapes.read_country(countries_file, shapes.VIET_NAM)}
    around = shapes.surroundings(countries_file, shapely.union_all(list(areas.values())))
    names = [label.as_json() for label in sorted([*labels, *SEAS, *NEIGHBOURS], key=lambda label: label.rank)]
    overview = _document(OVERVIEW, areas, around)
    overview["labels"] = names
    files = [(OVERVIEW.name, overview), (FULL.name, _fitting(areas, around))]
    return {name: json.dumps(file, ensure_ascii=False, separators=(",", ":")).encode() for name, file in files}


def _fitting(areas: Mapping[str, BaseGeometry], around: shapes.Surroundings) -> dict[str, Any]:
    """The finest document within :data:`BUDGET`, or the coarsest tried."""
    detail = FULL
    for _attempt in range(6):
        document = _document(detail, areas, around)
        if len(gzip.compress(json.dumps(document, separators=(",", ":")).encode())) <= BUDGET:
            break
        coarser = detail.tolerance * 1.6
        detail = Detail(detail.name, coarser, detail.grid, coarser**2 * 4)
    return document


def _document(detail: Detail, areas: Mapping[str, BaseGeometry], around: shapes.Surroundings) -> dict[str, Any]:
    """Everything that is drawn, at one level of detail. What is too small for it becomes a dot."""
    coarse = max(detail.tolerance, 0.006)
    parts = {code: shapes.polygons_of(area) for code, area in areas.items()}
    dots = [*around.islets, *(part for group in parts.values() for part in group if part.area < DOT)]
    kept = {code: MultiPolygon([x for x in group if x.area >= detail.smallest]) for code, group in parts.items()}
    topology = shapes.topology(shapes.simplify_coverage(kept, detail.tolerance), detail.grid)
    return {
        "version": 1,
        "attribution": ATTRIBUTION,
        "extent": list(shapes.EXTENT),
        "grid": detail.grid,
        "land": shapes.polygon_steps(around.near.simplify(coarse), detail.grid, detail.smallest),
        "far": shapes.polygon_steps(around.far, detail.grid, 0.05),
        "borders": shapes.line_steps(shapely.simplify(around.borders, coarse), detail.grid),
        "islets": shapes.polygon_steps(MultiPolygon(around.islets), detail.grid),
        "small": [[round(number, 3) for number in part.centroid.coords[0]] for part in dots],
        "arcs": [shapes.steps(arc) for arc in topology.arcs],
        "areas": topology.areas,
    }
