"""The promise: of 2,000 rows with 37 differently bad ones 1,963 go in, 37 come back, and fixed they go in as well."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from geo.access.models import RecordVersion
from geo.divisions.models import Division
from geo.divisions.selectors import commune_by_code
from geo.places.models import Place
from geo.spatial.public_ids import check_character
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.checking import check, receive
from geo.stewardship.imports.models import Import, ImportRow
from geo.stewardship.imports.workbooks import returned_rows
from tests import factories as make
from tests.stewardship.imports import files, sample
from tests.stewardship.imports.bad_rows import Bad, bad_rows

pytestmark = pytest.mark.usefixtures("register")


def imported(data: bytes, name: str) -> Import:
    return apply_import(None, "danh sách mẫu", check(receive(None, "places", name, data, sample.SOURCE)))


def split_commune() -> dict[str, str]:
    """The cells of a commune of before July 2025 that went to several."""
    parts = Division.objects.filter(level="COMMUNE", became__share="part", parent__parent__isnull=False)
    for old in parts.select_related("parent__parent").order_by("pk").distinct():
        same = Division.objects.filter(full_name=old.full_name, parent__name=old.parent.name if old.parent else "")
        if old.parent and old.parent.parent and same.count() == 1:
            return {"Tỉnh": old.parent.parent.full_name, "Huyện": old.parent.full_name, "Xã": old.full_name}
    raise AssertionError("no split commune in the register")


def bad() -> list[Bad]:
    rows = bad_rows(make.product().public_id, "0000000" + check_character("0000000"), split_commune())
    assert len(rows) == 37
    return rows


def repaired(data: bytes, broken: dict[int, Bad]) -> bytes:
    """The workbook that came back, with every row put right and saved again."""
    book = openpyxl.load_workbook(BytesIO(data))
    sheet = book.worksheets[0]
    titles = [str(cell.value) for cell in sheet[2]]
    known = {"Mã bản ghi": "Mã hồ sơ", "Tỉnh": "Tỉnh/thành phố", "Huyện": "Quận/huyện (trước 7/2025)",
             "Xã": "Xã/phường/đặc khu", "Tình trạng": "Tình trạng", "Ngày mở cửa": "Hoạt động từ"}  # fmt: skip
    for line in range(3, sheet.max_row + 1):
        number = int(str(sheet.cell(line, len(titles)).value).split(":")[0].removeprefix("Hàng "))
        for title, value in broken[number].repair.items():
            sheet.cell(line, titles.index(known.get(title, title)) + 1).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_1963_rows_go_in_and_37_come_back_with_their_reasons() -> None:
    phu_quoc = commune_by_code("31078")
    assert phu_quoc is not None
    rows: list[list[Any]] = list(sample.places(2_000))
    broken = {54 * position + 7: one for position, one in enumerate(bad())}
    for index, one in broken.items():
        rows[index] = sample.row(index + 1, phu_quoc, **one.cells)
    data = files.xlsx(sample.table(rows))

    batch = imported(data, "mẫu.xlsx")
    # The header stands in row 3: row n of the data is row n + 4 of the file, counted from 0.
    reasons = {row.number - 4: row.problems[0]["code"] for row in ImportRow.objects.filter(verdict="refused")}
    assert reasons == {index: one.reason for index, one in broken.items()}
    assert {verdict: count for verdict, count in batch.counts.items() if count} == {"new": 1_963, "refused": 37}
    assert Place.objects.filter(name__startswith="Điểm bán mẫu").count() == 1_963

    versions = RecordVersion.objects.count()
    again = imported(data, "mẫu.xlsx")
    assert {verdict: count for verdict, count in again.counts.items() if count} == {"same": 1_963, "refused": 37}
    assert RecordVersion.objects.count() == versions

    fixed = imported(repaired(returned_rows(batch), {index + 4: one for index, one in broken.items()}), "sửa.xlsx")
    left = [(row.number, row.problems, row.candidates) for row in fixed.rows.exclude(verdict="new")]
    assert left == []
    assert fixed.counts["new"] == 37
    assert Place.objects.filter(name__startswith="Điểm bán mẫu").count() == 2_000
