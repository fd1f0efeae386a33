"""A missing place is pointed at on a map, from the tap to the report."""

from contextlib import closing

from playwright.sync_api import Locator, expect
from workshop.sites import connect

from tests.browser.conftest import SITE, Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.test_officer import no_sideways_scroll, picture
from tests.browser.visitor import LEAST_MS, Visitor


def tap(person: Visitor, element: Locator) -> None:
    """Tap, or click, in the middle of an element."""
    if person.wide:
        element.click()
    else:
        element.tap()


def test_a_missing_place_is_pointed_at_on_a_map(arrive: Arrive, screen: str) -> None:
    person = arrive("/vi/bao-sai")
    page, name = person.page, f"Vựa mắm Bà Sáu ({screen})"
    page.get_by_label("Nơi đó tên là gì?").fill(name)
    page.get_by_label("Tỉnh/thành phố").select_option("91")
    page.get_by_role("button", name="Chỉ trên bản đồ").click()
    pointing = page.locator("#where-map.leaflet-container")
    expect(pointing).to_be_visible()
    tap(person, pointing)
    pin = pointing.locator(".leaflet-marker-draggable")
    expect(pin).to_be_visible()
    expect(page.locator("#point-said")).to_contain_text("Đã đánh dấu")
    tapped = page.locator("#lat").input_value(), page.locator("#lon").input_value()
    page.get_by_role("button", name="Bỏ dấu").click()
    assert page.locator("#lat").input_value() == ""
    tap(person, pointing)
    if person.wide:
        box = pin.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + 60, box["y"] + 40, steps=5)
        page.mouse.up()
        assert page.locator("#lon").input_value() > tapped[1]
    no_sideways_scroll(person)
    picture(person, "missing-pointed")
    assert both_lights(person) == []
    said = float(page.locator("#lon").input_value()), float(page.locator("#lat").input_value())
    page.wait_for_timeout(LEAST_MS)
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cảm ơn bạn")
    with closing(connect(SITE.database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT ST_X(location), ST_Y(location) FROM stewardship_report WHERE name = %s", [name])
        assert cursor.fetchone() == said
