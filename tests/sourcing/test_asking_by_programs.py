"""Asking, answering, watching and plans over the API: the same as on the screens, confirmed by mail, no session."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from geo.places.models import Place
from geo.sourcing.models import Commitment, Plan, Quotation, QuotationRequest, Watch
from geo.sourcing.plans import services as plans
from geo.sourcing.quotations.asking import ASKED_A_DAY, REQUESTS_A_DAY, WAITING_PER_EMAIL
from geo.sourcing.quotations.erasing import erase_unconfirmed
from geo.sourcing.quotations.mailing import UNCONFIRMED_DAYS
from geo.sourcing.watching.services import MOST_PER_EMAIL, WATCHES_A_DAY
from geo.spatial import calendar
from geo.spatial.actions import find_action
from tests import factories as make
from tests.sourcing.buyers import SAID, SECRET_EMAIL, SECRET_PHONE, ask, company, household, key, supplier
from tests.sourcing.plans.asking import ground

pytestmark = pytest.mark.django_db
BUYER, SELLER = "mua@example.vn", "ban@example.vn"
SEARCH = {"q": "cà phê", "quantity": 50, "unit": "kg", "months": "3-5"}


def post(action: str, body: dict[str, Any], **more: Any) -> Any:
    """Send a body as a program does: no cookies, no token of a form."""
    program = Client(enforce_csrf_checks=True)
    return program.post(f"/api/actions/{action}", json.dumps(body), content_type="application/json", **more)


def done(action: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = post(action, body)
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def wrong(action: str, body: dict[str, Any], status: int = 400) -> Any:
    answer = post(action, body)
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()


def request_for(*places: Place, **more: Any) -> dict[str, Any]:
    said = {
        "quantity": 50,
        "unit": "kg",
        "months": "3-5",
        "delivery": "Kho Bình Tân",
        "name": "Siêu thị",
        "email": BUYER,
    }
    return {**said, "supply": [key(place) for place in places], **more}


def secret(address: str, pattern: str) -> str:
    """The secret in the last mail to an address."""
    bodies = [str(message.body) for message in mail.outbox if message.to == [address]]
    found = re.search(pattern, bodies[-1])
    assert found, bodies[-1]
    return found[1]


def confirmed(*places: Place, **more: Any) -> str:
    """Ask, confirm, and return the buyer's secret."""
    done("ask-suppliers", request_for(*places, **more))
    found = secret(BUYER, r"/sourcing/requests/(\S+)")
    assert done("change-quotation-request", {"key": found, "do": "confirm"})["state"] == "open"
    return found


@pytest.fixture(autouse=True)
def land() -> None:
    ground()


@pytest.fixture
def shop() -> Place:
    return supplier(company(), "Xưởng A")


def test_nobody_is_asked_before_the_buyer_confirms_by_mail(shop: Place) -> None:
    said = done("ask-suppliers", request_for(shop))
    assert said["state"] == "unconfirmed"
    assert QuotationRequest.objects.get().key not in json.dumps(said)
    assert [message.to for message in mail.outbox] == [[BUYER]]
    found = secret(BUYER, r"/sourcing/requests/(\S+)")
    assert done("quotation-request", {"key": found})["state"] == "unconfirmed"
    assert "Chưa hỏi nhà cung cấp nào" in Client().get(f"/vi/sourcing/requests/{found}").content.decode()
    for _again in range(2):
        assert done("change-quotation-request", {"key": found, "do": "confirm"})["state"] == "open"
    assert [message.to for message in mail.outbox] == [[BUYER], [SELLER]]


def test_the_page_in_the_mail_confirms_as_well(client: Client, shop: Place) -> None:
    done("ask-suppliers", request_for(shop))
    page = "/vi/sourcing/requests/" + secret(BUYER, r"/sourcing/requests/(\S+)")
    assert 'value="confirm"' in client.get(page).content.decode()
    assert client.post(page, {"do": "confirm"}).status_code == 302
    assert 'value="confirm"' not in client.get(page).content.decode()
    assert mail.outbox[-1].to == [SELLER]


