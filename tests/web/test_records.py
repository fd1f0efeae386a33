"""Record pages: what each kind shows, what it never shows, and what happens to old or mistyped addresses."""

import json
import re
from datetime import date, datetime

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from geo.divisions.models import Level, Lineage
from geo.spatial import calendar
from geo.spatial.models import PublicId
from tests import factories
from tests.web.conftest import Register
from tests.web.reading import Element, read

pytestmark = pytest.mark.django_db


def page_of(client: Client, record: object, language: str = "vi", **query: str) -> Element:
    response = client.get(f"/{language}/p/{record.public_id}", query)  # type: ignore[attr-defined]
    assert response.status_code == 200
    return read(response)


def test_the_address_on_paper_leads_to_the_page_in_the_readers_language(client: Client, register: Register) -> None:
    public_id = register.shop.public_id
    assert client.get(f"/p/{public_id}", HTTP_ACCEPT_LANGUAGE="vi")["Location"] == f"/vi/p/{public_id}"
    assert client.get(f"/p/{public_id}", HTTP_ACCEPT_LANGUAGE="en")["Location"] == f"/en/p/{public_id}"


def test_a_shop_says_hours_contact_position_and_goods(client: Client, register: Register) -> None:
    page = page_of(client, register.shop)
    text = page.one("main").text
    assert page.one("h1").text == "Cửa hàng OCOP Hoàn Kiếm"
    for words in (
        "đang mở · đóng cửa lúc 18:00",
        "Chủ nhật nghỉ",
        "Phường Hoàn Kiếm, Thành phố Hà Nội",
        "Theo GPS: chính xác đến vài chục mét",
        "21.03000, 105.85000",
        "120.000 ₫/chai 500 ml ngày 02/11/2026",
        "còn hàng ngày 03/11/2026",
        "Kiểm tra lần cuối 01/11/2026",
        "Sở Nông nghiệp và Môi trường",
    ):
        assert words in text
    assert "tel:+842438250000" in page.one("main").hrefs


def test_directions_need_no_account_and_no_script(client: Client, register: Register) -> None:
    links = page_of(client, register.shop).one(class_="ways")
    assert links.hrefs[0].startswith("geo:21.030000,105.850000")
    assert any(href.startswith("https://www.openstreetmap.org/directions") for href in links.hrefs)
    for link in links.find("a")[1:]:
        assert "noopener" in link.attributes["rel"]


def test_a_site_says_what_it_makes_when_and_how_much(client: Client, register: Register) -> None:
    text = page_of(client, register.site).one("main").text
    for words in ("Làm ra", "tháng 3–5", "2.000 lít mỗi tháng ngày 01/10/2026", "Mới biết xã"):
        assert words in text
    english = page_of(client, register.site, "en").one("main").text
    for words in ("What it makes", "Mar–May", "2,000 l a month on 1 Oct 2026", "Only the commune is known"):
        assert words in english


def test_stars_come_with_decision_issuer_validity_and_source(client: Client, register: Register) -> None:
    certificate = page_of(client, register.product).one(class_="certificate")
    for words in (
        "4 sao",
        "đến 05/2028",
        "77/QĐ-UBND",
        "01/06/2025",
        "UBND tỉnh",
        "31/05/2028",
        "quyết định chính thức",
    ):
        assert words in certificate.text


@pytest.mark.parametrize(
    ("values", "state", "words"),
    [
        ({"decision_date": date(2022, 4, 1)}, "expired", "☆☆☆ 3 sao hết hạn 03/2025"),
        ({"decision_date": date(2024, 1, 2)}, "ending", "★★★ 3 sao còn 45 ngày"),
        ({"decision_year": 2025}, "unknown", "★★★ 3 sao chưa rõ thời hạn"),
        ({"decision_year": 2021}, "expired", "☆☆☆ 3 sao hết hạn (quyết định năm 2021)"),
        ({"decision_date": date(2025, 6, 1), "revoked_on": date(2026, 1, 1)}, "revoked", "☆☆☆ 3 sao đã thu hồi"),
    ],
)
def test_the_badge_tells_the_state_in_words(
    client: Client, register: Register, values: dict[str, object], state: str, words: str
) -> None:
    product = factories.product("Chè shan tuyết")
    product.refresh_from_db()
    factories.certificate(product, stars=3, **values)
    badge = page_of(client, product).find(class_=f"badge-{state}")[0]
    assert badge.text == words


def test_a_certificate_without_a_source_is_not_shown(client: Client, register: Register) -> None:
    product = factories.product("Chè không nguồn")
    product.refresh_from_db()
    factories.certificate(product, source_name="", source_url="", decision_date=date(2025, 6, 1))
    page = page_of(client, product)
    assert not page.find(class_="badge")
    assert not page.find(class_="certificate")


