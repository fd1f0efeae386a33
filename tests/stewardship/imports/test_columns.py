"""Understanding the columns of tables as offices draw them."""

import unicodedata

import pytest

from geo.stewardship.imports.columns import choose_sheet, data_rows, field_of, find_header, spellings
from geo.stewardship.imports.fields import TABLES, both_languages
from geo.stewardship.imports.reading.reader import Row, Sheet, read
from geo.stewardship.imports.reading.refusals import FileRefused
from tests.stewardship.imports import files

PLACES, PRODUCTS, CERTIFICATES = TABLES["places"], TABLES["products"], TABLES["certificates"]


def sheet(rows: list[list[object]], merged: tuple[str, ...] = ()) -> Sheet:
    return read(files.xlsx(rows, merged=merged), "a.xlsx")[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [("Tên địa điểm", "name"), ("ten dia diem", "name"), ("TÊN ĐỊA ĐIỂM (*)", "name"), ("  Tên   địa điểm ", "name"),
     (unicodedata.normalize("NFD", "Tên địa điểm"), "name"), ("2. Tên địa điểm", "name"), ("Vĩ độ (N)", "lat"),
     ("Kinh độ:", "lon"), ("Số điện thoại", "phone"), ("Xã/phường", "commune"), ("Tỉnh/TP", "province"),
     ("Mã bản ghi", "public_id"), ("Giờ mở cửa", "opening_hours"), ("latitude", "lat"), ("closed_on", "closed_on")],
)  # fmt: skip
def test_a_header_is_known_in_every_spelling(text: str, name: str) -> None:
    assert field_of([text], PLACES) == name


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_label_means_its_own_column(table: object) -> None:
    for field in table.fields:  # type: ignore[attr-defined]
        for label in both_languages(field.label):
            assert field_of([label], table) == field.name  # type: ignore[arg-type]
    assert "" not in spellings(table.kind)  # type: ignore[attr-defined]


def test_a_header_below_titles_over_two_rows_with_merged_cells() -> None:
    drawn = sheet(
        [
            ["SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", None, None, None, None, None],
            ["DANH SÁCH ĐIỂM BÁN OCOP NĂM 2026", None, None, None, None, None],
            [],
            ["STT", "Tên địa điểm", "Tọa độ", None, "Tọa độ VN-2000", None, "Màu tường"],
            [None, None, "Vĩ độ", "Kinh độ", "X", "Y", None],
            ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
            [1, "Cửa hàng A", 10.1, 106.2, None, None, "xanh"],
            [None, None, None, None, None, None, "đỏ"],
            ["STT", "Tên địa điểm", "Tọa độ Vĩ độ", "Tọa độ Kinh độ", None, None, None],
        ],
        merged=("A1:F1", "A4:A5", "B4:B5", "C4:D4", "E4:F4", "G4:G5"),
    )
    header = find_header(drawn, PLACES)
    assert header is not None
    assert header.row == 5
    assert [(position, field.name) for position, field in header.fields.items()] == [
        (1, "name"), (2, "lat"), (3, "lon"), (4, "x"), (5, "y"),
    ]  # fmt: skip
    assert header.unknown == {6: "Màu tường"}
    assert [row.number for row in data_rows(drawn, header, PLACES)] == [7]


def test_two_columns_of_the_same_thing_are_refused_by_their_letters() -> None:
    with pytest.raises(FileRefused) as error:
        find_header(sheet([["Tên địa điểm", "Vĩ độ", "Tên cửa hàng"]]), PLACES)
    assert error.value.code == "same-column"
    assert (error.value.facts["first"], error.value.facts["second"]) == ("A", "C")


def test_the_sheet_with_most_columns_is_read_hidden_ones_last() -> None:
    known = [["Tên địa điểm", "Vĩ độ", "Kinh độ"], ["A", 1, 2]]
    sheets = read(files.xlsx([["Ghi chú"]], more={"Dữ liệu": known, "Khác": [["Tên", "Vĩ độ"]]}), "a.xlsx")
    assert choose_sheet(sheets, PLACES)[0].name == "Dữ liệu"
    sheets[1].hidden = True
    assert choose_sheet(sheets, PLACES)[0].name == "Khác"
    with pytest.raises(FileRefused, match="no-header"):
        choose_sheet([Sheet("", rows=[Row(1, ("xin chào", "bạn"))])], PLACES)


def test_products_and_certificates_have_columns_of_their_own() -> None:
    assert field_of(["Tên sản phẩm"], PRODUCTS) == "name"
    assert field_of(["Tên sản phẩm"], CERTIFICATES) == "product"
    assert field_of(["Hạng sao"], CERTIFICATES) == "stars"
    assert field_of(["Năm công nhận"], CERTIFICATES) == "decision_date"
    assert field_of(["Nhóm sản phẩm"], PRODUCTS) == "category"


def test_choices_are_read_in_both_languages_and_without_accents() -> None:
    kind = PLACES.field("kind")
    assert {kind.value(cell) for cell in ("Điểm bán", "diem ban", "point of sale", "Cửa hàng")} == {"point_of_sale"}
