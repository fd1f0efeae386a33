"""“Tải danh sách (XLSX)”: exactly the rows of the list."""

import io

import openpyxl
from playwright.sync_api import expect

from tests.browser import register
from tests.browser.conftest import Arrive


def test_the_table_has_exactly_the_rows_of_the_list(arrive: Arrive, site: str) -> None:
    person = arrive("/vi/?province=91&stars=5")
    expected = {feature["id"] for feature in register.places(site, province="91", stars="5")}
    person.shows(len(expected))
    person.raise_list()
    person.page.get_by_text("Tải danh sách").click()
    with person.page.expect_download() as waiting:
        person.page.get_by_role("link", name="Excel").click()
    download = waiting.value
    assert download.suggested_filename.endswith(".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(download.path().read_bytes()))
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    ids = {str(cell) for row in rows for cell in row if str(cell) in expected}
    assert ids == expected
    assert sum(1 for row in rows if any(cell is not None for cell in row)) == len(expected) + 1
    expect(person.count).to_be_visible()
