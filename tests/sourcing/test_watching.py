"""Watched searches: confirmed first, ended by one link, each piece of news said once, one failure stops no other."""

import re
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from smtplib import SMTPException
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from geo.places.models import Place, PlaceProduct
from geo.sourcing.models import Watch
from geo.sourcing.services import commit
from geo.sourcing.watching.rules import News, Standing, kept, news
from geo.sourcing.watching.services import UNCONFIRMED_DAYS, WATCHES_A_DAY, sweep
from geo.spatial import calendar
from tests import factories as make
from tests.sourcing.buyers import company, filled, supplier

pytestmark = pytest.mark.django_db
SEARCH = "q=c%C3%A0+ph%C3%AA&quantity=100&unit=kg&months=3-5"
EMAIL = "theo.doi@example.vn"


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.PUBLIC_URL = "https://ocop.example.vn"


def watched(client: Client, search: str = SEARCH, email: str = EMAIL, **said: str) -> Watch:
    """Ask for a search to be watched, and confirm it by the link in the mail."""
    assert client.post(f"/vi/sourcing/watch?{search}", filled(email=email, **said)).status_code == 302
    found = re.search(r"https://ocop.example.vn(/\S+)", str(mail.outbox[-1].body))
    assert found
    assert client.post(found[1]).status_code == 302
    mail.outbox.clear()
    return Watch.objects.latest("pk")


def send(*options: str) -> str:
    said = StringIO()
    call_command("send_alerts", *options, stdout=said)
    return said.getvalue()


def bodies() -> list[str]:
    return [str(message.body) for message in mail.outbox]


@pytest.fixture
def shop() -> Place:
    return supplier(company(), "Xưởng A")


def test_nothing_is_sent_before_the_address_is_confirmed(client: Client, shop: Place) -> None:
    assert "100 kg" in client.get(f"/vi/sourcing/watch?{SEARCH}").content.decode()
    client.post(f"/vi/sourcing/watch?{SEARCH}", filled(email=EMAIL))
    watch = Watch.objects.get()
    assert mail.outbox[0].to == [EMAIL]
    assert client.get(f"/vi/sourcing/watches/{watch.key}").status_code == 200
    watch.refresh_from_db()
    assert watch.confirmed_at is None
    supplier(company(), "Xưởng B")
    mail.outbox.clear()
    assert "0 searches" in send()
    assert not mail.outbox


def test_what_stands_at_the_start_is_no_news(client: Client, shop: Place) -> None:
    watch = watched(client)
    assert next(iter(watch.said.values()))["amounts"] == dict.fromkeys(watch.query["months"].split(","), 60.0)
    assert "1 unchanged" in send()
    assert not mail.outbox


def test_a_new_supplier_is_told_once(client: Client, shop: Place) -> None:
    watched(client)
    other = supplier(company(), "Xưởng B")
    assert "1 with news" in send("--dry-run")
    assert not mail.outbox
    assert "1 with news" in send()
    assert "1 unchanged" in send()
    assert len(mail.outbox) == 1
    assert "Xưởng B" in bodies()[0]
    assert f"/vi/p/{other.public_id}" in bodies()[0]
    assert "Xưởng A" not in bodies()[0]


def test_capacity_is_told_when_the_register_or_a_promise_changes_it(client: Client, shop: Place) -> None:
    watch = watched(client)
    PlaceProduct.objects.update(quantity=Decimal(80))
    send()
    assert "60 kg → 80 kg" in bodies()[0]
    first = date.fromisoformat(watch.query["months"].split(",")[0] + "-01")
    product = PlaceProduct.objects.get().product
    commit(None, "hợp đồng", shop, product, quantity=Decimal(30), unit="kg", first_month=first, last_month=first)
    send()
    assert "50 kg" in bodies()[1]
    send()
    assert len(mail.outbox) == 2


def test_a_supplier_that_drops_out_is_told_once(client: Client, shop: Place) -> None:
    watched(client)
    Place.objects.filter(pk=shop.pk).update(status="closed", closed_on=calendar.today())
    for _ in range(2):
        send()
    assert len(mail.outbox) == 1
    assert "Xưởng A" in bodies()[0]


def test_a_certificate_is_told_sixty_days_before_its_end_and_once(client: Client, shop: Place) -> None:
    make.scheme()
    product = PlaceProduct.objects.get().product
    product.refresh_from_db()
    until = calendar.today() + timedelta(days=80)
    make.certificate(product, stars=4, valid_from=until - timedelta(days=1000), valid_until=until)
    watched(client)
    with calendar.at(calendar.now() + timedelta(days=19)):
        assert "1 unchanged" in send()
    with calendar.at(calendar.now() + timedelta(days=20)):
        assert "1 with news" in send()
        assert "1 unchanged" in send()
    assert f"{until - timedelta(days=1):%d/%m/%Y}" in bodies()[0]
    with calendar.at(calendar.now() + timedelta(days=30)):
        assert "1 unchanged" in send()


def test_the_end_of_the_last_right_to_a_mark_is_told(client: Client, shop: Place) -> None:
    until = calendar.today() + timedelta(days=80)
    for name, days in (("Cà phê Cầu Đất", 0), ("Cà phê Đà Lạt", -70)):
        right = {"scope": name, "valid_from": until - timedelta(days=900), "valid_until": until + timedelta(days=days)}
        make.certificate(shop, scheme=make.scheme("gi", name_vi="Chỉ dẫn địa lý"), **right)
    today = calendar.today()
    months = f"months={today.month}-{(today + timedelta(days=62)).month}"
    watched(client, f"{SEARCH.replace('months=3-5', months)}&mark=any")
    with calendar.at(calendar.now() + timedelta(days=19)):
        assert "1 unchanged" in send(), "one of the two goes on"
    with calendar.at(calendar.now() + timedelta(days=20)):
        assert "1 with news" in send()
    assert f"{until - timedelta(days=1):%d/%m/%Y}" in bodies()[0]
    assert "Chỉ dẫn địa lý" in bodies()[0]


