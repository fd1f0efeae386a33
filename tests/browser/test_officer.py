"""An officer's day, on a phone and at a desk: invited, signed in, ten presses, a link, a report answered."""

import base64
import os
import re
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest
from django_otp.oath import totp
from playwright.sync_api import expect

from tests.browser import register
from tests.browser.conftest import SITE, Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.visitor import LEAST_MS, Visitor

PASSWORD = "vải thiều Lục Ngạn"


def province_of(site: str, turn: int) -> str:
    """Return the code of a province with many places to check; another for each turn: no test eats another's."""
    waiting = Counter(
        str(one["properties"]["province_code"])
        for one in register.places(site, status="open")
        if not one["properties"].get("checked_on")
    )
    return waiting.most_common(turn + 1)[turn][0]


def invited(site: str, folder: Path, turn: int) -> tuple[str, str]:
    """Load an officer by the operator's command; return their address and the path of the invitation."""
    address = f"{uuid4().hex[:8]}@example.vn"
    path = folder / "can-bo.csv"
    row = f"Nguyễn Thị Lan,{address},cán bộ tỉnh,{province_of(site, turn)},"
    path.write_text(f"Họ tên,E-mail,Vai trò,Đơn vị,Công bố ngay\n{row}\n", encoding="utf-8-sig")
    said = SITE.run(["load_officers", str(path)], SITE.database)
    found = re.search(r"/vi/invitation/[\w-]+", said)
    assert found, said
    return address, found[0]


def turn_of(request: pytest.FixtureRequest, screen: str) -> int:
    """A number of its own for each test and screen."""
    tests = ("test_ten_places_in_ten_presses", "test_a_link_for_somebody_else", "test_a_report_is_answered")
    return 2 * tests.index(request.node.originalname) + (screen == "desk")


@pytest.fixture
def officer(arrive: Arrive, site: str, screen: str, request: pytest.FixtureRequest, tmp_path: Path) -> Visitor:
    """Somebody who has just accepted an invitation and stands at the desk."""
    _address, path = invited(site, tmp_path, turn_of(request, screen))
    person = arrive(path)
    person.page.get_by_label("Mật khẩu mới").fill(PASSWORD)
    person.page.get_by_label("Nhập lại lần nữa").fill(PASSWORD)
    person.page.get_by_role("button", name="Chọn mật khẩu này").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Việc cần tôi")
    return person


def no_sideways_scroll(person: Visitor) -> None:
    assert person.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def picture(person: Visitor, name: str) -> None:
    """Keep a picture where somebody asks for them."""
    folder = os.environ.get("PICTURES")
    if folder:
        person.page.screenshot(path=f"{folder}/{name}-{'desk' if person.wide else 'phone'}.png", full_page=True)


def test_signing_in_and_out(arrive: Arrive, site: str, tmp_path: Path) -> None:
    address, path = invited(site, tmp_path, 0)
    person = arrive(path)
    no_sideways_scroll(person)
    picture(person, "invitation")
    person.page.get_by_label("Mật khẩu mới").fill(PASSWORD)
    person.page.get_by_label("Nhập lại lần nữa").fill(PASSWORD)
    person.page.get_by_role("button", name="Chọn mật khẩu này").click()
    person.page.get_by_role("link", name="Tài khoản của tôi").click()
    picture(person, "account")
    assert both_lights(person) == []
    person.page.get_by_role("button", name="Đăng xuất").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
    person.wrongs.expect("422")
    person.page.get_by_label("E-mail hoặc tên đăng nhập").fill(address)
    person.page.get_by_label("Mật khẩu", exact=True).fill("sai rồi")
    person.page.get_by_role("button", name="Đăng nhập").click()
    expect(person.page.get_by_role("alert")).to_contain_text("không đúng")
    no_sideways_scroll(person)
    picture(person, "sign-in")
    assert both_lights(person) == []
    person.page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    person.page.get_by_role("button", name="Đăng nhập").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Việc cần tôi")


