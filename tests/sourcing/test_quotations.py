"""Asking several suppliers at once: who is told what, who answers, and that what is accepted lowers what others see."""

import re
from datetime import timedelta
from smtplib import SMTPException
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client

from geo.access.history import trail
from geo.places.models import Place
from geo.sourcing.asking import demand
from geo.sourcing.finding import find
from geo.sourcing.models import Commitment, Quotation, QuotationRequest
from geo.sourcing.quotations.asking import REQUESTS_A_DAY
from geo.sourcing.quotations.erasing import KEPT_DAYS, erase_old_requests
from geo.sourcing.quotations.links import token_for
from geo.sourcing.totals import Asked, totals
from geo.spatial import calendar
from geo.stewardship.erasing.people import erase_buyer
from tests import factories as make
from tests.sourcing.buyers import SAID, SECRET_EMAIL, SECRET_PHONE, ask, company, filled, household, key, supplier

pytestmark = pytest.mark.django_db
BASE = {"q": "cà phê", "quantity": "100", "unit": "kg", "months": "3-5"}


def sums() -> tuple[int, ...]:
    """What anybody sees of coffee in March, April and May."""
    return tuple(int(total) for total in find(demand({name: [value] for name, value in BASE.items()})).totals)


def link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/vi/sourcing/\S+)", str(message.body))
    assert found, message.body
    return found[1]


def to(address: str) -> list[mail.EmailMessage]:
    return [message for message in mail.outbox if message.to == [address]]


def offered(client: Client, address: str, **said: str) -> None:
    until = (calendar.today() + timedelta(days=20)).isoformat()
    answer = client.post(address, {"do": "offer", "quantity": "40", "price": "120.000", "valid_until": until, **said})
    assert answer.status_code == 302, answer.content.decode()


@pytest.fixture
def shop() -> Place:
    return supplier(company(), "Xưởng A")


def test_a_buyer_asks_several_and_each_is_told_at_the_right_door(client: Client, shop: Place) -> None:
    officer = make.officer("communal", make.commune(), email="can.bo@example.vn")
    home = supplier(household(), "Hộ B")
    agreed = supplier(
        make.producer("Hộ C", kind="household", email="dong.y@example.vn", contact_consent_on="2026-01-01"), "Hộ C"
    )
    request = ask(client, shop, home, agreed)
    assert {row.place: row.to for row in request.quotations.all()} == {
        shop.public_id: "producer",
        home.public_id: "officer",
        agreed.public_id: "producer",
    }
    assert not to(SECRET_EMAIL)
    assert len(to("ban@example.vn")) == len(to("dong.y@example.vn")) == len(to(officer.email)) == 1
    asked = to("ban@example.vn")[0]
    assert asked.reply_to == [SAID["email"]]
    for words in ("50 kg", "03/20", SAID["name"], "Cần hoá đơn."):
        assert words in str(asked.body)
    assert "trả lời thay" in str(to(officer.email)[0].body)
    assert all(row.sent_at for row in request.quotations.all())


def test_what_a_household_hides_never_reaches_the_buyer(client: Client) -> None:
    officer = make.officer("communal", make.commune(), email="can.bo@example.vn")
    home = supplier(household(), "Hộ B", phone=SECRET_PHONE, email=SECRET_EMAIL)
    request = ask(client, home)
    offered(Client(), link_in(to(officer.email)[0]))
    client.post(f"/vi/sourcing/requests/{request.key}", {"do": "accept", "quotation": request.quotations.get().pk})
    shown = client.get(f"/vi/sourcing/requests/{request.key}").content.decode()
    shown += client.get(f"/vi/sourcing/ask?supply={key(home)}").content.decode()
    shown += "".join(str(message.body) for message in to(SAID["email"]))
    for secret in (SECRET_EMAIL, SECRET_PHONE, SECRET_PHONE.replace(" ", ""), "ấp Kín", officer.email):
        assert secret not in shown
    assert not to(SECRET_EMAIL)


