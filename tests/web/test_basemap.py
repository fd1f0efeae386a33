"""The map's own ground: shapes, labels, files, and the way they are served."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings
from shapely.geometry import box

from geo.divisions.models import DivisionBoundary
from geo.web import basemap, basemap_building, basemap_shapes
from tests import factories


def rings(document: Mapping[str, Any], code: str) -> list[list[tuple[int, int]]]:
    """Unroll the rings of one area as the browser does."""
    arcs = []
    for steps in document["arcs"]:
        x = y = 0
        points = []
        for i in range(0, len(steps), 2):
            x, y = x + steps[i], y + steps[i + 1]
            points.append((x, y))
        arcs.append(points)
    found = []
    for ring in document["areas"][code]:
        points = []
        for number in ring:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc[1:] if points else arc
        found.append(points)
    return found


def test_a_common_edge_is_stored_once() -> None:
    made = basemap_shapes.topology({"a": box(0, 0, 1, 1), "b": box(1, 0, 2, 1)}, 0.1)
    assert len(made.arcs) == 3
    numbers = [number if number >= 0 else ~number for ring in made.areas.values() for number in ring[0]]
    assert sorted(numbers.count(number) for number in set(numbers)) == [1, 1, 2]


def test_edges_with_different_points_are_matched() -> None:
    left = box(0, 0, 1, 1)
    right = shapely.Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)])
    matched = basemap_shapes.matched({"left": left, "right": right})
    assert shapely.coverage_is_valid(list(matched.values()))
    assert matched["left"].equals(left)
    assert len(basemap_shapes.topology(matched, 0.1).arcs) == 3


def test_an_island_without_neighbours_is_one_closed_arc() -> None:
    made = basemap_shapes.topology({"a": box(0, 0, 1, 1)}, 0.1)
    assert len(made.arcs) == 1
    assert made.arcs[0][0] == made.arcs[0][-1]


def test_steps_are_differences() -> None:
    assert basemap_shapes.steps([(10, 20), (11, 22), (8, 22)]) == [10, 20, 1, 2, -3, 0]


DANANG, KHANHHOA = box(107.2, 14.9, 108.7, 16.2), box(108.5, 11.4, 109.4, 12.8)
LAND = Path(__file__).parents[2] / "frontend" / "node_modules" / "world-atlas" / "countries-10m.json"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The files of two invented provinces."""
    return basemap_building.build({"48": DANANG, "56": KHANHHOA}, [], LAND)


@pytest.fixture
def documents(files: dict[str, bytes]) -> dict[str, Any]:
    """The same, read."""
    return {name: json.loads(content) for name, content in files.items()}


@pytest.fixture
def stored(files: dict[str, bytes], settings: Settings, tmp_path: Path) -> dict[str, bytes]:
    """The same, where the pages find them."""
    settings.BASEMAP_ROOT = tmp_path / "basemap"
    basemap.store(files)
    return files


@pytest.mark.django_db
def test_the_archipelagos_are_named_with_their_province(settings: Settings, tmp_path: Path) -> None:
    settings.BASEMAP_ROOT = tmp_path / "basemap"
    danang = factories.province("Đà Nẵng", "48", "thành phố", location=Point(107.9, 15.6))
    khanhhoa = factories.province("Khánh Hòa", "56", location=Point(108.9, 12.1))
    shape = GEOSGeometry(shapely.MultiPolygon([DANANG]).wkt, srid=4326)
    DivisionBoundary.objects.create(division=danang, boundary=shape, source="test")
    factories.commune("Hoàng Sa", "20333", parent=danang, location=Point(112.135, 16.568))
    factories.commune("Trường Sa", "22736", parent=khanhhoa, location=Point(114.45, 9.71))
    factories.commune("Cồn Cỏ", "19742", parent=danang, location=Point(107.339, 17.159))
    call_command("build_basemap", verbosity=0)
    overview = json.loads((basemap.folder() / basemap.current()["overview"]).read_text())
    labels = {row[0]: row for row in overview["labels"]}
    assert labels["Quần đảo Hoàng Sa"][2:] == ["archipelago", 112.135, 16.568, 1, "Đà Nẵng", "20333"]
    assert labels["Quần đảo Trường Sa"][6] == "Khánh Hòa"
    assert labels["Cồn Cỏ"][2] == "zone"
    assert labels["Khánh Hòa"][3:5] == [108.9, 12.1]
    assert labels["Biển Đông"][2] == "sea"
    assert not [name for row in overview["labels"] for name in row[:2] if "South China" in name]


@pytest.mark.parametrize("level", ["overview", "detail"])
def test_islets_of_the_archipelagos_are_drawn_as_ours(documents: dict[str, Any], level: str) -> None:
    for area in basemap_shapes.ARCHIPELAGOS:
        assert any(area.contains(shapely.Point(dot)) for dot in documents[level]["small"])


def test_a_province_keeps_its_outline(documents: dict[str, Any]) -> None:
    document = documents["detail"]
    (ring,) = rings(document, "48")
    area = shapely.Polygon([(x * document["grid"], y * document["grid"]) for x, y in ring])
    assert area.symmetric_difference(DANANG).area < 0.01


def test_files_are_small(stored: dict[str, bytes]) -> None:
    for file in basemap.current().values():
        assert (basemap.folder() / f"{file}.gz").stat().st_size < basemap_building.BUDGET


def test_the_name_of_a_file_is_its_content(stored: dict[str, bytes]) -> None:
    before = basemap.current()
    basemap.store(stored)
    assert basemap.current() == before
    basemap.store({**stored, "overview": stored["overview"] + b" "})
    assert basemap.current()["overview"] != before["overview"]
    assert basemap.current()["detail"] == before["detail"]


def test_a_file_is_served_compressed_and_for_ever(stored: dict[str, bytes], client: Client) -> None:
    address = basemap.boot_data()["overview"]
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in packed.headers["Cache-Control"]
    assert json.loads(gzip.decompress(packed.content)) == client.get(address).json()


@pytest.mark.parametrize("name", ["overview-0000000000000000.json", "current.json", "..%2Fsecret_key", "overview.json"])
def test_nothing_else_is_served(stored: dict[str, bytes], client: Client, name: str) -> None:
    assert client.get(f"/basemap/{name}").status_code == 404


def test_without_files_the_map_has_no_ground(settings: Settings, tmp_path: Path) -> None:
    settings.BASEMAP_ROOT = tmp_path
    assert basemap.boot_data()["overview"] == ""


def test_without_outlines_the_country_is_drawn_as_one() -> None:
    country = basemap_shapes.read_country(LAND, basemap_shapes.VIET_NAM)
    assert shapely.is_valid(country)
    assert country.contains(shapely.Point(105.85, 21.03))
    assert country.contains(shapely.Point(106.65, 10.8))
