"""An office imports its list, on a phone and at a desk: template, upload, preview, applied, corrected, taken back."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
from playwright.sync_api import expect

from tests.browser import register
from tests.browser.conftest import SITE, Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.test_officer import PASSWORD, no_sideways_scroll, picture
from tests.browser.visitor import Visitor
from tests.stewardship.imports import files

PROVINCE = "Tỉnh An Giang"
COMMUNE = "Đặc khu Phú Quốc"
HEADER = ["Tên địa điểm", "Loại địa điểm", "Tỉnh", "Xã", "Vĩ độ", "Kinh độ", "Điện thoại", "Ngày mở cửa"]


def invited(folder: Path, role: str, where: str) -> tuple[str, str]:
    """Load an officer by the operator's command; return their address and the path of the invitation."""
    address = f"{uuid4().hex[:8]}@example.vn"
    path = folder / f"{role}.csv"
    path.write_text(
        f"Họ tên,E-mail,Vai trò,Đơn vị,Công bố ngay\nNguyễn {role},{address},{role},{where},\n", encoding="utf-8-sig"
    )
    found = re.search(r"/vi/invitation/[\w-]+", SITE.run(["load_officers", str(path)], SITE.database))
    assert found
    return address, found[0]


def came_in(arrive: Arrive, path: str, **settings: object) -> Visitor:
    """Accept an invitation and stand at the desk."""
    person = arrive(path, **settings)
    person.page.get_by_label("Mật khẩu mới").fill(PASSWORD)
    person.page.get_by_label("Nhập lại lần nữa").fill(PASSWORD)
    person.page.get_by_role("button", name="Chọn mật khẩu này").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Việc cần tôi")
    return person


def listed(folder: Path, name: str, rows: int, bad: int = 0, south: float = 10.2) -> Path:
    """Write a list of places that don't exist, northward from ``south``, the last ones with a day that doesn't."""
    good = [
        [f"Mẫu nhập {name} {number:04d}", "Điểm bán", PROVINCE, COMMUNE, south + number / 10_000, 103.95,
         "0297 3 000 000", "12/05/2024" if number < rows - bad else "31/02/2024"]
        for number in range(rows)
    ]  # fmt: skip
    path = folder / f"{name}.xlsx"
    path.write_bytes(files.xlsx([HEADER, *good]))
    return path


def sheet_of(path: Path) -> Any:
    """Return the first sheet of a downloaded workbook, whatever the browser called it."""
    return openpyxl.load_workbook(BytesIO(path.read_bytes())).worksheets[0]


def send(person: Visitor, path: Path) -> None:
    """Go to the screen, choose the file and have it checked."""
    person.page.goto(f"{person.site}/vi/desk/imports")
    person.page.get_by_label("Tệp", exact=True).set_input_files(path)
    person.page.get_by_role("button", name="Kiểm tra tệp").click()


