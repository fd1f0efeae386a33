"""Vector tiles: clusters with counts where the map shows much, places where it shows little."""

import random

import pytest
from django.contrib.gis.geos import Point

from geo.places import selectors
from geo.places.rollover import roll_day
from geo.places.tiles import NAMED_FROM, place_tile, tiles_of
from geo.spatial.clusters import BUFFER, EXTENT
from geo.spatial.tiles import Tile, world
from tests import factories
from tests.places import numbers, vector_tiles

pytestmark = pytest.mark.django_db


def _tile_of(lonlat: tuple[float, float], zoom: int) -> Tile:
    x, y = world(*lonlat)
    return Tile(zoom, int(y * 2**zoom), int(x * 2**zoom))


def _features(query: dict[str, str], tile: Tile) -> list[tuple[int, int, dict[str, object]]]:
    layers = vector_tiles.read(place_tile(numbers.parsed(query), tile, "mvt"))
    return [feature for layer in layers for feature in layer.features]


@pytest.mark.parametrize("zoom", [0, 4, 6, 9])
def test_clusters_add_up_to_the_list_and_lie_in_their_tile(zoom: int) -> None:
    numbers.register(5)
    roll_day()
    dice = random.Random(zoom)
    for query in ({}, {"category": "I"}, {"stars": "4,5", "certificate": "valid"}, numbers.some_filter(dice)):
        found = [one for tile in numbers.tiles_of(zoom) for one in _features(query, tile)]
        located = selectors.places(numbers.parsed(query)).filter(location__isnull=False)
        assert sum(int(str(one["count"])) for _x, _y, one in found) == located.count(), query
        assert all(0 <= x <= EXTENT and 0 <= y <= EXTENT for x, y, _one in found)
        for kind in numbers.KINDS:
            of_kind = sum(int(str(one.get(kind, 0))) for _x, _y, one in found)
            assert of_kind == located.filter(kind=kind).count(), (query, kind)


def test_a_cluster_says_where_it_parts_and_a_stack_that_it_never_does() -> None:
    lonely = factories.place("Một mình", location=Point(105.0, 20.0, srid=4326), location_accuracy="commune_point")
    for number in range(3):
        factories.place(f"Chung {number}", location=Point(107.0, 11.0, srid=4326))
    for step in range(4):
        factories.place(f"Gần {step}", location=Point(103.0 + step * 0.01, 18.0, srid=4326))
    alone, stack, near = (_features({}, _tile_of(at, 8)) for at in ((105.0, 20.0), (107.0, 11.0), (103.0, 18.0)))
    assert alone[0][2] == {
        "count": 1,
        "point_of_sale": 1,
        "id": lonely.public_id,
        "name": "Một mình",
        "kind": "point_of_sale",
        "status": "open",
        "approximate": True,
    }
    assert stack[0][2] == {"count": 3, "point_of_sale": 3, "stack": True}
    assert near[0][2]["count"] == 4
    zoom = int(str(near[0][2]["zoom"]))
    parted = numbers.clusters(numbers.parsed({"bbox": "102.9,17.9,103.1,18.1"}), zoom - 1)
    assert len(parted) > 1


def test_deep_tiles_hold_the_places_and_a_little_around_them() -> None:
    at = _tile_of((106.0, 16.0), 13)
    west, _south, east, north = at.bounds()
    inside = Point((west + east) / 2, north - 0.001, srid=4326)
    beside = Point(east + (east - west) * BUFFER / EXTENT / 2, north - 0.001, srid=4326)
    shown = factories.place("Trong ô", location=inside, status="closed", kind="production_site")
    factories.place("Bên cạnh", location=beside, location_accuracy="commune_point")
    factories.place("Xa", location=Point(east + (east - west) / 2, north - 0.001, srid=4326))
    found = {one["name"]: (x, one) for x, _y, one in _features({}, at)}
    assert found["Trong ô"] == (
        EXTENT // 2,
        {"id": shown.public_id, "kind": "production_site", "status": "closed", "name": "Trong ô"},
    )
    assert set(found) == {"Trong ô", "Bên cạnh"}
    assert found["Bên cạnh"][1]["approximate"] is True
    assert "status" not in found["Bên cạnh"][1]
    above = _features({"status": "closed"}, _tile_of((106.0, 16.0), NAMED_FROM - 1))
    assert [one for _x, _y, one in above] == [{"id": shown.public_id, "kind": "production_site", "status": "closed"}]


def test_a_layer_has_the_name_of_its_collection() -> None:
    factories.place("Một nơi")
    (layer,) = vector_tiles.read(tiles_of("points-of-sale")(numbers.parsed({}), _tile_of((103.96, 10.22), 5), "mvt"))
    assert (layer.name, layer.extent) == ("points-of-sale", EXTENT)
    assert place_tile(numbers.parsed({}), Tile(12, 0, 0), "mvt") == b""
