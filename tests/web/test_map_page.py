"""The map page: complete without JavaScript, in both languages, in fragments, and calm about bad addresses."""

import json
import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from geo.divisions.models import Level
from tests import factories
from tests.web.conftest import Register
from tests.web.reading import Element, read

pytestmark = pytest.mark.django_db


def names(page: Element) -> list[str]:
    return [card.text for card in page.find("h2", class_="card-name")]


def test_the_door_leads_to_the_browsers_language_and_keeps_the_query(client: Client) -> None:
    assert client.get("/?q=che", HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.9")["Location"] == "/en/?q=che"
    assert client.get("/", HTTP_ACCEPT_LANGUAGE="fr")["Location"] == "/vi/"


def test_the_whole_list_is_there_without_scripts(client: Client, register: Register) -> None:
    page = read(client.get("/vi/"))
    assert page.one("html").attributes["lang"] == "vi"
    assert "Cửa hàng OCOP Hoàn Kiếm" in names(page)
    assert page.one(id="count").text.startswith("6 nơi")
    assert page.one("form", id="search").attributes["method"] == "get"
    card = page.one("li", data_id=register.shop.public_id)
    assert (card.attributes["data-lon"], card.attributes["data-lat"]) == ("105.850000", "21.030000")
    for words in ("Nước mắm Phú Quốc", "Phường Hoàn Kiếm, Thành phố Hà Nội", "đến 05/2028", "120.000 ₫/chai 500 ml"):
        assert words in card.text
    assert "đang mở · đóng cửa lúc 18:00" in card.text


def test_english_is_complete(client: Client, register: Register) -> None:
    page = read(client.get("/en/"))
    assert page.one(id="count").text.startswith("6 places")
    card = page.one("li", data_id=register.shop.public_id)
    assert "open · closes at 18:00" in card.text
    assert "until May 2028" in card.text
    assert "VND 120,000" in card.text


def test_english_names_divisions_and_categories_in_english(client: Client, register: Register) -> None:
    hanoi = register.shop.province
    hanoi.name_en = "Hanoi City"
    hanoi.save()
    page = read(client.get("/en/", {"province": "Ha Noi"}))
    assert page.find("a", class_="on")[0].text == "Hanoi City"
    chosen = [
        option for option in page.one("select", id="filter-province").find("option") if "selected" in option.attributes
    ]
    assert [option.text for option in chosen] == ["Hanoi City (4)"]


def test_search_finds_without_accents_and_fills_the_field_again(client: Client, register: Register) -> None:
    page = read(client.get("/vi/", {"q": "nuoc mam"}))
    assert set(names(page)) == {"Cửa hàng OCOP Hoàn Kiếm", "Nhà thùng Phú Quốc"}
    assert page.one("input", id="q").attributes["value"] == "nuoc mam"


def test_a_form_with_several_ticks_leads_to_one_readable_address(client: Client, register: Register) -> None:
    response = client.get("/vi/?q=&kind=point_of_sale&kind=production_site&province=&stars=4")
    assert response["Location"] == "/vi/?stars=4&kind=point_of_sale,production_site"


def test_filters_have_counts_and_keep_what_is_chosen(client: Client, register: Register) -> None:
    page = read(client.get("/vi/", {"kind": "point_of_sale", "q": "hoan kiem"}))
    form = page.one("form", id="filter-form")
    chosen = form.one("input", name="kind", value="point_of_sale")
    assert "checked" in chosen.attributes
    assert form.one("input", name="q").attributes["value"] == "hoan kiem"
    labels = [label.text for label in form.find("label", class_="option")]
    assert "Điểm bán 3" in labels
    assert form.one("button", type="submit").text == "Xem 3 nơi"


def test_the_form_keeps_what_is_no_value_of_its_lists(client: Client, register: Register) -> None:
    def chosen(name: str, **query: str) -> list[tuple[str, str]]:
        options = read(client.get("/vi/", query)).one("select", id=f"filter-{name}").find("option")
        return [(one.attributes["value"], one.text) for one in options if "selected" in one.attributes]

    assert chosen("province", province="ha noi") == [("ha noi", "Thành phố Hà Nội (4)")]
    factories.division(Level.PROVINCE, "Hà Tây", "28", "tỉnh", valid_from=None, valid_until=date(2008, 8, 1))
    assert chosen("province", province="28") == [("28", "Tỉnh Hà Tây")]


def test_every_filter_in_force_can_be_taken_away_by_a_link(client: Client, register: Register) -> None:
    page = read(client.get("/vi/", {"kind": "point_of_sale", "stars": "4,5", "province": "01"}))
    on = page.one("nav", id="chips").find("a", class_="on")
    assert {chip.text for chip in on} == {"Điểm bán", "★ 4 trở lên", "Thành phố Hà Nội"}
    (hanoi,) = [chip for chip in on if chip.text == "Thành phố Hà Nội"]
    assert parse_qs(urlsplit(hanoi.attributes["href"]).query) == {"kind": ["point_of_sale"], "stars": ["4,5"]}
    assert hanoi.attributes["aria-label"] == "Bỏ lọc Thành phố Hà Nội"


def test_the_list_goes_on_by_links(client: Client, register: Register) -> None:
    for number in range(30):
        factories.place(f"Quầy {number:02d}")
    first = read(client.get("/vi/"))
    assert len(first.find("li", class_="card")) == 20
    following = first.one("a", rel="next").attributes["href"]
    second = read(client.get(following))
    assert len(second.find("li", class_="card")) == 16
    assert not set(names(first)) & set(names(second))
    assert second.one("ol", class_="cards").attributes["start"] == "21"


def test_near_orders_by_distance_and_says_it(client: Client, register: Register) -> None:
    page = read(client.get("/vi/", {"near": "105.86,21.03", "kind": "point_of_sale", "status": "open"}))
    assert names(page) == ["Cửa hàng OCOP Hoàn Kiếm"]
    assert page.find(class_="distance")[0].text == "1 km"
    assert page.one(id="count").text == "1 nơi trong 50 km"


def test_a_distance_to_a_communes_point_is_only_about(client: Client, register: Register) -> None:
    page = read(client.get("/vi/", {"near": "103.97,10.25", "kind": "production_site"}))
    assert [each.text for each in page.find(class_="distance")] == ["khoảng 3 km"]


def test_with_nothing_near_the_nearest_beyond_is_named(client: Client, register: Register) -> None:
    page = read(client.get("/vi/", {"near": "107.6,16.46", "radius": "1000"}))
    empty = page.one(class_="empty")
    assert "Không có nơi nào khớp" in empty.text
    assert "Bỏ lọc trong 1 km" in [a.attributes.get("aria-label") for a in empty.find("a")]
    assert len(empty.find("li", class_="card")) == 1


def test_the_places_of_a_product_lead_to_the_product(client: Client, register: Register) -> None:
    page = read(client.get("/vi/", {"product": register.product.public_id}))
    assert page.find("a", class_="on")[0].text == "Nước mắm Phú Quốc"
    (about,) = [a for a in page.one(class_="list-head").find("a") if a.text == "Xem sản phẩm này"]
    opened = read(client.get(about.attributes["href"]))
    assert opened.one(id="record").one("h2", class_="record-title").text == "Nước mắm Phú Quốc"


def test_places_without_position_are_counted_and_listed(client: Client, register: Register) -> None:
    page = read(client.get("/vi/"))
    assert "1 nơi chưa có vị trí" in page.one(id="count").text
    link = page.one(class_="list-head").find("a")[0].attributes["href"]
    assert names(read(client.get(link))) == ["Tổ ong nhà An"]
    seen = read(client.get("/vi/", {"bbox": "105,20,107,22"}))
    assert "trong khung nhìn" in seen.one(id="count").text
    assert "và 1 nơi chưa có vị trí" in seen.one(id="count").text


def test_a_record_opens_inside_the_panel_with_a_way_back(client: Client, register: Register) -> None:
    page = read(client.get("/vi/", {"q": "hoan kiem", "open": register.shop.public_id.lower()}))
    assert page.one(id="panel").attributes["data-view"] == "record"
    record = page.one(id="record")
    assert record.one("h2", class_="record-title").text == "Cửa hàng OCOP Hoàn Kiếm"
    assert record.one(class_="back").attributes["href"] == "/vi/?q=hoan%20kiem"


@pytest.mark.parametrize("fragment", ["list", "filters", "chips", "record"])
def test_a_fragment_is_the_same_part_of_the_page(client: Client, register: Register, fragment: str) -> None:
    query = {"kind": "point_of_sale", "open": register.shop.public_id}
    page = client.get("/vi/", query)
    part = client.get("/vi/", query, headers={"X-Fragment": fragment})
    assert part.content.decode().strip() in page.content.decode()
    assert "X-Fragment" in part["Vary"]
    assert read(part).one(id=fragment)


def test_several_fragments_come_in_one_answer(client: Client, register: Register) -> None:
    found = read(client.get("/vi/?fragment=list,chips"))
    assert found.one(id="list").attributes["data-count"] == "6"
    assert found.one(id="chips")


def test_the_list_names_another_state_of_the_data_after_a_save(client: Client, register: Register) -> None:
    def version() -> str | None:
        return read(client.get("/vi/?fragment=list")).one(id="list").attributes["data-version"]

    before = version()
    assert before == version()
    factories.place("Cửa hàng mới")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a commit does
    assert version() != before


def test_a_fragment_that_can_not_be_made_is_a_problem_document(client: Client) -> None:
    response = client.get("/vi/", {"stars": "nine"}, headers={"X-Fragment": "list"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["parameter"] == "stars"


HOSTILE = [
    ("bbox", "NaN,0,1,1"),
    ("bbox", "-999,-999,999,999"),
    ("near", "105;DROP TABLE places_place,21"),
    ("near", "inf,1"),
    ("radius", "-1"),
    ("stars", "4' OR 1=1--"),
    ("stars", "99999999999999999999"),
    ("kind", "<script>alert(1)</script>"),
    ("province", "\x00"),
    ("q", "x" * 10_000),
    ("page", "0"),
    ("page", "1e9"),
    ("page", "99999999"),
    ("open", "';--"),
    ("open_at", "yesterday"),
    ("category", "../../etc/passwd"),
    ("located", "perhaps"),
    ("certificate", "valid,%00"),
    ("fragment", "everything"),
    ("producer", "12345678"),
    ("datetime", "9999-99-99"),
]


@pytest.mark.parametrize(("name", "value"), HOSTILE)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_hostile_parameter_is_a_400_that_names_it(client: Client, language: str, name: str, value: str) -> None:
    query = {name: value} | ({"near": "105,21"} if name == "radius" else {})
    response = client.get(f"/{language}/", query)
    assert response.status_code == 400
    if name == "fragment":
        return
    page = read(response)
    assert name in page.one("main").text
    assert "<script>alert" not in response.content.decode()
    assert page.one("html").attributes["lang"] == language
    assert f"/{language}/" in page.one("main").hrefs


def test_a_name_of_several_divisions_offers_them(client: Client, register: Register) -> None:
    hanoi = factories.province("Hà Nội", "01", "thành phố")
    for code, parent in (("00001", hanoi), ("00002", factories.province())):
        factories.commune("Tân Phú", code, "xã", parent=parent)
    response = client.get("/vi/", {"commune": "Tân Phú"})
    assert response.status_code == 400
    links = [href for href in read(response).one("main").hrefs if "commune=" in href]
    assert [client.get(href).status_code for href in links] == [200, 200]


def test_parameters_that_networks_add_do_no_harm(client: Client, register: Register) -> None:
    page = read(client.get("/vi/?fbclid=abc&utm_source=zalo"))
    assert page.one(id="count").text.startswith("6 nơi")


def test_names_can_not_become_markup(client: Client, register: Register) -> None:
    name = "<img src=x onerror=alert(1)>\"'</script>"
    place = factories.place(name)
    factories.sells(place, factories.product(name))
    place.refresh_from_db()
    for response in (client.get("/vi/", {"q": "img"}), client.get("/vi/", {"open": place.public_id})):
        text = response.content.decode()
        assert "<img src=x" not in text
        assert name in read(response).one("main").text
    page = client.get("/vi/", {"q": "</script><b>"}).content.decode()
    assert "</script><b>" not in page


def test_everything_comes_from_this_site(client: Client, register: Register) -> None:
    response = client.get("/vi/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    page = read(response)
    sources = [
        each.attributes.get("src") or each.attributes.get("href") for each in page.find("script") + page.find("link")
    ]
    own = [source for source in sources if source and not source.startswith("/")]
    assert all(urlsplit(source).netloc == "testserver" for source in own)
    assert not page.find(style="")
    assert not re.search(r'\son\w+="', response.content.decode())
    assert not response.cookies


def test_the_languages_point_at_each_other_and_keep_the_query(client: Client, register: Register) -> None:
    page = read(client.get("/vi/", {"q": "nuoc mam"}))
    assert page.find("a", hreflang="en")[0].attributes["href"] == "/en/?q=nuoc+mam"
    alternates = {each.attributes["hreflang"]: each.attributes["href"] for each in page.find("link", rel="alternate")}
    assert alternates["en"] == "http://testserver/en/"
    assert alternates["x-default"] == "http://testserver/vi/"


def test_the_list_can_be_taken_away_with_its_filter(client: Client, register: Register) -> None:
    page = read(client.get("/vi/", {"kind": "point_of_sale", "q": "cho"}))
    links = page.one(class_="downloads").hrefs
    assert links[0] == "/api/collections/places/items?kind=point_of_sale&q=cho&f=xlsx"


def test_boot_data_is_readable_json(client: Client, register: Register) -> None:
    page = client.get("/en/").content.decode()
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', page, re.DOTALL)
    assert found
    boot = json.loads(found.group(1))
    assert boot["lang"] == "en"
    assert boot["urls"]["record"] == "/en/p/{id}"
    assert boot["kinds"]["point_of_sale"]


@pytest.mark.parametrize("extra", [0, 19])
def test_queries_do_not_grow_with_the_list(
    client: Client, register: Register, django_assert_max_num_queries: DjangoAssertNumQueries, extra: int
) -> None:
    for number in range(extra):
        place = factories.place(f"Quầy {number:02d}", schedule=factories.schedule(f"Mo-Su 0{number % 9}:00-18:00"))
        factories.sells(place, register.product)
    with django_assert_max_num_queries(32):
        client.get("/vi/", {"kind": "point_of_sale", "stars": "4", "province": "01,91"})


def test_the_page_has_landmarks_labels_and_headings(client: Client, register: Register) -> None:
    page = read(client.get("/vi/"))
    assert len(page.find("main")) == len(page.find("h1")) == len(page.find("header")) == 1
    assert page.one("a", class_="skip").attributes["href"] == "#list"
    labelled = {label.attributes.get("for") for label in page.find("label")}
    for control in [*page.find("select"), page.one("input", id="q")]:
        assert control.attributes["id"] in labelled
    assert page.one(id="count").attributes["aria-live"] == "polite"
    for button in page.find("button"):
        assert button.text or button.attributes.get("aria-label")