def test_an_office_imports_corrects_and_takes_back(arrive: Arrive, site: str, screen: str, tmp_path: Path) -> None:
    person = came_in(arrive, invited(tmp_path, "cán bộ tỉnh", "91")[1])
    page = person.page
    page.get_by_role("link", name="Nhập từ Excel").click()
    no_sideways_scroll(person)
    picture(person, "imports")
    assert both_lights(person) == []
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tệp mẫu: Địa điểm").click()
    assert {"Tên địa điểm", "Chủ thể", "Kinh độ"} <= {cell.value for cell in sheet_of(waiting.value.path())[2]}
    # Large enough for a process of its own, with progress to look at.
    send(person, listed(tmp_path, f"lon-{screen}", 1_500, bad=2))
    picture(person, "imports-progress")
    refused = page.locator(".import-rows > li")
    expect(refused).to_have_count(2, timeout=120_000)
    expect(refused.first).to_contain_text("Cột H “Ngày mở cửa”")
    expect(refused.first).to_contain_text("Không có ngày 31/02/2024")
    expect(page.locator(".outcomes a", has_text="mới").locator("strong")).to_have_text("1498")
    expect(page.locator("#map[data-places='1498']")).to_be_visible()
    no_sideways_scroll(person)
    picture(person, "imports-preview")
    assert both_lights(person) == []
    page.get_by_role("link", name=re.compile("1498\\s+Mới")).click()
    expect(refused).to_have_count(25)
    page.get_by_role("link", name="Sau", exact=True).click()
    expect(page.get_by_text("2 / 60")).to_be_visible()
    page.get_by_label("Lý do").fill("danh sách mẫu của tỉnh")
    page.get_by_role("button", name="Ghi 1498 hàng").click()
    expect(page.locator(".notice.good")).to_contain_text("Đã ghi 1498 hàng", timeout=120_000)
    picture(person, "imports-applied")
    assert register.count_now(site, q=f"Mẫu nhập lon-{screen}") > 0
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải 2 hàng cần sửa, kèm lý do").click()
    assert sheet_of(waiting.value.path()).max_row == 4
    page.get_by_role("link", name="Hoàn lại toàn bộ lần nhập…").click()
    picture(person, "imports-revert")
    assert both_lights(person) == []
    page.get_by_label("Lý do").fill("nhầm tệp")
    page.get_by_role("button", name="Hoàn lại tất cả").click()
    expect(page.locator(".notice.good")).to_contain_text("1498 hồ sơ mới bị gỡ bỏ", timeout=120_000)
    assert register.count_now(site, q=f"Mẫu nhập lon-{screen}") == 0


def test_a_commune_sends_its_list_to_the_province(arrive: Arrive, screen: str, tmp_path: Path) -> None:
    """Without JavaScript at the commune: the same steps, one page after the other."""
    commune = came_in(arrive, invited(tmp_path, "cán bộ xã", "31078")[1], java_script_enabled=False)
    # Far from what the same test added on the other screen: places alike nearby would be asked about.
    send(commune, listed(tmp_path, f"nho-{screen}", 5, bad=1, south={"phone": 10.12, "desk": 10.3}[screen]))
    expect(commune.page.locator(".import-rows > li")).to_have_count(1)
    commune.page.get_by_role("link", name=re.compile("4\\s+Mới")).click()
    expect(commune.page.locator(".import-rows > li").first).to_contain_text("103.95")
    commune.page.get_by_label("Vài lời cho tỉnh").fill("điểm bán mới trong xã")
    commune.page.get_by_role("button", name="Gửi 4 hàng lên tỉnh").click()
    expect(commune.page.locator("main")).to_contain_text("Đang chờ tỉnh duyệt")
    picture(commune, "imports-waiting")
    province = came_in(arrive, invited(tmp_path, "cán bộ tỉnh", "91")[1])
    province.page.get_by_role("link", name="Nhập từ Excel").click()
    province.page.get_by_role("link", name=f"nho-{screen}.xlsx").click()
    picture(province, "imports-approve")
    no_sideways_scroll(province)
    assert both_lights(province) == []
    province.page.get_by_role("button", name="Ghi 4 hàng").click()
    expect(province.page.locator(".notice.good")).to_contain_text("Đã ghi 4 hàng")
    commune.page.reload()
    expect(commune.page.locator("main")).to_contain_text("Đã ghi 4 hàng")


def test_a_file_that_is_no_table_is_refused_in_words(arrive: Arrive, tmp_path: Path) -> None:
    person = came_in(arrive, invited(tmp_path, "cán bộ tỉnh", "91")[1])
    path = tmp_path / "anh.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 500)
    send(person, path)
    expect(person.page.get_by_role("alert")).to_contain_text("không phải")
    picture(person, "imports-refused")
    no_sideways_scroll(person)
    person.page.get_by_role("link", name="Gửi tệp khác").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Nhập từ Excel")