def test_what_is_accepted_lowers_what_others_see_until_it_is_ended(client: Client, shop: Place) -> None:
    assert sums() == (60, 60, 60)
    request = ask(client, shop)
    page = f"/vi/sourcing/requests/{request.key}"
    answer = link_in(to("ban@example.vn")[0])
    offered(Client(), answer)
    assert "40 kg" in str(to(SAID["email"])[-1].body)
    assert "120.000" in str(to(SAID["email"])[-1].body)
    assert sums() == (60, 60, 60)
    deed = {"do": "accept", "quotation": request.quotations.get().pk}
    for _again in range(2):
        client.post(page, deed)
    promised = Commitment.objects.get()
    assert (promised.quantity, promised.unit, promised.first_month.month, promised.last_month.month) == (40, "kg", 3, 5)
    assert SAID["name"] not in promised.purpose
    assert promised.quotation == request.quotations.get()
    assert sums() == (20, 20, 20)
    year = totals(Asked(words=("ca", "phe"))).sums[0].months
    assert sorted(int(amount) for amount in year) == [20] * 3 + [60] * 9
    assert trail("sourcing_commitment", promised.pk)
    told = [str(message.body) for message in to("ban@example.vn")]
    assert len(told) == 2
    assert SAID["email"] in told[-1]
    client.post(page, {**deed, "do": "end"})
    assert sums() == (60, 60, 60)
    assert request.quotations.get().state == "ended"


def test_a_supplier_ends_what_was_accepted_and_the_buyer_is_told(client: Client, shop: Place) -> None:
    request = ask(client, shop)
    address = link_in(to("ban@example.vn")[0])
    offered(Client(), address)
    client.post(f"/vi/sourcing/requests/{request.key}", {"do": "accept", "quotation": request.quotations.get().pk})
    assert sums() == (20, 20, 20)
    Client().post(address, {"do": "offer", "quantity": "1", "price": "1", "valid_until": "2030-01-01"})
    assert request.quotations.get().quantity == 40
    assert Client().post(address, {"do": "end"}).status_code == 302
    assert sums() == (60, 60, 60)
    assert len(to(SAID["email"])) == 3


def test_months_apart_are_promised_apart(client: Client, shop: Place) -> None:
    request = ask(client, shop, months="3,5")
    offered(Client(), link_in(to("ban@example.vn")[0]))
    client.post(f"/vi/sourcing/requests/{request.key}", {"do": "accept", "quotation": request.quotations.get().pk})
    assert Commitment.objects.count() == 2
    assert sums() == (20, 60, 20)


