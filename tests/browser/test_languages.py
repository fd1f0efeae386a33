"""Vietnamese first, English complete: no word of one language on the other's pages, data apart."""

import re

import polib
import pytest
from playwright.sync_api import expect
from workshop.steps import ROOT

from tests.browser import register
from tests.browser.conftest import Arrive

PAGES = ["", "?province=91&kind=point_of_sale", "?near=105.85,21.03", "?q=khongco", "about", "help", "data"]

VISIBLE_TEXTS = """
() => {
  const texts = new Set();
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest("script, style, noscript, .language")) continue;
    if (parent.closest(".card-name, .card-what, .good-name, .record-title")) continue;
    texts.add(walker.currentNode.textContent.replace(/\\s+/g, " ").trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    for (const { name, value } of element.attributes) {
      if (["aria-label", "title", "placeholder", "alt"].includes(name)) texts.add(value.trim());
    }
  }
  texts.add(document.title);
  return [...texts].filter(Boolean);
}
"""

INTERFACE = """
() => [...document.querySelectorAll(
  "h1, legend, label:not(.option), button, summary, dt, caption, .list-head a, .filters-foot a"
  + ", nav:not(#chips) a:not(.language)"
)].map(e => e.innerText.trim()).filter(Boolean)
"""

VIETNAMESE_LETTER = re.compile("[ăâđêôơưạảãàáậầấẩẫắằặẳẵẹẻẽèéệềếểễịỉĩìíọỏõòóộồốổỗợờớởỡụủũùúựừứửữỵỷỹỳý]", re.IGNORECASE)
NAMES_IN_ENGLISH = re.compile("Mỗi xã một sản phẩm|Tết|Tiếng Việt|nước mắm Phú Quốc|OCOP|Báo sai")


def words(language: str) -> set[str]:
    """Return the catalogue's texts of one language that differ from the other's, long enough to mean something."""
    catalogue = polib.pofile(str(ROOT / "geo" / "locale" / "vi" / "LC_MESSAGES" / "django.po"))
    pairs = [
        (entry.msgid, entry.msgstr)
        for entry in catalogue
        if entry.msgstr and entry.msgid.lower() != entry.msgstr.lower()
    ]
    english, vietnamese = {a for a, _ in pairs}, {b for _, b in pairs}
    found = english - vietnamese if language == "en" else vietnamese - english
    return {text for text in found if len(text) > 2 and "%(" not in text and "{" not in text}


def addresses(site: str, language: str) -> list[str]:
    """Return the pages of a language, records among them."""
    shop = register.one(site, "phone", "opening_hours", kind="point_of_sale")
    maker = register.one(site, "producer_id", kind="production_site")
    product = maker["properties"]["products"][0]["id"]
    ids = [shop["id"], maker["id"], product, maker["properties"]["producer_id"]]
    pages = [f"/{language}/{page}" for page in PAGES] + [f"/{language}/p/{public_id}" for public_id in ids]
    return [*pages, f"/{language}/bao-sai/{shop['id']}", f"/{language}/?open={shop['id']}"]


@pytest.mark.parametrize(("language", "other"), [("vi", "en"), ("en", "vi")])
def test_no_word_of_the_other_language(arrive: Arrive, site: str, language: str, other: str) -> None:
    foreign = {text.lower() for text in words(other)}
    person = arrive(language=language)
    found = {}
    for address in addresses(site, language):
        person.open(address)
        person.page.wait_for_load_state("networkidle")
        expect(person.page.locator("html")).to_have_attribute("lang", language)
        shown = [text for text in person.page.evaluate(VISIBLE_TEXTS) if text.lower() in foreign]
        if language == "en":
            interface = [NAMES_IN_ENGLISH.sub("", text) for text in person.page.evaluate(INTERFACE)]
            is_record = "/p/" in address or "open=" in address or "bao-sai" in address
            shown += [text for text in interface if VIETNAMESE_LETTER.search(text) and not is_record]
        if shown:
            found[address] = shown
    assert found == {}


def test_the_language_switch_keeps_the_question(arrive: Arrive) -> None:
    person = arrive("/vi/?province=91&kind=point_of_sale")
    person.page.locator("details.menu summary").click()
    person.page.get_by_role("link", name="English").first.click()
    expect(person.page).to_have_url(re.compile(r"/en/\?.*province=91"))
    expect(person.page).to_have_url(re.compile("kind=point_of_sale"))
    expect(person.page.get_by_role("button", name="Near me")).to_be_visible()
    person.page.locator("details.menu summary").click()
    person.page.get_by_role("link", name="Tiếng Việt").first.click()
    expect(person.page).to_have_url(re.compile(r"/vi/\?.*province=91"))


def test_the_door_leads_to_the_visitors_language(arrive: Arrive) -> None:
    person = arrive(language="en")
    person.page.goto(f"{person.site}/")
    expect(person.page).to_have_url(re.compile("/en/$"))
    visitor = arrive()
    visitor.page.goto(f"{visitor.site}/?stars=5")
    expect(visitor.page).to_have_url(re.compile(r"/vi/\?stars=5$"))
