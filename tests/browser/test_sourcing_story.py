"""A distributor's whole story on the demonstration data: 2 tonnes of coffee a month, from the demand to the lorries.

Suppliers with their gap, side by side, chosen; two lorries fetch a month; the plan goes into a workbook, onto paper and
to somebody without an account; then a supplier drops out, and a new plan says what changed.
"""

import io
import re
from urllib.parse import urlsplit

import openpyxl
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.visitor import Visitor, number_in

DEPOT = "108.44,11.94"
MONTHS = ["03/2027", "04/2027", "05/2027", "06/2027"]
NEED_KG = 2000
A4_POINTS = (595, 842)
DAY = "2027-03-03"  # a Wednesday


def demand(buyer: Visitor) -> None:
    """Ask for the goods; the gap of every month is said, and what would close it."""
    page = buyer.page
    page.get_by_label("Sản phẩm", exact=True).fill("cà phê")
    page.get_by_label("Mỗi tháng").fill("2")
    page.get_by_label("Đơn vị").select_option("tonne")
    page.get_by_label("Từ", exact=True).select_option("3")
    page.get_by_label("đến", exact=True).select_option("6")
    page.get_by_label("Hạng sao OCOP").select_option("3")
    page.get_by_label("Kho của").fill(DEPOT)
    page.get_by_label("Đường đi nhiều nhất").fill("3")
    buyer.tap(page.get_by_role("button", name="Tìm nhà cung cấp"))
    expect(page.get_by_role("heading", name="Có tháng chưa đủ hàng")).to_be_visible()
    lines = page.locator(".months-table tbody tr")
    assert [line.locator("th").inner_text() for line in lines.all()] == MONTHS
    for line in lines.all():
        available, missing = (number_in(cell.inner_text()) for cell in line.locator("td").all())
        assert available + missing == NEED_KG
    fits(page)


def close_the_gap(buyer: Visitor) -> None:
    """Follow what would meet the demand; every supplier's figure has its date, its age and who said it."""
    page = buyer.page
    buyer.tap(page.get_by_role("link", name=re.compile("Cho phép đường đi đến")))
    expect(page.get_by_role("heading", name="Đủ hàng cho nhu cầu")).to_be_visible()
    supplies = page.locator("form .supplies > .supply")
    assert supplies.count() >= 4
    for text in supplies.all_inner_texts():
        assert re.search(r"Theo lời: .+, \d\d/\d\d/\d{4} \(\d+ (ngày|tháng) trước\)", text)
        assert "mẫu" in text
        assert "ước tính" in text
    fits(page)


def compare(buyer: Visitor) -> None:
    """Lay three suppliers side by side, and come back."""
    page = buyer.page
    supplies = page.locator("form .supplies > .supply")
    names = [supplies.nth(number).locator(".supply-name").inner_text() for number in range(3)]
    for number in range(3):
        supplies.nth(number).get_by_role("checkbox").check()
    buyer.tap(page.get_by_role("button", name=re.compile("So sánh")))
    columns = page.locator(".compare-table thead th")
    expect(columns).to_have_count(3)
    for name, column in zip(names, columns.all(), strict=True):
        expect(column).to_contain_text(name)
    expect(page.get_by_role("row", name=re.compile("^Tính đến"))).to_contain_text("trước)")
    fits(page)
    buyer.tap(page.get_by_role("link", name="Tất cả nhà cung cấp"))


def choose(buyer: Visitor) -> Locator:
    """Have suppliers chosen, nobody with more than a given share; returns those who are in, each with its reason."""
    page = buyer.page
    page.get_by_label("Từ một nhà cung cấp").select_option("40")
    buyer.tap(page.get_by_role("button", name="Chọn giúp tôi"))
    expect(page.get_by_text("Đủ hàng trong mọi tháng.")).to_be_visible()
    assert page.locator(".plan-table .sum td").all_inner_texts() == ["2.000"] * len(MONTHS)
    chosen = page.locator(".supply.in")
    assert chosen.count() >= 3
    buyer.page.get_by_text("Vì sao không chọn các nơi khác").click()
    for one in [*chosen.all(), *page.locator(".supply.out").all()]:
        assert one.locator(".why").inner_text().strip()
    fits(page)
    return chosen


