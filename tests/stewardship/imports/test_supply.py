"""A table of what places can deliver: read as offices write it, written once, refused with reasons, taken back."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from geo.access.rules import Grant
from geo.catalog.models import Product
from geo.divisions.models import Division
from geo.divisions.selectors import commune_by_code
from geo.places.models import Place, PlaceProduct
from geo.spatial import calendar
from geo.spatial.problems import Forbidden
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.checking import check, receive
from geo.stewardship.imports.having import workbook
from geo.stewardship.imports.models import Import
from geo.stewardship.imports.reverting import revert_import
from geo.stewardship.imports.workbooks import reasons_of, template
from geo.stewardship.unit import Area
from tests import factories as make
from tests.stewardship.imports.files import xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]
EVERYWHERE = Area((Grant("national", everywhere=True),))
TITLES = (
    "Mã hồ sơ địa điểm", "Địa điểm", "Sản phẩm", "Địa điểm làm gì với sản phẩm", "Số lượng", "Đơn vị", "Mỗi",
    "Các tháng có hàng", "Số liệu tính đến ngày", "Đơn hàng tối thiểu", "Số ngày báo trước",
    "Khối lượng tịnh một đơn vị đếm (kg)", "Theo lời",
)  # fmt: skip
GOOD = (
    None, "Xưởng Năm Căn", "Tôm khô", "Chế biến", "1.500,5", "kg", "tháng", "3-6", "12/05/2026", "20", "3 ngày", None,
    "Chủ thể",
)  # fmt: skip
UNITS = [("Tấn", "tonne"), ("tạ (100 kg)", "quintal"), ("chai", "bottle"), ("Kg", "kg")]


def phu_quoc() -> Division:
    found = commune_by_code("31078")
    assert found is not None
    return found


@pytest.fixture
def shop() -> Place:
    where = phu_quoc()
    maker = make.producer("HTX Năm Căn", province=where.parent, commune=where)
    place = make.place(
        "Xưởng Năm Căn", kind="processing_facility", producer=maker, commune=where, province=where.parent
    )
    make.product("Tôm khô", producer=maker)
    place.refresh_from_db()
    return place


def read(*rows: Any, titles: Any = TITLES) -> Import:
    batch = check(receive(None, "supply", "nguon-cung.xlsx", xlsx([titles, *rows])))
    assert batch.refusal is None, batch.refusal
    return batch


def row(**changed: Any) -> tuple[Any, ...]:
    """The good row with other cells, by the position of their title."""
    cells = list(GOOD)
    for name, value in changed.items():
        cells[int(name.removeprefix("c"))] = value
    return tuple(cells)


def supply() -> PlaceProduct:
    return PlaceProduct.objects.get()


def test_a_row_is_written_and_the_same_file_changes_nothing(shop: Place) -> None:
    batch = read(GOOD)
    assert batch.counts["new"] == 1, [(one.problems, one.wanted) for one in batch.rows.all()]
    apply_import(None, "danh sách của xã", batch)
    one = supply()
    assert (one.place, one.product, one.role) == (shop, Product.objects.get(), "processes")
    assert (one.quantity, one.unit, one.period, one.months) == (Decimal("1500.5"), "kg", "month", [3, 4, 5, 6])
    assert (one.quantity_on, one.minimum_order, one.lead_days) == (date(2026, 5, 12), 20, 3)
    assert one.said_by == "producer"
    assert read(GOOD).counts == {"new": 0, "changed": 0, "same": 1, "refused": 0, "doubtful": 0, "conflict": 0}


def test_a_changed_row_changes_only_what_it_says_and_is_taken_back(shop: Place) -> None:
    apply_import(None, "lần đầu", read(GOOD))
    PlaceProduct.objects.update(price=Decimal(9000), price_unit="kg", price_on=date(2026, 1, 1))
    titles = ("Địa điểm", "Sản phẩm", "Số lượng", "Số liệu tính đến ngày")
    second = read(("Xưởng Năm Căn", "Tôm khô", 2000, "01/06/2026"), titles=titles)
    assert second.counts["changed"] == 1
    apply_import(None, "lần sau", second)
    assert (supply().quantity, supply().months, supply().price) == (2000, [3, 4, 5, 6], 9000)
    revert_import(None, "nhầm", second)
    assert (supply().quantity, supply().quantity_on) == (Decimal("1500.5"), date(2026, 5, 12))


def test_what_was_added_is_removed_when_taken_back(shop: Place) -> None:
    batch = read(GOOD)
    apply_import(None, "lần đầu", batch)
    assert revert_import(None, "nhầm", batch).removed == 1
    assert not PlaceProduct.objects.exists()


def test_what_others_entered_since_the_check_is_left_alone(shop: Place) -> None:
    new = read(GOOD)
    make.sells(shop, Product.objects.get(), role="processes")
    apply_import(None, "muộn", new)
    assert new.rows.get().verdict == "conflict"
    changed = read(GOOD)
    PlaceProduct.objects.update(quantity=7, unit="kg", period="day", quantity_on=date(2026, 6, 1))
    apply_import(None, "muộn", changed)
    assert changed.rows.get().verdict == "conflict"
    assert supply().quantity == 7


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"c1": None}, "thiếu"),
        ({"c1": "Xưởng không có"}, "chưa có địa điểm"),
        ({"c0": "XXXXXXXX"}, "mã"),
        ({"c2": "Mắm không có"}, "Mắm không có"),
        ({"c3": "buôn lậu"}, "buôn lậu"),
        ({"c4": "nhiều"}, "nhiều"),
        ({"c4": "0"}, "lớn hơn 0"),
        ({"c4": "-5"}, "lớn hơn 0"),
        ({"c4": "99999999999"}, "không quá"),
        ({"c5": "rổ"}, "đơn vị"),
        ({"c5": None}, "thiếu"),
        ({"c6": "phút"}, "phút"),
        ({"c6": None}, "thiếu"),
        ({"c7": "13"}, "tháng"),
        ({"c7": "0-3"}, "tháng"),
        ({"c7": date(2026, 6, 3)}, "tháng"),
        ({"c8": None}, "thiếu"),
        ({"c8": "31/02/2026"}, "31"),
        ({"c8": (calendar.today() + timedelta(days=3)).strftime("%d/%m/%Y")}, "chưa tới"),
        ({"c9": "0"}, "lớn hơn 0"),
        ({"c10": "3,5"}, "số ngày"),
        ({"c10": "-1"}, "số ngày"),
        ({"c10": "731"}, "số ngày"),
        ({"c11": "2001"}, "không quá"),
        ({"c12": "hàng xóm"}, "hàng xóm"),
    ],
)
def test_a_bad_cell_is_refused_with_its_reason(shop: Place, changed: dict[str, Any], words: str) -> None:
    batch = read(row(**changed))
    one = batch.rows.get()
    assert one.verdict == "refused", (one.wanted, one.problems)
    assert words.lower() in reasons_of(one).lower()


@pytest.mark.parametrize(
    ("said", "months"),
    [
        ("3-6", [3, 4, 5, 6]),
        ("11–2", [1, 2, 11, 12]),
        ("3, 5 ; 9", [3, 5, 9]),
        (9, [9]),
        ("cả năm", list(range(1, 13))),
        ("1-3,10", [1, 2, 3, 10]),
    ],
)
def test_months_are_read_as_people_write_them(shop: Place, said: Any, months: list[int]) -> None:
    assert read(row(c7=said)).rows.get().wanted["months"] == months


@pytest.mark.parametrize(
    ("said", "unit"), [("Tấn", "tonne"), ("tạ (100 kg)", "quintal"), ("chai", "bottle"), ("Kg", "kg")]
)
def test_units_are_kept_in_one_word(shop: Place, said: str, unit: str) -> None:
    assert read(row(c5=said)).rows.get().wanted["unit"] == unit


def test_a_row_that_comes_twice_or_names_two_things_is_refused(shop: Place) -> None:
    first, second = read(GOOD, GOOD).rows.order_by("number")
    assert (first.verdict, second.verdict) == ("new", "refused")
    for role in ("makes", "sells"):
        make.sells(shop, Product.objects.get(), role=role)
    one = read(row(c3=None)).rows.get()
    assert "nhiều việc" in reasons_of(one)


def test_an_officer_imports_supply_of_their_own_area_alone(shop: Place) -> None:
    hanoi = commune_by_code("00070")
    assert hanoi is not None
    other = make.officer("communal", hanoi, publishes=True)
    batch = check(receive(other, "supply", "x.xlsx", xlsx([TITLES, GOOD])))
    assert "địa bàn" in reasons_of(batch.rows.get())
    proposer = make.officer("communal", phu_quoc())
    own = check(receive(proposer, "supply", "y.xlsx", xlsx([TITLES, GOOD])))
    assert own.counts["new"] == 1
    with pytest.raises(Forbidden):
        apply_import(proposer, "tự ghi", own)


def test_the_template_offers_lists_and_what_an_area_has_changes_nothing(shop: Place) -> None:
    book = openpyxl.load_workbook(BytesIO(template("supply")))
    listed = {str(cell.value) for column in book.worksheets[1].iter_cols() for cell in column if cell.value}
    assert {"Chế biến", "kg", "Cán bộ"} <= {word[:1].upper() + word[1:] if word != "kg" else word for word in listed}
    assert len(book.worksheets[0].data_validations.dataValidation) >= 5
    apply_import(None, "lần đầu", read(GOOD))
    make.sells(shop, make.product("Chai lẻ", producer=shop.producer), role="sells", unit="chai 500 ml")
    again = check(receive(None, "supply", "dang-co.xlsx", workbook("supply", EVERYWHERE)))
    assert again.refusal is None
    assert again.counts["same"] == 2, [(one.verdict, one.changes, one.problems) for one in again.rows.all()]


def test_the_desk_offers_it(client: Client, shop: Place) -> None:
    client.force_login(make.officer("communal", phu_quoc(), publishes=True))
    assert "Nguồn cung" in client.get("/vi/desk/imports").content.decode()
    assert client.get("/vi/desk/imports/template/supply")["Content-Disposition"].endswith('cung-cap.xlsx"')
    assert client.get("/vi/desk/imports/have/supply").status_code == 200
