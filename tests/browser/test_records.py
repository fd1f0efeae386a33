"""The pages of places, products and producers: what is said there, and how doubt and age look."""

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import register
from tests.browser.conftest import Arrive
from tests.browser.visitor import Visitor


def product_with(site: str, certificate: str) -> str:
    """Return the id of a product whose certificate is in a state."""
    for feature in register.places(site, certificate=certificate):
        for product in feature["properties"]["products"]:
            if product["certificate"] == certificate:
                return str(product["id"])
    raise AssertionError(f"no product with a certificate that is {certificate}")


def badge(person: Visitor, state: str) -> Locator:
    """The badge in the record's head."""
    return person.record.locator(f".record-head .badge-{state}").first


@pytest.mark.parametrize(
    ("state", "says", "stars"),
    [
        ("valid", r"đến \d\d/\d{4}", "★"),
        ("ending", r"còn \d+ ngày", "★"),
        ("expired", "hết hạn", "☆"),
        ("unknown", "chưa rõ thời hạn", "★"),
        ("revoked", "đã thu hồi", "☆"),
    ],
)
def test_the_state_of_a_certificate_is_said_and_seen(
    arrive: Arrive, site: str, state: str, says: str, stars: str
) -> None:
    person = arrive(f"/vi/p/{product_with(site, state)}")
    shown = badge(person, state)
    expect(shown).to_have_text(re.compile(says))
    expect(shown).to_contain_text(stars)
    certificates = person.record.locator(".certificate")
    expect(certificates.first).to_contain_text(re.compile("Nguồn"))
    look = shown.evaluate("b => { const s = getComputedStyle(b); return [s.borderStyle, s.backgroundColor].join() }")
    person.open(f"/vi/p/{product_with(site, 'valid')}")
    valid = badge(person, "valid").evaluate(
        "b => { const s = getComputedStyle(b); return [s.borderStyle, s.backgroundColor].join() }"
    )
    assert (look == valid) == (state == "valid")


def test_a_decision_is_named_with_its_number_and_source(arrive: Arrive, site: str) -> None:
    person = arrive(f"/vi/p/{product_with(site, 'valid')}")
    certificate = person.record.locator(".certificate").first
    expect(certificate).to_contain_text("Có hiệu lực đến")
    expect(certificate).to_contain_text(re.compile(r"\d\d/\d\d/\d{4}"))


def test_a_moved_place_leads_to_the_new_one(arrive: Arrive, site: str) -> None:
    moved = next(
        feature for feature in register.places(site, status="moved") if "Tây Hồ" in feature["properties"]["name"]
    )
    person = arrive(register.path_of(moved))
    notice = person.page.locator(".notice.wrong")
    expect(notice).to_contain_text("đã chuyển đến")
    target = notice.get_by_role("link")
    name = target.inner_text()
    target.click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text(name)
    assert name != moved["properties"]["name"]


def test_a_closed_place_says_so(arrive: Arrive, site: str) -> None:
    person = arrive(register.path_of(register.one(site, status="closed")))
    expect(person.page.locator(".notice.wrong")).to_contain_text(re.compile("đóng cửa", re.IGNORECASE))


def test_sample_data_is_marked_everywhere(arrive: Arrive, site: str) -> None:
    sample = register.one(site, "phone", sample="true")
    person = arrive(register.path_of(sample))
    expect(person.page.locator(".notice").first).to_contain_text("Dữ liệu mẫu")
    person.open(f"/vi/?q={sample['properties']['name']}")
    card = person.page.locator(f"#list .card[data-id='{sample['id']}']")
    expect(card.locator(".sample")).to_have_text("mẫu")
    real = register.one(site, sample="false")
    person.open(register.path_of(real))
    expect(person.page.get_by_text("Dữ liệu mẫu")).to_have_count(0)


def test_directions_call_and_zalo(arrive: Arrive, site: str) -> None:
    place = next(f for f in register.places(site) if "Hoàn Kiếm (mẫu)" in f["properties"]["name"])
    lon, lat = place["geometry"]["coordinates"]
    person = arrive(register.path_of(place))
    expect(person.record.locator(".actions a[href^='tel:']")).to_be_visible()
    expect(person.record.locator("a[href^='https://zalo.me/']").first).to_be_visible()
    person.record.get_by_text("Chỉ đường").click()
    ways = person.record.locator(".ways a")
    expect(ways.first).to_be_visible()
    addresses = [unquote(href) for href in ways.evaluate_all("links => links.map(link => link.getAttribute('href'))")]
    assert any(href.startswith("geo:") for href in addresses)
    assert any("google." in href for href in addresses)
    for href in addresses:
        assert str(lat)[:6] in href, href
        assert str(lon)[:6] in href, href


