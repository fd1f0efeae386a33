"""A buyer looks for coffee: a demand, its gap, what closes it, a comparison, a choice, and one who drops out."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.visitor import Wrongs

MONTHS = 4
_NUMBER = re.compile(r"[\d.]+")


def test_a_buyer_finds_compares_chooses_and_hands_the_stops_over(arrive: Arrive) -> None:
    buyer = arrive("/vi/help")
    page = buyer.page
    buyer.tap(page.locator(".page-foot").get_by_role("link", name="Tìm nguồn hàng"))
    page.get_by_label("Sản phẩm", exact=True).fill("cà phê")
    page.get_by_label("Mỗi tháng").fill("2")
    page.get_by_label("Đơn vị").select_option("tonne")
    page.get_by_label("Từ", exact=True).select_option("3")
    page.get_by_label("đến", exact=True).select_option("6")
    page.get_by_label("Hạng sao OCOP").select_option("3")
    page.get_by_label("Kho của").fill("106.70,10.78")
    page.get_by_label("Đường đi nhiều nhất").fill("9")
    buyer.tap(page.get_by_role("button", name="Tìm nhà cung cấp"))
    # The gap, month by month, and who there is; the address keeps it all.
    expect(page.get_by_role("heading", name="Có tháng chưa đủ hàng")).to_be_visible()
    expect(page.locator(".months-table tbody tr")).to_have_count(MONTHS)
    expect(page).to_have_url(re.compile(r"min_stars=3.*max_hours=9"))
    few = page.locator("form .supplies > .supply").count()
    assert few >= 2
    expect(page.locator(".supply").first).to_contain_text("mẫu")
    expect(page.locator(".supply").first).to_contain_text("Theo lời")
    # What would help is a link that helps.
    buyer.tap(page.get_by_role("link", name=re.compile("Cho phép đường đi đến")))
    expect(page.get_by_role("heading", name="Đủ hàng cho nhu cầu")).to_be_visible()
    supplies = page.locator("form .supplies > .supply")
    assert supplies.count() > few
    for number in range(3):
        supplies.nth(number).get_by_role("checkbox").check()
    buyer.tap(page.get_by_role("button", name=re.compile("So sánh")))
    expect(page.locator(".compare-table thead th")).to_have_count(3)
    buyer.tap(page.get_by_role("link", name="Tất cả nhà cung cấp"))
    # The choice: everything delivered, a reason for everybody.
    page.get_by_label("Từ một nhà cung cấp").select_option("40")
    buyer.tap(page.get_by_role("button", name="Chọn giúp tôi"))
    expect(page.get_by_text("Đủ hàng trong mọi tháng.")).to_be_visible()
    together = page.locator(".plan-table .sum td").all_inner_texts()
    assert together == ["2.000"] * MONTHS
    chosen = page.locator(".supply.in")
    assert chosen.count() >= 3
    for reason in chosen.locator(".why").all_inner_texts():
        assert reason.strip()
    expect(page.get_by_role("button", name=re.compile("Lập tuyến lấy hàng"))).to_have_count(MONTHS)
    # One drops out: the plan is made anew and says what is missing.
    name = chosen.first.locator(".supply-name").inner_text()
    buyer.tap(chosen.first.get_by_role("link", name=re.compile("Bỏ nơi này")))
    expect(page.locator(".plan-table tbody")).not_to_contain_text(name)
    expect(page.get_by_text(re.compile("Còn thiếu|Đủ hàng trong mọi tháng"))).to_be_visible()
    buyer.tap(page.get_by_role("link", name="Tính lại các nơi đã bỏ ra"))
    expect(page.locator(".plan-table tbody")).to_contain_text(name)
    # Its stops go to the planner of routes.
    buyer.tap(page.get_by_role("button", name=re.compile("Lập tuyến lấy hàng")).first)
    expect(page).to_have_url(re.compile(r"/vi/plans/new\?"))
    lines = page.locator("textarea[name=pickups]").input_value().splitlines()
    assert len(lines) >= 3
    loads = [float(_NUMBER.findall(line.split(";")[1])[0]) for line in lines]
    assert round(sum(loads)) == 2000
    assert page.get_by_label(re.compile("Nơi xe|Nơi các xe|xuất phát")).first.input_value() == "106.70,10.78"


def test_without_javascript_a_wrong_month_is_said_in_the_form(arrive: Arrive, wrongs: Wrongs) -> None:
    wrongs.expect("status of 400")
    page = arrive("/vi/sourcing?q=c%C3%A0+ph%C3%AA&quantity=2&months=13", java_script_enabled=False).page
    expect(page.get_by_role("alert")).to_contain_text("Không có tháng 13")
    expect(page.get_by_label("Mỗi tháng")).to_have_value("2")
