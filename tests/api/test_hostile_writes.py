"""Whatever is wrong with a write is named, in the language asked for, and nothing is changed."""

import json
from typing import Any

import pytest

from geo.access import tokens
from geo.access.models import ApiToken, RecordVersion
from geo.places.models import Place
from tests import factories as make
from tests.api.writer import NEW, PLACES, Writer, address_of, point

pytestmark = pytest.mark.django_db
SMALL = {"type": "Feature", "geometry": None, "properties": NEW}


@pytest.fixture
def writer() -> Writer:
    return Writer()


def deep(levels: int) -> str:
    return '{"properties": ' + '{"a": ' * levels + "1" + "}" * levels + "}"


WRONG: list[tuple[Any, int, str]] = [
    # what is sent, the status, the field that is named
    (b"\xff\xfe", 400, "body"),
    (" ", 400, "body"),
    ("[]", 400, "body"),
    ("null", 400, "body"),
    ('{"type": "Feature"', 400, "body"),
    (deep(25), 400, "body"),
    (deep(30_000), 400, "body"),
    ('{"properties": {"name": "\\ud800"}}', 400, "body"),
    ('{"geometry": {"type": "Point", "coordinates": [NaN, 10]}}', 400, "body"),
    ('{"geometry": {"type": "Point", "coordinates": [Infinity, 10]}}', 400, "body"),
    ('{"geometry": {"type": "Point", "coordinates": [1e999, 10]}}', 400, "geometry"),
    ('{"geometry": {"type": "Point", "coordinates": [' + "9" * 4000 + ", 10]}}", 400, "geometry"),
    ('{"geometry": {"type": "Point", "coordinates": [' + "9" * 9000 + ", 10]}}", 400, "body"),
    ('{"properties": {"name": "a", "name": "b"}}', 400, "name"),
    ({"geometry": point(10.21, 103.97)}, 400, "geometry"),
    ({"geometry": point(10.21, 89.0)}, 400, "geometry"),
    ({"geometry": point(2.35, 48.85)}, 400, "geometry"),
    ({"geometry": {"type": "Point", "coordinates": [103.9, 10.2, 5]}}, 400, "geometry"),
    ({"geometry": {"type": "Point", "coordinates": ["103.9", "10.2"]}}, 400, "geometry"),
    ({"geometry": {"type": "Point", "coordinates": [True, False]}}, 400, "geometry"),
    ({"geometry": {"type": "Point", "coordinates": {"0": 103.9}}}, 400, "geometry"),
    ({"geometry": {"type": "LineString", "coordinates": [[103, 10], [104, 10]]}}, 400, "geometry"),
    ({"geometry": {"type": "Point", "coordinates": [103.9, 10.2], "crs": "x"}}, 400, "geometry"),
    ({"geometry": "POINT(103.9 10.2)"}, 400, "geometry"),
    ({"crs": {"type": "name", "properties": {"name": "EPSG:3405"}}}, 400, "crs"),
    ({"type": "FeatureCollection", "features": []}, 400, "features"),
    ({"bbox": [1, 2, 3, 4]}, 400, "bbox"),
    ({"id": "00000000"}, 400, "id"),
    ({"id": 7}, 400, "id"),
    ({"reason": ["vì"]}, 400, "reason"),
    ({"properties": [1]}, 400, "properties"),
    ({"properties": {"password": "x"}}, 400, "password"),
    ({"properties": {"version": 9}}, 400, "version"),
    ({"properties": {"folded": "x"}}, 400, "folded"),
    ({"properties": {"name": 7}}, 400, "name"),
    ({"properties": {"name": {"$gt": ""}}}, 400, "name"),
    ({"properties": {"name": None}}, 400, "name"),
    ({"properties": {"name": "  "}}, 400, "name"),
    ({"properties": {"name": "a\x00b"}}, 400, "name"),
    ({"properties": {"name": "x" * 201}}, 400, "name"),
    ({"properties": {"kind": "castle"}}, 400, "kind"),
    ({"properties": {"status": None}}, 400, "status"),
    ({"properties": {"is_sample": True}}, 400, "is_sample"),
    ({"properties": {"province": "Hà Nội"}}, 400, "province"),
    ({"properties": {"province_code": "99"}}, 400, "province_code"),
    ({"properties": {"province_code": "01"}}, 400, "province_code"),
    ({"properties": {"commune_code": 31078}}, 400, "commune_code"),
    ({"properties": {"producer_id": "12345678"}}, 400, "producer_id"),
    ({"properties": {"moved_to": "12345678"}}, 400, "moved_to"),
    ({"properties": {"closed_on": "31/12/2026"}}, 400, "closed_on"),
    ({"properties": {"closed_on": 20261231}}, 400, "closed_on"),
    ({"properties": {"opening_hours": "lúc nào cũng mở"}}, 400, "opening_hours"),
    ({"properties": {"website": "javascript:alert(1)"}}, 400, "website"),
    ({"properties": {"email": "không phải"}}, 400, "email"),
    ({"properties": {"products": [{"id": "x"}]}}, 400, "products"),
    ({"properties": {"location_accuracy": "gps"}}, 400, "location_accuracy"),
]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_wrong_patch_names_what_is_wrong_and_changes_nothing(writer: Writer, language: str) -> None:
    make.province("Hà Nội", "01", "thành phố")
    place = make.place("Nguyên vẹn", location=None)
    address = address_of(place)
    before = writer.get(address).json()
    told = RecordVersion.objects.count()
    for sent, status, field in WRONG:
        response = writer.send("PATCH", f"{address}?lang={language}", sent, "*")
        said = response.json()
        shown = str(sent)[:80]
        assert (response.status_code, said.get("parameter")) == (status, field), (shown, said)
        assert response["Content-Type"] == "application/problem+json"
        assert response["Content-Language"] == language
        assert said["detail"]
    assert writer.get(address).json() == before
    assert RecordVersion.objects.count() == told


