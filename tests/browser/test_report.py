"""“Báo sai”, from the record to the officer's desk."""

import re
from contextlib import closing

from playwright.sync_api import expect
from workshop.sites import connect

from tests.browser.conftest import SITE, Arrive


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