def test_a_persons_contact_never_leaves_without_consent(client: Client, register: Register) -> None:
    for record in (register.household, register.nowhere, register.honey):
        for language in ("vi", "en"):
            response = client.get(f"/{language}/p/{record.public_id}")
            text = response.content.decode()
            for private in ("0912", "an@example.vn", "nhà số 9"):
                assert private not in text
    opened = client.get("/vi/", {"open": register.nowhere.public_id}).content.decode()
    assert "0912" not in opened
    assert "nhà số 9" not in opened
    register.household.contact_consent_on = date(2026, 1, 1)
    register.household.save()
    assert "0912 000 111" in page_of(client, register.household).one("main").text


def test_private_notes_never_leave(client: Client, register: Register) -> None:
    register.product.note = "bí mật của ban biên tập"
    register.product.save()
    assert "bí mật" not in client.get(f"/vi/p/{register.product.public_id}").content.decode()


def test_closed_and_moved_places_say_so(client: Client, register: Register) -> None:
    assert "Đã đóng cửa từ ngày 01/03/2026." in page_of(client, register.closed).one("main").text
    page = page_of(client, register.moved)
    assert "Nơi này đã chuyển đến:" in page.one("main").text
    assert f"/vi/p/{register.shop.public_id}" in page.one("main").hrefs


def test_hours_are_unknown_when_nobody_told_them_and_tet_asks(client: Client, register: Register) -> None:
    assert "chưa rõ giờ" in page_of(client, register.far_shop).one("main").text
    factories.holiday(date(2027, 2, 6), "tet", "Mùng 1 Tết")
    with calendar.at(datetime(2027, 2, 6, 9, 0, tzinfo=calendar.ZONE)):
        assert "Mùng 1 Tết: hỏi trước khi đến" in page_of(client, register.shop).one("main").text
        assert "Tết: hỏi trước khi đến" in page_of(client, register.far_shop).one("main").text


def test_an_old_address_names_the_province_of_today(client: Client, register: Register) -> None:
    now = factories.province("Tuyên Quang", "08")
    old = factories.division(Level.PROVINCE, "Hà Giang", "02", "tỉnh", valid_from=None, valid_until=date(2025, 7, 1))
    Lineage.objects.create(predecessor=old, successor=now, share="whole")
    place = factories.place("Trạm chè", commune=None, province=now, address="xã Cao Bồ, huyện Vị Xuyên, Hà Giang")
    place.refresh_from_db()
    assert "xã Cao Bồ, huyện Vị Xuyên, Hà Giang (nay: Tuyên Quang)" in page_of(client, place).one("main").text


def test_a_product_lists_its_makers_and_shops(client: Client, register: Register) -> None:
    page = page_of(client, register.product)
    text = page.one("main").text
    for words in ("HTX Nước mắm Phú Quốc", "Nhà thùng Phú Quốc", "Cửa hàng OCOP Hoàn Kiếm", "Nước mắm"):
        assert words in text
    assert page.one(lang="en", class_="muted").text == "Fish sauce"


def test_an_offer_without_a_web_address_is_named_but_not_linked(client: Client, register: Register) -> None:
    factories.offer(register.product, platform="Sàn lạ", url="ftp://shop.example/1")
    page = page_of(client, register.product)
    assert "Sàn lạ" in page.one("main").text
    assert not [link for link in page.find("a") if "Sàn lạ" in link.text]


def test_with_no_shop_near_a_product_offers_other_ways(client: Client, register: Register) -> None:
    factories.offer(register.product, platform="Shop của HTX", url="https://shop.example/nuoc-mam", price=110_000)
    page = page_of(client, register.product, near="103.96,10.22", radius="50000")
    text = page.one("main").text
    assert "Không có điểm bán nào trong 50 km. Hãy hỏi chủ thể hoặc xem nơi bán trực tuyến ở dưới." in text
    assert re.search("Điểm bán gần nhất ở xa hơn: .{0,20}Cửa hàng OCOP Hoàn Kiếm", text)
    assert "https://shop.example/nuoc-mam" in page.one("main").hrefs
    assert "tel:+842973846666" in page.one("main").hrefs
    near = page_of(client, register.product, near="105.86,21.03").one("main").text
    assert "Cửa hàng OCOP Hoàn Kiếm 1 km" in near


