"""Merging records: a choice per field, everything moved, numbers that lead on for ever, and taking it back."""

import threading
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from geo.access.history import trail
from geo.access.models import Assignment
from geo.catalog.models import Certificate, Product
from geo.places.models import Place, PlaceProduct
from geo.spatial import calendar
from geo.spatial.models import PublicId
from geo.spatial.problems import Conflict, Forbidden, InvalidParameter, NotFound
from geo.stewardship.merging.choices import DROPPED, KEPT, lines
from geo.stewardship.merging.services import merge, record_of
from geo.stewardship.merging.undoing import unmerge
from geo.stewardship.models import CheckLink, Report
from geo.stewardship.services import NewReport, receive_report
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with calendar.at(datetime(2026, 11, 18, 12, tzinfo=calendar.ZONE)):
        yield


def fresh(record: Any) -> Any:
    record.refresh_from_db()
    return record


def two(**values: Any) -> tuple[Place, Place]:
    kept = fresh(make.place("Cửa hàng OCOP Dương Đông", phone="0297 111", **values))
    return kept, fresh(make.place("CH OCOP Dương Đông", phone="", zalo="0912", address="30 Tháng 4", **values))


def columns(record: Any) -> dict[str, Any]:
    return {
        field.attname: getattr(record, field.attname)
        for field in record._meta.concrete_fields
        if field.attname not in ("version", "updated_at")
    }


def test_each_field_is_that_of_the_chosen_side() -> None:
    kept, dropped = two()
    done = merge(make.user(), "trùng", kept, dropped, {"name": KEPT, "zalo": DROPPED, "address": DROPPED})
    assert (done.record.name, done.record.phone) == ("Cửa hàng OCOP Dương Đông", "0297 111")
    assert (done.record.zalo, done.record.address) == ("0912", "30 Tháng 4")
    assert done.record.public_id == kept.public_id
    assert not Place.objects.filter(pk=dropped.pk).exists()


def test_choices_show_what_differs_and_fill_gaps() -> None:
    kept, dropped = two()
    shown = {line.group.name: line for line in lines(kept, dropped)}
    assert (shown["zalo"].kept, shown["zalo"].dropped, shown["zalo"].wanted) == ("", "0912", DROPPED)
    assert shown["name"].differs
    assert shown["name"].wanted == KEPT
    assert not shown["location"].differs
    assert "website" not in shown


def test_what_belongs_to_the_dropped_one_moves() -> None:
    kept, dropped = two()
    tea, sauce = make.product("Trà"), make.product("Nước mắm")
    make.sells(kept, sauce, price=50_000, price_unit="chai", price_on=date(2026, 1, 1))
    make.sells(dropped, sauce, price=55_000, price_unit="chai", price_on=date(2026, 9, 1))
    make.sells(dropped, tea)
    make.certificate(dropped, scheme=make.scheme("HACCP"))
    reported = receive_report(PublicId.objects.get(pk=dropped.public_id), NewReport("closed"), "192.0.2.1")
    came_here = make.place("Đã chuyển", status="moved", moved_to=dropped, closed_on=date(2026, 1, 1))
    merge(make.user(), "trùng", kept, dropped, {})
    goods = PlaceProduct.objects.filter(place=kept).order_by("product__name")
    assert [(one.product.name, one.price and int(one.price)) for one in goods] == [("Nước mắm", 55_000), ("Trà", None)]
    assert Certificate.objects.get().subject_id == kept.public_id
    assert fresh(reported).subject_id == kept.public_id
    assert fresh(came_here).moved_to_id == kept.pk


def test_products_and_producers_merge_with_what_is_theirs() -> None:
    one, other = (fresh(make.producer(name)) for name in ("HTX Hải Nguyên", "Hợp tác xã Hải Nguyên"))
    person = make.owner(other)
    place = make.place(producer=other)
    sauce, twin = (fresh(make.product("Nước mắm 40N", producer=maker)) for maker in (one, other))
    make.certificate(sauce, decision_date=date(2026, 1, 5))
    make.certificate(twin, decision_date=date(2026, 1, 5))
    make.certificate(twin, decision_date=date(2026, 3, 5), decision_number="99/QĐ")
    make.sells(place, twin)
    make.offer(twin)
    merge(make.user(), "trùng", one, other, {})
    assert fresh(place).producer_id == one.pk
    assert Assignment.objects.get(user=person).record_id == one.public_id
    merge(make.user(), "trùng", fresh(sauce), fresh(twin), {})
    assert Certificate.objects.filter(subject=sauce.public_id).count() == 2
    assert PlaceProduct.objects.get().product_id == sauce.pk
    assert Product.objects.get().offers.count() == 1


