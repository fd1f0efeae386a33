"""The browser: our map against Leaflet.markercluster with the same places: first paint, frames, long tasks, memory."""

import functools
import http.client
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page
from workshop.packages import node_environment
from workshop.steps import VENV, run, step

from benchmark.speed.figures import middle, percentile
from benchmark.speed.peers import HOME, LISTS
from benchmark.view.visit import chromium

PAGE = LISTS / "markercluster"
FOLDER = HOME / "markercluster"
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "locale": "vi-VN"}
PAUSE_MS = 600
STEPS, REACH = 20, 12
WATCH = """
window.watched = { frames: [], tasks: [] };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) watched.tasks.push({ at: entry.startTime, ms: entry.duration });
}).observe({ type: "longtask", buffered: true });
window.watchFrames = () => {
  let last = performance.now();
  const frame = (now) => {
    watched.frames.push({ at: now, ms: now - last });
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
};
"""
OURS_PAINTED = 'performance.getEntriesByName("ocop:painted")[0]?.duration'
THEIRS_PAINTED = 'performance.getEntriesByName("painted")[0]?.duration'


def install() -> None:
    """Install Leaflet and markercluster from their lock. Raises Refusal."""
    lock = PAGE / "package-lock.json"

    def work() -> None:
        shutil.rmtree(FOLDER, ignore_errors=True)
        shutil.copytree(PAGE, FOLDER)
        command: list[str | Path] = [VENV / "bin" / "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        run(command, "installing markercluster", cwd=FOLDER, env=node_environment())

    there = (FOLDER / "node_modules" / "leaflet.markercluster").is_dir()
    step("peer markercluster", [lock, PAGE / "index.html"], work, done=there, folder=HOME / "stamps")


def places(site: str, filters: str) -> list[tuple[str, str, float, float]]:
    """Return id, name, longitude and latitude of all places with a position, page by page, from our own API."""
    found: list[tuple[str, str, float, float]] = []
    path = f"/api/collections/places/items?{filters}&located=true&properties=name&limit=10000"
    while path:
        connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=120)
        connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        document = json.loads(connection.getresponse().read())
        connection.close()
        for one in document["features"]:
            found.append((one["id"], one["properties"]["name"], *one["geometry"]["coordinates"][:2]))
        following = [link["href"] for link in document["links"] if link["rel"] == "next"]
        path = f"{urlsplit(following[0]).path}?{urlsplit(following[0]).query}" if following else ""
    return found


@contextmanager
def _page_server() -> Iterator[str]:
    """Serve the page with markercluster."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(FOLDER)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def measure(site: str, filters: str, largest: str, runs: int) -> dict[str, Any]:
    """Measure both pages ``runs`` times in turns with the places of a filter, and our map over all of ``largest``."""
    install()
    data = places(site, filters)
    (FOLDER / "data.json").write_text(json.dumps(data, ensure_ascii=False))
    ours, theirs, full = [], [], []
    with _page_server() as page, chromium() as browser:
        for _turn in range(runs):
            ours.append(_visit(browser, f"{site}/vi/?{filters}#6/16/107.5", OURS_PAINTED))
            theirs.append(_visit(browser, page, THEIRS_PAINTED))
            if largest != site:
                full.append(_visit(browser, f"{largest}/vi/#6/16/107.5", OURS_PAINTED))
    return {
        "markers": len(data),
        "ours": _summary(ours),
        "markercluster": _summary(theirs),
        **({"ours, everything": _summary(full)} if full else {}),
    }


def _summary(visits: list[dict[str, Any]]) -> dict[str, Any]:
    middles = {key: middle([visit[key] for visit in visits]) for key in visits[0]}
    return middles | {"runs": visits}


def _visit(browser: Browser, address: str, painted: str) -> dict[str, float]:
    context = browser.new_context(**DESK)
    context.add_init_script(WATCH)
    page = context.new_page()
    session = context.new_cdp_session(page)
    page.goto(address, wait_until="load")
    page.wait_for_function(f"() => {painted} > 0", timeout=60_000)
    paint = float(page.evaluate(painted))
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(PAUSE_MS)
    began = float(page.evaluate("watchFrames() ?? performance.now()"))
    _pan(page)
    zooming = float(page.evaluate("performance.now()"))
    _zoom(page)
    seen = page.evaluate("window.watched")
    frames = [one["ms"] for one in seen["frames"]]
    tasks = [one["ms"] for one in seen["tasks"] if one["at"] >= began]
    found = {
        "paint_ms": paint,
        "frame_p95_ms": percentile(frames, 0.95),
        "worst_frame_ms": max((one["ms"] for one in seen["frames"] if one["at"] >= zooming), default=0.0),
        "longest_task_ms": max(tasks, default=0.0),
        "tasks": float(len(tasks)),
        "nodes": float(page.evaluate("document.querySelectorAll('#map, #map *').length")),
        "heap_mb": _heap_mb(session),
    }
    context.close()
    return found


def _heap_mb(session: CDPSession) -> float:
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def _middle(page: Page) -> tuple[float, float]:
    box = page.locator("#map").bounding_box()
    assert box is not None
    return box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5


def _pan(page: Page) -> None:
    """Drag the map about."""
    x, y = _middle(page)
    for across, down in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        page.mouse.move(x, y)
        page.mouse.down()
        for turn in range(STEPS):
            page.mouse.move(x + across * turn * REACH, y + down * turn * REACH)
            page.wait_for_timeout(16)
        page.mouse.up()
        page.wait_for_timeout(PAUSE_MS)


def _zoom(page: Page) -> None:
    """Turn the wheel in and out again."""
    page.mouse.move(*_middle(page))
    for turn in (-1, -1, -1, -1, 1, 1, 1, 1):
        page.mouse.wheel(0, turn * 120)
        page.wait_for_timeout(PAUSE_MS)
