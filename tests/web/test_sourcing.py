"""The buyers' pages: a demand in the address, suppliers with dates and gaps, side by side, the choice with reasons."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from geo.places.models import Place
from geo.spatial import calendar
from tests import factories as make
from tests.web.reading import read

pytestmark = pytest.mark.django_db

DEMAND = {"q": "cà phê", "quantity": "100", "unit": "kg", "from": "3", "to": "5"}


def roaster(name: str, quantity: str, **values: Any) -> Place:
    maker = values.pop("producer", None) or make.producer(f"HTX {name}", phone="0912 345 678")
    place = make.place(
        f"Xưởng {name}", kind="processing_facility", producer=maker, phone="0912 345 679",
        location=values.pop("location", Point(103.96, 10.22, srid=4326)),
    )  # fmt: skip
    stated = {
        "role": "processes", "quantity": Decimal(quantity), "unit": "kg", "period": "month", "said_by": "officer",
        "quantity_on": calendar.today() - timedelta(days=10), **values,
    }  # fmt: skip
    make.sells(place, make.product(f"Cà phê {name}"), **stated)
    return place


def text_of(client: Client, path: str, **asked: str) -> str:
    answer = client.get(f"/vi/sourcing{path}", {**DEMAND, **asked})
    assert answer.status_code == 200, answer.content.decode()
    return read(answer).text


def test_the_first_page_is_a_form_and_asks_the_database_for_no_supply(client: Client) -> None:
    page = read(client.get("/vi/sourcing"))
    assert page.find("form", class_="demand")
    assert not page.find("ul", class_="supplies")


def test_suppliers_are_shown_with_amount_source_date_and_age(client: Client) -> None:
    roaster("Một", "60", minimum_order=Decimal(20), lead_days=7)
    text = text_of(client, "")
    told = (calendar.today() - timedelta(days=10)).strftime("%d/%m/%Y")
    for expected in ("Xưởng Một", "60 kg mỗi tháng", "cán bộ", told, "10 ngày trước", "mỗi đơn ít nhất 20 kg", "40 kg"):
        assert expected in text, expected


def test_what_would_help_is_a_link_that_helps(client: Client) -> None:
    roaster("Một", "60")
    roaster("Hai", "60", quantity_on=calendar.today() - timedelta(days=800))
    page = read(client.get("/vi/sourcing", DEMAND))
    (link,) = [one for one in page.find("a") if "số liệu đã cũ" in one.text]
    again = read(client.get("/vi/sourcing" + link.attributes["href"]))
    assert "Đủ hàng cho nhu cầu" in again.text
    assert "số liệu cũ" in again.text


def test_a_geographical_indication_is_asked_for_by_form_and_shown_with_holder_and_end(client: Client) -> None:
    scheme = make.scheme("gi", name_vi="Chỉ dẫn địa lý")
    right = {"scheme": scheme, "valid_from": date(2026, 1, 1), "valid_until": date(2036, 1, 1)}
    make.certificate(roaster("Một", "60"), scope="Cà phê Buôn Ma Thuột", **right)
    roaster("Hai", "60")
    page = read(client.get("/vi/sourcing"))
    assert [one.attributes["value"] for one in page.find("select", id="d-mark")[0].find("option")] == ["", "any", "gi"]
    assert [one.attributes["value"] for one in page.find("datalist")[0].find("option")] == ["Cà phê Buôn Ma Thuột"]
    assert "gi" not in [one.attributes["value"] for one in page.find("input", name="scheme")]
    text = text_of(client, "", mark="any", mark_name="buôn ma thuột")
    assert "Chỉ dẫn địa lý: Cà phê Buôn Ma Thuột, của cơ sở, đến 31/12/2035" in text
    assert "không có chỉ dẫn địa lý hoặc nhãn hiệu như yêu cầu" in text.lower()
    assert "bỏ yêu cầu chỉ dẫn địa lý hoặc nhãn hiệu" in text.lower()
    assert (
        'value="buôn ma thuột"' in client.get("/vi/sourcing", {**DEMAND, "mark_name": "buôn ma thuột"}).content.decode()
    )
    key = read(client.get("/vi/sourcing", {**DEMAND, "mark": "gi"})).find("input", name="supply")[0].attributes["value"]
    assert "Cà phê Buôn Ma Thuột, của cơ sở" in text_of(client, "/compare", supply=key)


def test_contacts_of_nobody_are_on_these_pages(client: Client) -> None:
    household = make.producer("Hộ bà Tư", kind="household", phone="0911 222 333", address="12 Hẻm Nhỏ")
    roaster("Tư", "200", producer=household)
    for path in ("", "/choose"):
        text = text_of(client, path)
        assert "Xưởng Tư" in text
        for private in ("0911 222 333", "Hẻm Nhỏ", "0912 345 679"):
            assert private not in text
    answer = client.get("/api/actions/supply-search", {"q": "cà phê", "quantity": "5", "months": "3"}).content.decode()
    assert "Xưởng Tư" in answer
    assert "0911" not in answer
    assert "0912" not in answer


def test_up_to_five_stand_side_by_side(client: Client) -> None:
    places = [roaster(str(number), "10") for number in range(6)]
    keys = [f"{one.public_id}-{one.products.get().public_id}" for one in places]
    page = read(client.get("/vi/sourcing/compare", {**DEMAND, "supply": keys[:5]}))
    assert len(page.find("th", scope="col")) == 5
    refused = client.get("/vi/sourcing/compare", {**DEMAND, "supply": keys})
    assert refused.status_code == 400
    assert "nhiều nhất 5" in read(refused).text
    assert client.get("/vi/sourcing/compare", DEMAND).status_code == 400


def test_the_choice_says_why_and_what_is_missing_and_plans_anew_without_a_supplier(client: Client) -> None:
    roaster("Gần", "80")
    far = roaster("Xa", "80", location=Point(104.05, 10.33, srid=4326))
    asked = {"depot": "103.96,10.22"}
    text = text_of(client, "/choose", **asked)
    assert "Đủ hàng trong mọi tháng" in text
    assert "Cần thiết: thiếu nơi này sẽ hụt 60 kg" in text.replace("\xa0", " ")
    page = read(client.get("/vi/sourcing/choose", {**DEMAND, **asked}))
    (without,) = [one.attributes["href"] for one in page.find("a") if "Bỏ nơi này" in one.text and "Xa" in one.text]
    again = read(client.get("/vi/sourcing/choose" + without)).text
    assert "Còn thiếu 60 kg" in again
    assert far.public_id in without
    assert "Tính lại các nơi đã bỏ ra" in again


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("to", "13"),
        ("quantity", "-1"),
        ("depot", "110.5,15"),
        ("min_stars", "9"),
        ("max_share", "0"),
        ("max_stops", "x"),
    ],
)
def test_what_is_wrong_is_said_in_the_form_with_400(client: Client, name: str, value: str) -> None:
    make.commune()
    answer = client.get("/vi/sourcing/choose", {**DEMAND, name: value})
    assert answer.status_code == 400
    page = read(answer)
    assert page.find("p", role="alert")
    assert page.find("form", class_="demand")


@pytest.mark.parametrize(
    ("language", "typed", "read_as", "shown"),
    [
        ("vi", "1.125", "1125", "1125"),
        ("vi", "1,125", "1.125", "1,125"),
        ("en", "1.125", "1.125", "1.125"),
        ("en", "1,125", "1125", "1125"),
        ("vi", "0.125", "0.125", "0,125"),
        ("vi", "1.500,5", "1500.5", "1500,5"),
        ("vi", "1,500.5", "1500.5", "1500,5"),
        ("vi", "1e309", "1e309", "1e309"),
        ("vi", "<b>hai</b>", "<b>hai</b>", "<b>hai</b>"),
    ],
)
def test_typed_numbers_are_read_in_the_page_s_language_and_shown_back(
    client: Client, language: str, typed: str, read_as: str, shown: str
) -> None:
    sent = client.get(f"/{language}/sourcing", {"q": "trà", "from": "3", "to": "4", "amount": typed, "hours": ""})
    assert (sent.status_code, parse_qs(urlsplit(sent["Location"]).query)["quantity"]) == (302, [read_as])
    page = read(client.get(sent["Location"]))
    (field,) = page.find("input", name="amount")
    assert field.attributes["value"] == shown


def test_an_empty_form_says_what_to_enter(client: Client) -> None:
    answer = client.get("/vi/sourcing", {"q": "", "amount": "", "hours": "", "from": "1", "to": "1"}, follow=True)
    assert answer.status_code == 400
    assert "Hãy cho biết cần hàng gì: tên sản phẩm hoặc nhóm sản phẩm." in read(answer).text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"quantity": ""}, "“Mỗi tháng”"),
        ({"quantity": "1e309"}, "“Mỗi tháng” phải là số từ 0 đến 1000000000"),
        ({"quantity": "-2"}, "“Mỗi tháng” phải là số từ 0"),
        ({"months": "13"}, "Không có tháng 13"),
        ({"depot": "110.5,15"}, "“Kho của anh/chị” nằm trên biển"),
        ({"max_hours": "5"}, "“Đường đi nhiều nhất (giờ)”"),
        ({"max_stops": "x"}, "“Điểm dừng mỗi tháng, nhiều nhất” phải là số nguyên"),
        ({"supply": "<script>"}, "“Nhà cung cấp”"),
    ],
)
def test_messages_name_the_fields_as_the_form_does(client: Client, given: dict[str, str], said: str) -> None:
    make.commune()
    asked = {"q": "cà phê", "quantity": "5", "months": "3", **given}
    answer = client.get(f"/vi/sourcing/{'compare' if 'supply' in given else 'choose'}", asked)
    assert answer.status_code == 400
    assert said in read(answer).text
    assert "<script>" not in answer.content.decode()


def test_what_is_wrong_with_the_rules_of_choosing_is_said_above_them_and_the_suppliers_stay(client: Client) -> None:
    roaster("Một", "60")
    page = read(client.get("/vi/sourcing/choose", {**DEMAND, "max_stops": "0", "max_share": "40"}))
    assert page.find("ul", class_="supplies")
    (rules,) = [one for one in page.find("form") if "rules" in one.attributes.get("class", "")]
    (stops,) = rules.find("input", name="max_stops")
    assert (stops.attributes["value"], stops.attributes["aria-invalid"]) == ("0", "true")
    without_ticks = client.get("/vi/sourcing/compare", DEMAND)
    assert "Xưởng Một" in read(without_ticks).text


def test_the_demand_is_said_in_words_on_every_page(client: Client) -> None:
    place = roaster("Một", "60")
    asked = {
        "q": "cà phê", "quantity": "2", "unit": "tonne", "months": "3,9", "min_stars": "3",
        "count": "stale", "lead_days": "7", "depot": "103.96,10.22", "max_hours": "5",
    }  # fmt: skip
    key = f"{place.public_id}-{place.products.get().public_id}"
    for path in ("", "/choose", "/compare"):
        text = read(client.get(f"/vi/sourcing{path}", {**asked, "supply": key})).text.replace(" :", ":")
        for said in (
            "cà phê: 2.000 kg mỗi tháng, 03/",
            ", 09/",
            "OCOP từ 3 sao, còn hạn vào ngày giao",
            "Đường đi nhiều nhất 5 giờ 00",
            "Báo trước nhiều nhất 7 ngày",
            "Tính cả số liệu đã cũ",
        ):
            assert said in text, (path, said)


def test_roads_without_road_data_are_marked_with_each_supplier(client: Client) -> None:
    place = roaster("Một", "60")
    key = f"{place.public_id}-{place.products.get().public_id}"
    for path in ("", "/choose", "/compare"):
        page = read(client.get(f"/vi/sourcing{path}", {**DEMAND, "depot": "103.97,10.22", "supply": key}))
        assert any("ước tính" in one.text for one in page.find("span", class_="mark-estimate")), path


def test_who_does_not_count_is_out_of_the_choice_with_the_reason(client: Client) -> None:
    roaster("Một", "60")
    roaster("Cũ", "60", quantity_on=calendar.today() - timedelta(days=800))
    text = text_of(client, "/choose")
    assert "Số liệu đã cũ" in text.split("Vì sao không chọn các nơi khác")[1]


def test_a_demand_that_is_too_large_is_offered_in_the_quantity_there_is(client: Client) -> None:
    roaster("Một", "60")
    page = read(client.get("/vi/sourcing", {**DEMAND, "unit": "tonne"}))
    (link,) = [one for one in page.find("a") if "nhu cầu còn 60 kg" in one.text]
    again = read(client.get("/vi/sourcing" + link.attributes["href"]))
    assert "Đủ hàng cho nhu cầu" in again.text


def test_every_chosen_supplier_can_be_asked_ten_at_a_time(client: Client) -> None:
    places = [roaster(str(number), "10") for number in range(12)]
    page = read(client.get("/vi/sourcing/choose", {**DEMAND, "quantity": "120"}))
    forms = [one for one in page.find("form") if one.attributes["action"] == "/vi/sourcing/ask"]
    asked = [[field.attributes["value"] for field in one.find("input", name="supply")] for one in forms]
    assert [len(keys) for keys in asked] == [10, 2]
    assert {key.split("-")[0] for keys in asked for key in keys} == {one.public_id for one in places}
    assert "nhiều nhất đến 10 nhà cung cấp" in page.text


def test_both_languages_speak_of_units_in_their_own_words(client: Client) -> None:
    roaster("Hộp", "40", unit="hộp", piece_kg=Decimal("0.25"))
    assert "40 hộp mỗi tháng (mỗi đơn vị 0,25 kg)" in text_of(client, "")
    english = read(client.get("/en/sourcing", DEMAND)).text
    assert "40 boxes a month (0.25 kg each)" in english


def test_the_actions_answer_programs_and_forget_when_a_promise_is_made(client: Client) -> None:
    roaster("Một", "60")
    asked = {"q": "cà phê", "quantity": "100", "months": "3"}
    answer = client.get("/api/actions/choose-suppliers", asked)
    told = answer.json()
    assert (told["gap"], told["suppliers"][0]["amounts"], told["months"][0]["stops"]) == (40, [60], 1)
    assert told["suppliers"][0]["reason"]["code"] == "needed"
    assert (
        client.get("/api/actions/choose-suppliers", asked, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    )
    assert client.get("/api/actions/supply-totals").json()["sums"][0]["amounts"][0] == 60
    wrong = client.get("/api/actions/choose-suppliers", {**asked, "months": "13"})
    assert (wrong.status_code, wrong.json()["parameter"]) == (400, "months")


def test_the_stops_of_a_month_go_to_the_route_planner_with_their_loads(client: Client) -> None:
    place = roaster("Một", "80")
    page = read(client.get("/vi/sourcing/choose", {**DEMAND, "quantity": "70.25", "depot": "103.96,10.22"}))
    forms = [one for one in page.find("form") if one.attributes["action"] == "/vi/plans/new"]
    assert len(forms) == 3
    handed = {one.attributes["name"]: one.attributes["value"] for one in forms[0].find("input", type="hidden")}
    assert handed["pickups"] == f"{place.public_id}; 70.2; ; 16; Xưởng Một"
    assert handed["date"].endswith("-03-01")
    plan = read(client.get("/vi/plans/new", handed))
    assert "103.96,10.22" in {one.attributes.get("value") for one in plan.find("input")}
    assert place.public_id in plan.one("textarea").text


def test_what_leaving_a_supplier_out_changes_is_said(client: Client) -> None:
    near = roaster("Gần", "80")
    far = roaster("Xa", "80", location=Point(104.05, 10.33, srid=4326))
    idle = roaster("Dự phòng", "80", location=Point(104.15, 10.4, srid=4326))
    asked = {"depot": "103.96,10.22", "max_hours": "30"}
    gone = read(client.get("/vi/sourcing/choose", {**DEMAND, **asked, "without": near.public_id}))
    said = gone.one("section", class_="choice-changes").text
    assert "Xưởng Gần: 0 kg thay vì 240 kg" in said
    assert "Xưởng Xa: 240 kg thay vì 60 kg" in said
    assert "Xưởng Dự phòng: 60 kg thay vì 0 kg" in said
    assert "Thiếu" not in said
    short = read(client.get("/vi/sourcing/choose", {**DEMAND, **asked, "without": f"{near.public_id},{far.public_id}"}))
    assert "Thiếu: 60 kg thay vì 0 kg" in short.one("section", class_="choice-changes").text
    same = read(client.get("/vi/sourcing/choose", {**DEMAND, **asked, "without": idle.public_id}))
    assert "vốn không được chọn" in same.one("section", class_="choice-changes").text


def test_who_asks_nobody_comes_back_to_the_suppliers(client: Client) -> None:
    page = read(client.get("/vi/sourcing/ask", {"q": "cà phê", "quantity": "5", "months": "3"}))
    assert "/vi/sourcing?q=c%C3%A0+ph%C3%AA&quantity=5&months=3" in page.hrefs