def test_old_numbers_lead_on_in_one_step(client: Client) -> None:
    a, b = two()
    c = fresh(make.place("Cửa hàng OCOP PQ"))
    merge(None, "trùng", b, a, {})
    merge(None, "trùng", c, fresh(b), {})
    for number in (a.public_id, b.public_id):
        assert PublicId.objects.get(pk=number).merged_into_id == c.public_id
        page = client.get(f"/vi/p/{number}")
        assert (page.status_code, page["Location"]) == (301, f"/vi/p/{c.public_id}")
        short = client.get(f"/p/{number}", HTTP_ACCEPT_LANGUAGE="vi")
        assert (short.status_code, short["Location"]) == (301, f"/p/{c.public_id}")
        assert (page["Cache-Control"], short["Cache-Control"]) == ("no-cache", "no-cache")
        item = client.get(f"/api/collections/places/items/{number}")
        assert "no-cache" in item["Cache-Control"]
        assert item.status_code == 301
        assert item["Location"].endswith(f"/items/{c.public_id}")
    with pytest.raises(NotFound, match=str(c.public_id)):
        record_of(a.public_id)


def test_the_change_log_says_where_a_number_went(client: Client) -> None:
    kept, dropped = two()
    merge(None, "trùng", kept, dropped, {})
    # The test's transaction isn't committed: its changes have no version yet.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    changes = client.get("/api/collections/places/changes?since=0").json()["changes"]
    said = {one["id"]: one for one in changes}
    assert said[dropped.public_id] == {
        "id": dropped.public_id,
        "operation": "delete",
        "version": said[dropped.public_id]["version"],
        "mergedInto": kept.public_id,
    }
    assert "mergedInto" not in said[kept.public_id]


def test_an_old_number_is_understood_in_filters_and_suggestions(client: Client) -> None:
    one, other = (fresh(make.producer(name)) for name in ("HTX Hải Nguyên", "Hợp tác xã Hải Nguyên"))
    place = fresh(make.place(producer=one))
    merge(None, "trùng", one, other, {})
    found = client.get(f"/api/collections/places/items?producer={other.public_id}").json()
    assert [feature["id"] for feature in found["features"]] == [place.public_id]
    suggested = client.get(f"/api/actions/suggest?q={other.public_id.lower()}").json()
    assert one.public_id in str(suggested)


def test_taking_it_back_restores_both(client: Client) -> None:
    kept, dropped = two()
    sauce, tea = make.product("Nước mắm"), make.product("Trà")
    make.sells(kept, sauce, price=50_000, price_unit="chai", price_on=date(2026, 1, 1))
    make.sells(dropped, sauce, price=55_000, price_unit="chai", price_on=date(2026, 9, 1))
    make.sells(dropped, tea)
    certificate = make.certificate(dropped, scheme=make.scheme("HACCP"))
    before = [columns(fresh(one)) for one in (kept, dropped)]
    goods = sorted(PlaceProduct.objects.values_list("pk", "place", "product", "price"))
    done = merge(make.user(), "trùng", kept, dropped, {"zalo": DROPPED, "location": DROPPED, "name": DROPPED})
    again = unmerge(make.user(), "hai nơi khác nhau", done.merge)
    assert again.pk == dropped.pk
    assert [columns(Place.objects.get(pk=one.pk)) for one in (kept, dropped)] == before
    assert sorted(PlaceProduct.objects.values_list("pk", "place", "product", "price")) == goods
    assert fresh(certificate).subject_id == dropped.public_id
    assert client.get(f"/vi/p/{dropped.public_id}").status_code == 200
    with pytest.raises(Conflict):
        unmerge(make.user(), "nữa", done.merge)


