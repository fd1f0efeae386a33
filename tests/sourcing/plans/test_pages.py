"""The screens of plans without a script, and the files one takes along."""

import io
import json
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from geo.sourcing.pickups import Pickup
from geo.sourcing.plans import services
from geo.sourcing.plans.models import Plan
from geo.spatial.problems import InvalidParameter
from geo.web.plans.form import _number, document, filled, lines, plain
from tests.sourcing.plans.asking import ground, producer, request, spot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def land() -> None:
    ground()


def form(pickups: str, **values: str) -> dict[str, str]:
    return {
        "date": "2026-11-25", "depot": "105.85,21.03", "lorries": "2", "name_0": "Xe A", "kg_0": "1.000",
        "from_0": "06:00", "until_0": "18:00", "pickups": pickups, **values,
    }  # fmt: skip


def test_a_form_becomes_a_plan(client: Client) -> None:
    place = producer("Xưởng rang")
    answer = client.post(
        "/vi/plans/new", form(f"{place.public_id}; 350; 0,5; 20\n105.88, 21.1\t120\t\t\tKho Mới\n", title="Thứ tư")
    )
    plan = Plan.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/vi/plans/{plan.key}")
    page = client.get(answer["Location"])
    text = page.content.decode()
    for words in (
        "Thứ tư",
        "25/11/2026",
        "Xe A",
        "Xưởng rang",
        "Kho Mới",
        "Ước tính, chưa có dữ liệu đường",
        "geo:21.05",
        "A1",
        "A2",
    ):
        assert words in text
    assert "noindex" in page["X-Robots-Tag"]
    assert "no-store" in page["Cache-Control"]
    assert text.count("<svg") >= 2
    assert services.newest(plan).asked["pickups"][0] == {
        "place": place.public_id,
        "load_kg": 350,
        "volume_m3": 0.5,
        "service_min": 20,
    }


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kg_0": ""}, "“xe 1: Tải trọng (kg)” phải là số"),
        ({"kg_0": "-5"}, "“xe 1: Tải trọng (kg)” phải là số từ 1 đến 100000"),
        ({"kg_0": "", "name_0": ""}, "Hãy nhập ít nhất một xe"),
        ({"depot": ""}, "nơi xe xuất phát"),
        ({"depot": "110.5,12"}, "“Nơi xe xuất phát và trở về” nằm trên biển"),
        ({"pickups": ""}, "ít nhất một điểm dừng"),
        ({"pickups": "Xưởng rang; 5"}, "Dòng 1"),
        ({"pickups": "00000000; 5"}, "Không có nơi nào"),
        ({"pickups": "105.88,21.1; nhiều"}, "Dòng 1"),
        ({"pickups": "105.88,21.1; -7"}, "“dòng 1: kg” phải là số"),
        ({"kg_0": "1e309"}, "“xe 1: Tải trọng (kg)” phải là số"),
        ({"per_km_0": "x"}, "“xe 1: Chi phí mỗi km, nếu biết” phải là số"),
        ({"per_km_1": "5"}, "“xe 2: Tải trọng (kg)” phải là số"),
        ({"kg_0": "", "name_0": "<b>Xe</b>"}, "&lt;b&gt;Xe&lt;/b&gt;"),
        ({"date": "hôm nay"}, "Ngày thu gom"),
        ({"rest_min_0": "60", "rest_from_0": "11:00", "rest_until_0": "11:20"}, "xe 1"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_nothing_typed_is_lost(
    client: Client, values: dict[str, str], words: str
) -> None:
    sent = form("105.88,21.1; 120") | values
    answer = client.post("/vi/plans/new", sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert 'role="alert"' in text
    assert sent["pickups"] in text
    assert "vehicles[" not in text
    assert not Plan.objects.exists()


def test_what_another_page_hands_over_stands_in_the_form(client: Client) -> None:
    place = producer()
    handed = lines([Pickup(place.public_id, place.name, 105.9, 21.05, 350.5, 0.5, 900)])
    assert handed == f"{place.public_id}; 350.5; 0.5; 15"
    for answer in (
        client.get("/vi/plans/new", {"pickups": handed}),
        client.post("/vi/plans/new", {"prefill": "1", "pickups": handed}),
    ):
        assert answer.status_code == 200
        assert handed in answer.content.decode()


def test_one_more_lorry_keeps_what_was_typed(client: Client) -> None:
    answer = client.post("/vi/plans/new", form("105.88,21.1; 120", more="1"))
    text = answer.content.decode()
    assert 'id="kg_2"' in text
    assert 'value="Xe A"' in text


def test_a_plan_is_changed_in_its_own_form(client: Client) -> None:
    plan = services.make(
        request(
            spot("Kho"), vehicles=[{"capacity_kg": 500, "breaks": [{"from": "11:00", "until": "13:00", "minutes": 30}]}]
        )
    )
    text = client.get(f"/vi/plans/{plan.key}/edit").content.decode()
    assert "105.88, 21.1; 100" in text
    assert 'value="30"' in text
    answer = client.post(f"/vi/plans/{plan.key}/edit", form("105.88,21.1; 900"))
    assert answer.status_code == 302
    assert services.newest(plan).number == 2
    assert client.get(f"/vi/plans/{plan.link}/edit").status_code == 404


def test_who_drops_out_is_shown_with_what_changes(client: Client) -> None:
    plan = services.make(request(spot("Kho A"), spot("Kho B", 105.6, 21.3), spot("Kho C", 105.8, 20.9)))
    client.post(f"/vi/plans/{plan.key}/change", {"do": "drop", "stop": "1"})
    text = client.get(f"/vi/plans/{plan.key}").content.decode()
    assert "Phiên bản 2 thay đổi những gì" in text
    assert "Bỏ Kho B." in text
    assert "Tổng quãng đường ngắn hơn" in text
    looked_at = client.get(f"/vi/plans/{plan.link}").content.decode()
    assert "Bỏ Kho B." in looked_at
    assert plan.key not in looked_at
    assert "/change" not in looked_at


def test_what_can_not_be_served_says_why(client: Client) -> None:
    plan = services.make(request(spot("Nhẹ"), spot("Nặng", kg=5000)))
    assert "nặng hơn tải trọng của mọi xe" in client.get(f"/vi/plans/{plan.key}").content.decode()
    assert "heavier than any lorry takes" in client.get(f"/en/plans/{plan.key}").content.decode()


@pytest.fixture
def plan() -> Plan:
    return services.make(request(spot("=Kho & <A>"), spot("Kho B", 105.9, 21.2), spot("Nặng", kg=5000)))


def test_the_workbook_has_every_stop_and_no_formula(client: Client, plan: Plan) -> None:
    answer = client.get(f"/vi/plans/{plan.link}/files/plan.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    stops, left, about = book.worksheets
    names = {row[2].value: row for row in stops.iter_rows(min_row=2)}
    assert set(names) == {"=Kho & <A>", "Kho B"}
    assert names["=Kho & <A>"][2].data_type == "s"
    assert sorted(row[10].value for row in names.values()) == [100, 200]
    assert [row[0].value for row in left.iter_rows(min_row=2)] == ["Nặng"]
    assert "Ước tính" in str(about.cell(2, 2).value)


def test_gpx_has_a_track_and_the_stops_in_order(client: Client, plan: Plan) -> None:
    root = ElementTree.fromstring(client.get(f"/vi/plans/{plan.link}/files/plan.gpx").content)
    space = {"g": "http://www.topografix.com/GPX/1/1"}
    assert [one.text[:2] for one in root.findall(".//g:rtept/g:name", space) if one.text] == ["A1", "A2"]
    assert len(root.findall(".//g:trkseg", space)) == 3
    assert "Ước tính" in (root.findtext("g:metadata/g:desc", namespaces=space) or "")


def test_geojson_says_that_it_is_an_estimate(client: Client, plan: Plan) -> None:
    answer = client.get(f"/vi/plans/{plan.link}/files/plan.geojson")
    found = json.loads(answer.content)
    assert found["estimate"]
    assert [one["geometry"]["type"] for one in found["features"]] == ["MultiLineString", "Point", "Point", "Point"]
    assert found["features"][-1]["properties"]["unserved"] == "too-heavy"
    assert client.get(f"/vi/plans/{plan.link}/files/plan.pdf").status_code == 404


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1500", 1500), ("1.500", 1500), ("1.500,5", 1500.5), ("1,5", 1.5), ("0.5", 0.5), ("1,500.5", 1500.5),
        ("1,500", 1.5), ("0.125", 0.125), ("0,125", 0.125), ("1 500", 1500), ("12.345.678", 12_345_678),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert _number("x", text) == value


@pytest.mark.parametrize(("text", "value"), [("1,500", 1500), ("1.500", 1.5), ("1.500,5", 1500.5), ("0,125", 0.125)])
def test_numbers_are_read_as_people_write_them_in_english(text: str, value: float) -> None:
    with translation.override("en"):
        assert _number("x", text) == value


@pytest.mark.parametrize("text", ["", "nhiều", "1..5", "1e5", "１２", "--1", "1.50.0", "9" * 13])
def test_what_is_no_number_is_not_guessed(text: str) -> None:
    with pytest.raises(InvalidParameter):
        _number("x", text)


@pytest.mark.parametrize("language", ["vi", "en"])
@given(value=st.floats(0, 99_999).map(lambda value: round(value, 3)))
def test_what_the_form_writes_it_reads_again(language: str, value: float) -> None:
    with translation.override(language):
        assert _number("x", plain(value)) == value


RICH: dict[str, Any] = {
    "vehicles": [
        {
            "name": "Xe 1", "capacity_kg": 1500, "from": "06:00", "until": "18:00",
            "breaks": [
                {"from": "11:00", "until": "13:00", "minutes": 30}, {"from": "15:00", "until": "16:00", "minutes": 15},
            ],
            "depot": {"lon": 105.8, "lat": 21.0, "name": "Bãi xe Hà Đông"},
            "cost": {"fixed": 200000, "per_km": 5000, "per_hour": 45000},
        },
        {"name": "Xe 2", "capacity_kg": 900, "from": "07:00", "until": "17:00"},
    ],
    "depot": {"lon": 105.8512, "lat": 21.0318, "name": "Kho trung tâm"},
}  # fmt: skip
"""What programs may ask for, and the form has no fields for."""


def as_sent(text: str) -> dict[str, str]:
    """What a browser sends of the form in a page as it stands."""
    form = text[text.index("plan-form") :].split("</form>")[0]
    found = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and not ('type="checkbox"' in tag and " checked" not in tag):
            found[name[1]] = unescape(value[1]) if value else "on"
    written = re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.DOTALL)
    return {**found, "pickups": unescape(written[1]) if written else ""}


def test_what_a_program_asked_for_is_not_lost_in_the_form(client: Client) -> None:
    stops = [spot("A", opening=[["08:00", "10:30"]]), spot("B", 105.9, 21.2), spot("C", opening=[["06:00", "12:00"]])]
    plan = services.make(request(*stops, **RICH))
    before = services.newest(plan).asked
    text = client.get(f"/vi/plans/{plan.key}/edit").content.decode()
    for words in (
        "nghỉ 15 phút trong khoảng 15:00–16:00",
        "xuất phát và trở về Bãi xe Hà Đông",
        "chi phí 200.000 cho mỗi ngày chạy",
        "chi phí 45.000 mỗi giờ",
        "Giữ giờ mở cửa đã ghi riêng cho 2 điểm dừng",
    ):
        assert words in text
    sent = as_sent(text)
    answer = client.post(f"/vi/plans/{plan.key}/edit", {**sent, "kg_1": "950", "more": "1"})
    assert "chi phí 45.000 mỗi giờ" in answer.content.decode()
    assert client.post(f"/vi/plans/{plan.key}/edit", {**sent, "kg_1": "950"}).status_code == 302
    after = services.newest(plan).asked
    assert after["vehicles"] == [before["vehicles"][0], {**before["vehicles"][1], "capacity_kg": 950}]
    assert (after["pickups"], after["depot"]) == (before["pickups"], before["depot"])
    # Whoever doesn't want it any more unticks it.
    sent = as_sent(client.get(f"/vi/plans/{plan.key}/edit").content.decode())
    plain_one = {name: value for name, value in sent.items() if name not in ("also_0", "hours")}
    assert client.post(f"/vi/plans/{plan.key}/edit", plain_one).status_code == 302
    plainer = services.newest(plan).asked
    assert len(plainer["vehicles"][0]["breaks"]) == 1
    assert plainer["vehicles"][0]["cost"] == {"per_km": 5000}
    assert not any("opening" in one for one in plainer["pickups"])


def test_every_break_of_a_lorry_is_said_also_two_after_the_same_stop(client: Client) -> None:
    rich = {**RICH, "vehicles": RICH["vehicles"][:1]}
    plan = services.make(request(spot("A"), **rich))
    text = client.get(f"/vi/plans/{plan.key}").content.decode()
    said = re.findall(r"nghỉ (\d+) phút lúc", text)
    assert said == ["30", "15"]


@pytest.mark.parametrize(
    "nonsense",
    ["x", "[]", "1", '{"breaks":3}', '{"breaks":[1]}', '{"depot":[]}', '{"cost":{"fixed":"x"}}', "[" * 50_000],
)
def test_what_is_carried_is_checked_like_all_else(client: Client, nonsense: str) -> None:
    sent = form("105.88,21.1; 120", also_0=nonsense, hours=nonsense, place=nonsense)
    answer = client.post("/vi/plans/new", sent)
    assert answer.status_code in (302, 422)
    assert client.post("/vi/plans/new", {**sent, "more": "1"}).status_code == 200


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_plan_opened_in_its_form_and_sent_again_is_the_same(client: Client, language: str) -> None:
    asked = request(
        spot("Kho; phụ", 105.123, 21.127, 12345.125, volume_m3=0.125, service_min=7.5),
        vehicles=[{"name": "Xe", "capacity_kg": 1125.125, "capacity_m3": 1.125, "from": "06:00", "until": "18:00"}],
    )
    with translation.override(language):
        again = document(filled(asked))
    assert {**again["pickups"][0], "name": ""} == {**asked["pickups"][0], "name": ""}
    assert again["pickups"][0]["name"] == "Kho, phụ"
    assert again["vehicles"] == asked["vehicles"]
