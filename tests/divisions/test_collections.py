"""Provinces, communes and the resolver over HTTP."""

from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client

from geo.divisions.models import DivisionBoundary
from geo.divisions.selectors import current

pytestmark = pytest.mark.usefixtures("register")


def items(client: Client, collection: str, **query: str) -> Any:
    return client.get(f"/api/collections/{collection}/items", query).json()


def test_provinces_of_today_and_of_another_day(client: Client) -> None:
    assert items(client, "provinces")["numberMatched"] == 34
    old = items(client, "provinces", datetime="2025-06-30", q="kien giang")
    assert [feature["id"] for feature in old["features"]] == ["91@.."]
    assert old["numberMatched"] == 1
    assert items(client, "provinces", datetime="2025-06-30")["numberMatched"] == 63


def test_ids_stay_apart_when_an_interval_spans_several_titles(client: Client) -> None:
    found = items(client, "provinces", datetime="2025-01-01/2026-12-31", q="dong nai")
    assert [feature["id"] for feature in found["features"]] == ["75", "75@..", "75@2025-07-01"]


def test_a_commune_is_an_item_by_its_code_with_its_history(client: Client) -> None:
    item = client.get("/api/collections/communes/items/31078").json()
    assert item["properties"]["full_name"] == "Đặc khu Phú Quốc"
    assert item["geometry"]["type"] == "Point"
    assert {one["name"] for one in item["properties"]["formerly"]} >= {"Phường Dương Đông"}
    assert client.get("/api/collections/communes/items/00000").status_code == 404


def test_a_boundary_takes_the_place_of_the_point(client: Client) -> None:
    division = current().get(code="31078", level="COMMUNE")
    shape = MultiPolygon(Polygon.from_bbox((103.8, 10, 104.1, 10.5)))
    DivisionBoundary.objects.create(division=division, boundary=shape, source="x")
    found = items(client, "communes", bbox="103.81,10.01,103.82,10.02")
    assert [feature["id"] for feature in found["features"]] == ["31078"]
    assert found["features"][0]["geometry"]["type"] == "MultiPolygon"
    as_points = items(client, "communes", bbox="103.81,10.01,103.82,10.02", shape="point")
    assert [(one["id"], one["geometry"]["type"]) for one in as_points["features"]] == [("31078", "Point")]
    assert client.get("/api/collections/communes/items?shape=square").json()["parameter"] == "shape"


def test_communes_of_a_former_province_are_its_own_ground(client: Client) -> None:
    of_old = items(client, "communes", province="Hà Giang")["numberMatched"]
    of_today = items(client, "communes", province="08")["numberMatched"]
    assert 0 < of_old < of_today == 124
    before = items(client, "communes", province="08", datetime="2025-06-30", limit="1")
    assert before["numberMatched"] > of_today
    assert before["features"][0]["geometry"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"province": "Atlantis"},
        {"province": "99"},
        {"bbox": "1,2"},
        {"bbox": "NaN,1,2,3"},
        {"datetime": "yesterday"},
        {"q": "x" * 300},
        {"unknown": "1"},
        {"province": "Hoa Bin"},
    ],
)
def test_wrong_parameters_are_named(client: Client, query: dict[str, str]) -> None:
    answer = client.get("/api/collections/communes/items", query)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == next(iter(query))


def test_a_misspelt_province_is_answered_with_what_may_be_meant(client: Client) -> None:
    problem = client.get("/api/collections/communes/items", {"province": "Hoa Bin"}).json()
    assert [one["code"] for one in problem["candidates"]] == ["17"]


def resolved(client: Client, **query: str) -> Any:
    answer = client.get("/api/actions/resolve-division", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_action_tells_candidates_and_reasons(client: Client) -> None:
    found = resolved(client, q="xã Bát Tràng, huyện Gia Lâm, Hà Nội")
    assert found["status"] == "split"
    assert {one["reason"] for one in found["candidates"]} == {"part"}
    assert found["candidates"][0]["via"]["address"] == "Xã Bát Tràng, Huyện Gia Lâm, Thành phố Hà Nội"
    assert resolved(client, q="Atlantis") == {
        "q": "Atlantis",
        "status": "unknown",
        "candidates": [],
        "others": [],
        "rest": "",
        "ignored": "",
    }


def test_the_action_lists_the_communes_of_a_former_province(client: Client) -> None:
    (ha_giang,) = resolved(client, q="Hà Giang", level="province")["candidates"]
    assert (ha_giang["in_force"], ha_giang["reason"]) == (False, "former_area")
    assert "00691" in ha_giang["communes"]
    assert "02251" not in ha_giang["communes"]


def test_the_action_answers_inside_a_province_and_for_a_day(client: Client) -> None:
    found = resolved(client, q="Hòa Bình", level="commune", within="31")
    assert [one["code"] for one in found["candidates"]] == ["11533"]
    old = resolved(client, q="Bát Tràng, Gia Lâm, Hà Nội", datetime="2025-06-30")
    assert [one["code"] for one in old["candidates"]] == ["00583"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({}, "q"),
        ({"q": "x" * 400}, "q"),
        ({"q": "\x00"}, "q"),
        ({"q": "Huế", "level": "planet"}, "level"),
        ({"q": "Huế", "datetime": "soon"}, "datetime"),
        ({"q": "Huế", "within": "02"}, "within"),
        ({"q": "Huế", "colour": "red"}, "colour"),
    ],
)
def test_the_action_names_what_is_wrong(client: Client, query: dict[str, str], name: str) -> None:
    answer = client.get("/api/actions/resolve-division", query)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == name
