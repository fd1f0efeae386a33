"""Officers put right what a place sells, its photo and its certificates, with and without a script, on both screens."""

import re
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.test_editing import Officer, Place, edit, officer, place, save, site
from tests.browser.test_officer import no_sideways_scroll, picture
from tests.browser.visitor import Visitor

__all__ = ["officer", "place", "site"]
"""Fixtures shared with the story of the edit form."""


def photo() -> dict[str, Any]:
    made = BytesIO()
    Image.new("RGB", (1200, 800), "seagreen").save(made, "JPEG")
    return {"name": "cua-hang.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def add_product(person: Visitor, words: str) -> Locator:
    """Open the line for a new product and choose the first one that is suggested."""
    row = person.page.locator("#part-goods details.new").last
    row.locator("summary").click()
    field = row.get_by_label("Sản phẩm", exact=True)
    field.press_sequentially(words, delay=20)
    option = person.page.locator("#products option").first
    expect(option).to_be_attached()
    field.fill(option.get_attribute("value") or "")
    return row


def test_what_a_shop_sells_is_put_right_with_its_photo(officer: Officer, arrive: Arrive, place: Place) -> None:
    person = officer("cán bộ tỉnh", place["properties"]["province_code"])
    page = person.page
    edit(person, place)
    row = add_product(person, "nuoc mam")
    row.get_by_label("Nơi này làm gì với sản phẩm?").select_option("sells")
    row.get_by_label("Giá (đồng)").fill("85.000")
    row.get_by_label("12", exact=True).check()
    person.wrongs.expect("422")
    page.get_by_label("Ảnh mới").set_input_files(photo())
    page.get_by_label("Ảnh của").fill("Nguyễn Thị Lan")
    save(person, "Ghé cửa hàng")
    alert = page.get_by_role("alert").first
    expect(alert).to_contain_text("Mục mới, Tính theo")
    expect(page.locator("main")).to_contain_text("Đã nhận ảnh mới")
    no_sideways_scroll(person)
    picture(person, "goods-wrong")
    row = page.locator("#part-goods details.new[open]")
    row.get_by_label("Tính theo").fill("chai 500 ml")
    row.get_by_label("Còn hàng không?").select_option("yes")
    row.scroll_into_view_if_needed()
    picture(person, "goods")
    assert both_lights(person) == []
    save(person, "Ghé cửa hàng")
    expect(page.get_by_role("status")).to_contain_text("Đã lưu")
    expect(page.locator(".trail > li").first).to_contain_text("Nước mắm")
    picture(person, "goods-history")
    somebody = arrive(f"/vi/p/{place['id']}")
    expect(somebody.record).to_contain_text("85.000 ₫/chai 500 ml")
    edit(person, place)
    shown = page.locator(".photo-now")
    shown.evaluate("image => image.scrollIntoView()")
    expect(shown).not_to_have_js_property("naturalWidth", 0)
    expect(shown).to_be_visible()
    page.goto(page.url.replace("/vi/", "/en/"))
    no_sideways_scroll(person)
    picture(person, "goods-en")


def test_goods_are_edited_without_a_script(officer: Officer, place: Place) -> None:
    person = officer("cán bộ tỉnh", place["properties"]["province_code"], java_script_enabled=False)
    page = person.page
    edit(person, place)
    page.get_by_role("button", name="Thêm dòng nữa").first.click()
    rows = page.locator("#part-goods details.new")
    expect(rows).to_have_count(2)
    row = rows.last
    number = place["properties"]["products"][0]["id"] if place["properties"].get("products") else ""
    row.get_by_label("Sản phẩm", exact=True).fill(number)
    row.get_by_label("Nơi này làm gì với sản phẩm?").select_option("grows")
    row.get_by_label("Số lượng").fill("1,5")
    row.get_by_label("Đơn vị").first.fill("tấn")
    row.get_by_label("Trong thời gian").select_option("month")
    picture(person, "goods-plain")
    save(person, "Không cần JavaScript")
    expect(page.get_by_role("status")).to_contain_text("Đã lưu")
    expect(page.locator(".trail > li").first).to_contain_text("trồng")


def test_a_certificate_is_registered_and_revoked(officer: Officer, arrive: Arrive, place: Place) -> None:
    person = officer("cán bộ tỉnh", place["properties"]["province_code"])
    page = person.page
    edit(person, place)
    row = page.locator("#part-certificates details.new")
    row.locator("summary").click()
    row.get_by_label("Loại chứng nhận").select_option(label="HACCP")
    row.get_by_label("Số giấy chứng nhận").fill("HACCP-77")
    row.get_by_label("Có hiệu lực từ ngày").fill("2026-05-12")
    row.get_by_label("Loại nguồn").select_option("survey")
    row.get_by_label("Nguồn", exact=True).fill("Bản gốc tại cơ sở")
    picture(person, "certificate")
    assert both_lights(person) == []
    save(person, "Xem bản gốc")
    expect(page.get_by_role("status")).to_contain_text("Đã lưu")
    edit(person, place)
    row = page.locator("#part-certificates details", has_text="HACCP-77")
    row.locator("summary").click()
    row.get_by_label("Thu hồi ngày").fill("2026-11-01")
    row.get_by_label("Lý do thu hồi").fill("hết hạn đánh giá")
    no_sideways_scroll(person)
    picture(person, "certificate-revoked")
    save(person, "Có quyết định thu hồi")
    expect(page.locator(".trail")).to_contain_text("hết hạn đánh giá")
    somebody = arrive(f"/vi/p/{place['id']}")
    expect(somebody.record).to_contain_text(re.compile("thu hồi", re.IGNORECASE))