def test_what_was_changed_since_stays_when_it_is_taken_back() -> None:
    from geo.places.services import save_place

    kept, dropped = two()
    done = merge(make.user(), "trùng", kept, dropped, {"zalo": DROPPED, "address": DROPPED})
    save_place(make.user(), "số mới", {"zalo": "0999"}, place=fresh(kept))
    unmerge(make.user(), "nhầm", done.merge)
    assert (fresh(kept).zalo, kept.address) == ("0999", "")


def test_a_merge_into_one_that_went_on_is_taken_back_in_order() -> None:
    a, b = two()
    c = fresh(make.place("Cửa hàng OCOP PQ"))
    first = merge(None, "trùng", b, a, {}).merge
    second = merge(None, "trùng", c, fresh(b), {}).merge
    with pytest.raises(Conflict, match=str(b.public_id)):
        unmerge(None, "nhầm", first)
    unmerge(None, "nhầm", second)
    assert PublicId.objects.get(pk=a.public_id).merged_into_id == b.public_id
    unmerge(None, "nhầm", first)
    assert PublicId.objects.get(pk=a.public_id).merged_into_id is None


def test_the_history_keeps_both() -> None:
    kept, dropped = two()
    actor = make.user()
    merge(actor, "trùng nhau", kept, dropped, {"zalo": DROPPED})
    gone, changed = trail("places_place", dropped.pk)[0], trail("places_place", kept.pk)[0]
    assert (gone.operation, gone.actor) == ("D", actor.pk)
    assert (gone.before or {})["zalo"] == "0912"
    assert (changed.after or {})["zalo"] == "0912"
    assert "trùng nhau" in changed.reason
    assert dropped.public_id in changed.reason


def test_both_must_be_in_the_area() -> None:
    kept, _here = two()
    elsewhere = make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01", "thành phố"))
    far = fresh(make.place("Ở Hà Nội", commune=elsewhere))
    officer = make.officer("provincial", make.province())
    for pair in ((kept, far), (far, kept)):
        with pytest.raises(Forbidden):
            merge(officer, "trùng", *pair, {})
    with pytest.raises(Forbidden):
        merge(make.officer("communal", make.commune()), "trùng", *two(), {})
    merge(make.officer("communal", make.commune(), publishes=True), "trùng", *two(), {})
    assert Place.objects.filter(pk=far.pk).exists()


def test_an_older_version_is_a_conflict() -> None:
    kept, dropped = two()
    with pytest.raises(Conflict):
        merge(None, "trùng", kept, dropped, {}, kept_version=kept.version, dropped_version=dropped.version + 1)
    with pytest.raises(InvalidParameter):
        merge(None, "trùng", kept, kept, {})
    with pytest.raises(InvalidParameter):
        merge(None, "trùng", kept, fresh(make.producer()), {})


def test_a_place_that_moved_to_its_twin() -> None:
    kept, dropped = two()
    Place.objects.filter(pk=kept.pk).update(status="moved", moved_to=dropped, closed_on=date(2026, 1, 1))
    done = merge(None, "trùng", fresh(kept), dropped, {"status": DROPPED})
    assert (fresh(done.record).status, done.record.moved_to_id) == ("open", None)


@pytest.mark.django_db(transaction=True)
def test_two_officers_merge_the_same_pair_in_a_circle() -> None:
    a, b = two()
    seen: list[object] = []
    ready = threading.Barrier(2)

    def work(kept: Place, dropped: Place) -> None:
        try:
            ready.wait()
            merge(None, "trùng", kept, dropped, {})
            seen.append("merged")
        except Conflict as conflict:
            seen.append(conflict)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=pair) for pair in ((a, b), (b, a))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(type(one).__name__ for one in seen) == ["Conflict", "str"]
    assert Place.objects.count() == 1
    assert PublicId.objects.filter(merged_into__isnull=False).count() == 1


def test_links_that_ask_lead_to_the_kept_one() -> None:
    from geo.stewardship.desk import link_behind, make_link

    kept, dropped = two()
    token = make_link(make.user(), dropped)
    merge(None, "trùng", kept, dropped, {})
    assert link_behind(token)[1].pk == kept.pk
    assert CheckLink.objects.count() == 1
    assert Report.objects.count() == 0
