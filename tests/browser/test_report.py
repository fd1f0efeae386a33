"""“Báo sai”, from the record to the officer's desk."""

import re
from contextlib import closing
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect
from workshop.sites import connect

from tests.browser.conftest import SITE, Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.visitor import LEAST_MS


def stored(words: str) -> int:
    """Return how many reports with these words have arrived."""
    with closing(connect(SITE.database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM stewardship_report WHERE text = %s", [words])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def test_a_report_arrives(arrive: Arrive, screen: str) -> None:
    words = f"Số điện thoại đã đổi ({screen})."
    person = arrive("/vi/?kind=point_of_sale")
    name = person.open_first()
    person.record.get_by_role("link", name="Báo sai").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Báo sai")
    expect(person.page.locator("main")).to_contain_text(name)
    person.page.get_by_role("radio", name=re.compile("thông tin trên trang bị sai", re.IGNORECASE)).check()
    person.page.get_by_label("Bạn viết rõ hơn").fill(words)
    person.page.wait_for_timeout(LEAST_MS)
    person.page.get_by_role("button", name="Gửi báo sai").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Cảm ơn bạn")
    expect(person.page.locator(".reference")).to_have_text(re.compile(r"\w{4,}"))
    assert stored(words) == 1
    person.page.get_by_role("link", name="Quay lại mục vừa xem").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text(name)


def test_an_incomplete_report_says_what_is_missing_and_keeps_what_was_written(arrive: Arrive) -> None:
    person = arrive("/vi/?kind=point_of_sale")
    person.wrongs.expect("422")
    person.open_first()
    person.record.get_by_role("link", name="Báo sai").click()
    person.page.get_by_label("Bạn viết rõ hơn").fill("Đã dọn đi.")
    person.page.get_by_role("button", name="Gửi báo sai").click()
    expect(person.page.get_by_role("alert")).to_contain_text("Hãy chọn điều bị sai")
    expect(person.page.get_by_label("Bạn viết rõ hơn")).to_have_value("Đã dọn đi.")
    assert stored("Đã dọn đi.") == 0


def test_a_missing_place_is_reported_from_where_one_stands(arrive: Arrive, screen: str) -> None:
    standing = {"latitude": 10.2, "longitude": 104.0, "accuracy": 12}
    person = arrive("/vi/bao-sai", permissions=["geolocation"], geolocation=standing)
    name = f"Vựa tiêu Bà Năm ({screen})"
    person.page.get_by_label("Nơi đó tên là gì?").fill(name)
    person.page.get_by_role("button", name="Tôi đang ở đó").click()
    expect(person.page.get_by_role("status")).to_contain_text("12 m")
    assert person.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert both_lights(person) == []
    person.page.get_by_label("Tỉnh/thành phố").select_option("91")
    person.page.wait_for_timeout(LEAST_MS)
    person.page.get_by_role("button", name="Gửi").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Cảm ơn bạn")
    expect(person.page.locator(".reference")).to_have_text(re.compile(r"\w{4,}"))


def test_a_photo_goes_with_a_report(arrive: Arrive, screen: str, tmp_path: Path) -> None:
    Image.new("RGB", (800, 600), "green").save(tmp_path / "anh.jpg")
    person = arrive("/vi/?kind=point_of_sale")
    person.open_first()
    person.record.get_by_role("link", name="Báo sai").click()
    person.page.get_by_role("radio", name=re.compile("đã đóng cửa", re.IGNORECASE)).check()
    person.page.get_by_label("Ảnh").set_input_files(tmp_path / "anh.jpg")
    person.page.wait_for_timeout(LEAST_MS)
    person.page.get_by_role("button", name="Gửi báo sai").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Cảm ơn bạn")
