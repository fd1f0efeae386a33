"""What lies within some minutes by road, as a filter of places: list, map and counts tell the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from geo.spatial.parameters import LonLat
from geo.spatial.roads import choice, embedded, reaching
from geo.spatial.roads.interface import Area
from tests import factories as make
from tests.spatial.roads.conftest import built as built
from tests.web.reading import read

pytestmark = pytest.mark.django_db

HERE = (106.6888, 10.7832)
ASKED = f"{HERE[0]},{HERE[1]},2"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(choice, "_failed", {})
    reaching._kept.clear()
    yield
    reaching._kept.clear()


@pytest.fixture
def shops(built: Path, settings: Any) -> None:
    """One around the corner, one at the other end of the streets, one without a position."""
    settings.ROADS_ROOT = built
    commune = make.commune("Bến Nghé", "26740", "phường", parent=make.province("Hồ Chí Minh", "79", "thành phố"))
    for name, spot in (
        ("Gần", Point(106.6890, 10.7834, srid=4326)),
        ("Xa", Point(106.75, 10.9, srid=4326)),
        ("?", None),
    ):
        accuracy = "gps" if spot else "none"
        make.place(f"Quán {name}", commune=commune, location=spot, location_accuracy=accuracy)


def names(answer: Any) -> list[str]:
    return sorted(one["properties"]["name"] for one in answer.json()["features"])


def test_list_counts_tiles_and_page_have_the_places_within_reach(client: Client, shops: None) -> None:
    listed = client.get(f"/api/collections/places/items?reach={ASKED}")
    assert listed.status_code == 200, listed.content.decode()
    assert names(listed) == ["Quán Gần"]
    assert listed.json()["numberMatched"] == 1
    near = client.get(f"/api/collections/places/items?reach={ASKED}&near={HERE[0]},{HERE[1]}&kind=point_of_sale")
    assert names(near) == ["Quán Gần"]
    facets = client.get(f"/api/collections/places/facets?reach={ASKED}").json()
    assert facets["numberMatched"] == 1, facets
    page = read(client.get(f"/vi/?reach={ASKED}"))
    assert "Quán Gần" in page.text
    assert "Quán Xa" not in page.text
    assert "trong 2 phút đường bộ" in page.text


def test_the_area_is_that_of_the_action_and_has_few_corners(client: Client, shops: None) -> None:
    area = client.get(f"/api/actions/reach?from={HERE[0]},{HERE[1]}&minutes=2").json()["geometry"]
    kept = next(iter(reaching._kept.values()))
    assert kept is not None
    assert area["type"] == "MultiPolygon"
    assert kept.valid
    assert kept.num_coords <= reaching.MOST_CORNERS
    jagged = tuple((106 + (n % 2) / 10 + n / 90_000, 10 + n / 3_000) for n in range(3_000))
    star = Area((((*jagged, (107.5, 10.5), jagged[0]),),), "test")
    simple = reaching.simplified(star)
    assert simple is not None
    assert simple.num_coords <= reaching.MOST_CORNERS


def test_an_area_is_worked_out_once_and_few_are_kept(shops: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Square:
        def isochrone(self, point: LonLat, seconds: int) -> Area:
            asked.append(seconds)
            x, y = point.lon, point.lat
            return Area((((((x, y), (x + 1, y), (x + 1, y + 1), (x, y))),),), "square")

    monkeypatch.setattr(choice, "engine", Square)
    for _ in range(3):
        assert reaching.within(LonLat(*HERE), 7)
    assert asked == [420]
    for minutes in range(1, reaching.KEPT + 10):
        reaching.within(LonLat(*HERE), minutes)
    assert len(reaching._kept) == reaching.KEPT


@pytest.mark.parametrize(
    "value", ["106.7,10.8", "106.7,10.8,0", "106.7,10.8,121", "106.7,10.8,1.5", "x,y,5", "5,106,10"]
)
def test_what_is_no_reach_is_refused(client: Client, shops: None, value: str) -> None:
    answer = client.get("/api/collections/places/items", {"reach": value})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "reach")


def test_off_the_roads_and_without_any_it_is_said_so(client: Client, shops: None, settings: Any) -> None:
    off = client.get("/api/collections/places/items?reach=105.85,21.03,10")
    assert (off.status_code, off.json()["parameter"]) == (400, "reach")
    settings.ROADS_ROOT = Path("/nonexistent")
    none = client.get(f"/api/collections/places/items?reach={ASKED}")
    assert (none.status_code, none.json()["parameter"]) == (400, "reach")
    assert "dữ liệu đường" in none.json()["detail"]
    settings.VALHALLA_URL = "http://127.0.0.1:9"
    assert client.get(f"/api/collections/places/items?reach={ASKED}").status_code == 503


def test_the_form_offers_it_from_where_one_searches_and_only_with_roads(
    client: Client, shops: None, settings: Any
) -> None:
    near = f"/vi/?near={HERE[0]},{HERE[1]}"
    (select,) = read(client.get(near)).find("select", name="reach")
    values = [one.attributes["value"] for one in select.find("option")]
    assert values == ["", *(f"106.6888,10.7832,{minutes}" for minutes in (15, 30, 45, 60))]
    chosen = read(client.get(f"{near}&reach={ASKED}")).find("select", name="reach")[0]
    assert [one.attributes["value"] for one in chosen.find("option") if "selected" in one.attributes] == [ASKED]
    assert not read(client.get("/vi/")).find("select", name="reach")
    settings.ROADS_ROOT = Path("/nonexistent")
    assert embedded.current(settings.ROADS_ROOT) is None
    assert not read(client.get(near)).find("select", name="reach")
