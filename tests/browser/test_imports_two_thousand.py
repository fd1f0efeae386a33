"""The promise, on screen: of 2,000 rows with 37 bad ones 1,963 go in, 37 come back; again: nothing changes."""

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import expect
from workshop.sites import connect

from geo.divisions.models import Division
from geo.spatial.public_ids import check_character
from tests.browser import register
from tests.browser.test_editing import DATABASE, Officer, officer, site
from tests.browser.test_imports import send, sheet_of
from tests.browser.test_officer import no_sideways_scroll, picture
from tests.browser.visitor import Visitor
from tests.stewardship.imports import files, sample
from tests.stewardship.imports.bad_rows import Bad, bad_rows

__all__ = ["officer", "site"]
"""Fixtures shared with the story of the edit form: a site whose records may be changed."""

PATIENCE_MS = 240_000
COMMUNES = """
    SELECT commune.full_name, province.full_name, province.name, ST_X(commune.location), ST_Y(commune.location)
      FROM divisions_division AS commune JOIN divisions_division AS province ON province.id = commune.parent_id
     WHERE commune.level = 'COMMUNE' AND commune.valid_until IS NULL AND commune.location IS NOT NULL
       AND province.code IN ('91', '96') ORDER BY commune.code"""
SPLIT = """
    SELECT province.full_name, district.full_name, old.full_name
      FROM divisions_division AS old
      JOIN divisions_division AS district ON district.id = old.parent_id
      JOIN divisions_division AS province ON province.id = district.parent_id
     WHERE old.level = 'COMMUNE' AND EXISTS
           (SELECT FROM divisions_lineage WHERE predecessor_id = old.id AND share = 'part')
       AND 1 = (SELECT count(*) FROM divisions_division AS other JOIN divisions_division AS above
                    ON above.id = other.parent_id
                 WHERE other.full_name = old.full_name AND above.name = district.name)
     ORDER BY old.id LIMIT 1"""
PRODUCT = "SELECT public_id FROM catalog_product ORDER BY id LIMIT 1"


def asked(statement: str) -> list[tuple[Any, ...]]:
    """Read the database of the site."""
    with closing(connect(DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def bad() -> list[Bad]:
    """The thirty-seven rows, by what the site's register knows."""
    ((province, district, commune),) = asked(SPLIT)
    ((product,),) = asked(PRODUCT)
    unknown = "0000000" + check_character("0000000")
    rows = bad_rows(product, unknown, {"Tỉnh": province, "Huyện": district, "Xã": commune})
    assert len(rows) == 37
    return rows


def workbook(broken: dict[int, Bad]) -> bytes:
    """Two thousand rows, as an office might fill them in."""
    where = [
        Division(full_name=name, parent=Division(full_name=above, name=short), location=Point(lon, lat, srid=4326))
        for name, above, short, lon, lat in asked(COMMUNES)
    ]
    phu_quoc = next(one for one in where if one.full_name == "Đặc khu Phú Quốc")
    rows = [sample.row(number, where[number % len(where)]) for number in range(1, 2_001)]
    for index, one in broken.items():
        rows[index] = sample.row(index + 1, phu_quoc, **one.cells)
    return files.xlsx(sample.table(rows))


def counted(person: Visitor) -> dict[str, int]:
    """What the screen says becomes of the rows, by kind."""
    shown = person.page.locator(".outcomes a")
    expect(shown.first).to_be_visible(timeout=PATIENCE_MS)
    counts = {
        str(one.get_attribute("href")).removeprefix("?show="): int(one.locator("strong").inner_text())
        for one in shown.all()
    }
    return {kind: count for kind, count in counts.items() if count}


@pytest.mark.parametrize("screen", ["desk"], indirect=True)
def test_1963_rows_go_in_and_37_come_back(officer: Officer, site: str, tmp_path: Path) -> None:
    person = officer("cán bộ trung ương", "")
    page = person.page
    broken = {54 * position + 7: one for position, one in enumerate(bad())}
    path = tmp_path / "hai-nghin-hang.xlsx"
    path.write_bytes(workbook(broken))
    send(person, path)
    assert counted(person) == {"all": 2_000, "new": 1_963, "refused": 37}
    no_sideways_scroll(person)
    picture(person, "two-thousand")
    page.get_by_label("Lý do").fill("rà soát cuối năm")
    page.get_by_role("button", name="Ghi 1963 hàng").click()
    expect(page.locator(".notice.good")).to_contain_text("Đã ghi 1963 hàng", timeout=PATIENCE_MS)
    assert register.count_now(site, q="Điểm bán mẫu") == 1_963
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải 37 hàng cần sửa, kèm lý do").click()
    back = sheet_of(waiting.value.path())
    reasons = [str(back.cell(line, back.max_column).value) for line in range(3, back.max_row + 1)]
    assert len(reasons) == 37
    told = {re.sub(r"^Hàng \d+:\s*", "", one) for one in reasons}
    assert len(told) == 37
    assert all(re.search(r"Cột|cột", one) for one in reasons)
    send(person, path)
    assert counted(person) == {"all": 2_000, "same": 1_963, "refused": 37}
    expect(page.get_by_role("button", name=re.compile("^Ghi "))).to_have_count(0)
    picture(person, "two-thousand-again")
