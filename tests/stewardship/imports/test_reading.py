"""Reading uploaded tables: every format and encoding of an office, and files made to hurt."""

import codecs
import re
import struct
import time
import unicodedata
from datetime import date

import pytest

from geo.stewardship.imports.reading import limits
from geo.stewardship.imports.reading.reader import column_letters, read
from geo.stewardship.imports.reading.refusals import FileRefused
from tests.stewardship.imports import files

TABLE = [["Tên địa điểm", "Mã", "Vĩ độ"], ["Cửa hàng Đất Mũi", "00190", 8.6]]
TEXT = "Tên địa điểm;Mã;Vĩ độ\nCửa hàng Đất Mũi;00190;8,6\n"


def refused(data: bytes, name: str = "bảng.xlsx") -> str:
    started = time.monotonic()
    with pytest.raises(FileRefused) as error:
        read(data, name)
    assert time.monotonic() - started < 20
    return error.value.code


def cells(data: bytes, name: str) -> list[list[object]]:
    (sheet,) = read(data, name)
    return [list(row.cells) for row in sheet.rows]


def test_columns_have_the_letters_of_spreadsheets() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


@pytest.mark.parametrize(("make", "name"), [(files.xlsx, "a.xlsx"), (files.xls, "a.XLS"), (files.ods, "a.ods")])
def test_workbooks_of_every_kind_give_the_same_cells(make: object, name: str) -> None:
    assert cells(make(TABLE), name) == TABLE  # type: ignore[operator]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        unicodedata.normalize("NFD", TEXT).encode(),
        TEXT.replace(";", "\t").encode(),
        TEXT.replace("8,6", "8.6").replace(";", ",").encode(),
        b"sep=;\r\n" + TEXT.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-be", "no-bom", "decomposed", "tabs", "commas", "sep"],
)
def test_text_of_every_encoding_and_separator_is_read(data: bytes) -> None:
    read_ = cells(data, "a.csv")
    assert read_[0] == ["Tên địa điểm", "Mã", "Vĩ độ"]
    assert read_[1][:2] == ["Cửa hàng Đất Mũi", "00190"]


def test_windows_1258_is_read() -> None:
    # That code page has vowels with hats and horns, and the tone marks apart.
    apart = unicodedata.normalize("NFD", TEXT)
    tones = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"), "")
    clusters = re.findall(r"[^\u0300-\u036f][\u0300-\u036f]*", apart)
    apart = "".join(
        unicodedata.normalize("NFC", one.translate(tones)) + "".join(c for c in one if ord(c) in tones)
        for one in clusters
    )
    assert cells(apart.encode("cp1258"), "a.csv")[1][0] == "Cửa hàng Đất Mũi"


def test_dates_numbers_merged_cells_and_addresses_survive() -> None:
    data = files.xlsx([["Vị trí", None, "Ngày"], [None, None, None], [8, 104.5, date(2026, 5, 12)]], merged=["A1:B1"])
    (sheet,) = read(data, "a.xlsx")
    assert sheet.merged == ((0, 0, 0, 1),)
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ("Vị trí", None, "Ngày")),
        (3, (8, 104.5, date(2026, 5, 12))),
    ]


def test_a_formula_gives_its_stored_value_or_says_that_it_has_none() -> None:
    data = files.xlsx([["=1+1", "a"]])
    with_value = files.with_part(
        data,
        "xl/worksheets/sheet1.xml",
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData></worksheet>',
    )
    (without,), (calculated,) = read(data, "a.xlsx"), read(with_value, "a.xlsx")
    assert without.odd == {"A1": "uncalculated"}
    assert calculated.rows[0].cells == (2,)
    assert calculated.odd == {"B1": "error"}


def test_text_that_looks_like_a_formula_stays_text() -> None:
    assert cells(b'"=HYPERLINK(""http://x"")",+84,-1,@a\n1,2,3,4\n', "a.csv")[0] == [
        '=HYPERLINK("http://x")', "+84", "-1", "@a",
    ]  # fmt: skip