def test_a_producer_lists_its_products_and_places(client: Client, register: Register) -> None:
    page = page_of(client, register.producer)
    assert page.one("h1").text == "HTX Nước mắm Phú Quốc"
    for words in ("Nước mắm Phú Quốc", "Nhà thùng Phú Quốc", "Hợp tác xã", "đến 05/2028"):
        assert words in page.one("main").text
    assert "https://zalo.me/0901234567" in page.one("main").hrefs


def test_sample_data_says_so(client: Client, register: Register) -> None:
    place = factories.place("Quầy mẫu", source_kind="sample")
    place.refresh_from_db()
    assert "Dữ liệu mẫu" in page_of(client, place).one("main").text
    assert b'content="noindex"' in client.get(f"/vi/p/{place.public_id}").content
    assert b'content="noindex"' not in client.get(f"/vi/p/{register.shop.public_id}").content
    card = read(client.get("/vi/", {"q": "quay mau"})).one("li", class_="card")
    assert card.one(class_="sample").text == "mẫu"


def test_a_merged_record_leads_to_the_one_it_became(client: Client, register: Register) -> None:
    PublicId.objects.filter(pk=register.far_shop.public_id).update(merged_into=register.shop.public_id)
    response = client.get(f"/vi/p/{register.far_shop.public_id}?near=105,21")
    assert response.status_code == 301
    assert response["Location"] == f"/vi/p/{register.shop.public_id}?near=105,21"


def test_a_carelessly_written_number_is_corrected(client: Client, register: Register) -> None:
    public_id = register.shop.public_id
    careless = f"{public_id[:4]}-{public_id[4:]}".lower()
    response = client.get(f"/en/p/{careless}")
    assert (response.status_code, response["Location"]) == (301, f"/en/p/{public_id}")


def test_a_wrong_check_character_says_so(client: Client, register: Register) -> None:
    public_id = register.shop.public_id
    wrong = public_id[:-1] + ("0" if public_id[-1] != "0" else "1")
    response = client.get(f"/vi/p/{wrong}")
    assert response.status_code == 404
    assert "ký tự kiểm tra không khớp" in read(response).one("main").text


@pytest.mark.parametrize("path", ["/vi/p/ABC", "/vi/p/%3Cscript%3E", "/vi/p/00000000", "/vi/nothing", "/nothing"])
def test_what_does_not_exist_is_a_404_with_a_way_back(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "/vi/" in read(response).one("main").hrefs
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("query", ["near=NaN,1", "near=1", "near=105,21&radius=x", "near=1,1&near=2,2"])
def test_a_bad_place_to_look_from_is_a_400(client: Client, register: Register, query: str) -> None:
    assert client.get(f"/vi/p/{register.product.public_id}?{query}").status_code == 400


def test_names_and_addresses_can_not_become_markup_or_scripts(client: Client, register: Register) -> None:
    name = "</script><script>alert(1)</script>"
    place = factories.place(name, website="javascript:alert(1)", source_url="javascript:alert(2)", address=name)
    factories.sells(place, factories.product(name))
    place.refresh_from_db()
    text = client.get(f"/vi/p/{place.public_id}").content.decode()
    assert "<script>alert" not in text
    assert 'href="javascript:' not in text
    structured = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert structured
    assert json.loads(structured.group(1))["name"] == name


def test_structured_data_gives_no_position_that_is_only_the_communes(client: Client, register: Register) -> None:
    def described(record: object) -> dict[str, object]:
        text = client.get(f"/vi/p/{record.public_id}").content.decode()  # type: ignore[attr-defined]
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
        assert found
        return dict(json.loads(found.group(1)))

    assert described(register.shop)["@type"] == "Store"
    assert "geo" in described(register.shop)
    assert "geo" not in described(register.site)


def test_the_page_carries_its_permanent_address_as_a_code(client: Client, register: Register) -> None:
    page = page_of(client, register.shop)
    code = page.one(class_="qr")
    assert code.find("svg")
    assert code.text == f"http://testserver/p/{register.shop.public_id} In ngày 18/11/2026"


def test_a_record_needs_few_queries_however_much_it_sells(
    client: Client, register: Register, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        product = factories.product(f"Sản phẩm {number}", category=factories.category("I.4.9"))
        factories.sells(register.shop, product)
        product.refresh_from_db()
        factories.certificate(product, decision_date=date(2025, 6, 1))
    with django_assert_max_num_queries(12):
        client.get(f"/vi/p/{register.shop.public_id}")
    for number in range(30):
        shop = factories.place(f"Chợ {number}", location=Point(105.8, 21.0 + number / 100, srid=4326))
        factories.sells(shop, register.product)
    with django_assert_max_num_queries(14):
        client.get(f"/vi/p/{register.product.public_id}", {"near": "105.8,21"})
