"""The way through the whole: found, filtered, opened, judged, the nearest shop, and the same for a friend."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor

PHU_QUOC = {"latitude": 10.2899, "longitude": 103.984}


def test_a_real_product_is_found_judged_bought_nearby_and_shared(arrive: Arrive) -> None:
    person: Visitor = arrive("/vi/", geolocation=PHU_QUOC, permissions=["geolocation"])

    # found by an unaccented name
    person.type("nuoc mam phu quoc khai hoan")
    found = person.suggestions.filter(has_text=re.compile("Nước mắm Phú Quốc Khải Hoàn"))
    expect(found.first).to_be_visible()
    person.field.press("Enter")
    expect(person.count).to_contain_text(re.compile(r"\d+ nơi"))

    # filtered by province, commune and category
    person.open_filters()
    person.shows(person.choose("province", "91"))
    commune = person.page.locator("#filter-form select[name=commune] option", has_text="Phú Quốc")
    expect(commune).to_have_count(1)
    person.shows(person.choose("commune", str(commune.get_attribute("value"))))
    promised = person.choose("category", "I.4")
    assert promised > 0
    person.shows(promised)
    person.page.locator("#filter-form button[type=submit]").click()
    expect(person.page.locator("#filters")).to_be_hidden()

    # opened, and its certificate's state read
    person.raise_list()
    made = person.cards.filter(has_text="Khải Hoàn").first
    made.get_by_role("link").first.click()
    expect(person.record).to_be_visible()
    product = person.record.locator(".good-name a", has_text="Khải Hoàn").first
    name = product.inner_text()
    product.click()
    expect(person.record.locator(".record-title")).to_have_text(name)
    expect(person.record.locator(".record-head .badge").first).to_have_text(re.compile("hết hạn|đến|còn|chưa rõ"))
    expect(person.record).to_contain_text("Nơi bán")

    # the link, in a fresh browser, shows the same
    friend = arrive(person.page.url.removeprefix(person.site))
    expect(friend.record.locator(".record-title")).to_have_text(name)
    expect(friend.chips).to_have_count(person.chips.count())

    # the nearest point of sale
    person.page.go_back()
    person.page.go_back()
    expect(person.record).to_have_count(0)
    person.collapse()
    person.page.locator("#chips").get_by_role("link", name="Bỏ hết").click()
    expect(person.chips).to_have_count(0)
    person.page.locator("#chips").get_by_role("link", name="Điểm bán").click()
    expect(person.chips.filter(has_text="Điểm bán")).to_have_count(1)
    person.press_near()
    expect(person.page).to_have_url(re.compile("near=103.98"))
    expect(person.cards.first.locator(".distance")).to_have_text(re.compile(r"[\d,]+\s*k?m"))
    nearest = person.open_first()
    expect(person.record.get_by_text("Chỉ đường")).to_be_visible()
    friend.open(person.page.url.removeprefix(person.site))
    expect(friend.record.locator(".record-title")).to_have_text(nearest)