def test_a_million_empty_rows_are_no_rows() -> None:
    assert cells(b"a,b\n" + b",\n" * 1_000_000 + b"1,2\n", "a.csv") == [["a", "b"], ["1", "2"]]


BOMB = '<table:table-row table:number-rows-repeated="99999999"><table:table-cell/></table:table-row>'
ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("reason", "name", "data"),
    [
        ("empty", "a.xlsx", b""),
        ("empty", "a.csv", b" \n \n"),
        ("too-big", "a.csv", b"a,b\n" * (limits.MAX_BYTES // 4 + 1)),
        ("macros", "a.xlsm", files.xlsx(TABLE)),
        ("macros", "a.xlsx", files.with_part(files.xlsx(TABLE), "xl/vbaProject.bin", b"x")),
        ("macros", "a.xls", OLE + "_VBA_PROJECT_CUR".encode("utf-16-le")),
        ("macros", "a.ods", files.with_part(files.ods(TABLE), "Basic/Standard/Module1.xml", "<x/>")),
        ("encrypted", "a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le")),
        ("external-links", "a.xlsx", files.with_part(files.xlsx(TABLE), "xl/externalLinks/externalLink1.xml", "<x/>")),
        ("entities", "a.xlsx", files.with_part(files.xlsx(TABLE), "xl/sharedStrings.xml", ENTITIES)),
        ("entities", "a.xlsx", files.with_part(files.xlsx(TABLE), "xl/styles.xml", " " * (1 << 20) + ENTITIES)),
        ("bomb", "a.xlsx", files.with_part(files.xlsx(TABLE), "xl/media/a.xml", b"\0" * (64 << 20))),
        ("bomb", "a.xlsx", files.package({f"{n}.xml": "" for n in range(2_100)})),
        ("bomb", "a.ods", files.ods(TABLE, extra=BOMB)),
        ("damaged", "a.xlsx", files.xlsx(TABLE)[:-200]),
        ("damaged", "a.xlsx", b"PK\x03\x04" + b"\xff" * 500),
        ("wrong-ending", "a.csv", files.xlsx(TABLE)),
        ("wrong-ending", "a.xlsx", TEXT.encode()),
        ("wrong-ending", "a.xls", files.xlsx(TABLE)),
        ("web-page", "a.xls", b"<html><table><tr><td>1</td></tr></table></html>"),
        ("not-a-table", "a.xlsx", b"%PDF-1.7 \n"),
        ("not-a-table", "a.xlsx", files.package({"word/document.xml": "<x/>"})),
        ("encoding", "a.csv", b"\xd2\x8d\x8e\x9d\xff\xfe\xd2,1\n2,3\n"),
        ("too-many-columns", "a.xlsx", files.xlsx([["x"] * 16_000])),
        ("too-many-columns", "a.csv", b"," * 16_000 + b"x\n"),
        ("too-many-rows", "a.csv", b"a,b\n" * (limits.MAX_ROWS + 1)),
        ("damaged", "a.csv", b'a,"' + b"x" * 2_000_000 + b'"\n'),
    ],
)
def test_a_file_that_hurts_is_refused_with_its_reason(reason: str, name: str, data: bytes) -> None:
    assert refused(data, name) == reason


def test_a_sheet_from_corner_to_corner_dies_alone() -> None:
    book = files.xlsx(TABLE)
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
    )
    assert refused(files.with_part(book, "xl/worksheets/sheet1.xml", sheet)) == "too-much"


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(files.with_part(files.xlsx(TABLE), "xl/media/a.xml", b"a" * 5_000))
    true_size, lie = struct.pack("<I", 5_000), struct.pack("<I", 50)
    assert data.count(true_size) >= 2
    assert refused(bytes(data.replace(true_size, lie))) == "damaged"
