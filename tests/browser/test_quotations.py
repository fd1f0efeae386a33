"""A buyer asks two suppliers for quotations, then has the search watched; both without JavaScript."""

import re
from contextlib import closing

from playwright.sync_api import expect
from workshop.sites import connect

from tests.browser.conftest import SITE, Arrive
from tests.browser.visitor import LEAST_MS

DEMAND = "q=c%C3%A0+ph%C3%AA&quantity=2&unit=tonne&months=3-6"


def stored(statement: str, *values: str) -> list[tuple[object, ...]]:
    with closing(connect(SITE.database)) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def test_a_buyer_asks_two_suppliers_and_withdraws(arrive: Arrive, screen: str) -> None:
    buyer = arrive(f"/vi/sourcing?{DEMAND}", java_script_enabled=False)
    page, name = buyer.page, f"Siêu thị Sông Hàn ({screen})"
    boxes = page.locator("form .supplies").get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Hỏi giá những nơi đã chọn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Yêu cầu báo giá")
    expect(page.get_by_role("heading", name="2 nhà cung cấp")).to_be_visible()
    expect(page.get_by_label("Lượng mỗi tháng")).to_have_value("2")
    page.get_by_label("Nơi giao hàng").fill("Kho Bình Tân")
    page.get_by_label("Tên của bạn và của đơn vị").fill(name)
    page.wait_for_timeout(LEAST_MS)
    buyer.wrongs.expect("422")
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Nơi giao hàng")).to_have_value("Kho Bình Tân")
    page.get_by_label("Email").fill("mua@example.vn")
    page.wait_for_timeout(LEAST_MS)
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page).to_have_url(re.compile(r"/vi/sourcing/requests/[\w-]{32}$"))
    expect(page.locator("section.quotation")).to_have_count(2)
    assert len(stored("SELECT 1 FROM sourcing_quotationrequest WHERE name = %s", name)) == 1
    page.get_by_text("Rút và xoá yêu cầu").click()
    page.get_by_role("button", name="Rút và xoá").click()
    expect(page.get_by_text("Yêu cầu này đã xoá")).to_be_visible()
    assert not stored("SELECT 1 FROM sourcing_quotationrequest WHERE name = %s", name)


def test_a_search_is_watched_once_its_mail_is_confirmed(arrive: Arrive, screen: str) -> None:
    buyer = arrive(f"/vi/sourcing?{DEMAND}", java_script_enabled=False)
    page, email = buyer.page, f"theo.doi.{screen}@example.vn"
    page.get_by_role("link", name="Báo tôi qua e-mail khi có thay đổi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Theo dõi nguồn hàng")
    page.get_by_label("Email").fill(email)
    page.wait_for_timeout(LEAST_MS)
    page.get_by_role("button", name="Theo dõi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hãy xem hộp thư")
    ((key, confirmed),) = stored("SELECT key, confirmed_at FROM sourcing_watch WHERE email = %s", email)
    assert confirmed is None
    page.goto(page.url.replace("/watch/sent", f"/watches/{key}"))
    page.get_by_role("button", name="Có, hãy theo dõi").click()
    expect(page.get_by_text(f"Tin mới gửi đến {email}")).to_be_visible()
    page.get_by_role("link", name="Thôi theo dõi").click()
    page.get_by_role("button", name="Kết thúc và xoá địa chỉ của tôi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã kết thúc")
    assert not stored("SELECT 1 FROM sourcing_watch WHERE email = %s", email)
