"""Supply at the desk: buyers who wait for an officer's answer, and what places have promised."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from geo.access.history import trail
from geo.access.models import User
from geo.places.models import Place
from geo.sourcing.asking import demand
from geo.sourcing.finding import find
from geo.sourcing.models import Commitment, Quotation
from geo.spatial import calendar
from tests import factories as make
from tests.sourcing.buyers import SAID, SECRET_PHONE, ask, company, household, supplier

pytestmark = pytest.mark.django_db
LIST, PROMISED = "/vi/desk/quotations", "/vi/desk/commitments"


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def officer() -> User:
    return make.officer("communal", make.commune(), email="can.bo@example.vn")


def stranger() -> User:
    return make.officer("communal", make.commune("Hoàn Kiếm", "00070", "phường"), email="xa@example.vn")


def offer(client: Client, address: str) -> None:
    until = (calendar.today() + timedelta(days=20)).isoformat()
    answer = client.post(address, {"do": "offer", "quantity": "40", "price": "120.000", "valid_until": until})
    assert answer.status_code == 302, answer.content.decode()


def accepted(home: Place) -> Quotation:
    """A request that was asked, answered at the desk and accepted."""
    request = ask(Client(), home)
    client = desk(User.objects.get(email="can.bo@example.vn"))
    offer(client, client.get(f"/vi/desk/quotations/{request.quotations.get().pk}")["Location"])
    deed = {"do": "accept", "quotation": request.quotations.get().pk}
    Client().post(f"/vi/sourcing/requests/{request.key}", deed)
    return request.quotations.get()


def seen() -> int:
    asked = demand({"q": ["cà phê"], "quantity": ["100"], "unit": ["kg"], "months": ["3-5"]})
    return int(find(asked).totals[0])


def test_a_buyer_who_waits_is_one_entry_and_one_click_from_an_answer() -> None:
    keeper = officer()
    home = supplier(household(commune=make.commune()), "Hộ B")
    request = ask(Client(), home)
    client = desk(keeper)
    assert "Người mua đang chờ trả lời" in client.get("/vi/desk").content.decode()
    page = client.get(LIST).content.decode()
    assert "Hộ B" in page
    for words in (SAID["name"], "50 kg", SAID["delivery"], "Cần hoá đơn.", "Hộ Trần Văn Lúa", "/producers/"):
        assert words in page
    assert SECRET_PHONE not in page
    path = f"/vi/desk/quotations/{request.quotations.get().pk}"
    assert path in page
    offer(client, client.get(path)["Location"])
    assert Quotation.objects.get().answered_by == keeper
    assert "Hộ B" not in client.get(LIST).content.decode()


def test_it_waits_for_officers_of_the_area_alone_and_not_where_the_producer_was_told() -> None:
    keeper = officer()
    request = ask(Client(), supplier(household(), "Hộ B"), supplier(company(), "Xưởng A"))
    own = desk(keeper).get(LIST).content.decode()
    assert "Hộ B" in own
    assert "Xưởng A" not in own
    other = desk(stranger())
    assert "Hộ B" not in other.get(LIST).content.decode()
    waiting = request.quotations.get(to="officer")
    assert other.get(f"/vi/desk/quotations/{waiting.pk}").status_code == 403
    assert "Hộ B" not in desk(make.officer("viewer")).get(LIST).content.decode()


def test_it_also_waits_where_no_officer_has_an_address() -> None:
    keeper = make.officer("communal", make.commune(), email="")
    request = ask(Client(), supplier(household(), "Hộ B"))
    assert request.quotations.get().to == "nobody"
    assert "Hộ B" in desk(keeper).get(LIST).content.decode()


def test_what_is_over_or_withdrawn_waits_for_nobody() -> None:
    keeper = officer()
    request = ask(Client(), supplier(household(), "Hộ B"))
    with calendar.at(calendar.now() + timedelta(days=11)):
        assert "Hộ B" not in desk(keeper).get(LIST).content.decode()
    Client().post(f"/vi/sourcing/requests/{request.key}", {"do": "erase"})
    assert "Hộ B" not in desk(keeper).get(LIST).content.decode()
    assert desk(keeper).get(f"/vi/desk/quotations/{request.quotations.get().pk}").status_code == 404


def test_a_promise_is_shown_and_ended_with_a_reason_that_the_buyer_reads() -> None:
    keeper = officer()
    home = supplier(household(), "Hộ B")
    quotation = accepted(home)
    promise = Commitment.objects.get()
    assert seen() == 20
    client = desk(keeper)
    page = client.get(PROMISED).content.decode()
    for words in ("Hộ B", "40", SAID["name"], SAID["email"], "03/20"):
        assert words in page
    path = f"{PROMISED}/{promise.pk}/end"
    client.post(path, {"reason": " "})
    assert seen() == 20
    assert client.post(path, {"reason": "Mất mùa vì bão"}).status_code == 302
    assert seen() == 60
    quotation.refresh_from_db()
    assert (quotation.state, quotation.note) == ("ended", "Mất mùa vì bão")
    assert "Mất mùa vì bão" in str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == [SAID["email"]]
    assert trail("sourcing_commitment", promise.pk)[0].reason == "Mất mùa vì bão"
    assert trail("sourcing_commitment", promise.pk)[0].actor == keeper.pk
    assert "Hộ B" not in client.get(PROMISED).content.decode()


def test_a_promise_is_seen_in_its_area_and_ended_by_who_keeps_it() -> None:
    officer()
    accepted(supplier(household(), "Hộ B"))
    path = f"{PROMISED}/{Commitment.objects.get().pk}/end"
    other = desk(stranger())
    assert "Hộ B" not in other.get(PROMISED).content.decode()
    assert other.post(path, {"reason": "x"}).status_code == 403
    looks = desk(make.officer("viewer"))
    assert looks.post(path, {"reason": "x"}).status_code == 403
    assert SAID["email"] not in looks.get(PROMISED).content.decode()
    assert seen() == 20


def test_buyer_and_supplier_read_what_is_promised() -> None:
    officer()
    quotation = accepted(supplier(household(), "Hộ B"))
    page = Client().get(f"/vi/sourcing/requests/{quotation.request.key}").content.decode()
    assert "Đã hứa: 40 kg mỗi tháng" in page
    keeper = desk(User.objects.get(email="can.bo@example.vn"))
    answer = keeper.get(f"/vi/desk/quotations/{quotation.pk}")["Location"]
    assert "Đã hứa: 40 kg mỗi tháng" in Client().get(answer).content.decode()


def test_how_to_reach_a_producer_of_another_area_is_not_offered() -> None:
    keeper = officer()
    ask(Client(), supplier(household(commune=make.commune("Hoàn Kiếm", "00070", "phường")), "Hộ B"))
    page = desk(keeper).get(LIST).content.decode()
    assert "Hộ B" in page
    assert "/producers/" not in page
