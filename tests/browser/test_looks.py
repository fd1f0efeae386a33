"""Dark, calm, large: the page follows what a person set in their system."""

import io

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import expect

from tests.browser.conftest import SCREENS, Arrive


def brightness(png: bytes) -> float:
    """Return the mean brightness of a screenshot, 0 to 255."""
    return float(ImageStat.Stat(Image.open(io.BytesIO(png)).convert("L")).mean[0])


@pytest.mark.parametrize("path", ["/vi/", "/vi/help", "/vi/data"])
def test_dark_is_dark_and_light_is_light(arrive: Arrive, path: str) -> None:
    shown = {}
    for scheme in ("light", "dark"):
        person = arrive(path, color_scheme=scheme)
        person.page.wait_for_load_state("networkidle")
        shown[scheme] = brightness(person.page.screenshot())
    assert shown["light"] > 200
    assert shown["dark"] < 70


def test_nothing_moves_for_those_who_asked_for_less_motion(arrive: Arrive) -> None:
    person = arrive("/vi/", reduced_motion="reduce")
    assert person.marks
    person.open_first()
    moving = person.page.evaluate("document.getAnimations().filter(a => a.playState === 'running').length")
    assert moving == 0
    longest = person.page.evaluate(
        """Math.max(0, ...[...document.querySelectorAll("body *")].flatMap(e => {
            const style = getComputedStyle(e);
            return [...style.transitionDuration.split(","), ...style.animationDuration.split(",")].map(parseFloat);
        }))"""
    )
    assert longest <= 0.01


def test_usable_at_two_hundred_per_cent(arrive: Arrive, screen: str) -> None:
    width, height = {"desk": (640, 400), "phone": (320, 568)}[screen]
    given = {**SCREENS[screen], "viewport": {"width": width, "height": height}}
    person = arrive("/vi/", **given)
    person.wide = False
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    person.type("nuoc mam")
    expect(person.suggestions.first).to_be_in_viewport()
    person.field.press("Enter")
    expect(person.count).to_be_in_viewport()
    person.open_filters()
    expect(person.page.locator("#filter-form button[type=submit]")).to_be_in_viewport()
    person.page.keyboard.press("Escape")
    person.open_first()
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
