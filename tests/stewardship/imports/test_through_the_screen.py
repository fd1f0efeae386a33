"""What offices really send, through the screen: every spelling of positions, names and days, every form of file."""

import html
import re
import unicodedata
from collections.abc import Mapping
from io import RawIOBase
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from geo.divisions.models import Division
from geo.divisions.selectors import commune_by_code
from geo.stewardship.imports import vn2000
from geo.stewardship.imports.models import Import
from geo.stewardship.imports.reasons import words
from geo.stewardship.imports.showing import point_of
from tests import factories as make
from tests.stewardship.imports import files
from tests.stewardship.imports.test_reading import BOMB, ENTITIES, TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]
HERE = (103.96, 10.22)
NEAR = 0.000_02
"""Two metres, in degrees."""
GOOD = {"Tên địa điểm": "Vựa mẫu Bà Tư", "Loại địa điểm": "Điểm bán", "Tỉnh": "An Giang", "Xã": "Đặc khu Phú Quốc"}
DEGREES = {"Vĩ độ": 10.22, "Kinh độ": 103.96}


def phu_quoc() -> Division:
    found = commune_by_code("31078")
    assert found is not None
    return found


def table(cells: Mapping[str, Any]) -> list[list[Any]]:
    said = {**GOOD, **cells}
    return [list(said), list(said.values())]


def csv(cells: Mapping[str, Any], separator: str = ";") -> str:
    return "\n".join(separator.join(str(cell) for cell in row) for row in table(cells)) + "\n"


def survey(central: float, width: int = 3, **more: Any) -> dict[str, Any]:
    plane = vn2000.from_degrees(*HERE, central, width)
    return {"X (VN-2000)": plane.north, "Y (VN-2000)": plane.east, **more}


def uploaded(client: Client, name: str, data: bytes) -> tuple[Import, str]:
    """Send a file as the screen does; return the import and what its page says."""
    client.force_login(make.officer("provincial", phu_quoc().parent))
    sent = {"kind": "places", "source_name": "Dữ liệu mẫu", "file": SimpleUploadedFile(name, data)}
    page = client.post("/vi/desk/imports", sent, follow=True)
    assert page.status_code == 200, page.content.decode()
    return Import.objects.get(), " ".join(re.sub(r"<[^>]*>", " ", page.content.decode()).split())


def merged() -> bytes:
    head = [["DANH SÁCH ĐIỂM BÁN"], [*GOOD, "Tọa độ", None], [None, None, None, None, "Vĩ độ", "Kinh độ"]]
    areas = ["A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2"]
    return files.xlsx([*head, [*GOOD.values(), *DEGREES.values()]], merged=areas)


WELL: dict[str, tuple[str, Any]] = {
    "swapped": ("a.xlsx", lambda: files.xlsx(table({"Vĩ độ": 103.96, "Kinh độ": 10.22}))),
    "decimal commas": ("a.csv", lambda: csv({"Vĩ độ": "10,22", "Kinh độ": "103,96"}).encode()),
    "degrees minutes seconds": (
        "a.xlsx", lambda: files.xlsx(table({"Vĩ độ": "10°13'12\"", "Kinh độ": "103°57'36\""})),
    ),
    "survey by province": ("a.xlsx", lambda: files.xlsx(table(survey(104.5)))),
    "survey by meridian": ("a.xlsx", lambda: files.xlsx(table(survey(105.75, **{"Kinh tuyến trục": "105°45'"})))),
    "survey by zone of six degrees": (
        "a.xlsx", lambda: files.xlsx(table(survey(105.0, 6, **{"Múi chiếu (3 hoặc 6 độ)": 6}))),
    ),
    "survey swapped, as text": (
        "a.xlsx",
        lambda: files.xlsx(table({
            "X (VN-2000)": str(survey(104.5)["Y (VN-2000)"]), "Y (VN-2000)": str(survey(104.5)["X (VN-2000)"]),
        })),
    ),
    "merged header": ("a.xlsx", merged),
    "old division": (
        "a.xlsx",
        lambda: files.xlsx(table({
            **DEGREES, "Tỉnh": "Tỉnh Kiên Giang", "Huyện": "TP Phú Quốc", "Xã": "phường Dương Đông",
        })),
    ),
    "vietnamese date": (
        "a.xlsx", lambda: files.xlsx(table({**DEGREES, "Ngày mở cửa": "ngày 12 tháng 5 năm 2024"})),
    ),
    "numbers as text with spaces": (
        "a.xlsx", lambda: files.xlsx(table({"Vĩ độ": " 10.22 ", "Kinh độ": "103.96\u00a0", "Xã": "Đặc khu Phú Quốc "})),
    ),
    "decomposed": ("a.csv", lambda: unicodedata.normalize("NFD", csv(DEGREES)).encode()),
    "byte order mark": ("a.csv", lambda: csv(DEGREES).encode("utf-8-sig")),
    "utf-16": ("a.csv", lambda: csv(DEGREES, "\t").encode("utf-16")),
    "xls": ("a.xls", lambda: files.xls(table(DEGREES))),
    "ods": ("a.ods", lambda: files.ods(table(DEGREES))),
}  # fmt: skip


