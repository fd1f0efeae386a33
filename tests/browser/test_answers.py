"""Answers that come late or in another order: what was asked last is what is seen, and no tap is lost."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor

PAGE = 20
SOUTH = "#7/10.5/106.5"
HOLD = """
window.held = [];
const ask = window.fetch;
window.fetch = async (address, how) => {
  const holding = window.holding && new URL(address, location.href).search.includes(window.holding);
  const answer = await ask(address, how);
  if (holding) await new Promise((resolve) => window.held.push(resolve));
  return answer;
};
window.release = () => {
  window.holding = "";
  for (const go of window.held.splice(0)) go();
};
"""
"""Lets answers to questions whose query has ``window.holding`` in it wait for ``release()``."""


def arrived(arrive: Arrive) -> Visitor:
    """Somebody at the whole country, whose page can hold back answers."""
    person = arrive()
    person.page.add_init_script(HOLD)
    person.open("/vi/")
    person.settle()
    return person


def hold(page: Page, part: str) -> None:
    """Hold back answers from now on."""
    page.evaluate("part => { window.holding = part; }", part)


def held(page: Page) -> None:
    """Wait until an answer is held back."""
    page.wait_for_function("() => window.held.length > 0")


def press_more(person: Visitor) -> None:
    """Tap on the next page of the list, wherever it is on the screen."""
    person.page.locator("#list a[rel=next]").evaluate("link => link.click()")


def test_a_tap_on_more_while_the_list_is_asked_for_anew_shows_the_new_list_and_its_next_page(arrive: Arrive) -> None:
    person = arrived(arrive)
    before = person.count.text_content() or ""
    hold(person.page, "fragment=list,chips")
    person.page.evaluate("hash => { location.hash = hash; }", SOUTH)
    held(person.page)
    press_more(person)
    person.page.evaluate("() => window.release()")
    expect(person.cards).to_have_count(2 * PAGE)
    expect(person.count).not_to_have_text(before)
    expect(person.page.locator("#list")).not_to_have_attribute("aria-busy", "true")


def test_a_list_that_comes_while_more_is_on_its_way_gets_its_own_next_page(arrive: Arrive) -> None:
    person = arrived(arrive)
    before = person.count.text_content() or ""
    hold(person.page, "fragment=list")
    press_more(person)
    held(person.page)
    person.page.evaluate("hash => { window.holding = ''; location.hash = hash; }", SOUTH)
    expect(person.count).not_to_have_text(before)
    person.page.evaluate("() => window.release()")
    expect(person.cards).to_have_count(2 * PAGE)
    names = person.cards.evaluate_all("cards => cards.map(card => card.dataset.id)")
    assert len(set(names)) == 2 * PAGE


def test_an_answer_to_an_older_state_is_never_shown(arrive: Arrive) -> None:
    person = arrived(arrive)
    hold(person.page, "fragment=list,chips")
    person.page.evaluate("hash => { location.hash = hash; }", "#12/21.03/105.85")
    held(person.page)
    with person.page.expect_response(lambda answer: "fragment=list" in answer.url):
        person.page.evaluate(
            """hash => {
              window.said = [];
              const watch = () => window.said.push(document.querySelector("#list").dataset.countText);
              new MutationObserver(watch).observe(document.querySelector("#list"), { childList: true });
              location.hash = hash;
              setTimeout(window.release, 60);
            }""",
            SOUTH,
        )
    person.page.wait_for_function("() => window.said.length > 0")
    person.settle()
    said = set(person.page.evaluate("window.said"))
    assert len(said) == 1, said
    expect(person.count).to_contain_text(re.compile("^" + re.escape(said.pop())))


def test_a_control_of_the_filters_stays_under_the_finger_while_counts_come(arrive: Arrive) -> None:
    person = arrived(arrive)
    form = person.open_filters()
    hold(person.page, "filters")
    kinds = form.locator("input[name=kind]")
    kinds.first.check()
    held(person.page)
    province = form.locator("select[name=province]")
    province.focus()
    handles = [kinds.last.element_handle(), province.element_handle()]
    amounts = province.inner_text()
    person.page.evaluate("() => window.release()")
    person.settle()
    assert province.inner_text() != amounts
    assert all(handle is not None and handle.evaluate("control => control.isConnected") for handle in handles)
    expect(province).to_be_focused()
    expect(kinds.first).to_be_checked()
    kinds.last.check()
    person.settle()
    expect(kinds.first).to_be_checked()
    expect(kinds.last).to_be_checked()
    kinds.first.uncheck()
    person.settle()
    expect(kinds.first).not_to_be_checked()
    person.page.reload()
    person.ready()
    expect(kinds.first).not_to_be_checked()
    expect(kinds.last).to_be_checked()


GUESSED = """() => [...document.querySelectorAll("#list .card")].map((card) => {
  const counted = card.offsetHeight;
  card.style.contentVisibility = "visible";
  const real = card.offsetHeight;
  card.style.contentVisibility = "";
  return real - counted;
}).filter((difference) => difference !== 0)"""
"""By how much cards out of sight are higher than the list counts them."""


def test_nothing_moves_away_under_the_finger_when_cards_come_into_view(arrive: Arrive) -> None:
    person = arrive("/vi/" + SOUTH)
    person.settle()
    assert person.page.evaluate(GUESSED) == []
    press_more(person)
    expect(person.cards).to_have_count(2 * PAGE)
    assert person.page.evaluate(GUESSED) == []
