"""Writing features: created, replaced, patched, closed; every answer says what is stored."""

from typing import Any

import pytest
from django.test import Client

from geo.access.history import trail
from geo.catalog.models import Producer, Product
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.models import PublicId
from tests import factories as make
from tests.api.conftest import as_if_committed
from tests.api.writer import NEW, PLACES, Writer, address_of, point, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer() -> Writer:
    return Writer()


def test_a_new_place_is_public_at_once(writer: Writer, client: Client) -> None:
    response = writer.post(NEW | {"phone": "0297 384 6789"}, point(), reason="khảo sát tháng 11")
    assert response.status_code == 201, response.content
    feature = response.json()
    assert response["Location"] == f"http://testserver{PLACES}/{feature['id']}"
    assert feature["properties"]["commune_code"] == "31078"
    assert feature["properties"]["province"] == "Tỉnh An Giang"
    assert feature["geometry"]["coordinates"] == [103.97, 10.21]
    assert feature["properties"]["location_accuracy"] == "address"
    assert feature["properties"]["source_kind"] == "survey"
    read = client.get(response["Location"])
    assert read.json()["properties"] == feature["properties"]
    assert read["ETag"].split(".")[0] == response["ETag"].split(".")[0]
    listed = client.get(PLACES, {"q": "bai truong"}).json()
    assert [one["id"] for one in listed["features"]] == [feature["id"]]
    place = Place.objects.get(public_id=feature["id"])
    entry = trail("places_place", place.pk)[0]
    assert (entry.actor, entry.reason) == (writer.user.pk, "khảo sát tháng 11")


def test_a_write_stands_in_the_change_log_and_on_the_map(writer: Writer, client: Client) -> None:
    make.place()
    as_if_committed()
    version = client.get("/api/collections/places").json()["version"]
    made = writer.post(at=point()).json()["id"]
    as_if_committed()
    changes = client.get("/api/collections/places/changes", {"since": version}).json()["changes"]
    assert [(one["id"], one["operation"]) for one in changes] == [(made, "insert")]
    tile = client.get("/api/collections/places/tiles/WebMercatorQuad/14/7724/12923", {"f": "json"})
    assert made in tile.content.decode()


def test_a_patch_changes_what_it_names(writer: Writer) -> None:
    place = make.place(phone="0900", website="https://cu.example")
    address = address_of(place)
    response = writer.patch(address, {"phone": "0911 222 333", "website": None, "opening_hours": "Mo-Su 07:00-21:00"})
    assert response.status_code == 200, response.content
    shown = response.json()["properties"]
    assert (shown["phone"], shown["website"]) == ("0911 222 333", None)
    assert shown["opening_hours"] == "Mo-Su 07:00-21:00"
    assert shown["name"] == place.name
    assert response["ETag"] == writer.get(address)["ETag"]
    assert response["Cache-Control"] == "private, no-store"
    assert writer.patch(address, {}).json()["properties"]["phone"] == "0911 222 333"
    place.refresh_from_db()
    assert trail("places_place", place.pk)[0].reason == "qua API, bằng “kịch bản”"


def test_a_moved_pin_keeps_what_it_is_worth(writer: Writer) -> None:
    place = make.place(location_accuracy="surveyed", location_source="đo đạc")
    moved = writer.patch(address_of(place), geometry=point(103.981, 10.231))
    assert moved.json()["geometry"]["coordinates"] == [103.981, 10.231]
    assert moved.json()["properties"]["location_accuracy"] == "surveyed"
    gone = writer.patch(address_of(place), geometry=None).json()
    assert (gone["geometry"], gone["properties"]["location_accuracy"]) == (None, "none")
    alone = writer.patch(address_of(place), {"location_accuracy": "gps"})
    assert (alone.status_code, alone.json()["parameter"]) == (400, "location_accuracy")


