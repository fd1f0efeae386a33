"""Duplicates at the desk: the list of likely pairs, the warning while typing, comparing, asking, taking back."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client

from geo.access.models import User
from geo.places.models import Place
from geo.spatial import calendar
from geo.stewardship.merging import lookalikes
from geo.stewardship.merging.lookalikes import refresh
from geo.stewardship.models import Lookalike, Merge, Proposal
from geo.web.views import desk
from tests import factories as make

pytestmark = pytest.mark.django_db
HERE = Point(103.96, 10.22, srid=4326)
NEXT_DOOR = Point(103.9602, 10.22, srid=4326)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with calendar.at(datetime(2026, 11, 18, 12, tzinfo=calendar.ZONE)):
        yield


def committed() -> None:
    """Give the changes of this test's transaction their versions, as a commit does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT set_config('ocopmap.transaction', '', true)")


def signed_in(client: Client, role: str = "provincial", **values: Any) -> User:
    made = make.officer(role, make.province() if role == "provincial" else make.commune(), **values)
    client.force_login(made)
    return made


def twins() -> tuple[Place, Place]:
    made = (make.place("Cửa hàng OCOP Dương Đông", location=HERE), make.place("CH OCOP Dương Đông", location=NEXT_DOOR))
    for one in made:
        one.refresh_from_db()
    committed()
    return made


def pairs(client: Client) -> list[str]:
    text = client.get("/vi/desk/duplicates").content.decode()
    return re.findall(r'<h2><a href="/vi/desk/merge/([^"]*)">', text)


def test_a_likely_pair_is_on_the_desk_of_its_area(client: Client) -> None:
    one, other = twins()
    make.place("Nhà thùng Khải Hoàn", location=Point(103.9601, 10.22, srid=4326))
    committed()
    signed_in(client)
    assert [set(found.split("/")) for found in pairs(client)] == [{one.public_id, other.public_id}]
    text = client.get("/vi/desk").content.decode()
    assert re.search(r'/vi/desk/duplicates"[^>]*><span>Có thể trùng</span> <span class="amount">1<', text)
    hanoi = make.province("Hà Nội", "01", "thành phố")
    client.force_login(make.officer("provincial", hanoi))
    assert pairs(client) == []


def test_not_the_same_is_remembered_also_when_a_place_changes(client: Client) -> None:
    one, other = twins()
    signed_in(client, "communal")
    (found,) = pairs(client)
    answer = client.post(f"/vi/desk/merge/{found}/different", {"next": "/vi/desk/duplicates"})
    assert answer["Location"] == "/vi/desk/duplicates"
    Place.objects.filter(pk=other.pk).update(phone="0297")
    committed()
    assert refresh() > 0
    assert pairs(client) == []
    assert Lookalike.objects.get().state == "different"
    assert Place.objects.filter(pk__in=[one.pk, other.pk]).count() == 2


def test_a_pair_that_is_no_longer_alike_goes(client: Client) -> None:
    _one, other = twins()
    refresh()
    assert Lookalike.objects.count() == 1
    Place.objects.filter(pk=other.pk).update(name="Chợ đêm Bạch Đằng")
    committed()
    refresh()
    assert Lookalike.objects.count() == 0


def test_looking_goes_on_where_it_was() -> None:
    twins()
    assert refresh(1) == 1
    assert refresh(1) == 1
    assert refresh(1) == 0
    assert Lookalike.objects.count() == 1