def test_the_address_of_an_old_province_is_explained(arrive: Arrive, site: str) -> None:
    place = next(
        feature
        for feature in register.places(site, province="08")
        if "Đồng Văn" in (feature["properties"]["commune"] or "")
    )
    person = arrive(register.path_of(place))
    expect(person.record).to_contain_text("Tuyên Quang")
    expect(person.record).to_contain_text("Hà Giang")


def test_an_address_written_with_the_old_province_names_the_new_one(arrive: Arrive, site: str) -> None:
    old = [
        "Hà Giang",
        "Bến Tre",
        "Bắc Kạn",
        "Yên Bái",
        "Kiên Giang",
        "Bình Dương",
        "Quảng Nam",
        "Trà Vinh",
        "Sóc Trăng",
    ]
    place = next(
        feature
        for feature in register.places(site, sample="false")
        if any(name in (feature["properties"]["address"] or "") for name in old)
    )
    person = arrive(register.path_of(place))
    expect(person.record).to_contain_text(re.compile(r"\(nay: .+\)"))


def test_a_place_says_what_it_sells_with_prices_and_dates(arrive: Arrive, site: str) -> None:
    person = arrive("/vi/?kind=point_of_sale&sample=true")
    priced = person.cards.filter(has=person.page.locator(".price")).first
    priced.get_by_role("link").first.click()
    expect(person.record).to_contain_text("Có bán")
    expect(person.record.locator(".good-facts").filter(has_text="₫").first).to_contain_text(
        re.compile(r"\d\d/\d\d/\d{4}")
    )
    expect(person.record).to_contain_text(re.compile("Giờ mở cửa"))
    expect(person.record).to_contain_text(re.compile("Kiểm tra lần cuối|Chưa được kiểm tra"))


def test_a_product_without_a_shop_nearby_says_whom_to_ask(arrive: Arrive, site: str) -> None:
    product = product_with(site, "valid")
    person = arrive(f"/vi/?near=112.33,16.83&radius=1000&open={product}")
    expect(person.record).to_contain_text("Không có điểm bán nào trong 1 km")
    expect(person.record).to_contain_text(re.compile("Điểm bán gần nhất ở xa hơn|Hỏi chủ thể|Mua trực tuyến"))


def test_place_product_and_producer_lead_to_each_other(arrive: Arrive, site: str) -> None:
    place = next(f for f in register.places(site, kind="production_site") if f["properties"]["producer_id"])
    person = arrive(register.path_of(place))
    person.record.get_by_role("link", name=place["properties"]["products"][0]["name"]).first.click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text(place["properties"]["products"][0]["name"])
    person.record.get_by_role("link", name=place["properties"]["producer"]).first.click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text(place["properties"]["producer"])
    expect(person.record).to_contain_text(place["properties"]["products"][0]["name"])
    person.page.get_by_role("link", name="Xem trên bản đồ").first.click()
    expect(person.page).to_have_url(re.compile("/vi/.*open="))


def test_printed_a_record_is_a_page_of_paper(arrive: Arrive, site: str) -> None:
    person = arrive(register.path_of(register.one(site, "phone")))
    expect(person.page.locator(".qr")).to_be_hidden()
    person.page.emulate_media(media="print")
    expect(person.page.locator(".qr svg, .qr img").first).to_be_visible()
    expect(person.page.locator("header.page-top nav")).to_be_hidden()
    colours = person.page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours[0] == "rgb(0, 0, 0)"
    assert colours[1] in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}


def test_an_unknown_record_says_so(arrive: Arrive) -> None:
    person = arrive()
    person.wrongs.expect("404")
    person.page.goto(f"{person.site}/vi/p/00000000")
    expect(person.page.get_by_role("heading", level=1)).to_be_visible()
    expect(person.page.get_by_role("link", name="Mở bản đồ")).to_be_visible()
