"""Officers put records right, on a phone and at a desk: a pin, a form, two at once, proposals, history, closing."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from psycopg2 import sql
from workshop.sites import connect

from tests.browser import register
from tests.browser.conftest import SITE, Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.test_officer import PASSWORD, no_sideways_scroll, picture
from tests.browser.visitor import Visitor

DATABASE = f"{SITE.database}_editing"
"""A copy of its own: other tests count what the fixtures hold."""

Officer = Callable[..., Visitor]
Place = dict[str, Any]


@pytest.fixture(scope="module")
def site(_settings_of_tests: None) -> Iterator[str]:
    """The address of a running site whose records these tests may change."""
    SITE.fill()
    whole, copy = sql.Identifier(SITE.whole), sql.Identifier(DATABASE)
    with closing(connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(copy))
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(copy, whole))
    with SITE.served(DATABASE) as address:
        yield address


@pytest.fixture
def officer(arrive: Arrive, tmp_path: Path) -> Officer:
    """Let an officer of a division come: invited by the operator, signed in, at the desk."""

    def come(role: str, division: str, name: str = "Nguyễn Thị Lan", publishes: str = "", **settings: Any) -> Visitor:
        path = tmp_path / f"{uuid4().hex[:8]}.csv"
        row = f"{name},{path.stem}@example.vn,{role},{division},{publishes}"
        path.write_text(f"Họ tên,E-mail,Vai trò,Đơn vị,Công bố ngay\n{row}\n", encoding="utf-8-sig")
        said = SITE.run(["load_officers", str(path)], DATABASE)
        found = re.search(r"/vi/invitation/[\w-]+", said)
        assert found, said
        person = arrive(found[0], **settings)
        person.page.get_by_label("Mật khẩu mới").fill(PASSWORD)
        person.page.get_by_label("Nhập lại lần nữa").fill(PASSWORD)
        person.page.get_by_role("button", name="Chọn mật khẩu này").click()
        expect(person.page.get_by_role("heading", level=1)).to_have_text("Việc cần tôi")
        return person

    return come


@pytest.fixture
def place(site: str, screen: str, request: pytest.FixtureRequest) -> Place:
    """A shop on the map, another one for each test and screen."""
    shops = [one for one in register.places(site, kind="point_of_sale", status="open") if one["geometry"]]
    known = [one for one in shops if one["properties"].get("commune_code")]
    turn = sorted(item.name for item in request.session.items if item.fspath == request.node.fspath)
    return known[3 * turn.index(request.node.name)]


def edit(person: Visitor, place: Place) -> None:
    """Open the record and press “Sửa”."""
    person.page.goto(f"{person.site}/vi/p/{place['id']}")
    person.page.get_by_role("link", name="Sửa (cán bộ, chủ thể)").click()
    expect(person.page.get_by_role("heading", level=1)).to_contain_text("Sửa:")


def save(person: Visitor, reason: str, button: str = "Lưu") -> None:
    person.page.get_by_label("Vì sao sửa?").fill(reason)
    person.page.get_by_role("button", name=button, exact=True).click()


def position_of(person: Visitor) -> tuple[float, float]:
    lat, lon = person.page.get_by_label("Toạ độ").input_value().split(",")
    return float(lon), float(lat)


def test_a_pin_is_moved_by_a_tap_and_everybody_sees_it_at_once(officer: Officer, arrive: Arrive, place: Place) -> None:
    person = officer("cán bộ tỉnh", place["properties"]["province_code"])
    page = person.page
    edit(person, place)
    pin_map = page.locator("#pin-map.leaflet-container")
    expect(pin_map.locator(".leaflet-marker-draggable")).to_be_visible()
    no_sideways_scroll(person)
    picture(person, "edit")
    pin_map.scroll_into_view_if_needed()
    before = position_of(person)
    person.tap(pin_map) if person.wide else pin_map.tap(position={"x": 90, "y": 120})
    if person.wide:
        pin_map.click(position={"x": 200, "y": 90})
    expect(page.locator("#whereabouts")).to_contain_text("Dời đi")
    assert position_of(person) != before
    expect(page.get_by_label("Vị trí lấy từ đâu?")).to_have_value("chấm tay trên bản đồ")
    picture(person, "edit-moved")
    moved = position_of(person)
    save(person, "Đo lại tại chỗ")
    expect(page.get_by_role("status")).to_contain_text("Đã lưu")
    expect(page.locator(".trail")).to_contain_text("Đo lại tại chỗ")
    no_sideways_scroll(person)
    picture(person, "history")
    assert both_lights(person) == []
    somebody = arrive(f"/vi/p/{place['id']}")
    somebody_map = somebody.page.locator("[data-small-map]")
    expect(somebody_map).to_have_attribute("data-lon", f"{moved[0]:.6f}")


def test_a_pin_is_dragged(officer: Officer, place: Place) -> None:
    person = officer("cán bộ tỉnh", place["properties"]["province_code"])
    edit(person, place)
    pin = person.page.locator("#pin-map .leaflet-marker-draggable")
    pin.scroll_into_view_if_needed()
    before, box = position_of(person), pin.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    person.page.mouse.move(x, y)
    person.page.mouse.down()
    person.page.mouse.move(x + 40, y + 30, steps=5)
    person.page.mouse.up()
    expect(person.page.locator("#whereabouts")).to_contain_text("Dời đi")
    after = position_of(person)
    assert after[0] > before[0]
    assert after[1] < before[1]
    person.page.get_by_role("button", name="Trả ghim về chỗ cũ").click()
    assert position_of(person) == before


def test_my_position_with_its_accuracy(officer: Officer, place: Place) -> None:
    lon, lat = place["geometry"]["coordinates"]
    here = {"longitude": lon + 0.001, "latitude": lat, "accuracy": 12}
    given = {"geolocation": here, "permissions": ["geolocation"]}
    person = officer("cán bộ tỉnh", place["properties"]["province_code"], **given)
    edit(person, place)
    person.page.get_by_role("button", name="Vị trí của tôi").click()
    expect(person.page.locator("#pin-said")).to_contain_text("sai số 12 m")
    expect(person.page.get_by_label("Chính xác tới đâu?")).to_have_value("gps")
    assert position_of(person)[0] == pytest.approx(lon + 0.001, abs=1e-6)
    expect(person.page.locator("#whereabouts")).to_contain_text("Dời đi")
    picture(person, "edit-gps")
    save(person, "Đứng tại cửa hàng")
    expect(person.page.get_by_role("status")).to_contain_text("Đã lưu")


def test_coordinates_are_typed_and_wrong_ones_are_said(officer: Officer, place: Place) -> None:
    lon, lat = place["geometry"]["coordinates"]
    person = officer("cán bộ tỉnh", place["properties"]["province_code"])
    edit(person, place)
    person.wrongs.expect("40")
    person.wrongs.expect("422")
    person.page.get_by_label("Toạ độ").fill("48,85; 2,35")
    expect(person.page.locator("#whereabouts")).to_contain_text("nằm ngoài")
    save(person, "thử")
    expect(person.page.get_by_role("alert")).to_contain_text("nằm ngoài")
    no_sideways_scroll(person)
    picture(person, "edit-wrong")
    minutes = f"{int(lat)}°{(lat % 1) * 60:.4f}'N {int(lon)}°{(lon % 1) * 60:.4f}'E".replace(".", ",")
    person.page.get_by_label("Toạ độ").fill(minutes)
    found = person.page.locator("#whereabouts .found")
    expect(found).to_have_attribute("data-lon", re.compile(rf"^{int(lon)}\."))
    assert float(found.get_attribute("data-lon") or 0) == pytest.approx(lon, abs=1e-5)
    save(person, "Gõ lại toạ độ")
    expect(person.page.get_by_role("status")).to_be_visible()


def test_two_editors_choose_field_by_field_and_lose_nothing(officer: Officer, place: Place) -> None:
    code = place["properties"]["province_code"]
    lan, minh = officer("cán bộ tỉnh", code), officer("cán bộ tỉnh", code, name="Trần Văn Minh")
    for person in (lan, minh):
        edit(person, place)
    lan.page.get_by_label("Tên nơi này").fill("Tên của Lan")
    lan.page.get_by_label("Điện thoại").fill("0911 111 111")
    save(lan, "Lan sửa")
    expect(lan.page.get_by_role("status")).to_contain_text("Đã lưu")
    minh.wrongs.expect("409")
    minh.page.get_by_label("Tên nơi này").fill("Tên của Minh")
    minh.page.get_by_label("Số nhà, đường, ấp, thôn").fill("12 Trần Hưng Đạo")
    save(minh, "Minh sửa")
    expect(minh.page.get_by_role("heading", level=1)).to_contain_text("Hai người cùng sửa")
    expect(minh.page.locator("main")).to_contain_text("12 Trần Hưng Đạo")
    expect(minh.page.locator(".saves > li")).to_have_count(1)
    expect(minh.page.locator(".saves > li")).to_have_text(
        re.compile(r"^Nguyễn Thị Lan, (vừa xong|\d+ phút trước), đã đổi: ")
    )
    for label in ("tên", "điện thoại"):
        expect(minh.page.locator(".saves > li")).to_contain_text(label)
    no_sideways_scroll(minh)
    picture(minh, "conflict")
    assert both_lights(minh) == []
    minh.page.get_by_role("radio", name=re.compile("Của bạn: Tên của Minh")).check()
    minh.page.get_by_role("button", name="Lưu như đã chọn").click()
    expect(minh.page.get_by_role("heading", level=1)).to_have_text("Tên của Minh")
    edit(minh, place)
    expect(minh.page.get_by_label("Điện thoại")).to_have_value("0911 111 111")
    expect(minh.page.get_by_label("Số nhà, đường, ấp, thôn")).to_have_value("12 Trần Hưng Đạo")


def test_a_proposal_is_made_looked_at_and_approved(officer: Officer, arrive: Arrive, place: Place) -> None:
    told = place["properties"]
    lan = officer("cán bộ xã", told["commune_code"])
    edit(lan, place)
    expect(lan.page.locator("main")).to_contain_text("Điều bạn sửa ở đây là đề nghị")
    lan.page.get_by_label("Tên nơi này").fill("Tên đề nghị")
    lan.page.locator("#pin-map.leaflet-container").click(position={"x": 120, "y": 80})
    expect(lan.page.locator("#whereabouts")).to_contain_text("Dời đi")
    save(lan, "Chủ quán đổi tên", "Gửi đề nghị")
    expect(lan.page.get_by_role("status")).to_contain_text("Đã gửi đề nghị")
    picture(lan, "proposal-sent")
    approver = officer("cán bộ tỉnh", told["province_code"], name="Trần Văn Minh")
    approver.page.get_by_role("link", name="Đề nghị cần duyệt").click()
    picture(approver, "proposals")
    approver.page.get_by_role("link", name="Xem và quyết định").first.click()
    expect(approver.page.locator(".changes").first).to_contain_text("Tên đề nghị")
    expect(approver.page.locator("[data-small-map] canvas").first).to_be_visible()
    no_sideways_scroll(approver)
    picture(approver, "proposal")
    assert both_lights(approver) == []
    approver.page.get_by_role("radio", name=re.compile("^Duyệt")).check()
    approver.page.get_by_label("Trả lời").fill("Đúng rồi, cảm ơn.")
    approver.page.get_by_role("button", name="Quyết định").click()
    expect(approver.page.get_by_role("status")).to_contain_text("Đã duyệt")
    lan.page.goto(f"{lan.site}/vi/desk/proposals/mine")
    expect(lan.page.locator("main")).to_contain_text("Đúng rồi, cảm ơn.")
    picture(lan, "my-proposals")
    somebody = arrive(f"/vi/p/{place['id']}")
    expect(somebody.record.get_by_role("heading").first).to_have_text("Tên đề nghị")


def test_a_place_is_closed_opened_again_and_a_field_taken_back(officer: Officer, arrive: Arrive, place: Place) -> None:
    person = officer("cán bộ tỉnh", place["properties"]["province_code"])
    page = person.page
    edit(person, place)
    name = page.get_by_label("Tên nơi này").input_value()
    page.get_by_label("Tên nơi này").fill("Tên nhầm")
    save(person, "gõ nhầm")
    page.get_by_role("link", name="Báo đóng cửa hoặc dời đi").click()
    page.get_by_role("radio", name=re.compile("Đã đóng cửa hẳn")).check()
    picture(person, "close")
    save(person, "Nghỉ bán")
    expect(page.get_by_role("status")).to_contain_text("Đã lưu")
    somebody = arrive(f"/vi/p/{place['id']}")
    expect(somebody.record).to_contain_text(re.compile("đóng cửa", re.IGNORECASE))
    page.get_by_role("link", name="Mở lại nơi này").click()
    page.get_by_role("radio", name="Đang mở cửa").check()
    save(person, "Bán lại")
    mistake = page.locator(".trail > li", has_text="gõ nhầm")
    expect(mistake.locator(".changes > *")).to_have_count(1)
    mistake.get_by_text("Lấy lại…").click()
    picture(person, "take-back")
    mistake.get_by_label("Vì sao sửa?").fill("Tên cũ mới đúng")
    mistake.get_by_role("button", name=re.compile("lấy lại")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    no_sideways_scroll(person)


def test_the_form_works_without_a_script(officer: Officer, place: Place) -> None:
    person = officer("cán bộ tỉnh", place["properties"]["province_code"], java_script_enabled=False)
    edit(person, place)
    lon, lat = place["geometry"]["coordinates"]
    person.page.get_by_label("Toạ độ").fill(f"{lat + 0.001:.6f}; {lon:.6f}".replace(".", ","))
    person.page.get_by_role("button", name="Xem vị trí này ở đâu").click()
    expect(person.page.locator("#whereabouts")).to_contain_text("Dời đi")
    picture(person, "edit-plain")
    save(person, "Không cần JavaScript")
    expect(person.page.get_by_role("status")).to_contain_text("Đã lưu")