def test_the_list_says_when_changes_are_left_to_look_at(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    twins()
    signed_in(client)
    monkeypatch.setattr(lookalikes, "AT_ONCE", 1)
    monkeypatch.setattr(desk, "PATIENCE_S", 0.0)
    unfinished = 'id="unfinished"'
    assert unfinished in client.get("/vi/desk/duplicates").content.decode()
    assert unfinished in client.get("/vi/desk/duplicates").content.decode()
    text = client.get("/vi/desk/duplicates").content.decode()
    assert unfinished not in text
    assert len(re.findall("/vi/desk/merge/", text)) > 0


def test_the_list_looks_at_all_it_has_time_for(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    twins()
    signed_in(client)
    monkeypatch.setattr(lookalikes, "AT_ONCE", 1)
    assert len(pairs(client)) == 1


def test_merging_on_screen(client: Client) -> None:
    one, other = twins()
    Place.objects.filter(pk=other.pk).update(phone="0297 111")
    signed_in(client)
    page = client.get(f"/vi/desk/merge/{one.public_id}/{other.public_id}")
    text = page.content.decode()
    assert re.search(r'name="take-phone" value="dropped" checked', text)
    assert re.search(r'name="take-name" value="kept" checked', text)
    other.refresh_from_db()
    sent = {
        "kept_version": one.version, "dropped_version": other.version, "reason": "trùng nhau", "take-phone": "dropped",
    }  # fmt: skip
    done = client.post(page.request["PATH_INFO"], sent, follow=True).content.decode()
    assert f"Mã cũ {other.public_id} dẫn tới đây" in done
    one.refresh_from_db()
    assert one.phone == "0297 111"
    merge = Merge.objects.get()
    client.post(f"/vi/desk/merges/{merge.pk}", {"reason": "hai nơi"})
    assert Place.objects.filter(public_id=other.public_id).exists()


def test_a_record_that_changed_meanwhile_keeps_the_choices(client: Client) -> None:
    one, other = twins()
    signed_in(client)
    Place.objects.filter(pk=one.pk).update(phone="0297 222")
    sent = {"kept_version": one.version, "dropped_version": other.version, "reason": "x", "take-name": "dropped"}
    answer = client.post(f"/vi/desk/merge/{one.public_id}/{other.public_id}", sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert re.search(r'name="take-name" value="dropped" checked', text)
    assert f'name="kept_version" value="{one.version + 1}"' in text
    assert Place.objects.count() == 2


def test_without_the_right_to_publish_it_is_asked_for(client: Client) -> None:
    one, other = twins()
    asking = signed_in(client, "communal", first_name="Lan")
    sent = {"kept_version": one.version, "dropped_version": other.version, "reason": "cùng một cửa hàng"}
    answer = client.post(
        f"/vi/desk/merge/{other.public_id}/{one.public_id}",
        sent | {"kept_version": other.version, "dropped_version": one.version, "take-name": "dropped"},
    )
    assert answer.status_code == 302
    assert Place.objects.count() == 2
    proposal = Proposal.objects.get()
    assert (proposal.proposed_by, answer["Location"]) == (asking, f"/vi/desk/proposals/{proposal.pk}")
    assert f"Gộp {one.public_id} vào đây" in client.get("/vi/desk/proposals/mine").content.decode()
    signed_in(client)
    listed = client.get("/vi/desk/duplicates").content.decode()
    assert "Lan đề nghị gộp: “cùng một cửa hàng”" in listed
    assert pairs(client) == [f"{other.public_id}/{one.public_id}"]
    text = client.get(f"/vi/desk/merge/{other.public_id}/{one.public_id}").content.decode()
    assert re.search(r'name="take-name" value="dropped" checked', text)


def test_typing_tells_of_products_and_producers(client: Client) -> None:
    where = make.commune()
    maker = make.producer("HTX Hòn Sơn", commune=where, province=where.parent)
    twin = make.producer("Htx Hon Son", commune=where, province=where.parent)
    known, other = (make.product("Mắm cá cơm Hòn Sơn", producer=maker) for _twice in range(2))
    for one in (maker, twin, known, other):
        one.refresh_from_db()
    signed_in(client, "communal")
    query = {"of": "producer", "name": "HTX Hòn Sơn", "commune": where.full_name, "except": twin.public_id}
    assert maker.public_id in client.get("/vi/desk/similar", query).content.decode()
    query = {"of": "product", "name": "Mam ca com Hon Son", "producer": maker.public_id, "except": other.public_id}
    (told,) = client.get("/vi/desk/similar", {**query, "f": "json"}).json()["matches"]
    assert told["id"] == known.public_id
    assert client.get("/vi/desk/similar", {"of": "certificate", "name": "x"}).status_code == 400


def test_typing_a_name_shows_what_is_there(client: Client) -> None:
    one, _other = twins()
    signed_in(client, "communal")
    query = {"name": "cua hang ocop duong dong", "lon": "103.96", "lat": "10.22", "kind": "point_of_sale"}
    told = client.get("/vi/desk/similar", {**query, "f": "json"}).json()["matches"]
    assert told[0]["id"] == one.public_id
    assert told[0]["metres"] == 0
    assert one.public_id in client.get("/vi/desk/similar", query).content.decode()
    assert client.get("/vi/desk/similar", {"name": "", "f": "json"}).json() == {"matches": []}
    edited = client.get("/vi/desk/similar", {**query, "f": "json", "except": one.public_id}).json()["matches"]
    assert one.public_id not in [match["id"] for match in edited]
    assert client.get("/vi/desk/similar", {**query, "lon": "x"}).status_code == 400
    typed = {
        "name": query["name"],
        "position": "10,22 103,96",
        "commune": "đặc khu phú quốc, an giang",
        "producer": "HTX",
    }
    told = client.get("/vi/desk/similar", {**typed, "f": "json"}).json()["matches"]
    assert told[0]["id"] == one.public_id
    assert client.get("/vi/desk/similar", {**typed, "position": "10,"}).status_code == 200


def test_a_record_of_others_is_not_shown_by_comparing_it(client: Client) -> None:
    one, _other = twins()
    elsewhere = make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01", "thành phố"))
    far = make.place("Ở Hà Nội", commune=elsewhere, phone="0912 345 678")
    far.refresh_from_db()
    signed_in(client)
    for path in (f"{one.public_id}/{far.public_id}", f"{far.public_id}/{one.public_id}"):
        answer = client.get(f"/vi/desk/merge/{path}")
        assert answer.status_code == 403
        assert "0912 345 678" not in answer.content.decode()


def test_the_address_of_a_household_is_not_told_while_typing(client: Client) -> None:
    maker = make.producer("Hộ bà Tư", kind="household")
    make.place("Nhà bà Tư làm mắm", kind="production_site", producer=maker, address="12 Ngõ Nhỏ", location=None)
    client.force_login(make.officer("viewer"))
    answer = client.get("/vi/desk/similar", {"name": "Nhà bà Tư làm mắm"}).content.decode()
    assert "Nhà bà Tư làm mắm" in answer
    assert "12 Ngõ Nhỏ" not in answer


def test_two_numbers_are_typed_to_merge(client: Client) -> None:
    one, other = twins()
    signed_in(client)
    answer = client.post("/vi/desk/merge", {"kept": one.public_id.lower(), "dropped": other.public_id})
    assert answer["Location"] == f"/vi/desk/merge/{one.public_id}/{other.public_id}"
    assert client.post("/vi/desk/merge", {"kept": "1", "dropped": other.public_id}).status_code == 422
