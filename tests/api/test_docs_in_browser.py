"""The API's pages in a real browser: usable on a phone, readable by assistive technology, nothing from elsewhere."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.api.conftest import build_register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ("?f=html", "collections?f=html", "collections/places?f=html", "collections/places/items?f=html", "docs")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_the_api(live_server: Any, width: int) -> None:
    build_register()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = chromium.new_page(viewport={"width": width, "height": 740}, locale="vi-VN")
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        for address in PAGES:
            page.goto(f"{live_server.url}/api/{address}")
            page.evaluate(AXE.read_text())
            serious = [one["id"] for one in page.evaluate("axe.run()")["violations"]]
            assert serious == [], address
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        page.locator("#places-items summary").click()
        page.fill("#places-items-q", "nuoc mam")
        page.fill("#places-items-limit", "1")
        page.locator("#places-items button").click()
        output = page.locator("#places-items output")
        expect(output).to_contain_text("FeatureCollection")
        shown = output.inner_text()
        assert "/api/collections/places/items?q=nuoc+mam&limit=1" in shown
        assert "200 OK" in shown
        page.fill("#places-items-q", "")
        page.fill("#places-items-limit", "x")
        page.locator("#places-items button").click()
        expect(output).to_contain_text("invalid-parameter")
        chromium.close()
    assert all(url.startswith(live_server.url) for url in asked)
    refused = [line for line in said if "Content Security Policy" in line]
    assert refused == []