def plan_two_lorries(buyer: Visitor) -> None:
    """Hand the stops of a month over to the planner and name two lorries, neither of which could fetch all alone."""
    page = buyer.page
    buyer.tap(page.get_by_role("button", name="Lập tuyến lấy hàng 03/2027"))
    expect(page).to_have_url(re.compile(r"/vi/plans/new\?"))
    loads = [line.split(";")[1] for line in page.locator("textarea[name=pickups]").input_value().splitlines()]
    assert round(sum(float(load) for load in loads)) == NEED_KG
    page.get_by_label("Ngày thu gom").fill(DAY)
    for number, name in enumerate(("51C-123.45", "51C-678.90")):
        page.locator(f"#name_{number}").fill(name)
        page.locator(f"#kg_{number}").fill("1.200")
        page.locator(f"#from_{number}").fill("05:00")
        page.locator(f"#until_{number}").fill("19:00")
    fits(page)
    buyer.tap(page.get_by_role("button", name="Tính kế hoạch"))
    expect(page.locator("#plan-map[data-routes='2']")).to_be_visible()
    expect(page.locator(".lorry-plan")).to_have_count(2)
    expect(page.locator(".plan-left")).to_have_count(0)
    on_board = [lorry.locator(".stop").last.locator("dd").nth(3).inner_text() for lorry in lorries(page)]
    assert sum(number_in(text) for text in on_board) == NEED_KG
    assert all(number_in(text) <= 1200 for text in on_board)
    assert page.locator(".mark-estimate").count() > len(loads)
    fits(page)


def lorries(page: Page) -> list[Locator]:
    return page.locator(".lorry-plan").all()


def stops(page: Page) -> list[str]:
    return page.locator(".stop h3").all_inner_texts()


def take_along(page: Page) -> None:
    """Load the workbook: every stop in its order, and that times are an estimate."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in rows] == stops(page)
    assert sum(float(str(row[8])) for row in rows) == NEED_KG
    everything = "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    assert "ước tính" in everything.lower()


def print_it(page: Page) -> None:
    """Print the plan: a few pages of A4, with a code for each stop."""
    paper = page.pdf(prefer_css_page_size=True, format="A4")
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", paper))
    assert 1 <= pages <= 2 + len(stops(page)) // 3
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", paper)
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {A4_POINTS}
    page.emulate_media(media="print")
    expect(page.locator(".stop-code svg")).to_have_count(len(stops(page)))
    expect(page.locator("#plan-map")).to_be_hidden()
    expect(page.get_by_role("button", name="In", exact=True)).to_be_hidden()
    page.emulate_media(media="screen")


def drop_one(buyer: Visitor) -> str:
    """Say that a supplier drops out; returns its name."""
    page = buyer.page
    name = stops(page)[0]
    page.get_by_text("Một nhà cung cấp không giao được").click()
    page.get_by_label(name).check()
    buyer.tap(page.get_by_role("button", name="Tính lại kế hoạch, bỏ những nơi này"))
    expect(page.locator(".plan-changes")).to_contain_text(f"Bỏ {name}.")
    assert name not in stops(page)
    return name


def fits(page: Page) -> None:
    """Nothing stands out of the page sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_from_the_demand_to_two_lorries_and_to_a_new_plan_when_a_supplier_drops_out(arrive: Arrive) -> None:
    buyer = arrive("/vi/sourcing")
    page = buyer.page
    demand(buyer)
    close_the_gap(buyer)
    compare(buyer)
    chosen = choose(buyer)
    names = set(chosen.locator(".supply-name").all_inner_texts())
    at_the_choice = page.url
    plan_two_lorries(buyer)
    assert set(stops(page)) <= names
    take_along(page)
    print_it(page)
    # Somebody else, without an account, opens the link: the same plan, with nothing to change it.
    link = urlsplit(page.get_by_label("Đường dẫn để xem kế hoạch").input_value())
    guest = arrive(link.path).page
    assert link.path not in page.url
    assert stops(guest) == stops(page)
    expect(guest.locator("form[action*='change']")).to_have_count(0)
    before = stops(page)
    gone = drop_one(buyer)
    guest.reload()
    expect(guest.locator(".plan-changes")).to_contain_text(f"Bỏ {gone}.")
    assert set(stops(guest)) == set(before) - {gone}
    assert both_lights(buyer) == []
    # The demand is covered anew without it.
    page.goto(at_the_choice)
    out = page.locator(".supply.in").filter(has_text=gone)
    buyer.tap(out.get_by_role("link", name=re.compile("Bỏ nơi này")))
    expect(page.locator(".plan-table tbody")).not_to_contain_text(gone)
    expect(page.get_by_text(re.compile("Còn thiếu|Đủ hàng trong mọi tháng"))).to_be_visible()
    changes = page.get_by_role("region", name="Có gì khác khi không có các nơi đã bỏ")
    expect(changes.get_by_role("listitem").filter(has_text=gone)).to_contain_text(": 0 kg thay vì")
    buyer.tap(page.get_by_role("button", name="Lập tuyến lấy hàng 03/2027"))
    assert gone not in page.locator("textarea[name=pickups]").input_value()
