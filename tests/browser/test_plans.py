"""A plan of two lorries: made, looked at on the map, taken along, printed, shared; one drops out, a new plan comes."""

import io
import re
from typing import Any

import openpyxl
from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.test_officer import picture

STOPS = "\n".join((
    "105.80, 21.10; 900; ; 10; Kho Bắc",
    "105.90, 21.12; 800; ; 10; Kho Đông Bắc",
    "105.75, 20.95; 700; ; 10; Kho Tây Nam",
    "105.95, 20.95; 600; ; 10; Kho Đông Nam",
    "105.85, 21.05; 9000; ; 10; Kho quá nặng",
))  # fmt: skip


def make_plan(page: Page) -> None:
    page.get_by_label("Tên kế hoạch").fill("Chuyến thứ tư")
    page.get_by_label("Nơi xe xuất phát và trở về").fill("105.85,21.03")
    for number in (0, 1):
        page.locator(f"#name_{number}").fill(f"Xe {'AB'[number]}")
        page.locator(f"#kg_{number}").fill("2.000")
    page.get_by_label("Các điểm dừng").fill(STOPS)
    page.get_by_role("button", name="Tính kế hoạch").click()
    expect(page.get_by_role("heading", name="Chuyến thứ tư")).to_be_visible()


def test_a_plan_of_two_lorries_is_made_used_and_made_anew(arrive: Arrive) -> None:
    buyer = arrive("/vi/plans/new")
    page = buyer.page
    make_plan(page)
    # On the map: two routes, every stop with its number, and what is left over.
    expect(page.locator("#plan-map[data-routes='2']")).to_be_visible()
    expect(page.locator("#plan-map .route-stop")).to_have_count(4)
    expect(page.locator("#plan-map .route-left")).to_have_count(1)
    expect(page.locator(".lorry-plan")).to_have_count(2)
    expect(page.get_by_text("nặng hơn tải trọng của mọi xe")).to_be_visible()
    expect(page.locator(".notice.estimate")).to_contain_text("chưa có dữ liệu đường")
    assert both_lights(buyer) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Taken along.
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Excel").click()
    sheet = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes())).worksheets[0]
    assert {row[2] for row in sheet.iter_rows(min_row=2, values_only=True)} == {
        "Kho Bắc", "Kho Đông Bắc", "Kho Tây Nam", "Kho Đông Nam"
    }  # fmt: skip
    expect(page.locator(".stop-links a[href^='geo:']").first).to_be_visible()
    # On paper: no map, a code for each stop.
    page.emulate_media(media="print")
    expect(page.locator(".stop-code svg").first).to_be_visible()
    expect(page.locator("#plan-map")).to_be_hidden()
    page.emulate_media(media="screen")
    # Who has the link sees the same and can change nothing.
    link = page.get_by_label("Đường dẫn để xem kế hoạch").input_value()
    guest = arrive(re.sub(r"^https?://[^/]+", "", link)).page
    expect(guest.locator(".lorry-plan")).to_have_count(2)
    expect(guest.get_by_role("heading", name="Sửa và chia sẻ")).to_have_count(0)
    # One drops out.
    page.get_by_text("Một nhà cung cấp không giao được").click()
    page.get_by_label("Kho Đông Bắc").check()
    page.get_by_role("button", name="Tính lại kế hoạch, bỏ những nơi này").click()
    expect(page.locator(".plan-changes")).to_contain_text("Bỏ Kho Đông Bắc.")
    expect(page.locator("#plan-map .route-stop")).to_have_count(3)
    guest.reload()
    expect(guest.locator(".plan-changes")).to_contain_text("Bỏ Kho Đông Bắc.")
    # Shared no longer.
    page.get_by_role("button", name="Thôi chia sẻ").click()
    expect(page.get_by_text("Kế hoạch chưa chia sẻ với ai.")).to_be_visible()
    # Erased, after a question.
    expect(page.get_by_role("button", name="Đúng, xoá kế hoạch")).to_be_hidden()
    page.get_by_text("Xoá kế hoạch…").click()
    assert both_lights(buyer) == []
    picture(buyer, "plan-erase")
    page.get_by_role("button", name="Đúng, xoá kế hoạch").click()
    expect(page.get_by_role("status")).to_contain_text("Đã xoá kế hoạch")


def test_without_javascript_the_list_is_whole(arrive: Arrive, wrongs: Any) -> None:
    page = arrive("/vi/plans/new", java_script_enabled=False).page
    page.get_by_role("button", name="Thêm một xe").click()
    expect(page.locator("#kg_2")).to_be_visible()
    make_plan(page)
    expect(page.locator(".plan-stops .stop")).to_have_count(4)
    expect(page.locator("#plan-map")).to_be_hidden()


def test_what_a_program_asked_for_stays_in_the_form(arrive: Arrive, site: str) -> None:
    breaks = [{"from": "11:00", "until": "13:00", "minutes": 30}, {"from": "15:00", "until": "16:00", "minutes": 15}]
    lorry = {"capacity_kg": 1500, "breaks": breaks, "depot": {"lon": 105.8, "lat": 21.0, "name": "Bãi xe Hà Đông"}}
    stop = {"name": "Kho Bắc", "lon": 105.88, "lat": 21.1, "load_kg": 100, "opening": [["08:00", "10:30"]]}
    depot = {"lon": 105.85, "lat": 21.03, "name": "Kho trung tâm"}
    asked = {"date": "2026-11-25", "depot": depot, "vehicles": [lorry], "pickups": [stop], "save": True}
    buyer = arrive()
    made = buyer.page.request.post(f"{site}/api/actions/plan-pickups", data=asked).json()["saved"]["own"]
    page = buyer.page
    page.goto(f"{site}{made}/edit")
    kept = page.get_by_role(
        "checkbox", name="nghỉ 15 phút trong khoảng 15:00–16:00; xuất phát và trở về Bãi xe Hà Đông"
    )
    expect(kept).to_be_checked()
    expect(page.get_by_role("checkbox", name="Giữ giờ mở cửa đã ghi riêng cho 1 điểm dừng")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert both_lights(buyer) == []
    picture(buyer, "plan-carried")
    page.locator("#kg_0").fill("1.600")
    page.get_by_role("button", name="Tính lại kế hoạch").click()
    expect(page.get_by_role("heading", name="Sửa và chia sẻ")).to_be_visible()
    body = {"key": made.rsplit("/", 1)[-1]}
    after = page.request.post(f"{site}/api/actions/pickup-plan", data=body).json()["asked"]
    assert after["vehicles"][0]["capacity_kg"] == 1600
    assert after["vehicles"][0]["breaks"] == breaks
    assert after["vehicles"][0]["depot"] == lorry["depot"]
    assert (after["depot"], after["pickups"][0]["opening"]) == (depot, stop["opening"])
    page.goto(f"{site}{made.replace('/vi/', '/en/')}/edit")
    picture(buyer, "plan-carried-en")


def test_the_form_is_easy_to_reach_and_to_read(arrive: Arrive) -> None:
    buyer = arrive("/vi/plans/new")
    assert both_lights(buyer) == []
    assert buyer.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
