"""Search as you type: products, producers, places and divisions; by arrows, Enter and Escape."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor


def test_an_unaccented_name_finds_the_product(person: Visitor) -> None:
    person.type("nuoc mam phu quoc")
    found = person.suggestions.filter(has_text=re.compile("Nước mắm Phú Quốc"))
    expect(found.first).to_be_visible()
    name = re.split(r"\n|★", found.first.inner_text())[0].strip()
    person.tap(found.first)
    expect(person.chips.filter(has_text=name).or_(person.record.filter(has_text=name)).first).to_be_visible()


def test_suggested_stars_of_an_expired_certificate_are_hollow(person: Visitor) -> None:
    person.type("nuoc mam phu quoc khai hoan")
    expect(person.suggestions.first).to_contain_text("☆☆☆☆☆ hết hạn")


@pytest.mark.parametrize(
    ("typed", "kind", "label"),
    [("khai hoan", "chủ thể", "Khải Hoàn"), ("lam dong", "tỉnh", "Lâm Đồng"), ("dong van", "xã", "Đồng Văn")],
)
def test_producers_and_divisions_are_suggested(person: Visitor, typed: str, kind: str, label: str) -> None:
    person.type(typed)
    expect(
        person.suggestions.filter(has_text=label).filter(has_text=re.compile(kind, re.IGNORECASE)).first
    ).to_be_visible()


def test_an_old_name_of_a_province_leads_to_the_new_one(person: Visitor) -> None:
    person.type("ha giang")
    expect(person.suggestions.filter(has_text="Hà Giang").first).to_contain_text("Tuyên Quang")


def test_arrows_choose_enter_takes_escape_closes(person: Visitor) -> None:
    person.type("phu quoc")
    expect(person.suggestions.first).to_be_visible()
    expect(person.field).to_have_attribute("aria-expanded", "true")
    person.field.press("ArrowDown")
    person.field.press("ArrowDown")
    second = person.suggestions.nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(person.field).to_have_attribute("aria-activedescendant", str(second.get_attribute("id")))
    person.field.press("ArrowUp")
    expect(person.suggestions.first).to_have_attribute("aria-selected", "true")
    person.field.press("Escape")
    expect(person.page.locator("#suggestions")).to_be_hidden()
    expect(person.field).to_have_value("phu quoc")
    person.field.press("ArrowDown")
    expect(person.suggestions.first).to_be_visible()
    address = person.page.url
    person.field.press("ArrowDown")
    person.field.press("Enter")
    expect(person.page).not_to_have_url(address)


def test_enter_searches_for_the_words(person: Visitor) -> None:
    everything = person.total()
    person.type("mat ong")
    person.field.press("Enter")
    expect(person.page).to_have_url(re.compile(r"q=mat(\+|%20)ong"))
    expect(person.count).not_to_have_text(str(everything))
    expect(person.cards.first).to_contain_text(re.compile("mật ong", re.IGNORECASE))
    expect(person.page.locator("#suggestions")).to_be_hidden()


def test_nothing_found_says_so_and_offers_a_way_out(arrive: Arrive) -> None:
    person = arrive("/vi/?q=khongcothatdau&kind=point_of_sale")
    expect(person.page.get_by_text("Không có nơi nào khớp")).to_be_visible()
    person.shows(0)
    person.tap(person.page.locator("#list .removable a").first)
    expect(person.page).not_to_have_url(re.compile("khongcothatdau.*kind|kind.*khongcothatdau"))


def test_nothing_is_suggested_for_nonsense_and_the_field_says_so(person: Visitor) -> None:
    person.type("zzzzqqqq")
    expect(person.page.locator("#search")).to_contain_text(re.compile("Không tìm thấy|Tìm “zzzzqqqq”"))
