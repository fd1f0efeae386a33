"""A first visit, taps and a second visit, on an imitated cheap phone: slow line, slow processor."""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright
from workshop.steps import Refusal

LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
"""1.6 Mbit/s down, 150 ms there and back."""
SLOWER = 4
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
    "locale": "vi-VN",
    "timezone_id": "Asia/Ho_Chi_Minh",
}

WATCH = """
window.seen = {};
window.shift = 0;
const note = (name) => { window.seen[name] ??= performance.now(); };
for (const kind of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
  const { fillText } = kind.prototype;
  kind.prototype.fillText = function (text, ...rest) {
    if (text.includes("Biển Đông")) note("ground");
    return fillText.call(this, text, ...rest);
  };
}
new MutationObserver(() => {
  if (document.querySelector("#list .card")) note("cards");
  if (document.querySelector("html.js #map.leaflet-container")) note("modules");
  if (document.querySelector("#map[data-marks]")) note("marks");
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["class", "data-marks"] });
addEventListener("ocop:painted", (event) => { window.seenMarks = event.detail.seen; });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

TIME_TAP = """
(isDone) => new Promise((resolve) => {
  const begun = { time: 0, first: 0 };
  const frame = (then) => requestAnimationFrame(() => setTimeout(() => then(performance.now())));
  const finish = (rest) => { observer.disconnect(); clearTimeout(patience); resolve({ first: begun.first, rest }); };
  const changed = () => {
    if (!begun.time) return;
    if (!begun.first) frame((now) => { begun.first ||= now - begun.time; });
    if (isDone()) frame((now) => { begun.first ||= now - begun.time; finish(now - begun.time); });
  };
  const observer = new MutationObserver(changed);
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const patience = setTimeout(() => finish(null), 15000);
  addEventListener("click", (event) => { begun.time = event.timeStamp; }, { capture: true, once: true });
  window.ready = true;
})
"""


@dataclass
class Visit:
    """What one visit cost: compressed bytes by type, and the moments (ms) at which things were there."""

    bytes_by_type: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    moments_ms: dict[str, float] = field(default_factory=dict)
    shift: float = 0.0

    @property
    def bytes(self) -> int:
        """All bytes that came over the line."""
        return sum(self.bytes_by_type.values())


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium. Raises Refusal."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        raise Refusal("no Chromium: install the package chromium, or name the program in CHROMIUM")
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


def _slow(page: Page, *, line: bool) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    if line:
        session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def _visit(context: BrowserContext, address: str) -> Visit:
    page = context.new_page()
    session = _slow(page, line=True)
    visit, types = Visit(), {}
    sizes: dict[str, int] = defaultdict(int)

    def answered(event: dict[str, Any]) -> None:
        types[event["requestId"]] = event["type"]

    def finished(event: dict[str, Any]) -> None:
        sizes[types.get(event["requestId"], "Other")] += int(event["encodedDataLength"])
        visit.requests += 1

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    page.goto(address, wait_until="load")
    page.wait_for_function("() => ['cards', 'modules', 'ground', 'marks'].every(name => name in seen)", timeout=60_000)
    page.wait_for_load_state("networkidle")
    visit.moments_ms = page.evaluate("""() => ({
      ...window.seen,
      "first paint": performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    })""")
    visit.shift = float(page.evaluate("window.shift"))
    visit.bytes_by_type = dict(sizes)
    page.close()
    return visit


def visits(browser: Browser, site: str, runs: int) -> tuple[list[Visit], list[Visit]]:
    """Visit the map for the first time, and again with what the browser kept; ``runs`` times each."""
    first, second = [], []
    for _ in range(runs):
        context = browser.new_context(**PHONE)
        context.add_init_script(WATCH)
        first.append(_visit(context, f"{site}/vi/"))
        second.append(_visit(context, f"{site}/vi/"))
        context.close()
    return first, second


CLUSTER = """
() => {
  const top = document.querySelector(".top").getBoundingClientRect().bottom;
  return window.seenMarks().find(({ count, inView, y }) => count > 1 && inView && y > top + 30 && y < innerHeight - 99);
}
"""
"""A cluster that nothing covers: where it is on the screen."""

TAPS = {
    "filter chip": ("#chips a.chip:not(.on) >> nth=0", "document.querySelector('#chips .chip.on')"),
    "open a card": ("#list .card a >> nth=0", "document.querySelector('article.record')"),
    "tap a cluster": (CLUSTER, "/^#/.test(location.hash)"),
    "open the filters": ("#open-filters", "!document.querySelector('#filters').hidden"),
}
"""What is tapped, and what is there when the answer has come."""


def taps(browser: Browser, site: str, runs: int) -> dict[str, list[tuple[float, float]]]:
    """Return for each tap the ms until something changed on the screen, and until the answer was there."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in TAPS}
    for _ in range(runs):
        for name, (target, done) in TAPS.items():
            context = browser.new_context(**PHONE)
            context.add_init_script(WATCH)
            page = context.new_page()
            _slow(page, line=False)
            page.goto(f"{site}/vi/", wait_until="networkidle")
            page.wait_for_function("() => 'marks' in window.seen && 'ground' in window.seen")
            if name == "tap a cluster":
                page.locator("#toggle-list").press("ArrowDown")
            place = None if target == CLUSTER else page.locator(target)
            if place:
                place.scroll_into_view_if_needed()
            page.evaluate(f"() => {{ window.tapTime = ({TIME_TAP})(() => {done}) }}")
            page.wait_for_function("() => window.ready")
            if place:
                place.tap()
            else:
                mark = page.evaluate(target)
                page.touchscreen.tap(mark["x"], mark["y"])
            taken = page.evaluate("() => window.tapTime")
            if taken["rest"] is not None:
                found[name].append((taken["first"], taken["rest"]))
            context.close()
    return found


def middle(values: list[float]) -> float:
    """The median; not a number without values."""
    return median(values) if values else float("nan")


def p95(values: list[float]) -> float:
    """The value that 95 in 100 don't exceed (the largest of fewer than twenty)."""
    return sorted(values)[min(len(values) - 1, round(0.95 * len(values)))] if values else float("nan")
