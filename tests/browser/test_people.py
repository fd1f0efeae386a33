"""Who keeps the register: officers invited, substitutes named, producers' claims; and how fresh it is."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import register
from tests.browser.conftest import Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.test_imports import came_in, invited
from tests.browser.test_officer import PASSWORD, no_sideways_scroll, picture
from tests.browser.visitor import LEAST_MS, Visitor


def looked_at(person: Visitor, name: str) -> None:
    """Nothing sideways, nothing that axe finds in light or dark."""
    no_sideways_scroll(person)
    picture(person, name)
    assert both_lights(person) == []


def test_a_province_invites_an_officer_and_names_a_substitute(arrive: Arrive, screen: str, tmp_path: Path) -> None:
    person = came_in(arrive, invited(tmp_path, "cán bộ tỉnh", "91")[1])
    page = person.page
    page.get_by_role("link", name="Cán bộ", exact=True).click()
    looked_at(person, "people")
    new = f"can-bo-{screen}@example.vn"
    page.get_by_label("Họ tên").fill(f"Lê Thị Xã {screen}")
    page.get_by_label("Email").fill(new)
    communes = page.get_by_label("Xã, phường hoặc đặc khu")
    phu_quoc = communes.locator("option", has_text="Phú Quốc").first.get_attribute("value")
    communes.select_option(phu_quoc)
    page.get_by_role("button", name="Mời", exact=True).click()
    link = page.get_by_label("Đường dẫn").input_value()
    looked_at(person, "people-invited")
    other = came_in(arrive, link[link.index("/vi/") :])
    expect(other.page.locator("main")).to_contain_text("Phú Quốc")
    page.get_by_role("link", name="Cán bộ", exact=True).first.click()
    page.get_by_role("button", name=f"Cho công bố ngay: Lê Thị Xã {screen}").click()
    expect(page.get_by_role("button", name=f"Bắt buộc chờ duyệt: Lê Thị Xã {screen}")).to_be_visible()
    page.get_by_role("link", name="Người thay").click()
    page.get_by_label("Người thay").fill(new)
    page.get_by_label("Ngày cuối").fill("2027-01-31")
    page.get_by_label("Lý do").fill("nghỉ phép")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".todo")).to_contain_text(f"Lê Thị Xã {screen}")
    looked_at(person, "cover")


def test_a_producer_claims_a_record_and_gets_it(arrive: Arrive, site: str, screen: str, tmp_path: Path) -> None:
    place = register.one(site, "producer_id", "commune_code", kind="production_site")
    asking = arrive(f"/vi/p/{place['id']}")
    asking.page.get_by_role("link", name="Đây là cơ sở của tôi").click()
    looked_at(asking, "claim")
    asking.page.get_by_label("Họ tên của bạn").fill(f"Trần Văn Lúa {screen}")
    asking.page.get_by_label("Email").fill(f"lua-{screen}@example.vn")
    asking.page.get_by_label("Cán bộ có thể xác nhận đúng là bạn bằng cách nào?").fill("giấy phép số 123")
    asking.page.wait_for_timeout(LEAST_MS)
    asking.page.get_by_role("button", name="Gửi").click()
    expect(asking.page.locator("main")).to_contain_text("chưa trả lời")
    officer = came_in(arrive, invited(tmp_path, "cán bộ tỉnh", str(place["properties"]["province_code"]))[1])
    officer.page.get_by_role("link", name="Chủ thể xin nhận hồ sơ").click()
    looked_at(officer, "claims")
    row = officer.page.locator(".todo > li", has_text=f"Trần Văn Lúa {screen}")
    row.get_by_role("link", name="Trả lời").click()
    looked_at(officer, "claim-answer")
    officer.page.get_by_role("button", name="Đúng là chủ thể: giao hồ sơ").click()
    link = officer.page.get_by_label("Đường dẫn").input_value()
    producer = arrive(link[link.index("/vi/") :])
    producer.page.get_by_label("Mật khẩu mới").fill(PASSWORD)
    producer.page.get_by_label("Nhập lại lần nữa").fill(PASSWORD)
    producer.page.get_by_role("button", name="Chọn mật khẩu này").click()
    producer.page.goto(f"{producer.site}/vi/desk/mine")
    expect(producer.page.locator("main")).to_contain_text(str(place["properties"]["name"]))
    looked_at(producer, "mine")
    asking.page.reload()
    expect(asking.page.locator("main")).to_contain_text("Đã chấp nhận")


def test_how_fresh_the_data_are(arrive: Arrive) -> None:
    person = arrive("/vi/")
    person.page.goto(f"{person.site}/vi/freshness")
    rows = person.page.locator(".freshness-table tbody tr")
    expect(rows).to_have_count(34)
    looked_at(person, "freshness")
    person.page.locator("details.parts summary").click()
    rows.get_by_role("link", name="Tỉnh An Giang").click()
    expect(person.page.get_by_role("heading", level=1)).to_contain_text("Tỉnh An Giang")
    expect(rows.first).to_contain_text(re.compile("Xã|Phường|Đặc khu"))
    looked_at(person, "freshness-province")