def test_an_answer_is_accepted_promised_and_ended_as_on_the_screens(shop: Place) -> None:
    found = confirmed(shop)
    token = secret(SELLER, r"/sourcing/answer/(\S+)")
    asked = done("quotation", {"token": token})
    assert (asked["quantity"], asked["unit"], asked["state"], asked["is_open"]) == (50, "kg", "asked", True)
    until = (calendar.today() + timedelta(days=20)).isoformat()
    offer = {"token": token, "do": "offer", "quantity": 40, "price_vnd": 120000, "valid_until": until}
    assert done("answer-quotation", offer)["offer"]["can_be_accepted"]
    assert mail.outbox[-1].to == [BUYER]
    read = done("quotation-request", {"key": found})["quotations"][0]
    assert (read["offer"]["quantity"], read["offer"]["price_vnd"], read["supply"]) == (40, 120000, key(shop))
    deed = {"key": found, "do": "accept", "quotation": read["quotation"]}
    for _again in range(2):
        after = done("change-quotation-request", deed)["quotations"][0]
    assert [row["quantity"] for row in after["promised"]] == [40]
    assert Commitment.objects.count() == 1
    wrong("answer-quotation", offer, 409)
    ended = done("answer-quotation", {"token": token, "do": "end", "note": "Mất mùa"})
    assert (ended["state"], ended["note"]) == ("ended", "Mất mùa")
    assert Commitment.objects.get().released_on == calendar.today()
    wrong("change-quotation-request", deed, 409)


def test_a_request_is_withdrawn_and_erased(shop: Place) -> None:
    found = confirmed(shop)
    assert done("change-quotation-request", {"key": found, "do": "withdraw"})["state"] == "erased"
    assert BUYER not in json.dumps(done("quotation-request", {"key": found}))
    assert QuotationRequest.objects.get().email == ""
    wrong("change-quotation-request", {"key": found, "do": "withdraw"}, 409)


def test_what_a_household_hides_is_in_no_answer() -> None:
    officer = make.officer("communal", make.commune(), email="can.bo@example.vn")
    found = confirmed(supplier(household(), "Hộ B", phone=SECRET_PHONE, email=SECRET_EMAIL))
    told = json.dumps(done("quotation-request", {"key": found}), ensure_ascii=False)
    token = secret(officer.email, r"/sourcing/answer/(\S+)")
    told += json.dumps(done("answer-quotation", {"token": token, "do": "refuse", "note": "Hết"}), ensure_ascii=False)
    told += json.dumps(done("quotation-request", {"key": found}), ensure_ascii=False)
    for hidden in (SECRET_EMAIL, SECRET_PHONE, "ấp Kín", officer.email):
        assert hidden not in told
    officer.assignments.all().delete()
    wrong("quotation", {"token": token}, 403)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("email", "không phải"),
        ("email", "a@example.vn\nBcc: b@example.vn"),
        ("email", None),
        ("quantity", 0),
        ("quantity", -5),
        ("quantity", 1e12),
        ("quantity", "50"),
        ("quantity", True),
        ("months", "13"),
        ("months", 3),
        ("unit", "lít thơ"),
        ("unit", "litre"),
        ("expires_on", "2020-01-01"),
        ("expires_on", "2199-01-01"),
        ("expires_on", "mai"),
        ("name", ""),
        ("name", "x" * 151),
        ("delivery", None),
        ("message", "x" * 2001),
        ("message", ["x"]),
        ("supply", []),
        ("supply", "x"),
        ("supply", ["7HWRK9FH-7HWRK9FH"]),
        ("website", "https://spam.example"),
    ],
)
def test_what_is_wrong_is_named(shop: Place, member: str, value: Any) -> None:
    problem = wrong("ask-suppliers", {**request_for(shop), member: value})
    assert problem["parameter"].split("[")[0] == member
    assert not QuotationRequest.objects.exists()
    assert not mail.outbox


