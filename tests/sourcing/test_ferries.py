"""Ferries that somebody states: written with a source, used on that day, told wherever their minutes count."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from geo.access.history import trail
from geo.places.models import Place
from geo.sourcing.ferries import read, save_ferry
from geo.sourcing.models import Ferry
from geo.sourcing.plans import services
from geo.spatial import calendar
from geo.spatial.problems import Forbidden, InvalidParameter
from tests import factories as make
from tests.api.conftest import as_if_committed
from tests.sourcing.plans.asking import producer, request
from tests.sourcing.plans.test_plans import everything
from tests.web.reading import read as page_of

pytestmark = pytest.mark.django_db

DEPOT = {"lon": 105.08, "lat": 10.01}


def values(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Hà Tiên – Phú Quốc",
        "port": Point(104.478, 10.381, srid=4326),
        "landing": Point(104.052, 10.419, srid=4326),
        "minutes": 180,
        "stated_on": date(2025, 2, 21),
        "source_kind": "press",
        "source_name": "Báo Mẫu",
        "source_url": "https://example.vn/pha",
        **changed,
    }


def ferry(**changed: Any) -> Ferry:
    return save_ferry(None, "theo báo", values(**changed))


@pytest.fixture
def island() -> Place:
    make.commune(
        "Rạch Giá", "30760", "phường", parent=make.province("An Giang", "91"), location=Point(105.08, 10.01, srid=4326)
    )
    return producer("Phú Quốc", 103.96, 10.22)


def plan_of(island: Place) -> dict[str, Any]:
    vehicles = [{"capacity_kg": 1000, "from": "00:00", "until": "24:00"}]
    return request({"place": island.public_id, "load_kg": 50}, depot=DEPOT, vehicles=vehicles)


def test_a_plan_takes_the_ferry_and_says_whose_minutes_they_are(client: Client, island: Place) -> None:
    body = plan_of(island)
    answer = client.post("/api/actions/plan-pickups", body, content_type="application/json").json()
    assert [one["reason"] for one in answer["unserved"]] == ["unreachable"]
    ferry()
    answer = client.post("/api/actions/plan-pickups", body, content_type="application/json").json()
    (route,) = answer["routes"]
    expected = {
        "name": "Hà Tiên – Phú Quốc",
        "minutes": 180,
        "source": "Báo Mẫu",
        "source_url": "https://example.vn/pha",
        "stated_on": "2025-02-21",
        "is_sample": False,
    }
    assert route["stops"][0]["ferries"] == route["home_ferries"] == [expected]
    assert len(route["line"]["coordinates"]) == 4, "roads on both sides, there and back, and nothing over the sea"
    plan = services.make(body)
    for language, said in (("vi", "180 phút theo Báo Mẫu, 21/02/2025"), ("en", "180 minutes, stated by Báo Mẫu")):
        assert said in page_of(client.get(f"/{language}/plans/{plan.key}")).text
    book = load_workbook(BytesIO(client.get(f"/vi/plans/{plan.key}/files/plan.xlsx").content))
    assert any("180 phút" in str(cell.value) for row in book.worksheets[-1] for cell in row)
    assert client.get(f"/vi/plans/{plan.key}/files/plan.geojson").json()["features"][1]["properties"]["ferries"] == [
        expected
    ]


def test_road_times_and_suppliers_name_the_ferry(client: Client, island: Place) -> None:
    shelf = {"role": "processes", "quantity": 60, "unit": "kg", "period": "month", "said_by": "officer"}
    make.sells(island, make.product("Nước mắm"), quantity_on=calendar.today(), **shelf)
    asked = "q=mắm&quantity=1&unit=kg&months=3&depot=105.08,10.01&max_hours=20"
    before = client.get(f"/api/actions/supply-search?{asked}")
    assert before.json()["others"][0]["months"][0]["against"] == ["no_road"]
    as_if_committed()
    ferry()
    as_if_committed()
    after = client.get(f"/api/actions/supply-search?{asked}", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert [one["minutes"] for one in after.json()["suppliers"][0]["road"]["ferries"]] == [180]
    told = client.get("/api/actions/road-times?from=105.08,10.01&to=103.96,10.22;105.1,10.1").json()
    assert [len(one["ferries"]) for one in told["to"]] == [1, 0]
    assert (
        "có phà Hà Tiên – Phú Quốc, 180 phút (Báo Mẫu, 21/02/2025)" in page_of(client.get(f"/vi/sourcing?{asked}")).text
    )


def test_the_latest_statement_speaks_until_the_ferry_ends() -> None:
    ferry()
    newer = ferry(minutes=150, stated_on=date(2026, 3, 1))
    ferry(minutes=90, source_kind="sample", landing=Point(104.0, 10.03, srid=4326))
    assert sorted((one.minutes, one.sample) for one in read()) == [(90, True), (150, False)]
    save_ferry(None, "thôi chạy", {"ended_on": calendar.today()}, ferry=newer)
    assert sorted(one.minutes for one in read()) == [90, 180]
    assert [one.reason for one in trail("sourcing_ferry", newer.pk)] == ["thôi chạy", "theo báo"]


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 3000}, "minutes"),
        ({"source_name": "", "source_url": ""}, ""),
        ({"stated_on": date(2999, 1, 1)}, "stated_on"),
        ({"ended_on": date(2020, 1, 1)}, ""),
        ({"landing": Point(105.8, 21.0, srid=4326)}, "landing"),
        ({"port": None}, "port"),
        ({"stated_on": None}, "stated_on"),
    ],
)
def test_what_nobody_states_or_nobody_can_sail_is_refused(changed: dict[str, Any], wrong: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        ferry(**changed)
    assert refused.value.name == wrong
    assert not Ferry.objects.exists()


def test_officers_state_ferries_of_their_own_area_only() -> None:
    commune = make.commune("Phú Quốc", "31078", "đặc khu", parent=make.province("An Giang", "91"))
    officer = make.officer("provincial", commune.parent)
    assert save_ferry(officer, "đã hỏi bến", values(commune=commune)).pk
    other = make.commune("Vĩnh Hải", "22000", "xã", parent=make.province("Khánh Hòa", "56"))
    with pytest.raises(Forbidden):
        save_ferry(officer, "đã hỏi bến", values(commune=other))
    with pytest.raises(Forbidden):
        save_ferry(officer, "đã hỏi bến", values())


def test_the_admin_writes_with_a_reason_and_keeps_the_history(client: Client) -> None:
    client.force_login(make.administrator())
    point = '{"type":"Point","coordinates":[%s]}'
    form = {
        **{name: value for name, value in values().items() if isinstance(value, str | int)},
        "port": point % "104.478,10.381",
        "landing": point % "104.052,10.419",
        "stated_on": "2025-02-21",
        "reason": "theo báo",
    }
    answer = client.post(reverse("admin:sourcing_ferry_add"), form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = Ferry.objects.get()
    assert [one.reason for one in trail("sourcing_ferry", made.pk)] == ["theo báo"]
    answer = client.post(reverse("admin:sourcing_ferry_add"), {**form, "landing": point % "105.8,21.0"})
    assert "landing" in answer.context["adminform"].form.errors
    assert client.get(reverse("admin:sourcing_ferry_changelist")).status_code == 200
    assert client.get(reverse("admin:sourcing_ferry_delete", args=[made.pk])).status_code == 403
    assert made.stated_on < calendar.today() - timedelta(days=1)


def test_a_withdrawn_position_behind_a_ferry_is_in_no_plan_any_more(client: Client, island: Place) -> None:
    ferry()
    home = producer("Hộ bà Sáu", 103.95217, 10.22713)
    plan = services.make(plan_of(home))
    assert "103.95217" in everything(client, plan)
    Place.objects.filter(pk=home.pk).update(location=island.location, location_accuracy="commune_point")
    text = everything(client, plan)
    assert "103.95217" not in text
    assert "10.22713" not in text
    assert "Hộ bà Sáu" in text
