"""The map: the country at a glance, clusters that open, and a list that always agrees with it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import register
from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor

COLOURS_OF_THE_GROUND = """
() => {
  const seen = new Set();
  for (const canvas of document.querySelectorAll("#map .leaflet-tile-pane canvas")) {
    const context = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4 * 97) seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
  }
  return seen.size;
}
"""


INK_OF_MARKS = """
() => {
  const [canvas] = document.querySelectorAll("#map canvas.marks");
  const context = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, i) => sum + (i % 4 === 3 && value > 0 ? 1 : 0), 0);
}
"""


def test_the_country_at_a_glance(person: Visitor) -> None:
    person.page.wait_for_function("() => window.drawnText.has('Biển Đông')")
    said = " · ".join(person.drawn())
    for name in ("Hoàng Sa", "Đà Nẵng", "Trường Sa", "Khánh Hòa"):
        assert name in said
    assert person.page.evaluate(COLOURS_OF_THE_GROUND) > 3  # sea, land, neighbours, lines
    assert person.marks


def test_names_of_provinces_come_with_the_zoom(arrive: Arrive) -> None:
    person = arrive("/vi/#8/10.40/105.60")
    person.page.wait_for_function(
        "() => ['Cần Thơ', 'Đồng Tháp', 'Vĩnh Long'].filter(n => window.drawnText.has(n)).length > 1"
    )


def test_english_map_speaks_english_and_keeps_the_names_of_the_islands(arrive: Arrive) -> None:
    person = arrive("/en/", language="en")
    person.page.wait_for_function("() => [...window.drawnText].some(text => text.includes('East Sea'))")
    assert any("Hoàng Sa" in text for text in person.drawn())
    assert any("Trường Sa" in text for text in person.drawn())


def test_the_map_shows_as_many_places_as_the_list_says_have_a_position(person: Visitor) -> None:
    total, note = person.total(), person.count.locator("small").inner_text()
    unplaced = int(re.sub(r"\D", "", note))
    person.map_shows(total - unplaced)


def test_a_cluster_opens_on_tap(person: Visitor) -> None:
    person.collapse()
    largest = next(mark for mark in person.marks if mark["count"] > 1 and mark["y"] > 150)  # below the search field
    before = person.page.locator("#map").get_attribute("data-marks")
    person.tap_at(largest)
    expect(person.page).to_have_url(re.compile(r"#\d+/"))
    expect(person.count).to_contain_text(re.compile("trong khung nhìn|nơi"))
    expect(person.page.locator("#map")).not_to_have_attribute("data-marks", before or "")
    assert len(person.marks) > 1
    assert all(mark["count"] < largest["count"] for mark in person.marks)


def test_sixty_places_on_one_point_can_all_be_reached(arrive: Arrive, site: str) -> None:
    lon, lat, number = register.stack(site)
    assert number >= 60
    person = arrive(f"/vi/#17/{lat}/{lon}")
    person.collapse()
    (stack,) = [mark for mark in person.marks if mark["count"] == number]
    assert stack["stack"]
    person.tap_at(stack)
    expect(person.page).to_have_url(re.compile("bbox="))
    person.settle()
    person.shows(number)
    more = person.page.locator("#list a[rel=next]")
    while person.cards.count() < number:
        before = person.cards.count()
        more.click()
        expect(person.cards).not_to_have_count(before)
    expect(person.cards).to_have_count(number)
    ids = person.cards.evaluate_all("cards => cards.map(card => card.dataset.id)")
    assert len(set(ids)) == number
    person.cards.last.get_by_role("link").first.click()
    expect(person.record).to_be_visible()


@pytest.mark.parametrize("zoom", [11, 14])
def test_a_stack_tapped_from_far_lists_its_own_places_and_no_neighbours(arrive: Arrive, site: str, zoom: int) -> None:
    lon, lat, number = register.stack(site)
    person = arrive(f"/vi/#{zoom}/{lat}/{lon}")
    person.collapse()
    stack = next(mark for mark in person.marks if mark["stack"] and mark["count"] >= number)
    person.tap_at(stack)
    expect(person.page).to_have_url(re.compile("bbox="))
    person.settle()
    person.shows(number)


def test_markers_are_no_tab_stops(person: Visitor) -> None:
    assert person.marks
    stops = person.page.locator("#map").evaluate(
        """map => [...map.querySelectorAll("*")].filter(e => e.tabIndex >= 0).map(e => e.tagName)"""
    )
    assert set(stops) <= {"BUTTON"}
    assert len(stops) <= 2  # closer, farther


def test_a_marker_opens_its_record_and_stands_out(arrive: Arrive, site: str) -> None:
    lonely = next(
        feature
        for feature in register.places(site, kind="production_site")
        if feature["geometry"] and feature["properties"]["location_accuracy"] == "surveyed"
    )
    lon, lat = lonely["geometry"]["coordinates"]
    person = arrive(f"/vi/?kind=production_site#16/{lat}/{lon}")
    person.collapse()
    (mark,) = [mark for mark in person.marks if mark["id"] == lonely["id"]]
    person.tap_at(mark)
    expect(person.record.get_by_role("heading").first).to_have_text(lonely["properties"]["name"])
    expect(person.page).to_have_url(re.compile(f"open={lonely['id']}"))
    expect(person.page.locator("#map .mark.chosen")).to_have_count(1)


@pytest.mark.parametrize("query", ["?kind=production_site", "?province=91", "?certificate=expired", "?q=nuoc+mam"])
def test_list_and_map_agree_under_a_filter(arrive: Arrive, site: str, query: str) -> None:
    name, _, value = query.removeprefix("?").partition("=")
    given = {name: value.replace("+", " ")}
    person = arrive(f"/vi/{query}")
    person.shows(register.count(site, **given))
    person.map_shows(register.located(site, **given))


def test_the_list_follows_the_frame_of_the_map(person: Visitor) -> None:
    everything = person.total()
    person.collapse()
    person.page.get_by_role("button", name="Phóng to").click()
    person.page.get_by_role("button", name="Phóng to").click()
    expect(person.count).to_contain_text("trong khung nhìn")
    assert person.total() < everything


def test_few_nodes_hold_the_whole_map(arrive: Arrive) -> None:
    person = arrive("/vi/#9/21.0/105.8")
    assert person.marks
    assert person.page.locator("#map *").count() < 100


def test_a_mark_tells_the_mouse_its_name(arrive: Arrive, screen: str) -> None:
    if screen == "phone":
        pytest.skip("a finger doesn't hover")
    person = arrive("/vi/#13/21.03/105.85")
    mark = next(mark for mark in person.marks if mark["count"] == 1 and mark["name"])
    person.page.mouse.move(mark["x"], mark["y"] - 12)
    expect(person.page.locator("#map")).to_have_attribute("title", mark["name"])
    person.page.mouse.move(mark["x"] + 90, mark["y"] + 90)
    expect(person.page.locator("#map")).to_have_attribute("title", "")


def test_marks_stay_until_the_new_ones_are_there(arrive: Arrive) -> None:
    """Without an answer for the nearer tiles, what was drawn is still drawn after the zoom."""
    person = arrive("/vi/#8/21.0/105.8")
    person.collapse()
    assert person.marks
    person.page.route("**/tiles/**", lambda route: None)
    person.page.get_by_role("button", name="Phóng to").click()
    expect(person.page).to_have_url(re.compile("#9/"))
    sheet = person.page.locator("#map canvas.marks")
    expect(sheet).to_have_count(1)
    assert person.page.evaluate(INK_OF_MARKS) > 0
    person.page.unroute_all(behavior="ignoreErrors")
