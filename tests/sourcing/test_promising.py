"""Nothing is promised to two: whoever accepts first has it, also when both do at once."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from threading import Barrier, Thread

import pytest
from django.db import connection

from geo.catalog.models import Product
from geo.places.models import Place, PlaceProduct
from geo.sourcing.demand import Month
from geo.sourcing.holding import check_left
from geo.sourcing.models import Commitment, Quotation, QuotationRequest
from geo.sourcing.quantities import UNITS
from geo.sourcing.quotations.answering import accept
from geo.sourcing.services import commit
from geo.spatial import calendar
from geo.spatial.problems import Conflict
from tests.sourcing.buyers import company, supplier

NEXT = Month.of(calendar.today()).plus(1)


def offered(place: Place, quantity: str, months: tuple[Month, ...] = (NEXT,)) -> QuotationRequest:
    """A request to which the place has offered so many kilograms a month."""
    request = QuotationRequest.objects.create(
        name="Siêu thị", email="mua@example.vn", quantity=Decimal(quantity), unit="kg",
        months=[month.first for month in months], expires_on=calendar.today() + timedelta(days=9),
    )  # fmt: skip
    Quotation.objects.create(
        request=request, place=place.public_id, product=product_of(place).public_id, state="offered",
        quantity=Decimal(quantity), price=1, valid_until=calendar.today() + timedelta(days=9),
        answered_at=calendar.now(),
    )  # fmt: skip
    return request


def product_of(place: Place) -> Product:
    return PlaceProduct.objects.select_related("product").get(place=place).product


def taken(request: QuotationRequest) -> bool:
    """Try to accept its offer."""
    try:
        accept(request, request.quotations.get().pk)
    except Conflict:
        return False
    return True


@pytest.mark.django_db
def test_what_is_promised_to_one_is_not_promised_to_another() -> None:
    place = supplier(company(), "Xưởng A", quantity="100")
    first, second, third = offered(place, "70"), offered(place, "40"), offered(place, "30")
    assert [taken(one) for one in (first, second, third)] == [True, False, True]
    assert second.quotations.get().state == "offered"
    assert sum(one.quantity for one in Commitment.objects.all()) == 100


@pytest.mark.django_db
def test_one_full_month_is_enough_to_refuse_and_nothing_is_half_promised() -> None:
    place = supplier(company(), "Xưởng A", quantity="100")
    assert taken(offered(place, "100", (NEXT.plus(2),)))
    assert not taken(offered(place, "1", (NEXT, NEXT.plus(2), NEXT.plus(4))))
    assert Commitment.objects.count() == 1
    assert taken(offered(place, "1", (NEXT, NEXT.plus(1))))


@pytest.mark.django_db
def test_the_newer_word_counts_and_a_figure_lowered_meanwhile_too() -> None:
    place = supplier(company(), "Xưởng A", quantity="100")
    assert taken(offered(place, "150"))
    assert not taken(offered(place, "1"))
    later = offered(place, "60", (NEXT.plus(1),))
    commit(None, "đặt trước", place, product_of(place), quantity=Decimal(30), unit="kg",
           first_month=NEXT.plus(1).first, last_month=NEXT.plus(1).first)  # fmt: skip
    PlaceProduct.objects.filter(place=place).update(quantity=80)
    assert not taken(later)


@pytest.mark.django_db
def test_pieces_and_weights_are_held_against_each_other() -> None:
    place = supplier(company(), "Xưởng A", quantity="100")
    PlaceProduct.objects.filter(place=place).update(unit="hộp", piece_kg=Decimal("0.5"))
    commit(None, "đặt trước", place, product_of(place), quantity=Decimal(60), unit="hộp",
           first_month=NEXT.first, last_month=NEXT.first)  # fmt: skip
    check_left(place, product_of(place), Fraction(20), UNITS["kg"], [NEXT.first])
    with pytest.raises(Conflict):
        check_left(place, product_of(place), Fraction(2001, 100), UNITS["kg"], [NEXT.first])


@pytest.mark.django_db
def test_nothing_is_accepted_when_all_its_months_are_over() -> None:
    request = offered(supplier(company(), "Xưởng A"), "10", (Month.of(calendar.today()).plus(-1),))
    assert not taken(request)
    assert request.quotations.get().state == "offered"


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do several things at the same moment, each on a connection of its own; return what each gave."""
    gate, found = Barrier(len(deeds)), [None] * len(deeds)

    def run(number: int, deed: Callable[[], object]) -> None:
        gate.wait(30)
        try:
            found[number] = deed()  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return list(found)


@pytest.mark.django_db(transaction=True)
def test_two_buyers_who_accept_the_last_100_kg_at_once_do_not_both_get_them() -> None:
    place = supplier(company(), "Xưởng A", quantity="100")
    requests = [offered(place, "100") for _ in range(3)]
    done = at_once(*(lambda one=one: taken(one) for one in requests))
    assert (done.count(True), done.count(False)) == (1, 2)
    assert [one.quantity for one in Commitment.objects.all()] == [100]


@pytest.mark.django_db(transaction=True)
def test_accepting_twice_at_once_is_accepting_once() -> None:
    request = offered(supplier(company(), "Xưởng A", quantity="100"), "100")
    assert at_once(*[lambda: taken(request)] * 3) == [True] * 3
    assert Commitment.objects.count() == 1
