"""Filters with counts that keep their word, in the form and on the chips."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import register
from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor, number_in


def test_every_count_of_a_province_is_kept_and_its_communes_follow(person: Visitor) -> None:
    person.open_filters()
    promised = person.choose("province", "91")
    person.shows(promised)
    commune = person.page.locator("#filter-form select[name=commune]")
    expect(commune).to_be_visible()
    first = commune.locator("option:not([disabled]):not([value=''])").first
    promised = person.choose("commune", str(first.get_attribute("value")))
    person.shows(promised)
    expect(person.page).to_have_url(re.compile(r"province=91.*commune=\d+"))


def test_sector_group_and_set_narrow_step_by_step(person: Visitor) -> None:
    person.open_filters()
    counts = []
    for code in ("I", "I.4", "I.4.9"):
        counts.append(person.choose("category", code))
        person.shows(counts[-1])
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 0


def test_places_of_unassigned_products_can_be_asked_for(person: Visitor) -> None:
    person.open_filters()
    person.shows(person.choose("category", "none"))


@pytest.mark.parametrize("name", ["kind", "stars", "certificate"])
def test_counts_beside_the_boxes_are_kept(person: Visitor, name: str) -> None:
    person.open_filters()
    option = person.page.locator(f"#filter-form label.option:has(input[name={name}]):not(.none)").first
    promised = number_in(option.locator(".amount").inner_text())
    option.click()
    person.shows(promised)
    expect(person.page).to_have_url(re.compile(f"{name}="))


def test_open_now_has_a_count_and_shows_only_open_places(person: Visitor) -> None:
    person.open_filters()
    option = person.page.locator("#filter-form label.option:has(input[name=open_at])")
    promised = number_in(option.locator(".amount").inner_text())
    option.click()
    person.shows(promised)
    person.page.locator("#show-results, #filter-form button[type=submit]").first.click()
    for text in person.cards.all_text_contents():
        assert "đang mở" in text


def test_several_stars_and_a_category_hold_together(arrive: Arrive, site: str) -> None:
    person = arrive("/vi/?category=I.4&stars=5")
    expected = register.count(site, category="I.4", stars="5")
    person.shows(expected)
    person.open_filters()
    person.page.locator("#filter-form label.option:has(input[name=stars][value='4'])").click()
    person.shows(register.count(site, category="I.4", stars="4,5"))


def test_the_button_says_what_will_be_shown(person: Visitor) -> None:
    person.open_filters()
    promised = person.choose("province", "01")
    button = person.page.locator("#filter-form button[type=submit]")
    expect(button).to_contain_text(str(promised))
    button.click()
    expect(person.page.locator("#filters")).to_be_hidden()
    person.shows(promised)


def test_chips_show_the_filters_and_take_them_away(arrive: Arrive, site: str) -> None:
    person = arrive("/vi/?province=91&kind=point_of_sale&stars=4,5")
    expect(person.chips).to_have_count(3)
    expect(person.chips.filter(has_text="An Giang")).to_be_visible()
    expect(person.chips.filter(has_text="★ 4 trở lên")).to_have_count(1)
    person.chips.filter(has_text="★ 4 trở lên").click()
    expect(person.chips).to_have_count(2)
    person.shows(register.count(site, province="91", kind="point_of_sale"))
    person.page.locator("#chips").get_by_role("link", name="Bỏ hết").click()
    expect(person.chips).to_have_count(0)
    person.shows(register.count(site))


def test_a_suggested_chip_filters_at_once(person: Visitor, site: str) -> None:
    person.page.locator("#chips").get_by_role("link", name="Điểm bán").click()
    person.shows(register.count(site, kind="point_of_sale"))
    expect(person.chips.filter(has_text="Điểm bán")).to_be_visible()


def test_back_leaves_the_filters_as_they_were(person: Visitor) -> None:
    everything = person.total()
    person.open_filters()
    person.shows(person.choose("province", "91"))
    person.page.keyboard.press("Escape")
    expect(person.page.locator("#filters")).to_be_hidden()
    person.page.go_back()
    person.shows(everything)
    expect(person.page).not_to_have_url(re.compile("province"))


def test_a_link_with_a_wrong_filter_says_which_and_helps(arrive: Arrive, wrongs: object) -> None:
    person = arrive()
    person.wrongs.expect("400")
    person.page.goto(person.site + "/vi/?province=Atlantis&kind=point_of_sale")
    expect(person.page.get_by_role("heading", level=1)).to_be_visible()
    expect(person.page.locator("main")).to_contain_text("Atlantis")
    person.page.get_by_role("link", name=re.compile("bỏ “province”")).click()
    expect(person.page).to_have_url(re.compile(r"\?kind=point_of_sale"))