def test_one_mail_that_fails_stops_no_other_and_is_tried_again(client: Client, shop: Place) -> None:
    watched(client)
    watched(client, email="khac@example.vn")
    supplier(company(), "Xưởng B")
    real = mail.EmailMessage.send

    def fails(message: mail.EmailMessage, **options: bool) -> int:
        if message.to == [EMAIL]:
            raise SMTPException("busy")
        return real(message, **options)

    with patch("django.core.mail.EmailMessage.send", fails), pytest.raises(CommandError):
        send()
    assert [message.to for message in mail.outbox] == [["khac@example.vn"]]
    # What is new was written down with the mail that waits: it is told once, and not looked for again.
    again = send()
    assert "0 with news, 2 unchanged" in again
    assert "mails: 1 sent, 0 failed" in again
    assert [message.to for message in mail.outbox] == [["khac@example.vn"], [EMAIL]]
    assert "mails: 0 sent" in send()


def test_a_search_that_can_no_longer_be_read_stops_no_other(client: Client, shop: Place) -> None:
    broken = watched(client)
    watched(client, email="khac@example.vn")
    Watch.objects.filter(pk=broken.pk).update(query={**broken.query, "category": "không còn"})
    supplier(company(), "Xưởng B")
    with pytest.raises(CommandError):
        send()
    assert [message.to for message in mail.outbox] == [["khac@example.vn"]]


def test_it_ends_by_one_link_and_nothing_is_kept(client: Client, shop: Place) -> None:
    watched(client)
    supplier(company(), "Xưởng B")
    send()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("https://ocop.example.vn")
    assert address in bodies()[0]
    assert client.get(address).status_code == 200
    assert Watch.objects.count() == 1
    program = Client(enforce_csrf_checks=True)
    assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Watch.objects.exists()
    assert program.post(address).status_code == 200
    assert client.get(address).status_code == 404


def test_a_search_whose_months_are_over_says_so_and_goes(client: Client, shop: Place) -> None:
    watch = watched(client)
    last = date.fromisoformat(watch.query["months"].split(",")[-1] + "-28")
    with calendar.at(calendar.now() + (last + timedelta(days=10) - calendar.today())):
        assert "1 over" in send()
        assert "0 searches" in send()
    assert len(mail.outbox) == 1
    assert not Watch.objects.exists()


def test_what_nobody_confirms_is_erased(client: Client, shop: Place) -> None:
    client.post(f"/vi/sourcing/watch?{SEARCH}", filled(email=EMAIL))
    assert sweep() == 0
    with calendar.at(calendar.now() + timedelta(days=UNCONFIRMED_DAYS + 1)):
        assert sweep() == 1


@pytest.mark.parametrize("email", ["a@example.vn\nBcc: b@example.vn", "không phải", ""])
def test_an_address_that_is_none_is_refused(client: Client, shop: Place, email: str) -> None:
    assert client.post(f"/vi/sourcing/watch?{SEARCH}", filled(email=email)).status_code == 422
    assert not Watch.objects.exists()
    assert not mail.outbox


def test_titles_break_neither_heads_nor_pages(client: Client, shop: Place) -> None:
    watch = watched(client, title="<script>x</script>\r\nBcc: b@example.vn")
    assert "<script>x" not in client.get(f"/vi/sourcing/watches/{watch.key}").content.decode()
    supplier(company(), "Xưởng B")
    send()
    assert mail.outbox[0].recipients() == [EMAIL]
    assert "\n" not in mail.outbox[0].subject


def test_a_flood_is_stopped_and_a_wrong_search_is_told(client: Client, shop: Place) -> None:
    for number in range(WATCHES_A_DAY):
        form = filled(email=f"{number}@example.vn")
        assert client.post(f"/vi/sourcing/watch?{SEARCH}", form).status_code == 302
        assert client.post(f"/vi/sourcing/watch?{SEARCH}", form).status_code == 302
    assert client.post(f"/vi/sourcing/watch?{SEARCH}", filled(email=EMAIL)).status_code == 429
    assert Watch.objects.count() == WATCHES_A_DAY
    for wrong in ("", "q=x&quantity=1&months=13", "q=x&quantity=-1&months=3", "category=zz&quantity=1&months=3"):
        assert client.get(f"/vi/sourcing/watch?{wrong}").status_code == 400


def test_links_in_mails_need_the_address_of_the_site(settings: Any) -> None:
    settings.PUBLIC_URL = ""
    with pytest.raises(CommandError):
        send()
    assert "dry run" in send("--dry-run")


def test_news_by_hand() -> None:
    today, months = date(2027, 3, 10), ["2027-04", "2027-05"]
    near, far = (today + timedelta(days=59)).isoformat(), (today + timedelta(days=60)).isoformat()
    amounts = {"2027-04": 5.0, "2027-05": 5.0}
    said = {
        "a": Standing("A", amounts, {}),
        "b": Standing("B", amounts),
        "c": Standing("C", {"2027-03": 9.0}),
        "d": Standing("D", {**amounts, "2027-03": 1.0}),
    }
    now = {
        "a": Standing("A", amounts, {"OCOP": near, "HACCP": far}),
        "d": Standing("D", amounts),
        "e": Standing("E", amounts),
    }
    found = news(said, now, months, today)
    assert [(one.kind, one.key) for one in found] == [(News.NEW, "e"), (News.GONE, "b"), (News.CERTIFICATE, "a")]
    assert news(kept(now, today), now, months, today) == []
