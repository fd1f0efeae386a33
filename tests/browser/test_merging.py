"""Duplicates and split communes at the desk, on a phone and at a desk: compare, choose, merge, take back, place."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SITE, Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.test_officer import PASSWORD, no_sideways_scroll, picture
from tests.browser.visitor import Visitor

PROVINCE = "92"
NAMES = {"phone": "Siêu thị đặc sản Ninh Kiều", "desk": "Nhà trưng bày Bình Thủy"}
TYPED = {"phone": ("Bách hóa Cái Răng", "bach hoa cai rang"), "desk": ("Chợ nổi Phong Điền", "cho noi phong dien")}
TURNS = {"phone": 0, "desk": 1}
TWINS = """
from django.contrib.gis.geos import Point
from geo.divisions.selectors import communes, province_by_code
from geo.places.models import Place
where = communes(province_by_code("{province}")).filter(location__isnull=False)[{turn}]
for step, (name, phone, address) in enumerate((("{name}", "", "12 Trần Phú"), ("{short}", "0292 123 456", ""))):
    place = Place.objects.create(name=name, kind="point_of_sale", source_kind="survey", source_name="Cán bộ", trust="A",
        commune=where, province=where.parent, phone=phone, address=address, location_accuracy="gps",
        location_source="GPS", location=Point(where.location.x + step * 0.0001, where.location.y, srid=4326))
    place.refresh_from_db()
    print("made", place.public_id)
"""
DOUBT = """
from geo.divisions.selectors import communes, province_by_code
from geo.places.models import Place
from geo.spatial.models import PublicId
from geo.stewardship.models import Doubt
where = list(communes(province_by_code("{province}"))[:2])
place = Place.objects.create(name="{name}", kind="point_of_sale", source_kind="survey", source_name="Cán bộ", trust="A",
    province=where[0].parent, address="12 Trần Phú")
place.refresh_from_db()
entry = PublicId.objects.get(pk=place.public_id)
Doubt.objects.create(subject=entry, former=where[0], candidates=[unit.pk for unit in where])
print("made", where[1].full_name)
"""


def made(script: str, **words: str) -> list[str]:
    """Run a script on the site; return what it says it made."""
    said = SITE.run(["shell", "-c", script.format(**{"province": PROVINCE, "turn": "0"} | words)], SITE.database)
    found = re.findall(r"^made (.+)$", said, re.MULTILINE)
    assert found, said
    return found


@pytest.fixture
def officer(arrive: Arrive, tmp_path: Path) -> Visitor:
    """A provincial officer who has just come in."""
    path = tmp_path / "can-bo.csv"
    row = f"Trần Văn Nam,{uuid4().hex[:8]}@example.vn,cán bộ tỉnh,{PROVINCE},"
    path.write_text(f"Họ tên,E-mail,Vai trò,Đơn vị,Công bố ngay\n{row}\n", encoding="utf-8-sig")
    said = SITE.run(["load_officers", str(path)], SITE.database)
    found = re.search(r"/vi/invitation/[\w-]+", said)
    assert found, said
    person = arrive(found[0])
    person.page.get_by_label("Mật khẩu mới").fill(PASSWORD)
    person.page.get_by_label("Nhập lại lần nữa").fill(PASSWORD)
    person.page.get_by_role("button", name="Chọn mật khẩu này").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Việc cần tôi")
    return person


def test_two_records_become_one_and_two_again(officer: Visitor, site: str, screen: str) -> None:
    words = {"name": NAMES[screen], "short": f"{NAMES[screen]} cơ sở"}
    kept, dropped = made(TWINS, turn=str(TURNS[screen]), **words)
    page = officer.page
    page.goto(f"{site}/vi/desk")
    page.get_by_role("link", name="Có thể trùng").click()
    page.wait_for_url("**/desk/duplicates")
    while (unfinished := page.get_by_role("link", name="Xem tiếp")).count():
        unfinished.click()
        page.wait_for_load_state()
    entry = page.locator(".todo > li", has_text=words["short"])
    expect(entry).to_contain_text("cách nhau")
    no_sideways_scroll(officer)
    picture(officer, "duplicates")
    assert both_lights(officer) == []
    entry.get_by_role("link", name="So sánh và gộp").click()
    page.goto(f"{site}/vi/desk/merge/{kept}/{dropped}")
    phone = page.get_by_role("group", name="Điện thoại")
    expect(phone.get_by_role("radio").nth(1)).to_be_checked()
    page.get_by_role("group", name="Tên").get_by_role("radio").first.check()
    no_sideways_scroll(officer)
    picture(officer, "merge")
    assert both_lights(officer) == []
    page.get_by_role("button", name="Gộp", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã gộp")
    expect(page.get_by_role("status").first).to_contain_text(dropped)
    no_sideways_scroll(officer)
    picture(officer, "merged")
    assert both_lights(officer) == []
    done = page.url
    page.goto(f"{site}/p/{dropped}")
    assert page.url.endswith(f"/vi/p/{kept}")
    expect(page.locator("main")).to_contain_text("0292 123 456")
    page.goto(done)
    page.get_by_label("Lý do").fill("hai nơi khác nhau")
    page.get_by_role("button", name="Tách lại").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã tách lại")
    page.goto(f"{site}/p/{dropped}")
    assert page.url.endswith(f"/vi/p/{dropped}")
    page.goto(f"{site}/vi/desk/merge/{kept}/{dropped}")
    page.get_by_role("button", name="Không trùng").click()
    expect(page.get_by_role("status").first).to_contain_text("hai nơi khác nhau")
    expect(page.locator(".todo > li", has_text=words["short"])).to_have_count(0)


def test_typing_a_place_that_is_there_already_warns(officer: Visitor, site: str, screen: str) -> None:
    name, typed = TYPED[screen]
    kept, _other = made(TWINS, turn=str(TURNS[screen] + 2), name=name, short=f"{name} 2")
    page = officer.page
    page.goto(f"{site}/vi/desk/places/new")
    page.locator("#id_kind").select_option("point_of_sale")
    page.locator("#id_name").fill(typed)
    warning = page.locator("#duplicates")
    expect(warning).to_contain_text("Có thể nơi này đã có")
    expect(warning.get_by_role("link", name=name, exact=True)).to_have_attribute("href", f"/vi/p/{kept}")
    no_sideways_scroll(officer)
    picture(officer, "warned")
    page.locator("#id_name").fill("Tên chẳng giống nơi nào cả")
    expect(warning).to_be_empty()


def test_a_record_of_a_split_commune_is_placed_with_one_press(officer: Visitor, site: str, screen: str) -> None:
    name = f"Quán Xã Chia {screen}"
    (commune,) = made(DOUBT, name=name)
    page = officer.page
    page.goto(f"{site}/vi/desk")
    page.get_by_role("link", name="Thuộc xã nào sau khi chia?").click()
    entry = page.locator(".todo > li", has_text=name)
    no_sideways_scroll(officer)
    picture(officer, "doubts")
    assert both_lights(officer) == []
    entry.get_by_role("button", name=commune).click()
    expect(page.get_by_role("status").first).to_contain_text(f"thuộc {commune}")
    expect(page.locator(".todo > li", has_text=name)).to_have_count(0)