@pytest.mark.parametrize(
    "action",
    ["quotation-request", "change-quotation-request", "watched-search", "change-watched-search", "pickup-plan"],
)
def test_a_secret_that_is_none_opens_nothing(action: str) -> None:
    does = {"change-quotation-request": {"do": "confirm"}, "change-watched-search": {"do": "confirm"}}
    wrong(action, {"key": "x" * 32, **does.get(action, {})}, 404)
    assert wrong(action, does.get(action, {}))["parameter"] == "key"
    assert Client().get(f"/api/actions/{action}?key=x").status_code == 405


def test_floods_are_stopped_for_the_visitor_the_place_and_the_mailbox(shop: Place) -> None:
    for number in range(REQUESTS_A_DAY):
        done("ask-suppliers", request_for(shop, name=f"Số {number}"))
    refused = post("ask-suppliers", request_for(shop))
    assert refused.status_code == 429
    assert refused["Retry-After"]
    assert len(mail.outbox) == WAITING_PER_EMAIL
    for number in range(ASKED_A_DAY):
        made = ask(Client(REMOTE_ADDR=f"198.51.100.{number}"), shop, email=f"{number}@example.vn")
    assert made.confirmed_at
    over = post("ask-suppliers", request_for(shop), REMOTE_ADDR="203.0.113.1")
    assert (over.status_code, over.json()["code"]) == (429, "too-many-sent")


def test_a_request_nobody_confirms_is_forgotten(shop: Place) -> None:
    done("ask-suppliers", request_for(shop))
    assert erase_unconfirmed() == 0
    with calendar.at(calendar.now() + timedelta(days=UNCONFIRMED_DAYS + 1)):
        assert erase_unconfirmed() == 1
    assert not Quotation.objects.exists()


def test_a_search_is_saved_confirmed_and_ended(shop: Place) -> None:
    said = done("watch-search", {"email": BUYER, "title": "Tây Nguyên", "search": SEARCH})
    assert said["state"] == "unconfirmed"
    found = secret(BUYER, r"/sourcing/watches/(\S+)")
    assert done("watched-search", {"key": found})["state"] == "unconfirmed"
    assert done("change-watched-search", {"key": found, "do": "confirm"})["state"] == "watched"
    told = done("watched-search", {"key": found})
    assert (told["title"], told["search"]["q"]) == ("Tây Nguyên", "cà phê")
    for _again in range(2):
        assert done("change-watched-search", {"key": found, "do": "end"}) == {"state": "ended"}
    wrong("watched-search", {"key": found}, 404)
    assert not Watch.objects.exists()


@pytest.mark.parametrize(
    ("search", "named"),
    [
        ({}, "category"),
        ({**SEARCH, "months": "13"}, "months"),
        ({**SEARCH, "quantity": -1}, "quantity"),
        ({**SEARCH, "limit": 5}, "search.limit"),
        ({**SEARCH, "q": ["x"]}, "search.q"),
        ([], "search"),
    ],
)
def test_a_search_that_makes_no_sense_is_named(search: Any, named: str) -> None:
    assert wrong("watch-search", {"email": BUYER, "search": search})["parameter"] == named
    assert not Watch.objects.exists()


def test_no_answer_says_whether_an_address_is_known(shop: Place) -> None:
    rows = [
        Watch(email=BUYER, query={**SEARCH, "quantity": "50"}, confirmed_at=calendar.now())
        for _number in range(MOST_PER_EMAIL)
    ]
    Watch.objects.bulk_create(rows)
    known = done("watch-search", {"email": BUYER, "search": SEARCH})
    unknown = done("watch-search", {"email": "ai@example.vn", "search": SEARCH})
    assert known == unknown
    full = secret(BUYER, r"/sourcing/watches/(\S+)")
    wrong("change-watched-search", {"key": full, "do": "confirm"}, 409)
    for number in range(WATCHES_A_DAY - 2):
        done("watch-search", {"email": f"{number}@example.vn", "search": SEARCH})
    wrong("watch-search", {"email": BUYER, "search": SEARCH}, 429)


def spot(name: str, lon: float = 105.85, lat: float = 21.03) -> dict[str, Any]:
    return {"name": name, "lon": lon, "lat": lat, "load_kg": 100}


