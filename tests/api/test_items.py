"""Pages of features: what is in them, their order, and that following ``next`` reads each feature once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geo.api import feature_pages
from geo.api.kept import answers
from geo.places.feature_texts import fill_features
from geo.places.models import Place
from geo.spatial.collections import registered
from tests import factories
from tests.api.conftest import Register, build_register

Ask = Callable[..., Any]


def test_a_feature_is_geojson_with_the_collections_fields(ask: Ask, register: Register) -> None:
    page = ask("collections/places/items?limit=1&q=dong%2000")
    (feature,) = page["features"]
    place = register.places[0]
    assert feature["type"] == "Feature"
    assert feature["id"] == place.public_id
    assert feature["geometry"] == {"type": "Point", "coordinates": [103.96, 10.22]}
    assert feature["properties"]["name"] == "Cơ sở Đồng 00"
    assert feature["properties"]["commune"] == "Đặc khu Phú Quốc"
    assert feature["properties"]["products"][0]["name"] == "Nước mắm Phú Quốc"
    assert page["numberMatched"] == page["numberReturned"] == 1
    assert page["timeStamp"].endswith("Z")
    assert {"self", "alternate", "collection"} <= {link["rel"] for link in page["links"]}


def test_a_place_without_a_position_is_listed_with_null_geometry(ask: Ask, register: Register) -> None:
    page = ask("collections/places/items?located=false")
    assert [feature["geometry"] for feature in page["features"]] == [None, None]


def test_private_contacts_stay_private(ask: Ask, register: Register) -> None:
    """A household's phone is shown only with consent."""
    page = ask("collections/producers/items?q=che")
    assert [feature["properties"]["phone"] for feature in page["features"]] == [None]


@pytest.mark.parametrize("collection", [one.id for one in registered()])
@pytest.mark.parametrize("size", [1, 5, 10_000])
def test_paging_reads_every_feature_once(
    ask: Ask, everything: Any, register: Register, collection: str, size: int
) -> None:
    found = everything(f"collections/{collection}/items?limit={size}")
    ids = [feature["id"] for feature in found]
    assert len(ids) == len(set(ids)) == ask(f"collections/{collection}/items?limit=1")["numberMatched"]


@pytest.mark.parametrize("sortby", ["name", "-name", "kind,-name", "-status,name,kind", "+province_code"])
def test_sorting_and_paging_agree(ask: Ask, everything: Any, register: Register, sortby: str) -> None:
    whole = [one["id"] for one in ask(f"collections/places/items?sortby={sortby}")["features"]]
    paged = [one["id"] for one in everything(f"collections/places/items?limit=2&sortby={sortby}")]
    assert paged == whole
    assert len(whole) == 13


def test_names_sort_without_regard_to_accents(ask: Ask, register: Register) -> None:
    names = [one["properties"]["name"] for one in ask("collections/places/items")["features"]]
    assert names[0] == "Cơ sở Đồng 00"
    assert names[-1] == "Đặc sản = cộng"
    descending = [one["properties"]["name"] for one in ask("collections/places/items?sortby=-name")["features"]]
    assert descending == names[::-1]


@pytest.mark.parametrize("sortby", ["phone", "nothing", "--name", "name,", "distance_m"])
def test_a_field_that_cannot_be_sorted_by_is_named(ask: Ask, db: None, sortby: str) -> None:
    assert ask(f"collections/places/items?sortby={sortby}", status=400)["parameter"] == "sortby"


def test_a_limit_above_the_most_means_the_most(ask: Ask, register: Register) -> None:
    assert ask("collections/places/items?limit=999999999999")["numberReturned"] == 13


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "١", "1e3", "99999999999999999999999"])
def test_a_limit_that_is_none_is_refused(ask: Ask, db: None, limit: str) -> None:
    assert ask(f"collections/places/items?limit={limit}", status=400)["parameter"] == "limit"


