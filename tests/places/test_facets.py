"""Facets, list and clusters count the same places under the same filter."""

import json
import random
from datetime import date

import pytest
from django.contrib.gis.geos import Point

from geo.places import facets, selectors
from geo.places.filters import place_filter
from geo.places.models import Place
from geo.places.tiles import place_tile
from geo.spatial.tiles import Tile
from tests import factories

pytestmark = pytest.mark.django_db
KINDS = tuple(Place.Kind.values)
QUERIES: list[dict[str, str]] = [
    {},
    {"kind": "point_of_sale"},
    {"category": "I"},
    {"category": "I.2,none"},
    {"stars": "4,5"},
    {"certificate": "valid"},
    {"certificate": "none"},
    {"stars": "3", "category": "I.1", "certificate": "expired"},
    {"province": "01"},
    {"province": "91", "kind": "production_site", "q": "san pham"},
    {"located": "true"},
    {"scheme": "OCOP"},
    {"scheme": "OCOP", "certificate": "valid", "category": "I"},
    {"bbox": "103,8,107,15"},
]


@pytest.fixture
def register() -> None:
    """A small varied register, the same every time."""
    dice = random.Random(7)
    provinces = [factories.province("Hà Nội", "01"), factories.province("An Giang", "91")]
    codes = ["I", "I.1", "I.1.1", "I.1.2", "I.2.3", "IV.1.21"]
    products = []
    for number in range(24):
        code = dice.choice([*codes, ""])
        product = factories.product(f"Sản phẩm {number}", category=factories.category(code) if code else None)
        products.append(product)
        if dice.random() < 0.7:
            factories.certificate(
                product, stars=dice.choice([3, 4, 5]), decision_date=date(dice.choice([2021, 2025]), 3, 1)
            )
    for number in range(80):
        position = Point(dice.uniform(103, 109), dice.uniform(9, 22), srid=4326) if dice.random() < 0.8 else None
        place = factories.place(
            f"Nơi {number}",
            location=position,
            commune=None,
            province=dice.choice(provinces),
            kind=dice.choice(KINDS),
            status=dice.choice(["open", "open", "closed"]),
        )
        for product in dice.sample(products, dice.choice([0, 1, 2, 3])):
            factories.sells(place, product)


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_a_facet_count_is_the_length_of_the_list_behind_it(query: dict[str, str]) -> None:
    asked = place_filter({name: [value] for name, value in query.items()})
    for name, values in facets.place_facets(asked).items():
        for value in values:
            narrowed = {**query, name: value.value}
            if name == "province":
                narrowed.pop("commune", None)
            rows = selectors.places(place_filter({key: [text] for key, text in narrowed.items()}))
            assert rows.count() == value.count, (name, value)


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("query", QUERIES, ids=str)
@pytest.mark.parametrize("zoom", [0, 5])
def test_clusters_hold_every_located_place_once(query: dict[str, str], zoom: int) -> None:
    asked = place_filter({name: [value] for name, value in query.items()})
    rows = selectors.places(asked)
    features = [
        feature
        for row in range(2**zoom)
        for col in range(2**zoom)
        if _may_hold(Tile(zoom, row, col))
        for feature in json.loads(place_tile(asked, Tile(zoom, row, col), "json"))["features"]
    ]
    assert sum(feature["properties"]["count"] for feature in features) == rows.filter(location__isnull=False).count()
    for kind in KINDS:
        of_kind = rows.filter(location__isnull=False, kind=kind).count()
        assert sum(feature["properties"][kind] for feature in features) == of_kind


def _may_hold(tile: Tile) -> bool:
    west, south, east, north = tile.bounds()
    return west < 110 and east > 102 and south < 23 and north > 8


def test_a_cluster_of_one_names_its_place_and_a_stack_says_so() -> None:
    alone = factories.place("Một mình", location=Point(105.0, 20.0, srid=4326))
    for number in range(60):
        factories.place(f"Chung {number}", location=Point(107.0, 11.0, srid=4326))
    for zoom in (5, 10, 16, 18, 20):
        found = [
            feature
            for lonlat in ((105.0, 20.0), (107.0, 11.0))
            for feature in json.loads(place_tile(place_filter({}), _tile_of(lonlat, zoom), "json"))["features"]
        ]
        by_count = {feature["properties"]["count"]: feature for feature in found}
        assert by_count[1]["properties"]["id"] == alone.public_id
        assert by_count[1]["properties"]["name"] == "Một mình"
        assert by_count[60]["properties"]["stack"] is True
        assert by_count[60]["geometry"]["coordinates"] == [107.0, 11.0]


def _tile_of(lonlat: tuple[float, float], zoom: int) -> Tile:
    from geo.spatial.tiles import world

    x, y = world(*lonlat)
    return Tile(zoom, int(y * 2**zoom), int(x * 2**zoom))


def test_divisions_stand_in_vietnamese_order() -> None:
    names = ["An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Hà Nội", "Hải Phòng"]
    for number, name in enumerate(reversed(names)):
        factories.place(commune=None, province=factories.province(name, f"{number + 60}"))
    labels = [value.label.removeprefix("Tỉnh ") for value in facets.place_facets(place_filter({}))["province"]]
    assert labels == names
