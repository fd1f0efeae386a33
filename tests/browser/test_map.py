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
    const context = canvas.getContext("2d");
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4 * 97) seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
  }
  return seen.size;
}
"""


def test_the_country_at_a_glance(person: Visitor) -> None:
    person.page.wait_for_function("window.drawnText.has('Biển Đông')")
    said = " · ".join(person.drawn())
    for name in ("Hoàng Sa", "Đà Nẵng", "Trường Sa", "Khánh Hòa"):
        assert name in said
    assert person.page.evaluate(COLOURS_OF_THE_GROUND) > 3  # sea, land, neighbours, lines
    expect(person.marks.first).to_be_visible()


def test_names_of_provinces_come_with_the_zoom(arrive: Arrive) -> None:
    person = arrive("/vi/#8/10.40/105.60")
    person.page.wait_for_function(
        "['Cần Thơ', 'Đồng Tháp', 'Vĩnh Long'].filter(n => window.drawnText.has(n)).length > 1"
    )


def test_english_map_speaks_english_and_keeps_the_names_of_the_islands(arrive: Arrive) -> None:
    person = arrive("/en/", language="en")
    person.page.wait_for_function("[...window.drawnText].some(text => text.includes('East Sea'))")
    assert any("Hoàng Sa" in text for text in person.drawn())
    assert any("Trường Sa" in text for text in person.drawn())


def test_the_map_shows_as_many_places_as_the_list_says_have_a_position(person: Visitor) -> None:
    total, note = person.total(), person.count.locator("small").inner_text()
    expect(person.marks.first).to_be_visible()
    unplaced = int(re.sub(r"\D", "", note))
    person.map_shows(total - unplaced)


def test_a_cluster_opens_on_tap(person: Visitor) -> None:
    clusters = person.marks.filter(has=person.page.locator(".cluster"))
    expect(clusters.first).to_be_visible()
    person.collapse()
    texts = clusters.all_text_contents()
    largest = max(range(len(texts)), key=lambda i: int(texts[i].strip() or 0))
    inside = int(texts[largest])
    person.tap(clusters.nth(largest))
    expect(person.page).to_have_url(re.compile(r"#\d+/"))
    expect(person.count).to_contain_text(re.compile("trong khung nhìn|nơi"))
    person.page.wait_for_function(
        """before => [...document.querySelectorAll("#map .mark")].length > 1
            && ![...document.querySelectorAll("#map .mark .cluster text")].some(t => t.textContent === before)""",
        arg=str(inside),
    )


def test_sixty_places_on_one_point_can_all_be_reached(arrive: Arrive, site: str) -> None:
    lon, lat, number = register.stack(site)
    assert number >= 60
    person = arrive(f"/vi/#17/{lat}/{lon}")
    person.collapse()
    stack = person.marks.filter(has_text=re.compile(rf"^\s*{number}\s*$"))
    person.tap(stack)
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


def test_markers_are_no_tab_stops(person: Visitor) -> None:
    expect(person.marks.first).to_be_visible()
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
    person.tap(person.page.get_by_title(lonely["properties"]["name"]))
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