@pytest.mark.parametrize("query", ["limit=7", "limit=5&sortby=-name", "limit=6&properties=name,kind", "limit=13"])
def test_a_page_is_the_same_in_pieces(
    ask: Ask, register: Register, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    whole = ask(f"collections/places/items?{query}")
    answers.forget()
    monkeypatch.setattr(feature_pages, "_PIECE", 2)
    pieced = ask(f"collections/places/items?{query}")
    assert pieced["features"] == whole["features"] != []
    assert pieced["links"] == whole["links"]
    assert ask("collections/places/items?q=nothing%20of%20the%20kind&limit=9")["features"] == []


def test_only_the_properties_asked_for_come_also_those_left_out_of_lists(ask: Ask, register: Register) -> None:
    page = ask("collections/places/items?limit=2&properties=source,name")
    assert [list(one["properties"]) for one in page["features"]] == [["source", "name"]] * 2
    assert ask("collections/places/items?properties=name,secret", status=400)["parameter"] == "properties"


def test_only_crs84_is_spoken(ask: Ask, register: Register) -> None:
    crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    assert ask(f"collections/places/items?crs={crs84}&bbox-crs={crs84}&bbox=102,8,110,24")["numberMatched"] == 11
    for name in ("crs", "bbox-crs"):
        wrong = "http://www.opengis.net/def/crs/EPSG/0/3857"
        assert ask(f"collections/places/items?{name}={wrong}", status=400)["parameter"] == name


@pytest.mark.parametrize("collection", [one.id for one in registered()])
@pytest.mark.parametrize("box", ["103,9,105,11", "105,20,106,22", "0,0,1,1", "104,9,104.03,11", "170,-10,-170,10"])
def test_a_box_selects_by_the_geometry_that_is_shown(ask: Ask, register: Register, collection: str, box: str) -> None:
    """Exactly the features of the whole list whose geometry (points, in this register) lies inside."""
    west, south, east, north = map(float, box.split(","))

    def inside(feature: Any) -> bool:
        if feature["geometry"] is None:
            return False
        lon, lat = feature["geometry"]["coordinates"]
        across = west <= lon <= east if west <= east else lon >= west or lon <= east
        return bool(across and south <= lat <= north)

    whole = ask(f"collections/{collection}/items?limit=10000")["features"]
    found = ask(f"collections/{collection}/items?limit=10000&bbox={box}")
    assert {one["id"] for one in found["features"]} == {one["id"] for one in whole if inside(one)}
    assert found["numberMatched"] == len(found["features"])


class TestNearest:
    """``near``: by true distance, at most a thousand."""

    def test_the_nearest_come_first_with_their_distance(self, ask: Ask, everything: Any, register: Register) -> None:
        found = everything("collections/places/items?near=103.96,10.22&radius=5000&limit=2")
        distances = [one["properties"]["distance_m"] for one in found]
        assert distances == sorted(distances)
        assert distances[0] == 0
        assert 2100 < distances[1] < 2300
        assert len(distances) == ask("collections/places/items?near=103.96,10.22&radius=5000")["numberMatched"]

    def test_it_excludes_another_order(self, ask: Ask, db: None) -> None:
        assert ask("collections/places/items?near=105,21&sortby=name", status=400)["parameter"] == "sortby"

    def test_paging_ends_at_a_thousand(self, ask: Ask, everything: Any, db: None) -> None:
        commune = factories.commune()
        Place.objects.bulk_create(
            Place(
                **factories.SOURCE,
                name=f"P{number}",
                kind="point_of_sale",
                province=commune.parent,
                commune=commune,
                location=Point(104 + number / 1e5, 10, srid=4326),
                location_accuracy="gps",
            )
            for number in range(1003)
        )
        assert "numberMatched" not in ask("collections/places/items?near=104,10&limit=1")
        found = everything("collections/places/items?near=104,10&limit=400")
        assert len({one["id"] for one in found}) == len(found) == 1000
        assert ask("collections/places/items?near=104,10&limit=5000")["numberReturned"] == 1000


class TestCursor:
    """A cursor belongs to one filter, and can't be made up."""

    def _next(self, ask: Ask, address: str) -> str:
        return next(link["href"] for link in ask(address)["links"] if link["rel"] == "next")

    def test_a_cursor_of_another_filter_is_refused(self, ask: Ask, register: Register) -> None:
        following = self._next(ask, "collections/places/items?limit=2&kind=point_of_sale")
        assert ask(following)["numberReturned"] == 2
        for changed in (following.replace("point_of_sale", "production_site"), f"{following}&q=dong"):
            assert ask(changed, status=400)["parameter"] == "cursor"
        elsewhere = following.replace("/places/", "/points-of-sale/").replace("kind=point_of_sale&", "")
        assert ask(elsewhere, status=400)["parameter"] == "cursor"

    def test_what_does_not_change_the_filter_may_change(self, ask: Ask, register: Register) -> None:
        following = self._next(ask, "collections/places/items?limit=2")
        assert ask(f"{following}&properties=name&lang=en".replace("limit=2", "limit=3"))["numberReturned"] == 3

    @pytest.mark.parametrize("cursor", ["x", "WyJ4Il0:abc", "%00", "a" * 3000, "W10:", "1:2:3"])
    def test_a_made_up_cursor_is_refused(self, ask: Ask, db: None, cursor: str) -> None:
        assert ask(f"collections/places/items?cursor={cursor}", status=400)["parameter"] == "cursor"

    def test_a_changed_cursor_is_refused(self, ask: Ask, register: Register) -> None:
        following = self._next(ask, "collections/places/items?limit=2")
        before, cursor = following.split("cursor=")
        for place in range(0, len(cursor), 7):
            changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
            if "%" not in cursor[place - 2 : place + 1]:
                ask(f"{before}cursor={changed}", status=400)

    def test_now_stays_the_same_moment_on_the_next_page(self, ask: Ask, register: Register) -> None:
        hours = factories.schedule("24/7")
        Place.objects.update(schedule=hours)
        from geo.places.periods import ensure_periods

        ensure_periods()
        page = ask("collections/places/items?open_at=now&limit=2")
        following = next(link["href"] for link in page["links"] if link["rel"] == "next")
        assert "open_at=now" not in following
        assert ask(following)["open_at"] == page["open_at"]


def test_a_page_is_one_statement_whatever_its_size(client: Client, register: Register, settings: Any) -> None:
    """Versions, page and count: nothing is asked per feature."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "page"}}
    fill_features()
    counts = []
    for limit in (1, 13):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/api/collections/places/items?limit={limit}&stars=4,5").status_code == 200
        counts.append(len(queries))
    assert counts == [3, 2]  # the count is known the second time


@pytest.mark.django_db(transaction=True)
def test_paging_under_inserts_reads_what_was_there_exactly_once(everything: Any) -> None:
    """Rows added and changed while a client pages neither hide nor repeat the others."""
    before = {place.public_id for place in build_register().places}
    commune = factories.commune()
    stop = threading.Event()

    def insert() -> None:
        number = 0
        while not stop.is_set() and number < 100:
            factories.place(f"Cơ sở Đồng {number % 12:02d} mới", commune=commune, province=commune.parent)
            number += 1
        connection.close()

    writer = threading.Thread(target=insert)
    writer.start()
    try:
        for _round in range(3):
            ids = [feature["id"] for feature in everything("collections/places/items?limit=2")]
            assert len(ids) == len(set(ids))
            assert before <= set(ids)
    finally:
        stop.set()
        writer.join()
