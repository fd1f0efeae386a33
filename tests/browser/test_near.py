"""Near me: asked only when pressed; by position or by a typed place; a list by distance."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor

HANOI = {"latitude": 21.0285, "longitude": 105.8542}

COUNT_QUESTIONS = """
window.positionsAsked = 0;
const asked = Geolocation.prototype.getCurrentPosition;
Geolocation.prototype.getCurrentPosition = function (...rest) {
  window.positionsAsked += 1;
  return asked.apply(this, rest);
};
const watched = Geolocation.prototype.watchPosition;
Geolocation.prototype.watchPosition = function (...rest) {
  window.positionsAsked += 1;
  return watched.apply(this, rest);
};
"""


def distances_m(person: Visitor) -> list[float]:
    """Return the distances on the cards, in metres, in the order of the list."""
    found = []
    for text in person.cards.locator(".distance").all_text_contents():
        match = re.search(r"([\d.,]+)\s*(km|m)\b", text)
        assert match, text
        number = float(match[1].replace(".", "").replace(",", "."))
        found.append(number * (1000 if match[2] == "km" else 1))
    return found


def test_the_position_is_asked_for_only_when_pressed(arrive: Arrive) -> None:
    person = arrive(geolocation=HANOI, permissions=["geolocation"])
    person.page.add_init_script(COUNT_QUESTIONS)
    person.open("/vi/")
    assert person.marks
    assert person.page.evaluate("window.positionsAsked") == 0
    person.press_near()
    expect(person.page).to_have_url(re.compile("near=105.85"))
    assert person.page.evaluate("window.positionsAsked") == 1


def test_granted_the_list_goes_by_distance(arrive: Arrive) -> None:
    person = arrive("/vi/", geolocation=HANOI, permissions=["geolocation"])
    person.press_near()
    expect(person.count).to_contain_text("trong 50 km")
    expect(person.page.locator("#near")).to_have_attribute("aria-pressed", "true")
    found = distances_m(person)
    assert len(found) == person.cards.count() > 3
    assert found == sorted(found)
    assert found[-1] <= 50_000
    expect(person.page.locator("#map .me")).to_have_count(1)


def test_refused_a_typed_place_does_the_same(arrive: Arrive) -> None:
    person = arrive("/vi/")
    person.press_near()
    expect(
        person.page.get_by_text("không được chia sẻ").or_(person.page.get_by_text("Vị trí của bạn")).first
    ).to_be_visible()
    expect(person.field).to_be_focused()
    person.type("Hoàn Kiếm")
    person.tap(person.suggestions.filter(has_text="Hoàn Kiếm").first)
    expect(person.page).to_have_url(re.compile("near="))
    expect(person.cards.first.locator(".distance")).to_be_visible()
    found = distances_m(person)
    assert found == sorted(found)


def test_pressed_again_the_whole_country_is_back(arrive: Arrive) -> None:
    person = arrive("/vi/", geolocation=HANOI, permissions=["geolocation"])
    everything = person.total()
    person.press_near()
    expect(person.count).to_contain_text("trong 50 km")
    person.press_near()
    person.shows(everything)
    expect(person.page).not_to_have_url(re.compile("near="))


def test_a_shared_nearby_list_needs_no_permission(arrive: Arrive) -> None:
    person = arrive("/vi/?near=103.96,10.22&radius=100000")
    expect(person.count).to_contain_text("trong 100 km")
    found = distances_m(person)
    assert found == sorted(found)


def test_far_from_everything_the_nearest_place_beyond_is_named(arrive: Arrive) -> None:
    person = arrive("/vi/?near=112.33,16.83&radius=1000")
    person.shows(0)
    expect(person.page.locator("#list")).to_contain_text("Nơi khớp gần nhất")
    expect(person.page.locator("#list .card .distance").first).to_be_visible()