def test_a_look_at_a_link_does_nothing(client: Client, shop: Place) -> None:
    request = ask(client, shop)
    address, page = link_in(to("ban@example.vn")[0]), f"/vi/sourcing/requests/{request.key}"
    sent = len(mail.outbox)
    for path in (address, f"{address}?do=refuse", page, f"{page}?do=accept&quotation={request.quotations.get().pk}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
    assert request.quotations.get().state == "asked"
    assert len(mail.outbox) == sent


def test_links_can_be_neither_guessed_nor_bent(client: Client, shop: Place) -> None:
    ask(client, shop)
    quotation = Quotation.objects.get()
    token = token_for(quotation, None)
    assert client.get(f"/vi/sourcing/answer/{token}").status_code == 200
    for wrong in (token[:-1], f"x{token}", f"{quotation.pk}", "none", token.replace(":", ";")):
        assert client.get(f"/vi/sourcing/answer/{wrong}").status_code == 404
    assert client.get(f"/vi/sourcing/requests/{quotation.request_id}").status_code == 404


def test_an_officer_answers_only_while_the_area_is_theirs(client: Client) -> None:
    officer = make.officer("communal", make.commune(), email="can.bo@example.vn")
    ask(client, supplier(household(), "Hộ B"))
    address = link_in(to(officer.email)[0])
    offered(Client(), address)
    assert Quotation.objects.get().answered_by == officer
    officer.assignments.all().delete()
    assert Client().get(address).status_code == 403
    assert Client().post(address, {"do": "refuse"}).status_code == 403
    assert Quotation.objects.get().state == "offered"


def test_a_supplier_says_no_and_may_change_their_mind_until_the_time_is_over(client: Client, shop: Place) -> None:
    request = ask(client, shop)
    address = link_in(to("ban@example.vn")[0])
    client.post(address, {"do": "refuse", "note": "Hết mùa."})
    assert "Hết mùa." in client.get(f"/vi/sourcing/requests/{request.key}").content.decode()
    offered(Client(), address)
    assert Quotation.objects.get().state == "offered"
    with calendar.at(calendar.now() + timedelta(days=11)):
        Client().post(address, {"do": "refuse"})
    assert Quotation.objects.get().state == "offered"


def test_an_offer_that_is_no_longer_valid_is_not_accepted(client: Client, shop: Place) -> None:
    request = ask(client, shop)
    offered(Client(), link_in(to("ban@example.vn")[0]))
    with calendar.at(calendar.now() + timedelta(days=25)):
        deed = {"do": "accept", "quotation": Quotation.objects.get().pk}
        client.post(f"/vi/sourcing/requests/{request.key}", deed)
    assert not Commitment.objects.exists()


def test_the_buyer_of_one_request_does_not_reach_another(client: Client, shop: Place) -> None:
    mine, others = ask(client, shop), ask(client, supplier(company(email="khac@example.vn"), "Xưởng Z"))
    offered(Client(), link_in(to("khac@example.vn")[0]))
    deed = {"do": "accept", "quotation": others.quotations.get().pk}
    assert client.post(f"/vi/sourcing/requests/{mine.key}", deed).status_code == 404
    assert not Commitment.objects.exists()


@pytest.mark.parametrize("do", ["accept", "decline", "end", "", "bay"])
def test_nothing_is_decided_before_there_is_an_offer(client: Client, shop: Place, do: str) -> None:
    request = ask(client, shop)
    for number in (str(request.quotations.get().pk), "", "-1", "9" * 30, "1; DROP"):
        answer = client.post(f"/vi/sourcing/requests/{request.key}", {"do": do, "quotation": number})
        assert answer.status_code in (302, 404)
    assert request.quotations.get().state == "asked"


def test_the_whole_request_is_withdrawn_and_erased(client: Client, shop: Place) -> None:
    other = supplier(company(email="khac@example.vn"), "Xưởng Z")
    request = ask(client, shop, other)
    offered(Client(), link_in(to("ban@example.vn")[0]))
    page = f"/vi/sourcing/requests/{request.key}"
    client.post(page, {"do": "accept", "quotation": request.quotations.get(place=shop.public_id).pk})
    client.post(page, {"do": "erase"})
    assert sums() == (120, 120, 120)
    request.refresh_from_db()
    assert (request.name, request.email, request.message, request.delivery, request.sender) == ("",) * 5
    shown = client.get(page).content.decode()
    assert SAID["name"] not in shown
    assert "đã xoá" in shown.lower()
    assert client.get(link_in(to("ban@example.vn")[0])).status_code == 404
    assert "rút" in str(to("khac@example.vn")[-1].body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "a@example.vn\nBcc: b@example.vn"),
        ("email", "không phải"),
        ("quantity", "0"),
        ("quantity", "0,0001"),
        ("quantity", "nhiều"),
        ("quantity", "1e12"),
        ("quantity", "-5"),
        ("months", "13"),
        ("months", "3-5; --"),
        ("unit", "lít thơ"),
        ("unit", "litre"),
        ("expires_on", "2020-01-01"),
        ("expires_on", "2199-01-01"),
        ("name", ""),
        ("name", "x" * 151),
        ("message", "x" * 2001),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client: Client, shop: Place, field: str, value: str) -> None:
    until = (calendar.today() + timedelta(days=10)).isoformat()
    sent = filled(**{**SAID, "expires_on": until, "supply": key(shop), field: value})
    answer = client.post("/vi/sourcing/ask", sent)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not QuotationRequest.objects.exists()
    assert not mail.outbox


