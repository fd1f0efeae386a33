"""An officer answers buyers for producers who show no e-mail, and sees what is promised of the province's supply."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SITE, Arrive
from tests.browser.test_accessibility import both_lights
from tests.browser.test_editing import DATABASE, Officer, officer, site
from tests.browser.test_officer import no_sideways_scroll, picture
from tests.browser.visitor import Visitor

__all__ = ["officer", "site"]
"""Fixtures shared with the story of the edit form."""

PROVINCES = {"phone": "86", "desk": "91"}
MESSAGE = "Hàng đóng thùng 12 chai, có hoá đơn và phiếu kiểm nghiệm của từng lô."
ASK = """
from datetime import timedelta
from decimal import Decimal
from geo.places.models import PlaceProduct
from geo.sourcing.demand import Month
from geo.sourcing.quantities import unit_of
from geo.sourcing.quotations import deeds
from geo.sourcing.quotations.asking import NewRequest, chosen
from geo.sourcing.quotations.recipients import public_email
from geo.spatial import calendar
rows = PlaceProduct.objects.filter(place__province__code="{province}", quantity__isnull=False)
rows = rows.select_related("place__producer", "product__producer").order_by("pk")
hidden = [row for row in rows if not public_email(row.place, row.product)]
buyers = (
    ("Siêu thị Sông Hàn", 3, "500"),
    ("Công ty TNHH Thực phẩm Xuất khẩu Phương Nam – Chi nhánh Cần Thơ", 20, "1250.5"))
for number, (name, days, quantity) in enumerate(buyers):
    row = hidden[number]
    said = NewRequest(
        name, f"mua{{number}}.{province}@example.vn", Decimal(quantity), unit_of(row.unit),
        tuple(Month.of(calendar.today()).plus(n) for n in (2, 3, 4)),
        "Kho lạnh Bình Điền, 66 Nguyễn Văn Linh, TP. Hồ Chí Minh", "{message}", calendar.today() + timedelta(days=days))
    made = deeds.ask(said, chosen((f"{{row.place.public_id}}-{{row.product.public_id}}",)), f"10.0.{province}.1", "")
    print("asked", made.key, row.place.name, row.product.name, sep="\\t")
"""


@pytest.fixture
def asked(officer: Officer, screen: str) -> tuple[Visitor, list[list[str]]]:
    """An officer at the desk, and what two buyers have asked of their province: secret, place, product."""
    keeper = officer("cán bộ tỉnh", PROVINCES[screen])
    said = SITE.run(["shell", "-c", ASK.format(province=PROVINCES[screen], message=MESSAGE)], DATABASE)
    return keeper, [line.split("\t")[1:] for line in said.splitlines() if line.startswith("asked\t")]


def looked_at(person: Visitor, name: str) -> None:
    no_sideways_scroll(person)
    picture(person, name)
    assert both_lights(person) == []


def in_english(person: Visitor, name: str) -> None:
    """Look at the same page in English, and come back."""
    person.page.get_by_role("link", name="English").click()
    expect(person.page.locator("html")).to_have_attribute("lang", "en")
    looked_at(person, name)
    person.page.go_back()


def test_a_buyer_is_answered_for_a_producer_and_the_promise_ended(
    asked: tuple[Visitor, list[list[str]]], arrive: Arrive
) -> None:
    keeper, ((key, place, product), (_key, later, _product)) = asked
    page = keeper.page
    page.reload()
    page.get_by_role("link", name="Người mua đang chờ trả lời").click()
    waiting = page.locator("#todo > li")
    expect(waiting).to_have_count(2)
    expect(waiting.first).to_contain_text(place)
    for words in ("Siêu thị Sông Hàn", "500 ", "01/2027–03/2027", "Kho lạnh Bình Điền", "còn 3 ngày", MESSAGE):
        expect(waiting.first).to_contain_text(words)
    expect(waiting.last).to_contain_text(later)
    expect(waiting.last).to_contain_text("1.250,5 ")
    expect(waiting.last).not_to_contain_text("còn")
    looked_at(keeper, "waiting")
    in_english(keeper, "waiting-en")
    waiting.first.get_by_role("link", name="Trả lời thay chủ thể").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trả lời yêu cầu báo giá")
    page.get_by_label("Giá").fill("120.000")
    looked_at(keeper, "answer")
    page.get_by_role("button", name="Gửi báo giá").click()
    expect(page.get_by_role("status")).to_contain_text("Câu trả lời đã gửi")
    buyer = arrive(f"/vi/sourcing/requests/{key}", java_script_enabled=False)
    buyer.page.get_by_role("button", name="Nhận báo giá").click()
    expect(buyer.page.locator("main")).to_contain_text("Đã hứa: 500 ")
    page.goto(f"{keeper.site}/vi/desk")
    page.get_by_role("link", name="Lượng đã hứa").click()
    promised = page.locator("#promised > li")
    expect(promised).to_have_count(1)
    for words in (place, product, "500 ", "01/2027 – 03/2027", "Siêu thị Sông Hàn"):
        expect(promised).to_contain_text(words)
    looked_at(keeper, "promised")
    in_english(keeper, "promised-en")
    promised.locator("summary").click()
    promised.get_by_role("textbox").fill("Mất mùa vì bão")
    looked_at(keeper, "promised-ending")
    promised.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("Đã kết thúc")
    expect(promised).to_have_count(0)
    looked_at(keeper, "promised-none")
    buyer.page.reload()
    expect(buyer.page.locator("main")).to_contain_text("Mất mùa vì bão")