def test_a_second_factor_is_set_up_asked_for_and_taken_away(arrive: Arrive, site: str, tmp_path: Path) -> None:
    address, path = invited(site, tmp_path, 0)
    person = arrive(path)
    page = person.page
    page.get_by_label("Mật khẩu mới").fill(PASSWORD)
    page.get_by_label("Nhập lại lần nữa").fill(PASSWORD)
    page.get_by_role("button", name="Chọn mật khẩu này").click()
    page.get_by_role("link", name="Tài khoản của tôi").click()
    page.get_by_role("link", name="Cài đặt bước xác thực thứ hai").click()
    no_sideways_scroll(person)
    picture(person, "second-factor")
    assert both_lights(person) == []
    key = base64.b32decode(page.locator("code.key").inner_text().replace(" ", ""))
    page.locator("input[name=code]").fill(f"{totp(key):06d}")
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.locator(".codes li")).to_have_count(10)
    no_sideways_scroll(person)
    picture(person, "recovery-codes")
    kept = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="Tôi đã cất kỹ, tiếp tục").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_label("E-mail hoặc tên đăng nhập").fill(address)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    # The password alone is not enough, for no page of the desk.
    expect(page.locator("input[name=code]")).to_be_visible()
    picture(person, "second-step")
    assert both_lights(person) == []
    asked = page.url
    page.goto(f"{site}/vi/desk")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
    page.goto(asked)
    page.locator("input[name=code]").fill(kept)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Việc cần tôi")
    page.get_by_role("link", name="Tài khoản của tôi").click()
    expect(page.locator("main")).to_contain_text("Còn 9 mã dự phòng")
    page.get_by_role("link", name="Bỏ bước xác thực thứ hai").click()
    page.locator("main input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("link", name="Cài đặt bước xác thực thứ hai")).to_be_visible()


def test_ten_places_in_ten_presses(officer: Visitor) -> None:
    page = officer.page
    no_sideways_scroll(officer)
    picture(officer, "my-unit")
    assert both_lights(officer) == []
    page.get_by_role("link", name="Chưa kiểm tra trong một năm").click()
    names = page.locator(".todo h2")
    expect(names.first).to_be_visible()
    no_sideways_scroll(officer)
    picture(officer, "unchecked")
    assert both_lights(officer) == []
    presses = min(10, names.count())
    for _press in range(presses):
        name, form = names.first.inner_text(), page.locator(".todo form").first.get_attribute("action")
        page.get_by_role("button", name="Vẫn đúng").first.click()
        expect(page.get_by_role("status")).to_contain_text(name)
        expect(page.locator(f'.todo form[action="{form}"]')).to_have_count(0)


def test_a_link_for_somebody_else(officer: Visitor, arrive: Arrive, site: str) -> None:
    page = officer.page
    page.get_by_role("link", name="Chưa kiểm tra trong một năm").click()
    name = page.locator(".todo h2").first.inner_text()
    page.get_by_role("button", name="Hỏi qua đường dẫn").first.click()
    link = page.get_by_label("Đường dẫn").input_value()
    picture(officer, "link")
    somebody = arrive(link.removeprefix(site), java_script_enabled=False)
    expect(somebody.page.locator("main")).to_contain_text(name)
    picture(somebody, "still-right")
    somebody.page.get_by_role("button", name="Vẫn đúng").click()
    expect(somebody.page.get_by_role("heading", level=1)).to_have_text("Cảm ơn bạn")
    somebody.wrongs.expect("404")
    somebody.page.goto(link)
    expect(somebody.page.locator("main")).to_contain_text("đã được dùng")


def test_a_report_is_answered(
    officer: Visitor, arrive: Arrive, site: str, screen: str, request: pytest.FixtureRequest
) -> None:
    place = register.one(site, province=province_of(site, turn_of(request, screen)))
    words = f"Cửa hàng đã đổi số điện thoại ({screen})."
    reporter = arrive(f"/vi/bao-sai/{place['id']}")
    reporter.page.get_by_role("radio", name=re.compile("thông tin trên trang bị sai", re.IGNORECASE)).check()
    reporter.page.get_by_label("Bạn viết rõ hơn").fill(words)
    reporter.page.wait_for_timeout(LEAST_MS)
    reporter.page.get_by_role("button", name="Gửi báo sai").click()
    reporter.page.get_by_role("link", name="Xem kết quả xử lý").click()
    expect(reporter.page.locator("main")).to_contain_text("chưa trả lời")
    page = officer.page
    page.reload()
    page.get_by_role("link", name="Báo sai của người dân").click()
    picture(officer, "reports")
    page.locator(".todo li", has_text=words).get_by_role("link", name="Trả lời").click()
    no_sideways_scroll(officer)
    picture(officer, "report")
    assert both_lights(officer) == []
    page.get_by_role("radio", name="Báo đúng").check()
    page.get_by_label("Trả lời").fill("Đã sửa số, cảm ơn.")
    page.get_by_role("button", name="Trả lời báo sai").click()
    expect(page.get_by_role("status")).to_contain_text("Đã trả lời báo sai")
    expect(page.locator(".todo li", has_text=words)).to_have_count(0)
    reporter.page.reload()
    expect(reporter.page.locator("main")).to_contain_text("Đã sửa số, cảm ơn.")
    picture(reporter, "report-state")
