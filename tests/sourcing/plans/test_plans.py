"""Plans: what they are asked with, what the map knows of the places, secrets, new versions."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from geo.places.models import Place
from geo.sourcing.plans import gate, services
from geo.sourcing.plans.asking import read
from geo.sourcing.plans.models import Plan, PlanVersion
from geo.sourcing.routing import vroom
from geo.spatial import calendar
from geo.spatial.problems import Conflict, InvalidParameter, NotFound
from tests import factories as make
from tests.sourcing.plans.asking import DAY, ground, producer, request, spot

pytestmark = pytest.mark.django_db
DEPOT = {"lon": 105.85, "lat": 21.03}
CROWDED = [{"from": "10:00", "until": "14:00", "minutes": 30}, {"from": "10:00", "until": "14:00", "minutes": 240}]
TOO_SHORT = {"from": "11:00", "until": "11:10", "minutes": 30}


@pytest.fixture(autouse=True)
def land() -> None:
    ground()


def made(*pickups: dict[str, Any], **values: Any) -> dict[str, Any]:
    found: dict[str, Any] = services.newest(services.make(request(*pickups, **values))).found
    return found


def reasons(found: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["stop"], one["reason"]) for one in found["unserved"]]


# -- what is asked -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"vehicles": []}, "vehicles"),
        ({"vehicles": None}, "vehicles"),
        ({"vehicles": [{"capacity_kg": -5}]}, "vehicles[0].capacity_kg"),
        ({"vehicles": [{"capacity_kg": "5"}]}, "vehicles[0].capacity_kg"),
        ({"vehicles": [{"capacity_kg": True}]}, "vehicles[0].capacity_kg"),
        ({"vehicles": [{"capacity_kg": 5}] * 21}, "vehicles"),
        ({"vehicles": [{"capacity_kg": 5, "wheels": 4}]}, "vehicles[0].wheels"),
        ({"vehicles": [{"capacity_kg": 5, "from": "18:00", "until": "06:00"}]}, "vehicles[0].until"),
        ({"vehicles": [{"capacity_kg": 5, "from": "6 giờ"}]}, "vehicles[0].from"),
        ({"vehicles": [{"capacity_kg": 5, "breaks": [TOO_SHORT]}]}, "vehicles[0].breaks[0]"),
        ({"vehicles": [{"capacity_kg": 5, "cost": {"per_km": -1}}]}, "vehicles[0].cost.per_km"),
        ({"vehicles": [{"capacity_kg": 5}], "depot": None}, "vehicles[0].depot"),
        ({"depot": {"lon": 110.5, "lat": 12.0}}, "depot"),
        ({"depot": {"lon": 21.03, "lat": 105.85}}, "depot.lon"),
        ({"pickups": []}, "pickups"),
        ({"pickups": [spot(kg=-1)]}, "pickups[0].load_kg"),
        ({"pickups": [spot(kg=float("1e9"))]}, "pickups[0].load_kg"),
        ({"pickups": [{"load_kg": 5}]}, "pickups[0]"),
        ({"pickups": [{"place": "AAAAAAA0", "load_kg": 5}]}, "pickups[0].place"),
        ({"pickups": [{**spot(), "place": "00000000"}]}, "pickups[0]"),
        ({"pickups": [spot(), spot(opening=[["17:00", "08:00"]])]}, "pickups[1].opening[0]"),
        ({"pickups": [spot()] * 201}, "pickups"),
        ({"date": "2026-13-01"}, "date"),
        ({"date": None}, "date"),
        ({"month": 13}, "month"),
        ({"split": "yes"}, "split"),
        ({"pickups": [spot(kg=int("9" * 400))]}, "pickups[0].load_kg"),
        ({"date": "0001-01-01"}, "date"),
        ({"date": "9999-12-31"}, "date"),
        ({"depot": {"lon": 105.85, "lat": 21.03, "name": "x\u0000"}}, "depot.name"),
        ({"depot": {"lon": 105.85, "lat": 21.03, "name": {"vi": "Kho"}}}, "depot.name"),
        ({"depot": {"lon": 105.85, "lat": 21.03, "name": "x" * 121}}, "depot.name"),
        ({"vehicles": [{"capacity_kg": 5, "cost": []}]}, "vehicles[0].cost"),
        ({"vehicles": [{"capacity_kg": 5, "breaks": CROWDED}]}, "vehicles[0].breaks"),
    ],
)  # fmt: skip
def test_a_wrong_request_names_what_is_wrong(client: Client, values: dict[str, Any], name: str) -> None:
    answer = client.post("/api/actions/plan-pickups", {**request(), **values}, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == name
    assert not Plan.objects.exists()


def test_a_place_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidParameter) as caught:
        made(spot(), {"place": "00000000", "load_kg": 1})
    assert caught.value.name == "pickups[1].place"


@pytest.mark.parametrize(
    "document", [None, [], "x", {"vehicles": {}}, {"vehicles": [[]]}, {"vehicles": [{"breaks": 5}]}]
)
def test_nonsense_is_refused(document: Any) -> None:
    with pytest.raises(InvalidParameter):
        read(document)


# -- what the map knows ------------------------------------------------------------------------------------------------


def test_a_place_is_fetched_in_its_opening_hours() -> None:
    place = producer(schedule=make.schedule("Mo-Fr 09:00-10:00"))
    found = made({"place": place.public_id.lower(), "load_kg": 50, "service_min": 20})
    (visit,) = found["routes"][0]["visits"]
    assert 9 * 3600 <= visit["begin"] <= visit["leave"] <= 10 * 3600
    assert found["stops"][0]["opening"] == [[9 * 3600, 10 * 3600]]
    assert found["estimate"]


def test_who_is_closed_that_day_or_for_good_is_not_served() -> None:
    sunday = producer("Chủ nhật", schedule=make.schedule("Su 09:00-10:00"))
    gone = producer("Đã đóng", status=Place.Status.CLOSED, closed_on=calendar.today() - timedelta(days=9))
    found = made({"place": sunday.public_id, "load_kg": 1}, {"place": gone.public_id, "load_kg": 1})
    assert reasons(found) == [(0, "closed"), (1, "closed")]


def test_a_place_without_a_position_is_told_and_spoils_nothing() -> None:
    nowhere = make.place("Đâu đó", location=None, location_accuracy="none")
    nowhere.refresh_from_db()
    found = made({"place": nowhere.public_id, "load_kg": 1}, spot())
    assert reasons(found) == [(0, "no-position")]
    assert [visit["stop"] for visit in found["routes"][0]["visits"]] == [1]


def test_an_island_is_served_by_nobody() -> None:
    island = producer("Phú Quốc", 103.96, 10.22)
    assert reasons(made({"place": island.public_id, "load_kg": 1}, spot())) == [(0, "unreachable")]


def test_a_plan_keeps_no_names_of_places() -> None:
    place = producer("Hộ bà Tư")
    plan = services.make(request({"place": place.public_id, "load_kg": 1, "name": "Hộ bà Tư"}))
    version = services.newest(plan)
    assert "Tư" not in str(version.asked) + str(version.found)
    Place.objects.filter(pk=place.pk).update(name="Tên mới")
    assert "Tên mới" in Client().get(f"/vi/plans/{plan.key}").content.decode()


def test_hours_stated_in_any_order_or_one_over_the_other_are_one() -> None:
    """The solver wants spans apart and in their order; loading may go on where two of them touch."""
    twice = [["12:00", "13:00"], ["10:00", "12:00"], ["10:30", "11:00"], ["06:00", "06:10"]]
    found = made(spot(opening=twice, service_min=150))
    (visit,) = found["routes"][0]["visits"]
    assert 10 * 3600 <= visit["begin"] <= visit["leave"] <= 13 * 3600


def test_characters_that_no_file_holds_are_not_kept(client: Client) -> None:
    bad = "a\u0001b\u000bc\ufffe"
    lorry = {"capacity_kg": 500, "name": bad}
    plan = services.make(request(spot(bad), title=bad, vehicles=[lorry], depot={**DEPOT, "name": bad}))
    for path in ("", "/edit", "/files/plan.xlsx", "/files/plan.gpx", "/files/plan.geojson"):
        assert client.get(f"/vi/plans/{plan.key}{path}").status_code == 200


# -- the API -----------------------------------------------------------------------------------------------------------


def test_the_api_answers_with_times_loads_and_the_source(client: Client) -> None:
    body = request(spot("Kho 1"), spot("Kho 2", 105.9, 21.2, 5000))
    answer = client.post("/api/actions/plan-pickups?lang=en", body, content_type="application/json")
    told = answer.json()
    assert answer.status_code == 200
    (route,) = told["routes"]
    (stop,) = route["stops"]
    assert (stop["name"], stop["load_kg"], stop["on_board_kg"]) == ("Kho 1", 100, 100)
    assert route["leaves"] <= stop["arrival"] <= stop["leaves"] <= route["back"]
    assert told["unserved"][0]["reason"] == "too-heavy"
    assert told["estimate"]
    assert told["source"] == "estimate"
    assert "saved" not in told
    assert not Plan.objects.exists()


def test_the_api_keeps_a_plan_where_that_is_asked(client: Client) -> None:
    told = client.post("/api/actions/plan-pickups", request(save=True), content_type="application/json").json()
    plan = Plan.objects.get()
    assert told["saved"] == {"own": f"/vi/plans/{plan.key}", "shared": f"/vi/plans/{plan.link}"}
    assert client.get(told["saved"]["shared"]).status_code == 200


def test_road_times_say_that_they_are_an_estimate(client: Client) -> None:
    told = client.get("/api/actions/road-times?from=105.85,21.03&to=105.9,21.03;103.96,10.22").json()
    assert [row["seconds"] is None for row in told["to"]] == [False, True]
    assert told["estimate"]
    assert not told["engine_down"]
    assert client.get("/api/actions/road-times?from=105.85,21.03").status_code == 400
    assert client.get("/api/actions/reach?from=105.85,21.03&minutes=30").json()["geometry"] is None
    assert client.get("/api/actions/reach?from=105.85,21.03&minutes=500").status_code == 400


def test_a_solver_that_fails_is_told_plainly(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vroom, "WORKER", vroom.WORKER.with_name("nothing.py"))
    answer = client.post("/api/actions/plan-pickups", request(), content_type="application/json")
    assert answer.status_code == 503


def test_only_few_plans_are_worked_out_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "AT_ONCE", 0)
    monkeypatch.setattr(gate, "PATIENCE_S", 0.2)
    answer = client.post("/api/actions/plan-pickups", request(), content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")


def test_a_turn_is_given_back_when_working_fails() -> None:
    with pytest.raises(RuntimeError), gate.working():
        raise RuntimeError
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", [gate.LOCK])
        assert cursor.fetchone()[0] == 0


# -- secrets and versions ----------------------------------------------------------------------------------------------


def test_the_key_changes_the_link_looks_and_a_revoked_link_opens_nothing(client: Client) -> None:
    plan = services.make(request())
    assert services.find(plan.key).is_own
    assert plan.link
    assert not services.find(plan.link).is_own
    assert client.post(f"/vi/plans/{plan.link}/change", {"do": "revoke"}).status_code == 404
    old = plan.link
    assert client.post(f"/vi/plans/{plan.key}/change", {"do": "share"}).status_code == 302
    assert client.get(f"/vi/plans/{old}").status_code == 404
    client.post(f"/vi/plans/{plan.key}/change", {"do": "revoke"})
    plan.refresh_from_db()
    assert plan.link is None
    with pytest.raises(NotFound):
        services.find("")


def test_a_plan_is_erased_by_its_key_alone_and_whole(client: Client) -> None:
    plan, other = services.make(request()), services.make(request())
    services.without(services.make(request(spot("A"), spot("B"))), [0])
    assert client.post(f"/vi/plans/{plan.link}/change", {"do": "erase"}).status_code == 404
    assert "Xoá hẳn kế hoạch này?" in client.get(f"/vi/plans/{plan.key}").content.decode()
    assert "Xoá hẳn" not in client.get(f"/vi/plans/{plan.link}").content.decode()
    answer = client.post(f"/vi/plans/{plan.key}/change", {"do": "erase"})
    assert answer.status_code == 302
    assert "Đã xoá kế hoạch" in client.get(answer["Location"]).content.decode()
    for token in (plan.key, plan.link):
        assert client.get(f"/vi/plans/{token}").status_code == 404
    assert not PlanVersion.objects.filter(plan=plan.pk).exists()
    assert client.post(f"/vi/plans/{plan.key}/change", {"do": "erase"}).status_code == 404
    assert services.newest(other).number == 1


def test_a_plan_that_is_erased_while_it_is_worked_out_stays_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = services.make(request(spot("A"), spot("B", 105.9, 21.2)))
    compute = services.compute

    def meanwhile(asked: Any) -> Any:
        services.erase(Plan.objects.get(pk=plan.pk))
        return compute(asked)

    monkeypatch.setattr(services, "compute", meanwhile)
    with pytest.raises(NotFound):
        services.without(plan, [0])
    for deed in (services.share, services.revoke, services.newest):
        with pytest.raises(NotFound):
            deed(plan)
    assert not Plan.objects.exists()


def test_who_drops_out_is_left_out_and_the_others_stay() -> None:
    plan = services.make(request(spot("A"), spot("B", 105.9, 21.2), spot("C", 105.8, 20.9)))
    version = services.without(plan, [1])
    assert [one["name"] for one in version.found["stops"]] == ["A", "C"]
    assert (version.number, version.dropped) == (2, [1])
    assert plan.versions.count() == 2


def test_a_change_of_an_older_version_loses_nobodys_work(client: Client) -> None:
    """Stops have other numbers since somebody else dropped one: the wrong one would go, or the other come back."""
    plan = services.make(request(spot("A"), spot("B", 105.9, 21.2), spot("C", 105.8, 20.9)))
    services.without(plan, [0], 1)
    with pytest.raises(Conflict):
        services.without(plan, [1], 1)
    with pytest.raises(Conflict):
        services.change(plan, request(spot("A")), 1)
    gone = client.post(f"/vi/plans/{plan.key}/change", {"do": "drop", "stop": "1", "version": "1"})
    assert gone.status_code == 409
    assert [one["name"] for one in services.newest(plan).found["stops"]] == ["B", "C"]
    assert plan.versions.count() == 2


def test_of_two_who_change_a_plan_at_once_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = services.make(request(spot("A"), spot("B", 105.9, 21.2), spot("C", 105.8, 20.9)))
    compute = services.compute

    def meanwhile(asked: Any) -> Any:
        monkeypatch.setattr(services, "compute", compute)
        services.without(plan, [2])
        return compute(asked)

    monkeypatch.setattr(services, "compute", meanwhile)
    with pytest.raises(Conflict):
        services.without(plan, [0])
    assert [one["name"] for one in services.newest(plan).found["stops"]] == ["A", "B"]


def test_the_key_of_a_plan_is_never_printed(client: Client) -> None:
    plan = services.revoke(services.make(request()))
    paper = client.get(f"/vi/plans/{plan.key}").content.decode().split("plan-address")[1].split("</p>")[0]
    assert plan.key not in paper
    services.share(plan)
    paper = client.get(f"/vi/plans/{plan.key}").content.decode().split("plan-address")[1].split("</p>")[0]
    assert str(plan.link) in paper


@pytest.mark.parametrize("dropped", [[], [7], [0]])
def test_dropping_nobody_or_everybody_makes_no_plan(dropped: list[int]) -> None:
    plan = services.make(request())
    with pytest.raises(InvalidParameter):
        services.without(plan, dropped)


def test_what_nobody_opens_for_long_is_erased() -> None:
    plan = services.make(request())
    Plan.objects.filter(pk=plan.pk).update(opened_on=calendar.today() - timedelta(days=401))
    services.make(request())
    assert not Plan.objects.filter(pk=plan.pk).exists()


def test_secrets_can_not_be_guessed() -> None:
    plans = [Plan.objects.create(day=DAY) for _ in range(20)]
    secrets = {plan.key for plan in plans} | {str(plan.link) for plan in plans}
    assert len(secrets) == 40
    assert all(len(secret) >= 22 for secret in secrets)


def test_a_merged_place_is_the_one_it_became() -> None:
    from geo.stewardship.merging.services import merge

    kept, gone = producer("Còn"), producer("Gộp")
    merge(None, "trùng", kept, gone, {})
    found = made({"place": gone.public_id, "load_kg": 1})
    assert found["stops"][0]["place"] == kept.public_id
    assert Point(105.9, 21.05).x == pytest.approx(found["stops"][0]["lon"])


# -- positions that are withdrawn --------------------------------------------------------------------------------------


def everything(client: Client, plan: Plan) -> str:
    """All that anybody with the link can read of a plan."""
    paths = ("", "/files/plan.gpx", "/files/plan.geojson")
    text = "".join(client.get(f"/vi/plans/{plan.link}{path}").content.decode() for path in paths)
    book = load_workbook(io.BytesIO(client.get(f"/vi/plans/{plan.link}/files/plan.xlsx").content))
    return text + str([row for sheet in book for row in sheet.iter_rows(values_only=True)])


def test_a_position_that_is_withdrawn_is_in_no_plan_any_more(client: Client) -> None:
    """A household takes its consent back: the map says only the commune, and so do plans made before."""
    home = producer("Hộ bà Tư", 105.93217, 21.05713)
    plan = services.make(request({"place": home.public_id, "load_kg": 1}, spot("Kho", 105.8, 20.9)))
    assert "105.93217" in everything(client, plan)
    assert "21.05713" in everything(client, plan)
    for point, accuracy in ((Point(105.85, 21.03, srid=4326), "commune_point"), (None, "none")):
        Place.objects.filter(pk=home.pk).update(location=point, location_accuracy=accuracy)
        text = everything(client, plan)
        assert "105.93217" not in text
        assert "21.05713" not in text
        assert "Hộ bà Tư" in text
        assert "20.9" in text


def test_who_is_erased_is_in_no_plan_any_more(client: Client) -> None:
    from geo.stewardship.erasing.people import erase_producer

    person = make.producer("Hộ Trần Văn Lúa", kind="household", contact_consent_on="2026-01-01")
    home = producer("Nhà ông Lúa", 105.93217, 21.05713, producer=person)
    plan = services.make(request({"place": home.public_id, "load_kg": 1}))
    assert "105.93217" in everything(client, plan)
    erase_producer(person)
    assert "105.93217" not in str(list(PlanVersion.objects.values_list("found", flat=True)))
    assert "105.93217" not in everything(client, plan)
    assert "Lúa" not in everything(client, plan)