def test_names_break_neither_heads_of_mails_nor_pages(client: Client, shop: Place) -> None:
    bad = "Lan\r\nBcc: tat.ca@example.vn\r\n<script>alert(1)</script>"
    request = ask(client, shop, name=bad, delivery=bad, message=bad)
    for message in mail.outbox:
        assert message.recipients() in (["ban@example.vn"], [SAID["email"]])
        assert "tat.ca" not in str(message.message()).split("\n\n")[0]
    for address in (f"/vi/sourcing/requests/{request.key}", link_in(to("ban@example.vn")[0])):
        assert "<script>alert" not in client.get(address).content.decode()
    offered(Client(), link_in(to("ban@example.vn")[0]), note=bad)
    assert "<script>alert" not in client.get(f"/vi/sourcing/requests/{request.key}").content.decode()


@pytest.mark.parametrize("named", ["", "none", "0000000-", "x" * 300, "7HWRK9FH-7HWRK9FH"])
def test_unknown_suppliers_are_asked_nothing(client: Client, named: str) -> None:
    assert client.get("/vi/sourcing/ask", {"supply": named}).status_code in (200, 422)
    assert client.post("/vi/sourcing/ask", filled(**SAID, supply=named)).status_code in (200, 422)
    assert not QuotationRequest.objects.exists()


def test_ten_at_once_and_no_more(client: Client) -> None:
    maker = company()
    places = [supplier(maker, f"Xưởng {number}") for number in range(11)]
    until = (calendar.today() + timedelta(days=10)).isoformat()
    sent = filled(**SAID, expires_on=until, supply=[key(place) for place in places])
    assert client.post("/vi/sourcing/ask", sent).status_code == 422
    assert ask(client, *places[:10]).quotations.count() == 10


def test_a_flood_from_one_connection_is_stopped_and_a_form_counts_once(client: Client, shop: Place) -> None:
    until = (calendar.today() + timedelta(days=10)).isoformat()
    sent = filled(**SAID, expires_on=until, supply=key(shop))
    first, second = (client.post("/vi/sourcing/ask", sent)["Location"] for _ in range(2))
    assert first == second
    assert len(to("ban@example.vn")) == 1
    for _ in range(REQUESTS_A_DAY - 1):
        ask(client, shop)
    more = filled(**SAID, expires_on=until, supply=key(shop))
    assert client.post("/vi/sourcing/ask", more).status_code == 429
    assert client.post("/vi/sourcing/ask", {**more, "website": "https://spam.example"}).status_code == 302
    assert QuotationRequest.objects.count() == REQUESTS_A_DAY
    with pytest.raises(KeyError):
        Client(enforce_csrf_checks=True).post("/vi/sourcing/ask", sent)["Location"]


def test_a_mail_that_fails_stops_nothing_and_goes_out_later(client: Client, shop: Place) -> None:
    other = supplier(company(email="khac@example.vn"), "Xưởng Z")
    real = mail.EmailMessage.send

    def fails(message: mail.EmailMessage, **options: bool) -> int:
        if message.to == ["ban@example.vn"]:
            raise SMTPException("busy")
        return real(message, **options)

    with patch("django.core.mail.EmailMessage.send", fails):
        request = ask(client, shop, other)
    assert [row.sent_at is not None for row in request.quotations.order_by("pk")] == [False, True]
    assert len(to("khac@example.vn")) == 1


def test_requests_long_over_are_erased_and_what_stands_promised_is_not(client: Client, shop: Place) -> None:
    old, standing = ask(client, shop), ask(client, supplier(company(email="khac@example.vn"), "Xưởng Z"))
    offered(Client(), link_in(to("khac@example.vn")[0]))
    client.post(f"/vi/sourcing/requests/{standing.key}", {"do": "accept", "quotation": standing.quotations.get().pk})
    assert erase_old_requests() == 0
    with calendar.at(calendar.now() + timedelta(days=KEPT_DAYS + 12)):
        assert erase_old_requests() == 1
        assert erase_old_requests() == 0
    old.refresh_from_db()
    standing.refresh_from_db()
    assert (old.name, standing.name) == ("", SAID["name"])


def test_a_buyer_is_erased_everywhere(client: Client, shop: Place) -> None:
    ask(client, shop)
    done = erase_buyer("MUA@example.vn")
    assert done.rows >= 1
    assert done.left == {}
    assert not QuotationRequest.objects.filter(name=SAID["name"]).exists()
