"""Everything again without JavaScript: links, forms and pages do it all."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.visitor import LEAST_MS, Visitor


@pytest.fixture
def plain(arrive: Arrive) -> Visitor:
    return arrive("/vi/", java_script_enabled=False)


def test_search_filter_open_and_report(plain: Visitor) -> None:
    page = plain.page
    everything = plain.total()
    plain.field.fill("nuoc mam phu quoc")
    plain.field.press("Enter")
    expect(page).to_have_url(re.compile(r"[?&]q=nuoc"))
    found = plain.total()
    assert 0 < found < everything
    expect(plain.cards.filter(has_text="Phú Quốc").first).to_be_visible()

    form = page.locator("#filter-form")
    expect(form).to_be_visible()
    form.get_by_label(re.compile("Điểm bán")).check()
    form.get_by_role("button", name=re.compile("Xem|Hiện")).click()
    expect(page).to_have_url(re.compile("kind=point_of_sale"))
    assert 0 < plain.total() <= found

    name = plain.cards.first.get_by_role("heading").inner_text()
    plain.cards.first.get_by_role("link").first.click()
    expect(plain.record.get_by_role("heading").first).to_have_text(name)
    page.get_by_role("link", name="Báo sai").click()
    page.get_by_role("radio").first.check()
    page.get_by_label("Bạn viết rõ hơn").fill("Cửa hàng đã chuyển sang số 15.")
    page.wait_for_timeout(LEAST_MS)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("cam-on"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_pages_of_the_list_follow_each_other(plain: Visitor) -> None:
    first = plain.cards.first.inner_text()
    plain.page.locator("a[rel=next]").click()
    expect(plain.page).to_have_url(re.compile("page=2"))
    assert plain.cards.first.inner_text() != first
    expect(plain.cards).to_have_count(20)
