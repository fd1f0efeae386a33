"""Rows that may be there already: why, which one, and the officer's answer; the same likeness as while typing."""

import re

import pytest
from django.test import Client

from geo.access.models import User
from geo.catalog.models import Producer, Product
from geo.divisions.models import Division
from geo.divisions.selectors import commune_by_code
from geo.places.models import Place
from geo.stewardship.imports.answering import NEW, answer
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.checking import check, receive
from geo.stewardship.imports.models import Import
from tests import factories as make
from tests.stewardship.imports import files, sample

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]
STORED = "Cửa hàng OCOP mẫu Dương Đông"
WRITTEN = "CH OCOP mẫu Dương Đông"


def phu_quoc() -> Division:
    found = commune_by_code("31078")
    assert found is not None
    return found


def officer() -> User:
    return make.officer("provincial", phu_quoc().parent)


def uploaded(actor: User, *rows: list[object]) -> Import:
    return check(receive(actor, "places", "mẫu.xlsx", files.xlsx(sample.table(list(rows))), sample.SOURCE))


def two_rows(**cells: object) -> tuple[list[object], list[object]]:
    return (
        sample.row(1, phu_quoc(), **{"Tên địa điểm": WRITTEN, **cells}),
        sample.row(2, phu_quoc(), **{"Tên địa điểm": "Nhà thùng mẫu Khải Hoàn"}),
    )


def stored_place() -> Place:
    where = phu_quoc().location
    assert where is not None
    found = make.place(STORED, commune=phu_quoc(), province=phu_quoc().parent, location=where, phone="0297 3000001")
    found.refresh_from_db()
    return found


def verdicts(batch: Import) -> list[str]:
    return list(batch.rows.order_by("number").values_list("verdict", flat=True))


def test_a_row_that_is_likely_there_already_says_which_and_why(client: Client) -> None:
    place, actor = stored_place(), officer()
    batch = uploaded(actor, *two_rows())
    assert verdicts(batch) == ["doubtful", "new"]
    client.force_login(actor)
    shown = client.get(f"/vi/desk/imports/{batch.pk}?show=doubtful").content.decode()
    assert f'/places/{place.public_id}"' in shown or f'/p/{place.public_id}"' in shown
    said = re.sub(r"<[^>]*>", "", shown)
    assert re.search(r"tên giống nhau \d\d %, cách 0 m, cùng số điện thoại", said)


def test_what_an_officer_says_of_a_row_changes_that_record(client: Client) -> None:
    place, actor = stored_place(), officer()
    batch = uploaded(actor, *two_rows())
    number = batch.rows.get(verdict="doubtful").number
    client.force_login(actor)
    done = client.post(f"/vi/desk/imports/{batch.pk}/answer", {"row": number, "is": place.public_id}, follow=True)
    assert done.status_code == 200
    batch.refresh_from_db()
    assert verdicts(batch) == ["changed", "new"]
    assert (batch.counts["doubtful"], batch.counts["changed"]) == (0, 1)
    assert verdicts(check(batch)) == ["changed", "new"], "the answer holds when the file is compared again"
    apply_import(actor, "danh sách", batch)
    place.refresh_from_db()
    assert place.name == WRITTEN
    assert Place.objects.count() == 2


def test_what_is_really_new_is_added_and_an_answer_can_be_taken_back(client: Client) -> None:
    stored_place()
    actor = officer()
    batch = uploaded(actor, *two_rows())
    number = batch.rows.get(verdict="doubtful").number
    spots = batch.spots
    answer(actor, batch, {number: NEW})
    assert verdicts(batch) == ["new", "new"]
    answer(actor, batch, {number: ""})
    assert (verdicts(batch), batch.spots) == (["doubtful", "new"], spots)
    client.force_login(actor)
    client.post(f"/vi/desk/imports/{batch.pk}/answer", {"row": "all"})
    batch.refresh_from_db()
    apply_import(actor, "danh sách", batch)
    assert Place.objects.count() == 3
    assert verdicts(uploaded(actor, *two_rows())) == ["same", "same"]


def test_two_rows_are_not_the_same_record() -> None:
    place, actor = stored_place(), officer()
    batch = uploaded(actor, *two_rows(), sample.row(3, phu_quoc(), **{"Tên địa điểm": STORED + " OCOP"}))
    assert verdicts(batch) == ["doubtful", "new", "doubtful"]
    first, second = batch.rows.filter(verdict="doubtful").order_by("number").values_list("number", flat=True)
    answer(actor, batch, {first: place.public_id})
    answer(actor, batch, {second: place.public_id})
    assert verdicts(batch) == ["changed", "new", "refused"]
    assert batch.rows.get(number=second).problems[0]["code"] == "row-twice"


def test_only_what_was_asked_can_be_answered_and_only_by_who_uploaded(client: Client) -> None:
    place, actor = stored_place(), officer()
    batch = uploaded(actor, *two_rows())
    doubtful, new = (batch.rows.get(verdict=verdict).number for verdict in ("doubtful", "new"))
    address = f"/vi/desk/imports/{batch.pk}/answer"
    client.force_login(actor)
    assert client.post(address, {"row": new, "is": place.public_id}).status_code == 400
    assert client.post(address, {"row": doubtful, "is": make.place().public_id}).status_code == 400
    assert client.post(address, {"row": "x", "is": "MỚI"}).status_code == 400
    client.force_login(officer())
    assert client.post(address, {"row": doubtful, "is": "MỚI"}).status_code == 403
    apply_import(actor, "danh sách", batch)
    client.force_login(actor)
    assert client.post(address, {"row": doubtful, "is": "MỚI"}).status_code == 409


def test_products_and_makers_much_alike_are_told() -> None:
    maker: Producer = make.producer("HTX Nước mắm mẫu Phú Quốc", province=phu_quoc().parent, commune=phu_quoc())
    known: Product = make.product("Nước mắm nhĩ cá cơm mẫu 40 độ", producer=maker)
    rows = [
        ["Tên sản phẩm", "Chủ thể", "Tỉnh", "Xã"],
        ["Nước mắm nhĩ cá cơm mẫu (40 độ)", maker.name, "An Giang", phu_quoc().full_name],
        ["Nước mắm nhỉ cá cơm mẫu 40 độ đạm", maker.name, "An Giang", phu_quoc().full_name],
        ["Nước mắm nhĩ cá cơm mẫu 35 độ", maker.name, "An Giang", phu_quoc().full_name],
        ["Tiêu mẫu", "HTX Nước mắm mẫu P Quốc", "An Giang", phu_quoc().full_name],
    ]
    batch = check(receive(None, "products", "mẫu.xlsx", files.xlsx(rows), sample.SOURCE))
    assert verdicts(batch)[1:] == ["doubtful", "new", "new"]
    (asked,) = batch.rows.get(number=3).candidates
    known.refresh_from_db()
    assert (asked["id"], asked["signs"]) == (known.public_id, ["producer"])
    notes = {one["code"]: one["facts"] for one in batch.rows.get(number=5).notes}
    assert maker.name in notes["producer-similar"]["candidates"]
