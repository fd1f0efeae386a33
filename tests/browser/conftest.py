"""One site and one browser for the session; for each test a fresh visitor, on a phone and at a desk."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from workshop.sites import Site

from tests.browser.visitor import COUNT_VIOLATIONS, REMEMBER_DRAWN_TEXT, WATCH_MARKS, Visitor, Wrongs

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
SCREENS = {"phone": PHONE, "desk": DESK}
PATIENCE_MS = 15_000

SITE = Site(
    "test_browser",
    wsgi="tests.browser.fixed_day:application",
    manage=Path(__file__).with_name("fixed_day.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here plays in the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(_settings_of_tests: None) -> Iterator[str]:
    """The address of a running site with the fixtures of the register."""
    SITE.load()
    with SITE.served() as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium, the system's own; it can't reach anything but this machine."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.fail("no Chromium: install the package chromium, or name the program in CHROMIUM")
    options = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=options)
        yield chromium
        chromium.close()


@pytest.fixture(params=list(SCREENS))
def screen(request: pytest.FixtureRequest) -> str:
    """On a phone and at a desk."""
    return str(request.param)


@pytest.fixture
def wrongs(site: str) -> Wrongs:
    """What must not happen while the test plays."""
    return Wrongs(site)


Arrive = Callable[..., Visitor]


@pytest.fixture
def arrive(browser: Browser, site: str, wrongs: Wrongs, screen: str) -> Iterator[Arrive]:
    """Let somebody come with a fresh browser: ``arrive("/vi/", …)``; further settings go to the context."""
    visitors: list[Visitor] = []
    contexts: list[BrowserContext] = []

    def come(path: str = "", *, language: str = "vi", **settings: Any) -> Visitor:
        locale = "vi-VN" if language == "vi" else "en-GB"
        given = {"locale": locale, "timezone_id": "Asia/Ho_Chi_Minh", **SCREENS[screen], **settings}
        context = browser.new_context(**given)
        context.set_default_timeout(PATIENCE_MS)
        scripts = given.get("java_script_enabled", True)
        if scripts:
            context.add_init_script(COUNT_VIOLATIONS + REMEMBER_DRAWN_TEXT + WATCH_MARKS)
        wrongs.watch(context)
        contexts.append(context)
        visitor = Visitor(context.new_page(), site, wrongs, wide=screen == "desk", language=language)
        if scripts:
            visitors.append(visitor)
        if path:
            visitor.open(path) if scripts else visitor.page.goto(site + path)
        return visitor

    yield come
    try:
        for visitor in visitors:
            visitor.close()
        assert wrongs.found == []
    finally:
        for context in contexts:
            context.close()


@pytest.fixture
def person(arrive: Arrive) -> Visitor:
    """Somebody who has just opened the map."""
    return arrive("/vi/")
