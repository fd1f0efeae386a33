"""Without a mouse: search → filter → open → call, and the focus is always seen."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor

FOCUS = """
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const ringed = (element, part) => {
    const style = element && getComputedStyle(element, part);
    return Boolean(style) && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const box = e.getBoundingClientRect();
  return {
    what: `${e.tagName}#${e.id} ${(e.innerText || e.ariaLabel || e.value || "").slice(0, 40)}`,
    seen: ringed(e) || ringed(e, "::after") || ringed(e.closest("#search")) || ringed(e.closest(".bar")),
    inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}
"""


def tab_to(person: Visitor, selector: str, *, at_most: int = 60, key: str = "Tab") -> None:
    """Press Tab until the focus is on ``selector``; at every stop the focus must be seen, on the screen."""
    for _ in range(at_most):
        person.page.keyboard.press(key)
        stop = person.page.evaluate(FOCUS)
        if stop is None:
            continue
        assert stop["seen"], f"the focus isn't seen on {stop['what']}"
        assert stop["inside"], f"the focus is outside the screen on {stop['what']}"
        if person.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} isn't reached by {key}")


def test_search_filter_open_call(person: Visitor) -> None:
    keyboard = person.page.keyboard
    tab_to(person, "#q")
    keyboard.type("ha noi")
    expect(person.suggestions.first).to_be_visible()
    keyboard.press("Escape")
    expect(person.page.locator("#suggestions")).to_be_hidden()
    keyboard.press("Enter")
    expect(person.page).to_have_url(re.compile("q=ha"))

    tab_to(person, "#open-filters")
    keyboard.press("Enter")
    expect(person.page.locator("#filter-form")).to_be_visible()
    tab_to(person, "input[name=kind][value=point_of_sale]")
    keyboard.press("Space")
    expect(person.page).to_have_url(re.compile("kind=point_of_sale"))
    keyboard.press("Escape")
    expect(person.page.locator("#filters")).to_be_hidden()
    expect(person.page.locator("#open-filters")).to_be_focused()

    with_phone = person.cards.first
    expect(with_phone).to_be_attached()
    for _ in range(12):
        tab_to(person, "#list .card a")
        keyboard.press("Enter")
        expect(person.record).to_be_visible()
        if person.record.locator("a[href^='tel:']").count():
            break
        keyboard.press("Escape")
        expect(person.record).to_have_count(0)
    tab_to(person, "#record a[href^='tel:']")
    keyboard.press("Escape")
    expect(person.record).to_have_count(0)
    expect(person.page.locator("#list .card a:focus")).to_have_count(1)


def test_the_skip_link_is_first_and_leads_to_the_list(person: Visitor) -> None:
    person.page.keyboard.press("Tab")
    skip = person.page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    person.page.keyboard.press("Enter")
    assert person.page.evaluate("document.activeElement.id") == "list"


def test_every_stop_of_a_record_page_is_seen(arrive: Arrive) -> None:
    person = arrive("/vi/?kind=point_of_sale")
    person.open_first()
    person.record.get_by_role("link", name="Xem cả trang").click()
    expect(person.page.get_by_role("heading", level=1)).to_be_visible()
    tab_to(person, "a[href*='/bao-sai/']")