def test_what_was_read_can_be_put_back_as_it_is(writer: Writer) -> None:
    household = make.producer("Hộ bà Lan", kind="household", phone="0900000001", commune=make.commune())
    hidden = make.place("Vườn nhà", kind="production_site", producer=household, phone="0900", location=None)
    shop = make.place(schedule=make.schedule(), phone="0297", source_url="https://nguon.example/1")
    make.sells(shop, make.product())
    for place in (hidden, shop):
        address = address_of(place)
        before = writer.get(address)
        answer = writer.put(address, before.json())
        assert answer.status_code == 200, answer.content
        assert answer["ETag"] == before["ETag"]
    hidden.refresh_from_db()
    assert hidden.phone == "0900"


def test_a_replacement_empties_what_it_leaves_out(writer: Writer) -> None:
    place = make.place(phone="0297", status="closed", closed_on=calendar.today())
    feature = {"type": "Feature", "geometry": None, "properties": NEW | {"closed_on": calendar.today().isoformat()}}
    shown = writer.put(address_of(place), feature).json()
    assert shown["geometry"] is None
    assert (shown["properties"]["phone"], shown["properties"]["status"]) == (None, "closed")
    without = {name: value for name, value in feature.items() if name != "geometry"}
    assert writer.put(address_of(place), without).json()["parameter"] == "geometry"
    nameless = feature | {"properties": {"kind": "point_of_sale"}}
    assert writer.put(address_of(place), nameless).json()["parameter"] == "name"


def test_deleting_closes_and_the_address_stays(writer: Writer, client: Client) -> None:
    place = make.place()
    response = writer.delete(
        address_of(place) + "?reason=Ng%E1%BB%ABng%20b%C3%A1n", writer.get(address_of(place))["ETag"]
    )
    assert response.status_code == 200
    assert response.json()["properties"]["status"] == "closed"
    after = client.get(address_of(place)).json()["properties"]
    assert (after["status"], after["closed_on"]) == ("closed", calendar.today().isoformat())
    assert trail("places_place", place.pk)[0].reason == "Ngừng bán"
    assert writer.delete(address_of(place)).status_code == 200
    back = writer.patch(address_of(place), {"status": "open", "closed_on": None})
    assert back.json()["properties"]["status"] == "open"


def test_the_collections_of_one_kind_make_places_of_that_kind(writer: Writer) -> None:
    sites = "/api/collections/production-sites/items"
    made = writer.post({"name": "Vườn mới", "commune_code": "31078"}, address=sites)
    assert made.json()["properties"]["kind"] == "production_site"
    wrong = writer.post({"name": "Vườn", "commune_code": "31078", "kind": "point_of_sale"}, address=sites)
    assert (wrong.status_code, wrong.json()["parameter"]) == (400, "kind")
    shop = make.place()
    elsewhere = f"{sites}/{shop.public_id}"
    assert writer.patch(elsewhere, {"name": "x"}, match="*").status_code == 404


def test_products_and_producers_are_written_by_the_same_rules(writer: Writer) -> None:
    make.category("I.4.9", "Gia vị")
    made = writer.post(
        {"name": "HTX Gành Dầu", "kind": "cooperative", "commune_code": "31078"},
        address="/api/collections/producers/items",
    )
    assert made.status_code == 201, made.content
    product = writer.post(
        {
            "name": "Mắm nhum",
            "producer_id": made.json()["id"],
            "category": "I.4.9",
            "description": "Dòng một\nDòng hai",
        },
        address="/api/collections/products/items",
    )
    assert product.status_code == 201, product.content
    assert product.json()["properties"]["category_basis"] == "derived"
    assert Product.objects.get(public_id=product.json()["id"]).description == "Dòng một\nDòng hai"
    address = f"/api/collections/products/items/{product.json()['id']}"
    assert writer.patch(address, {"name_en": "Sea urchin paste"}).json()["properties"]["name_en"] == "Sea urchin paste"
    assert writer.put(address, writer.get(address).json()).status_code == 200
    located = writer.patch(address, geometry=point())
    assert (located.status_code, located.json()["parameter"]) == (400, "geometry")
    starred = writer.patch(address, {"stars": 5})
    assert (starred.status_code, starred.json()["parameter"]) == (400, "stars")
    removed = writer.delete(address)
    assert (removed.status_code, removed["Allow"]) == (405, "GET, HEAD, OPTIONS, PUT, PATCH")
    assert Producer.objects.get(public_id=made.json()["id"]).source_kind == "survey"


