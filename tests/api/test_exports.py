"""Tables: what goes out to a spreadsheet comes back unchanged, is streamed, and is never cut off in silence."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from geo.api import csv_writer, xlsx_writer
from tests import factories
from tests.api.conftest import Register

Ask = Callable[..., Any]
ITEMS = "/api/collections/places/items"


def _body(client: Client, address: str, **headers: str) -> bytes:
    response: Any = client.get(address, headers=headers)
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_csv_has_a_byte_order_mark_names_and_crlf(client: Client, register: Register) -> None:
    body = _body(client, f"{ITEMS}?f=csv")
    assert body.startswith(b"\xef\xbb\xbfid,longitude,latitude,name,kind,")
    assert body.count(b"\r\n") == 14
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert rows[0]["longitude"] == "103.96"
    assert rows[0]["address"] == "'+0 phố Mẫu"
    assert csv_writer.unguarded(rows[0]["address"]) == "+0 phố Mẫu"
    assert rows[0]["is_sample"] == "false"
    assert rows[4]["longitude"] == rows[4]["latitude"] == ""


def test_the_file_has_a_name(client: Client, register: Register) -> None:
    response = client.get(f"{ITEMS}?f=xlsx")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="ocopmap-places-')


def test_codes_and_phones_are_text_cells(client: Client, register: Register) -> None:
    book = load_workbook(
        io.BytesIO(_body(client, f"{ITEMS}?f=xlsx&province=01&kind=point_of_sale", **{"Accept-Language": "en"}))
    )
    table = book.worksheets[0]
    header = [cell.value for cell in table[1]]
    first = dict(zip(header, table[2], strict=True))
    assert first["province code"].value == "01"
    assert first["phone"].value.startswith("09")
    for name in ("province code", "phone", "address as written"):
        assert first[name].data_type == "s"
        assert first[name].number_format == "@"
    assert first["address as written"].value.startswith("+")
    assert table.freeze_panes == "A2"
    about = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert "province=01" in about["Address of this selection"]


def test_exports_follow_filter_order_properties_and_limit(client: Client, register: Register) -> None:
    body = _body(client, f"{ITEMS}?f=csv&kind=point_of_sale&sortby=-name&properties=name,products&limit=2")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["id", "longitude", "latitude", "name"]
    assert [row[3] for row in rows[1:]] == ["Đặc sản = cộng", "Cơ sở Đồng 09"]


def test_a_selection_too_large_is_refused_unless_less_will_do(
    client: Client, ask: Ask, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.api.exports.MOST_ROWS", 10)
    for f in ("csv", "xlsx"):
        problem = ask(f"collections/places/items?f={f}&lang=en", status=400)
        assert problem["parameter"] == "f"
        assert "13 rows" in problem["detail"]
        assert ask(f"collections/places/items?f={f}&cursor=x", status=400)["parameter"] == "cursor"
    assert _body(client, f"{ITEMS}?f=csv&limit=5").count(b"\r\n") == 6
    assert _body(client, f"{ITEMS}?f=csv&status=closed").count(b"\r\n") == 2


def test_an_export_is_no_more_statements_for_more_rows(client: Client, register: Register) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        _body(client, f"{ITEMS}?f=csv")
    assert len(queries) <= 4


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=40))
def test_guarding_a_cell_can_be_undone(text: str) -> None:
    guarded = csv_writer.guarded(text)
    assert not str(guarded).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert csv_writer.unguarded(guarded) == text


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.dates(date(1900, 3, 1), date(2400, 1, 1)),
    st.text(
        st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=30
    ),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5))
def test_a_workbook_is_read_back_as_written(rows: list[list[Any]]) -> None:
    body = b"".join(xlsx_writer.workbook("Bảng [1]", ["a", "=b", "c"], rows, "Về", [("x", "y")]))
    book = load_workbook(io.BytesIO(body))
    assert book.sheetnames == ["Bảng  1 ", "Về"]
    table = book.worksheets[0]
    assert [cell.value for cell in table[1]] == ["a", "=b", "c"]
    assert all(cell.data_type == "s" for cell in table[1])
    read = [list(row) for row in table.iter_rows(min_row=2, max_row=1 + len(rows), max_col=3)]
    for written, got in zip(rows, read, strict=True):
        for value, cell in zip(written, got, strict=True):
            found = cell.value.date() if isinstance(value, date) else cell.value
            assert found == (value or None if isinstance(value, str) else value)
            assert cell.data_type != "f"


def test_columns_are_lettered_like_a_spreadsheets() -> None:
    assert [xlsx_writer.column_name(number) for number in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]


def test_a_household_keeps_its_phone_in_tables_too(client: Client, register: Register) -> None:
    site = factories.place(
        "Nhà vườn", kind="production_site", producer=factories.producer("Hộ A", kind="household"), phone="0911222333"
    )
    for f in ("csv", "xlsx"):
        body = _body(client, f"{ITEMS}?f={f}&producer={site.producer.public_id}")
        assert b"0911222333" not in body
