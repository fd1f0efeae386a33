"""The pin in a real browser: dragged in the admin, saved, and in the history. No request leaves the site."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect, sync_playwright

from geo.access.history import trail
from geo.places.models import Place
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    # Playwright runs its own event loop in this thread; the database is used between its calls, never inside them.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900})
        yield context.new_page()
        browser.close()


def test_a_dragged_pin_is_saved_with_an_audit_row(page: Page, live_server: "pytest.FixtureRequest") -> None:
    officer = make.administrator(username="canbo")
    place = make.place(location_source="OSM")
    before = place.location
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.goto(f"{live_server.url}{reverse('admin:places_place_change', args=[place.pk])}")
    page.fill("#id_username", "canbo")
    page.fill("#id_password", "secret")
    page.click("[type=submit]")
    page.wait_for_selector("#id_location-map .leaflet-marker-icon")

    page.click("#id_location-map .leaflet-draw-edit-edit")
    pin = page.locator("#id_location-map .leaflet-marker-icon").first
    box = pin.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 60, steps=8)
    page.mouse.up()
    page.locator("#id_location-map .leaflet-draw-actions a").first.click()

    page.select_option("#id_location_accuracy", "surveyed")
    page.fill("#id_location_source", "Khảo sát tại chỗ")
    page.fill("#id_reason", "Ghim sai bên kia đường")
    page.click("[name=_continue]")
    expect(page.locator(".record-history")).to_contain_text("Ghim sai bên kia đường")

    moved = Place.objects.get(pk=place.pk)
    assert moved.location is not None
    assert before is not None
    assert moved.location.distance(before) > 0
    assert moved.location.x > before.x
    assert moved.location.y < before.y
    entry = trail("places_place", place.pk)[0]
    assert (entry.actor, entry.reason) == (officer.pk, "Ghim sai bên kia đường")
    assert errors == []
    assert [url for url in requests if not url.startswith((live_server.url, "data:", "blob:"))] == []