def plan_body(*pickups: dict[str, Any]) -> dict[str, Any]:
    stops = list(pickups) or [spot("A"), spot("B", 105.9, 21.1), spot("C", 105.8, 20.95)]
    depot = {"lon": 105.84, "lat": 21.02}
    day = (calendar.today() + timedelta(days=3)).isoformat()
    return {"date": day, "depot": depot, "vehicles": [{"capacity_kg": 1000}], "pickups": stops}


def test_a_plan_is_read_changed_and_shared_by_its_secrets() -> None:
    saved = done("plan-pickups", {**plan_body(), "save": True})["saved"]
    own, link = (saved[name].rsplit("/", 1)[-1] for name in ("own", "shared"))
    assert own not in json.dumps(done("pickup-plan", {"key": link}))
    wrong("change-pickup-plan", {"key": link, "do": "share"}, 403)
    dropped = done("change-pickup-plan", {"key": own, "do": "drop", "pickups": [1]})
    assert (dropped["version"], dropped["dropped"], len(dropped["asked"]["pickups"])) == (2, [1], 2)
    anew = done("change-pickup-plan", {"key": own, "do": "replan", "plan": plan_body(spot("D"))})
    assert (anew["version"], anew["asked"]["pickups"][0]["name"]) == (3, "D")
    late = {"key": own, "do": "drop", "pickups": [0], "version": 1}
    assert wrong("change-pickup-plan", late, 409)["code"] == "conflict"
    other = done("change-pickup-plan", {"key": own, "do": "share"})["saved"]["shared"].rsplit("/", 1)[-1]
    wrong("pickup-plan", {"key": link}, 404)
    assert done("pickup-plan", {"key": other})["version"] == 3
    assert "shared" not in done("change-pickup-plan", {"key": own, "do": "revoke"})["saved"]
    assert done("change-pickup-plan", {"key": own, "do": "erase"}) == {"state": "erased"}
    wrong("pickup-plan", {"key": own}, 404)
    wrong("pickup-plan", {"key": other}, 404)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"do": "drop"}, "pickups"),
        ({"do": "drop", "pickups": [7]}, "dropped"),
        ({"do": "drop", "pickups": ["1"]}, "pickups[0]"),
        ({"do": "drop", "pickups": [0, 1, 2]}, "dropped"),
        ({"do": "share", "pickups": [0]}, "pickups"),
        ({"do": "replan"}, "plan"),
        ({"do": "replan", "plan": {"date": "2027-02-30"}}, "plan.vehicles"),
        ({"do": "burn"}, "do"),
        ({}, "do"),
    ],
)
def test_a_change_of_a_plan_that_makes_no_sense_is_named(body: dict[str, Any], named: str) -> None:
    plan = plans.make(plan_body())
    assert wrong("change-pickup-plan", {"key": plan.key, **body})["parameter"] == named
    assert plan.versions.count() == 1


def test_one_connection_saves_only_so_many_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "PLANS_A_DAY", 1)
    done("plan-pickups", {**plan_body(spot("A")), "save": True})
    wrong("plan-pickups", {**plan_body(spot("A")), "save": True}, 429)
    done("plan-pickups", plan_body(spot("A")))
    assert Plan.objects.count() == 1


def test_the_definition_says_the_limits_that_are_kept() -> None:
    for name, limits in (
        ("ask-suppliers", (REQUESTS_A_DAY, ASKED_A_DAY, UNCONFIRMED_DAYS)),
        ("watch-search", (WATCHES_A_DAY, MOST_PER_EMAIL)),
        ("change-pickup-plan", (plans.MOST_VERSIONS,)),
    ):
        action = find_action(name)
        assert action is not None
        for limit in limits:
            assert re.search(rf"\b{limit}\b", str(action.description)), (name, limit)


def test_mails_are_in_the_language_of_the_request(shop: Place) -> None:
    answer = post("ask-suppliers", request_for(shop), headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert "/en/sourcing/requests/" in str(mail.outbox[0].body)
    assert SAID["email"] == BUYER
