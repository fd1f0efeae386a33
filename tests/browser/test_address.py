"""The address holds everything: view, filters, open record. Back works; a shared link restores it all."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor


def test_back_and_forward_go_through_what_was_done(person: Visitor) -> None:
    everything = person.total()
    person.page.locator("#chips").get_by_role("link", name="Điểm bán").click()
    expect(person.count).not_to_contain_text(re.compile(rf"^{everything} "))
    shops = person.total()
    name = person.open_first()
    person.page.go_back()
    expect(person.record).to_have_count(0)
    person.shows(shops)
    person.page.go_back()
    person.shows(everything)
    person.page.go_forward()
    person.shows(shops)
    person.page.go_forward()
    expect(person.record.get_by_role("heading").first).to_have_text(name)


def test_a_shared_link_shows_the_same_in_a_fresh_browser(person: Visitor, arrive: Arrive) -> None:
    person.page.locator("#chips").get_by_role("link", name="Điểm bán").click()
    expect(person.chips).to_have_count(1)
    person.collapse()
    person.page.get_by_role("button", name="Phóng to").click()
    expect(person.page).to_have_url(re.compile(r"#[\d.]+/"))
    expect(person.count).to_contain_text("trong khung nhìn")
    in_view = person.total()
    name = person.open_first()
    address = person.page.url
    assert re.search(r"kind=point_of_sale.*open=\w{8}.*#[\d.]+/", address)

    friend = arrive(address.removeprefix(person.site))
    expect(friend.record.get_by_role("heading").first).to_have_text(name)
    expect(friend.chips.filter(has_text="Điểm bán")).to_have_count(1)
    expect(friend.page).to_have_url(address)
    friend.shows(in_view)
    assert friend.page.title() == person.page.title()


def test_reload_keeps_everything(arrive: Arrive) -> None:
    person = arrive("/vi/?category=I.4&stars=5#7/10.50/105.00")
    expect(person.count).to_contain_text("trong khung nhìn")
    before = person.total()
    name = person.open_first()
    address = person.page.url
    person.page.reload()
    person.ready()
    expect(person.record.get_by_role("heading").first).to_have_text(name)
    expect(person.page).to_have_url(address)
    person.close_record()
    person.shows(before)


def test_closing_a_record_returns_to_the_list_where_it_was(arrive: Arrive) -> None:
    person = arrive("/vi/?kind=point_of_sale")
    person.raise_list()
    card = person.cards.nth(7)
    card.scroll_into_view_if_needed()
    name = card.get_by_role("link").first
    name.click()
    expect(person.record).to_be_visible()
    person.close_record()
    expect(name).to_be_focused()
    expect(name).to_be_in_viewport()
    expect(person.page).not_to_have_url(re.compile("open="))


def test_escape_closes_the_record(arrive: Arrive) -> None:
    person = arrive("/vi/?kind=point_of_sale")
    person.open_first()
    person.page.keyboard.press("Escape")
    expect(person.record).to_have_count(0)


def test_the_permanent_address_leads_to_the_record_in_the_visitors_language(arrive: Arrive) -> None:
    person = arrive("/vi/?kind=point_of_sale")
    name = person.open_first()
    permanent = person.record.locator("a[href*='/p/']", has_text="/p/").first.get_attribute("href")
    assert permanent
    person.page.goto(permanent.lower())  # as somebody types it from paper
    expect(person.page).to_have_url(re.compile(r"/vi/p/[0-9A-Z]{8}$"))
    expect(person.page.get_by_role("heading", level=1)).to_have_text(name)
