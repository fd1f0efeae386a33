"""A pin outside of the declared commune warns and wants a reason; one far from an officer's area becomes a proposal."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import SITE, Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.test_editing import DATABASE, Officer, Place, edit, officer, place, save, site
from tests.browser.test_officer import no_sideways_scroll, picture

__all__ = ["officer", "place", "site"]
"""Fixtures shared with the story of the edit form."""

BOUNDARIES = """
from django.contrib.gis.geos import MultiPolygon, Polygon
from geo.divisions.models import DivisionBoundary
from geo.divisions.selectors import communes, province_by_code
from geo.places.models import Place
place = Place.objects.get(public_id="{place}")
other = communes(place.province).exclude(pk=place.commune_id).order_by("code").first()
x, y = place.location.coords
for division, east in ((place.commune, 0.0), (other, 0.02)):
    box = Polygon.from_bbox((x - 0.01 + east, y - 0.01, x + 0.01 + east, y + 0.01))
    DivisionBoundary.objects.update_or_create(
        division=division, defaults=dict(boundary=MultiPolygon(box, srid=4326), source="test"))
print("beside", other.full_name)
"""


def typed(lon: float, lat: float) -> str:
    return f"{lat:.6f}; {lon:.6f}".replace(".", ",")


def test_a_pin_in_the_next_commune_wants_a_reason(officer: Officer, arrive: Arrive, place: Place) -> None:
    found = re.search(
        "^beside (.+)$", SITE.run(["shell", "-c", BOUNDARIES.format(place=place["id"])], DATABASE), re.MULTILINE
    )
    assert found
    person = officer("cán bộ tỉnh", place["properties"]["province_code"])
    page = person.page
    edit(person, place)
    lon, lat = place["geometry"]["coordinates"]
    page.get_by_label("Toạ độ").fill(typed(lon + 0.02, lat))
    said = page.locator("#whereabouts")
    expect(said).to_contain_text("nằm ngoài")
    expect(said).to_contain_text(found[1])
    reason = page.get_by_label("Vì sao vị trí nằm ngoài xã?")
    expect(reason).to_be_visible()
    person.wrongs.expect("422")
    save(person, "Đo lại")
    expect(page.get_by_role("alert").first).to_contain_text("nằm ngoài")
    no_sideways_scroll(person)
    picture(person, "outside")
    assert both_lights(person) == []
    reason.fill("Kho nằm bên kia ranh giới")
    save(person, "Đo lại")
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu")
    expect(page.locator(".trail")).to_contain_text("Kho nằm bên kia ranh giới")
    somebody = arrive(f"/vi/p/{place['id']}")
    expect(somebody.page.locator("[data-small-map]")).to_have_attribute("data-lon", f"{lon + 0.02:.6f}")


def test_a_pin_far_from_the_officers_area_becomes_a_proposal(officer: Officer, arrive: Arrive, place: Place) -> None:
    told = place["properties"]
    person = officer("cán bộ xã", told["commune_code"], publishes="có")
    page = person.page
    edit(person, place)
    lon, lat = place["geometry"]["coordinates"]
    page.get_by_label("Toạ độ").fill(typed(lon, lat + 0.4))
    expect(page.locator("#whereabouts")).to_contain_text("nằm ngoài")
    page.get_by_label("Vì sao vị trí nằm ngoài xã?").fill("Chuyển về xưởng mới")
    save(person, "Chuyển xưởng")
    expect(page.get_by_role("status")).to_contain_text("Đã gửi đề nghị")
    picture(person, "far-proposed")
    page.goto(f"{person.site}/vi/desk/proposals/mine")
    expect(page.locator("main")).to_contain_text("Chuyển xưởng")
    somebody = arrive(f"/vi/p/{place['id']}")
    expect(somebody.page.locator("[data-small-map]")).to_have_attribute("data-lon", f"{lon:.6f}")
