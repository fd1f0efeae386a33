"""Doubtful positions are settled on the desk by one press each: wrong point, wrong commune, neither, none yet."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import SITE, Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.test_editing import DATABASE, Officer, officer, site
from tests.browser.test_officer import no_sideways_scroll, picture
from tests.browser.visitor import Visitor

__all__ = ["officer", "site"]
"""Fixtures shared with the story of the edit form."""

PROVINCES = {"phone": "01", "desk": "79"}
ASTRAY = """
from geo.divisions.selectors import communes
from geo.places.models import Place
places = Place.objects.filter(province__code="{province}", status="open", location__isnull=False)
places = list(places.filter(commune__location__isnull=False).order_by("public_id").select_related("commune")[:4])
others = [one for one in communes(places[0].province) if one.location is not None]
for place, name in zip(places, ("Đảo Xa", "Chợ Xa", "Kho Xa"), strict=False):
    far = max(others, key=lambda one: one.location.distance(place.commune.location))
    Place.objects.filter(pk=place.pk).update(
        name=f"{{name}} {province}", location=far.location, location_accuracy="gps")
    print("astray", place.public_id, place.commune.full_name, far.full_name, place.commune.code, sep="\\t")
lost = places[3]
Place.objects.filter(pk=lost.pk).update(name="Quán Lạc {province}", location=None, location_accuracy="none")
print("astray", lost.public_id, lost.commune.full_name, "", "", sep="\\t")
"""


@pytest.fixture
def astray(site: str, screen: str) -> list[list[str]]:
    """Three places whose point lies in a far commune, and one without: id, their commune, of the point, code."""
    said = SITE.run(["shell", "-c", ASTRAY.format(province=PROVINCES[screen])], DATABASE)
    return [line.split("\t")[1:] for line in said.splitlines() if line.startswith("astray\t")]


def entry(person: Visitor, name: str) -> Locator:
    return person.page.locator("#todo > li", has=person.page.get_by_role("heading", name=name))


def settled(person: Visitor, name: str, said: str) -> None:
    """The list says what was done, and what was settled is no longer in it."""
    expect(person.page.get_by_role("status")).to_contain_text(said)
    expect(person.page.get_by_role("status")).to_contain_text(name)
    expect(entry(person, name)).to_have_count(0)


def test_each_doubt_is_settled_by_one_press(
    officer: Officer, arrive: Arrive, astray: list[list[str]], screen: str
) -> None:
    code = PROVINCES[screen]
    person = officer("cán bộ tỉnh", code)
    page = person.page
    page.get_by_role("link", name="Vị trí nằm ngoài xã").click()
    expect(entry(person, f"Đảo Xa {code}")).to_contain_text("km")
    no_sideways_scroll(person)
    picture(person, "outside-list")
    assert both_lights(person) == []
    page.get_by_role("link", name="English").click()
    no_sideways_scroll(person)
    picture(person, "outside-list-en")
    page.go_back()

    entry(person, f"Đảo Xa {code}").get_by_role("button", name=f"Điểm đúng, thuộc {astray[0][2]}").click()
    settled(person, f"Đảo Xa {code}", "Đã lưu")
    picture(person, "outside-settled")
    entry(person, f"Chợ Xa {code}").get_by_role("button", name="Xã đúng, điểm sai").click()
    settled(person, f"Chợ Xa {code}", "Đã lưu")
    entry(person, f"Kho Xa {code}").get_by_role("button", name="Cả hai đúng").click()
    settled(person, f"Kho Xa {code}", "Đã ghi nhận")

    page.goto(f"{person.site}/vi/desk")
    page.get_by_role("link", name="Chưa có vị trí").click()
    no_sideways_scroll(person)
    picture(person, "nowhere-list")
    assert both_lights(person) == []
    entry(person, f"Quán Lạc {code}").get_by_role("button", name="Chỉ biết ở trong xã").click()
    settled(person, f"Quán Lạc {code}", "Đã lưu")

    somebody = arrive(f"/vi/p/{astray[0][0]}")
    expect(somebody.record).to_contain_text(astray[0][2])
    for number in (1, 3):
        somebody.open(f"/vi/p/{astray[number][0]}")
        expect(somebody.record).to_contain_text(astray[number][1])
        expect(somebody.record).to_contain_text("Mới biết xã")
    somebody.open(f"/vi/p/{astray[2][0]}")
    expect(somebody.record).to_contain_text(astray[2][1])


def test_who_may_not_publish_proposes_by_the_same_press(
    officer: Officer, arrive: Arrive, astray: list[list[str]], screen: str
) -> None:
    person = officer("cán bộ xã", astray[1][3])
    person.page.get_by_role("link", name="Vị trí nằm ngoài xã").click()
    name = f"Chợ Xa {PROVINCES[screen]}"
    entry(person, name).get_by_role("button", name="Xã đúng, điểm sai").click()
    expect(person.page.get_by_role("status")).to_contain_text("Đã gửi đề nghị")
    picture(person, "outside-proposed")
    no_sideways_scroll(person)