def test_the_same_sent_again_makes_nothing_twice(writer: Writer) -> None:
    first = writer.post(NEW | {"external_id": "AG-17"}, point())
    again = writer.post(NEW | {"external_id": "AG-17"}, point())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first["Location"] == again["Location"]
    other = writer.post(NEW | {"external_id": "AG-17", "name": "Tên khác"}, point())
    assert (other.status_code, other["Location"]) == (409, first["Location"])
    assert Place.objects.filter(external_id="AG-17").count() == 1


def test_doubtful_things_come_back_as_warnings(writer: Writer) -> None:
    far = writer.post(at=point(105.8, 21.0))
    assert far.status_code in (201, 202)
    if far.status_code == 201:
        assert far.json()["warnings"]


def test_a_merged_record_is_written_at_its_new_address(writer: Writer) -> None:
    kept, gone = make.place(), make.place("Trùng")
    old, new = address_of(gone), address_of(kept)
    gone.delete()
    PublicId.objects.filter(pk=old.rsplit("/", 1)[-1]).update(merged_into=new.rsplit("/", 1)[-1])
    response = writer.patch(old, {"name": "Tên"}, match="*")
    assert (response.status_code, response["Location"]) == (308, f"http://testserver{new}")


def test_without_the_right_to_publish_it_becomes_a_proposal() -> None:
    place = make.place()
    writer = Writer(make.officer("communal", place.commune))
    response = writer.patch(address_of(place), {"phone": "0911"}, reason="chủ quán báo")
    assert response.status_code == 202, response.content
    told = writer.send("GET", response["Location"]).json()
    assert (told["state"], told["record"], told["reason"]) == ("waiting", place.public_id, "chủ quán báo")
    place.refresh_from_db()
    assert place.phone == ""
    assert writer.post().status_code == 202
    assert Client().get(response["Location"]).status_code == 401
    assert Writer(make.officer("communal", place.commune)).send("GET", response["Location"]).status_code == 404
    desk = Writer(writer.user, token_of(writer.user, "read")).send("GET", "/api/desk").json()
    assert [one["proposal"] for one in desk["proposals"]][-1] == told["proposal"]
    assert {one["name"] for one in desk["tasks"]} >= {"reports", "unchecked"}


def test_outside_of_ones_area_nothing_is_written() -> None:
    elsewhere = make.place(
        "Ở xa", commune=make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01"))
    )
    writer = Writer()
    for response in (
        writer.patch(address_of(elsewhere), {"name": "Tên"}),
        writer.delete(address_of(elsewhere)),
        writer.put(address_of(elsewhere), writer.get(address_of(elsewhere)).json() | {"properties": NEW}),
    ):
        assert response.status_code == 403, response.content
        assert response.json()["code"] == "outside-area"
    elsewhere.refresh_from_db()
    assert (elsewhere.name, elsewhere.status) == ("Ở xa", "open")


def test_everybody_is_told_what_may_be_done(client: Client) -> None:
    place = make.place()

    def allow(address: str) -> Any:
        response = client.options(address)
        assert response.status_code == 200
        return response["Allow"]

    assert allow(PLACES) == "GET, HEAD, OPTIONS, POST"
    assert allow(address_of(place)) == "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"
    assert allow(f"{PLACES}/unknown_id") == "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"
    assert allow("/api/collections/producers/items/x") == "GET, HEAD, OPTIONS, PUT, PATCH"
    assert allow("/api/collections/provinces/items") == "GET, HEAD, OPTIONS"
    assert client.post("/api/collections/provinces/items").status_code == 405
    before = client.options(PLACES, headers={"Access-Control-Request-Method": "POST"})
    assert before["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST"
    for name in ("Authorization", "If-Match", "Content-Type"):
        assert name in before["Access-Control-Allow-Headers"]
