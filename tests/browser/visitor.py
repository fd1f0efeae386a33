"""A person at the site: a browser page, what they do with it, and everything that goes wrong behind their back."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

COUNT_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => window.violations.push(
  `${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""

REMEMBER_DRAWN_TEXT = """
window.drawnText = new Set();
for (const kind of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
  const { fillText } = kind.prototype;
  kind.prototype.fillText = function (text, ...rest) {
    window.drawnText.add(text);
    return fillText.call(this, text, ...rest);
  };
}
"""

WATCH_MARKS = """
addEventListener("ocop:painted", (event) => { window.seenMarks = event.detail.seen; });
"""

LEAST_MS = 1_100
"""A form that comes back sooner was filled in by a program."""

PLACES_ON_THE_MAP = "wanted => Number(document.querySelector('#map').dataset.places ?? NaN) === wanted"


@dataclass
class Wrongs:
    """What must never happen, collected from all pages of a context."""

    site: str
    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Listen to a context: console errors, page errors, requests that leave the site, answers ≥ 500."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"page error: {error.error}"))
        context.on("request", self._request)
        context.on(
            "response", lambda answer: answer.status >= 500 and self.found.append(f"{answer.status} {answer.url}")
        )

    def expect(self, part: str) -> None:
        """Allow messages that contain ``part``: a test provokes them."""
        self.expected.append(part)

    def _response(self, answer: Response) -> None:
        if answer.status >= 500:
            self.found.append(f"{answer.status} {answer.url}")

    def _console(self, message: ConsoleMessage) -> None:
        text = f"{message.text} ({message.location.get('url', '')})"
        if message.type in {"error", "warning"} and not any(part in text for part in self.expected):
            self.found.append(f"console {message.type}: {text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and f"{parts.scheme}://{parts.netloc}" != self.site:
            self.found.append(f"a request left the site: {request.url}")


class Visitor:
    """What a person does at the site. Nothing here knows more of the page than its texts, roles and landmarks tell."""

    def __init__(self, page: Page, site: str, wrongs: Wrongs, *, wide: bool, language: str = "vi") -> None:
        self.page = page
        self.site = site
        self.wrongs = wrongs
        self.wide = wide
        self.language = language

    # places on the page

    @property
    def count(self) -> Locator:
        """The line that says how many places match."""
        return self.page.locator("#count")

    @property
    def cards(self) -> Locator:
        """The cards of the list."""
        return self.page.locator("#list ol.cards > li.card")

    @property
    def record(self) -> Locator:
        """The open record, in the panel or on its own page."""
        return self.page.locator("article.record")

    @property
    def field(self) -> Locator:
        """The search field."""
        return self.page.get_by_role("combobox").first

    @property
    def suggestions(self) -> Locator:
        """The suggestions under the search field."""
        return self.page.locator("#suggestions [role=option]")

    @property
    def chips(self) -> Locator:
        """The chips of filters in force."""
        return self.page.locator("#chips .chip.on")

    @property
    def marks(self) -> list[dict[str, Any]]:
        """Markers and clusters that can be seen on the map, with ``x`` and ``y`` on the screen; largest first."""
        self.page.wait_for_function("() => window.seenMarks")
        seen: list[dict[str, Any]] = self.page.evaluate("() => window.seenMarks().filter(mark => mark.inView)")
        return sorted(seen, key=lambda mark: -int(mark["count"]))

    # doing

    def open(self, path: str) -> None:
        """Go to an address and wait until the page is at work."""
        answer = self.page.goto(self.site + path)
        assert answer is not None
        self.ready()

    def ready(self) -> None:
        """Wait until the map page's modules are at work (other pages have none to wait for)."""
        self.page.wait_for_function(
            "() => !document.querySelector('#map') || document.documentElement.classList.contains('js')"
            " && document.querySelector('#map .leaflet-marker-pane')"
        )

    def tap(self, target: Locator) -> None:
        """Tap with a finger, or click with a mouse."""
        target.click() if self.wide else target.tap()

    def tap_at(self, mark: dict[str, Any]) -> None:
        """Tap the map where a mark is; a drop is tapped above its tip."""
        lift = 15 if mark["count"] == 1 and mark["kind"] == "point_of_sale" else 0
        x, y = mark["x"], mark["y"] - lift
        self.page.mouse.click(x, y) if self.wide else self.page.touchscreen.tap(x, y)

    def type(self, text: str) -> None:
        """Type into the search field, key by key."""
        self.field.click()
        self.field.press_sequentially(text)

    def collapse(self) -> None:
        """On a phone, push the sheet down so that the map is free."""
        if not self.wide:
            for _ in range(2):
                self.page.locator("#toggle-list").press("ArrowDown")
            expect(self.page.locator("#panel")).to_have_attribute("data-stop", "peek")

    def raise_list(self) -> None:
        """On a phone, pull the sheet up to the top."""
        if not self.wide:
            for _ in range(2):
                self.page.locator("#toggle-list").press("ArrowUp")
            expect(self.page.locator("#panel")).to_have_attribute("data-stop", "full")

    def open_first(self) -> str:
        """Open the first card; returns its name."""
        self.settle()
        self.raise_list()
        link = self.cards.first.get_by_role("link").first
        name = (link.text_content() or "").strip()  # the inner text is empty while the sheet still slides
        link.click()
        expect(self.record.get_by_role("heading").first).to_have_text(name)
        return name

    def close_record(self) -> None:
        """Go back from a record to the list."""
        self.page.locator("#record a.back").click()
        expect(self.record).to_have_count(0)

    def press_near(self) -> None:
        """Press "near me"."""
        self.page.locator("#near").click()

    def choose(self, name: str, value: str) -> int:
        """Choose an option of the filter form; returns the number written beside it."""
        self.settle()
        select = self.page.locator(f"#filter-form select[name={name}]")
        option = select.locator(f"option[value='{value}']")
        expect(option).to_have_count(1)
        promised = number_in(re.findall(r"\(([^()]*)\)", option.inner_text())[-1])
        select.select_option(value)
        return promised

    def settle(self) -> None:
        """Wait until the list that was asked for has come, and the counts of the filters with it."""
        for name in ("#list", "#filters"):
            expect(self.page.locator(name)).not_to_have_attribute("aria-busy", "true")

    def total(self) -> int:
        """How many places the count line says."""
        return number_in(self.count.inner_text())

    def shows(self, number: int) -> None:
        """Wait until the count line says this number."""
        expect(self.count).to_contain_text(re.compile(rf"^{grouped(number)}\b"))

    def map_shows(self, number: int) -> None:
        """Wait until the clusters' counts and the single markers add up to this number."""
        self.page.wait_for_function(PLACES_ON_THE_MAP, arg=number)

    def open_filters(self) -> Locator:
        """Open the filters; returns their form with the counts of the present answer."""
        form = self.page.locator("#filter-form")
        if not form.is_visible():
            self.page.locator("#open-filters").click()
        expect(form).to_be_visible()
        self.settle()
        return form

    def drawn(self) -> set[str]:
        """Every text drawn on a canvas so far."""
        return set(self.page.evaluate("[...window.drawnText]"))

    def close(self) -> None:
        """End, and complain of everything that went wrong."""
        for page in self.page.context.pages:
            if not page.is_closed():
                self.wrongs.found += [f"policy violation: {text}" for text in page.evaluate("window.violations ?? []")]
        assert self.wrongs.found == []


def number_in(text: str) -> int:
    """Return the first number of a text, thousands separated or not."""
    match = re.search(r"\d[\d.,\u00a0\u202f]*", text)
    assert match, f"no number in {text!r}"
    return int(re.sub(r"\D", "", match[0]))


def grouped(number: int) -> str:
    """A pattern for the number with any thousands separator."""
    return f"{number:,}".replace(",", "[.,]?")