@pytest.mark.parametrize("what", WELL)
def test_what_offices_send_is_understood(client: Client, what: str) -> None:
    name, made = WELL[what]
    batch, said = uploaded(client, name, made())
    assert batch.counts["new"] == 1, said
    row = batch.rows.get()
    assert point_of(row.wanted) == pytest.approx(HERE, abs=NEAR)
    assert (row.wanted["name"], row.wanted["commune_id"]) == ("Vựa mẫu Bà Tư", phu_quoc().pk)
    if what == "vietnamese date":
        assert row.wanted["opened_on"] == "2024-05-12"


def test_a_wrong_meridian_is_refused_with_the_one_that_fits(client: Client) -> None:
    cells = survey(104.5, **{"Kinh tuyến trục": "107°45'"})
    batch, said = uploaded(client, "a.xlsx", files.xlsx(table(cells)))
    assert batch.counts["refused"] == 1
    assert re.search(r"107°45'.*104°30'", said.replace("&#x27;", "'"))


HOSTILE: dict[str, tuple[str, Any, str]] = {
    "zip bomb": ("a.ods", lambda: files.ods(TABLE, extra=BOMB), "bomb"),
    "a part that unpacks": (
        "a.xlsx", lambda: files.with_part(files.xlsx(TABLE), "xl/media/a.xml", b"\0" * (48 << 20)), "bomb",
    ),
    "macros": ("a.xlsx", lambda: files.with_part(files.xlsx(TABLE), "xl/vbaProject.bin", b"x"), "macros"),
    "entities": ("a.xlsx", lambda: files.with_part(files.xlsx(TABLE), "xl/sharedStrings.xml", ENTITIES), "entities"),
    "16,000 columns": ("a.xlsx", lambda: files.xlsx([["x"] * 16_000]), "too-many-columns"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_words(client: Client, what: str) -> None:
    name, made, code = HOSTILE[what]
    batch, said = uploaded(client, name, made())
    assert (batch.state, (batch.refusal or {})["code"]) == (Import.State.UNREADABLE, code)
    assert batch.rows.count() == 0
    with translation.override("vi"):
        assert words(code, (batch.refusal or {})["facts"]) in html.unescape(said)


def test_a_formula_without_a_value_is_refused_by_its_cell(client: Client) -> None:
    batch, said = uploaded(client, "a.xlsx", files.xlsx(table({**DEGREES, "Địa chỉ": "=1+1"})))
    assert batch.counts["refused"] == 1
    assert batch.rows.get().problems[0]["code"] == "cell-uncalculated"
    assert "công thức" in said


class Endless(RawIOBase):
    """A body of which somebody announces a gigabyte; counts what is read of it."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += max(size, 0)
        return b"\0" * max(size, 0)


def test_a_gigabyte_is_refused_before_it_is_read(client: Client) -> None:
    client.force_login(make.officer("provincial", phu_quoc().parent))
    body = Endless()
    answer = client.post(
        "/vi/desk/imports",
        b"",
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": body, "CONTENT_LENGTH": str(1 << 30)},  # type: ignore[arg-type]
    )
    assert (answer.status_code, body.taken) == (413, 0)
    assert "20 MB" in answer.content.decode()
    assert not Import.objects.exists()
