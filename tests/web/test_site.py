"""Pages of text, files for machines, words and links."""

import json
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.test import Client, RequestFactory
from django.utils.translation import override
from pytest_django import Settings

from geo.web import directions, words
from geo.web.views.errors import server_error
from tests.web.conftest import Register
from tests.web.reading import read


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", ["about", "help", "data"])
def test_pages_of_text_have_one_heading_and_every_link_works(client: Client, language: str, name: str) -> None:
    page = read(client.get(f"/{language}/{name}"))
    assert page.one("html").attributes["lang"] == language
    assert page.one("h1").text
    for href in page.hrefs:
        if href.startswith("/"):
            assert client.get(href).status_code == 200


@pytest.mark.django_db
def test_the_data_page_counts_places_by_source(client: Client, register: Register) -> None:
    assert "Danh mục công khai 6" in read(client.get("/vi/data")).one("table").text


@pytest.mark.django_db
def test_robots_may_read_pages_but_not_every_filter(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /vi/?" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


@pytest.mark.django_db
def test_the_sitemap_leads_to_every_record_in_both_languages(client: Client, register: Register) -> None:
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    files = [str(each.text) for each in index.iter() if each.tag.endswith("}loc")]
    found = set()
    for file in files:
        tree = ElementTree.fromstring(client.get(file.removeprefix("http://testserver")).content)
        found |= {str(each.text) for each in tree.iter() if each.tag.endswith("}loc")}
    assert f"http://testserver/en/p/{register.product.public_id}" in found
    assert f"http://testserver/vi/p/{register.shop.public_id}" in found
    assert "http://testserver/vi/about" in found
    for number in ("99", "9" * 30):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_the_site_can_stand_on_a_phones_first_screen(client: Client) -> None:
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert manifest["start_url"] == "/"
    assert manifest["icons"]


@pytest.mark.parametrize(
    ("months", "vietnamese", "english"),
    [
        ([], "", ""),
        ([3, 4, 5], "tháng 3–5", "Mar–May"),
        ([11, 12, 1, 2], "tháng 11–2", "Nov–Feb"),
        ([1, 6, 7], "tháng 1, 6–7", "Jan, Jun–Jul"),
        (range(1, 13), "quanh năm", "all year"),
    ],
)
def test_months_are_said_as_runs(months: list[int], vietnamese: str, english: str) -> None:
    with override("vi"):
        assert words.months(months) == vietnamese
    with override("en"):
        assert words.months(months) == english


def test_numbers_dates_and_money_follow_the_language() -> None:
    with override("vi"):
        assert words.price(Decimal(1250000), "VND", "kg") == "1.250.000 ₫/kg"
        assert words.day(date(2026, 5, 12)) == "12/05/2026"
        assert words.distance(3_249) == "3,2 km"
        assert words.distance(154) == "150 m"
        assert words.quantity(Decimal("2.500"), "tấn", "mỗi tháng") == "2,5 tấn mỗi tháng"
    with override("en"):
        assert words.price(Decimal(1250000), "VND", "kg") == "VND 1,250,000/kg"
        assert words.day(date(2026, 5, 12)) == "12 May 2026"
        assert words.distance(120_400) == "120 km"
        assert words.quantity(Decimal("2.500"), "tấn", "a month") == "2.5 t a month"
        assert words.quantity(Decimal(2), "hộp 500 g", "a month") == "2 boxes 500 g a month"
        assert words.quantity(Decimal(1), "hộp", "a day") == "1 box a day"
        assert words.price(Decimal(5000), "VND", "hộp") == "VND 5,000/box"


@pytest.mark.parametrize(
    ("written", "href"),
    [
        ("0912 345 678", "tel:+84912345678"),
        ("+84 24.3825.0000", "tel:+842438250000"),
        ("024 3825 0000 / 0912 345 678", "tel:+842438250000"),
        ("1900 6868", "tel:19006868"),
        ("hỏi chị Lan", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_telephone_numbers_become_links_when_they_are_numbers(written: str, href: str) -> None:
    assert directions.telephone(written) == href


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x", ""])
def test_only_ordinary_web_addresses_become_links(address: str) -> None:
    assert directions.web(address) == ""


@pytest.mark.django_db
def test_the_public_address_stands_on_paper_and_in_the_sitemap(
    client: Client, register: Register, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://ocop.example.vn"
    page = read(client.get(f"/vi/p/{register.shop.public_id}"))
    assert (
        page.one("link", rel="canonical").attributes["href"]
        == f"https://ocop.example.vn/vi/p/{register.shop.public_id}"
    )
    assert page.one(class_="qr").text.startswith(f"https://ocop.example.vn/p/{register.shop.public_id}")
    assert "https://ocop.example.vn/sitemap-0.xml" in client.get("/sitemap.xml").content.decode()


@pytest.mark.parametrize(
    ("path", "language", "words"), [("/vi/x", "vi", "Hệ thống gặp lỗi"), ("/en/x", "en", "Something went wrong")]
)
def test_our_own_mistake_is_told_without_the_database(rf: RequestFactory, path: str, language: str, words: str) -> None:
    response = server_error(rf.get(path))
    assert response.status_code == 500
    page = read(response)
    assert words in page.one("h1").text
    assert page.one("html").attributes["lang"] == language