def test_a_new_record_is_checked_as_strictly(writer: Writer) -> None:
    for sent, _status, _field in WRONG:
        whole = {**SMALL, **sent, "properties": sent.get("properties", NEW)} if isinstance(sent, dict) else sent
        if whole == SMALL or (isinstance(sent, dict) and "id" in sent):
            continue
        response = writer.send("POST", PLACES, whole)
        assert response.status_code == 400, (str(sent)[:80], response.content)
    assert Place.objects.count() == 0


def test_a_body_may_not_be_huge(writer: Writer) -> None:
    response = writer.send("POST", PLACES, b" " * 300_000)
    assert (response.status_code, response.json()["code"]) == (413, "too-large")


def test_other_formats_and_systems_of_coordinates_are_refused(writer: Writer) -> None:
    for media in ("text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        response = writer.send("POST", PLACES, SMALL, **{"Content-Type": media})
        assert response.status_code == 415, media
    for crs, status in (
        ("<http://www.opengis.net/def/crs/EPSG/0/4326>", 400),
        ("http://www.opengis.net/def/crs/EPSG/0/3405", 400),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>", 201),
    ):
        response = writer.send("POST", PLACES, SMALL, **{"Content-Crs": crs})
        assert response.status_code == status, crs
    assert writer.send("POST", f"{PLACES}?kind=point_of_sale", SMALL).json()["parameter"] == "kind"


def test_markup_is_refused_and_a_bare_angle_is_text(writer: Writer) -> None:
    refused = writer.post(NEW | {"name": "<script>alert(1)</script><b>Quầy</b>"})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "name")
    assert Place.objects.count() == 0
    name = "Quầy 3 < 5 & “bạn”"
    made = writer.post(NEW | {"name": name}).json()
    assert made["properties"]["name"] == name
    page = writer.client.get(f"/vi/p/{made['id']}").content.decode()
    assert "Quầy 3 &lt; 5 &amp; “bạn”" in page


def test_a_change_must_say_what_it_changes(writer: Writer) -> None:
    place = make.place()
    address = address_of(place)
    tag = writer.get(address)["ETag"]
    for method in ("PUT", "PATCH", "DELETE"):
        none = writer.send(method, address, {"type": "Feature", "geometry": None, "properties": NEW})
        assert (none.status_code, none.json()["code"]) == (428, "precondition-required")
    for other in ('"99.abc"', '"khác"', "12", '"' + "9" * 400 + '"', ","):
        refused = writer.patch(address, {"name": "Tên khác"}, match=other)
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition-failed"), other
    assert writer.patch(address, {"phone": "1"}, match=tag).status_code == 200
    assert writer.patch(address, {"phone": "2"}, match=tag).status_code == 412
    assert writer.patch(address, {"phone": "3"}, match=f'"7.x", W/{writer.get(address)["ETag"]}').status_code == 200
    assert writer.patch(address, {"phone": "4"}, match="*").status_code == 200
    product = address_of(make.product(), "places")
    assert writer.patch(product, {"name": "x"}, match="*").status_code == 404


def test_a_token_is_asked_for_and_only_what_it_is_for(writer: Writer) -> None:
    body = json.dumps(SMALL)
    for sent in (
        {},
        {"Authorization": "Basic bGFuOm3huq10"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer x"},
    ):
        response = writer.client.post(PLACES, body, content_type="application/geo+json", headers=sent)
        assert response.status_code == 401, sent
        assert response["WWW-Authenticate"].startswith("Bearer")
        assert response["Cache-Control"] == "private, no-store"
    reader = Writer(writer.user, tokens.make(writer.user, "đọc", [ApiToken.Scope.READ], 7, proven=False))
    assert reader.post().status_code == 403
    assert writer.send("GET", "/api/desk").status_code == 403


def test_a_session_writes_only_from_our_own_pages(writer: Writer) -> None:
    client = writer.client
    client.force_login(writer.user)
    body = json.dumps(SMALL)
    forged = client.post(PLACES, body, content_type="application/geo+json")
    assert (forged.status_code, forged.json()["code"]) == (403, "forbidden")
    client.get("/vi/account")
    secret = client.cookies["csrftoken"].value
    ours = client.post(PLACES, body, content_type="application/geo+json", headers={"X-CSRFToken": secret})
    assert ours.status_code == 201, ours.content
    assert ours["Cache-Control"] == "private, no-store"
    read = client.get(ours["Location"])
    assert read["Cache-Control"] == "public, no-cache"
    assert not read.cookies
