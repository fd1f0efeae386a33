"""Choosing: cases solved by hand, properties that always hold, and agreement with trying everything."""

import random
import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.sourcing.choosing import Offer, Problem, Rules, alternatives, choose, reasons
from geo.sourcing.choosing.rules import cap_of_supplier, least, usable
from tests.sourcing.brute import best, best_of_all, fits


def offer(pk: int, free: int, km: float = 10, minimum: int = 0, **more: object) -> Offer:
    values = {"supplier": f"s{pk}", "place": f"p{pk}", **more}
    return Offer(id=pk, free=(free,), km=km, minimum=minimum, **values)  # type: ignore[arg-type]


def one_month(need: int, *offers: Offer, **rules: object) -> Problem:
    return Problem((need,), offers, Rules(**rules))  # type: ignore[arg-type]


def test_the_nearest_that_covers_the_need_alone_is_taken() -> None:
    choice = choose(one_month(100, offer(1, 100, km=50), offer(2, 100, km=30), offer(3, 60, km=5)))
    assert choice.months[0].amounts == {2: 100}
    assert (choice.gap, choice.cost, choice.stops) == (0, 50, 1)


def test_two_near_ones_beat_a_far_one_when_stops_cost_little() -> None:
    offers = (offer(1, 100, km=100), offer(2, 60, km=10), offer(3, 60, km=10))
    assert choose(one_month(100, *offers)).chosen == {2, 3}
    assert choose(one_month(100, *offers, km_per_stop=200)).chosen == {1}


def test_what_is_missing_is_said_and_everybody_who_can_deliver_does() -> None:
    choice = choose(one_month(100, offer(1, 30), offer(2, 20, km=800)))
    assert choice.gap == 50
    assert choice.chosen == {1, 2}


def test_the_gap_comes_first_the_cost_second() -> None:
    choice = choose(one_month(100, offer(1, 99, km=1), offer(2, 100, km=999)))
    assert (choice.gap, choice.chosen) == (0, {2})


def test_a_minimum_order_keeps_small_rests_out() -> None:
    """90 + a least order of 40 would be more than the need: 60 + 40 covers it."""
    choice = choose(one_month(100, offer(1, 90, minimum=90), offer(2, 50, minimum=40), offer(3, 60, km=500)))
    assert choice.months[0].amounts in ({2: 40, 3: 60}, {2: 50, 3: 50})
    assert choice.gap == 0


def test_no_supplier_gets_more_than_the_cap_whatever_places_it_has() -> None:
    places = [offer(pk, 100, supplier="HTX", place=f"p{pk}") for pk in (1, 2)]
    choice = choose(one_month(100, *places, offer(3, 100, km=300), share=Fraction(60, 100)))
    amounts = choice.months[0].amounts
    assert (sum(amounts.get(pk, 0) for pk in (1, 2)), amounts[3], choice.gap) == (60, 40, 0)


def test_two_products_of_one_place_are_one_stop() -> None:
    shared = [offer(pk, 50, km=40, place="p") for pk in (1, 2)]
    choice = choose(one_month(100, *shared, offer(3, 50, km=30), offer(4, 50, km=30)))
    assert (choice.chosen, choice.stops, choice.cost) == ({1, 2}, 1, 60)


def test_with_few_stops_allowed_the_largest_are_visited() -> None:
    choice = choose(one_month(100, *(offer(pk, 30, km=pk) for pk in range(1, 4)), offer(9, 50, km=900), stops=2))
    assert choice.gap == 20
    assert choice.chosen == {1, 9}


def test_seasons_are_kept_month_by_month() -> None:
    early = Offer(1, "a", "a", (100, 0), km=1)
    late = Offer(2, "b", "b", (0, 70), km=1)
    choice = choose(Problem((100, 100), (early, late)))
    assert [month.amounts for month in choice.months] == [{1: 100}, {2: 70}]
    assert [month.gap for month in choice.months] == [0, 30]


def test_what_is_liked_less_is_passed_over_when_that_is_worth_the_way() -> None:
    near = offer(1, 100, km=10, dislike=60)
    assert choose(one_month(100, near, offer(2, 100, km=50))).chosen == {2}
    assert choose(one_month(100, near, offer(2, 100, km=90))).chosen == {1}


def test_every_offer_has_a_reason() -> None:
    problem = one_month(
        100, offer(1, 80, km=10), offer(2, 30, km=20), offer(3, 30, km=400), offer(4, 0), offer(5, 500, minimum=150)
    )
    found = reasons(problem, choose(problem))
    assert [found[pk].code for pk in (1, 2, 3, 4, 5)] == ["needed", "saves", "dearer", "nothing_free", "minimum"]
    assert (found[1].amount, found[2].km, found[5].amount) == (40, 380, 150)


def test_a_rule_that_costs_much_is_shown_with_what_it_costs() -> None:
    problem = one_month(100, offer(1, 100, km=10), offer(2, 100, km=500), share=Fraction(1, 2))
    (found,) = alternatives(problem, choose(problem))
    assert (found.rule, found.choice.cost) == ("share", 30)
    cheap = one_month(100, offer(1, 100, km=10), offer(2, 100, km=10), share=Fraction(99, 100), km_per_stop=0)
    assert [one.rule for one in alternatives(cheap, choose(cheap))] == ["share"]


def test_a_rule_that_costs_little_is_not_spoken_of() -> None:
    problem = one_month(100, offer(1, 60, km=100), offer(2, 60, km=110), share=Fraction(50, 100))
    assert alternatives(problem, choose(problem)) == []


@pytest.mark.parametrize("wrong", [{"share": Fraction(0)}, {"share": Fraction(3, 2)}, {"stops": 0}, {"km_weight": -1}])
def test_rules_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Rules(**wrong)  # type: ignore[arg-type]


def test_negative_amounts_and_other_months_are_refused() -> None:
    for broken in (Offer(1, "a", "a", (-1,)), Offer(1, "a", "a", (1, 2)), Offer(1, "a", "a", (1,), minimum=-1)):
        with pytest.raises(ValueError, match="offer 1"):
            Problem((5,), (broken,))
    with pytest.raises(ValueError, match="need"):
        Problem((-5,), ())


@st.composite
def problems(draw: st.DrawFn, most: int = 8, months: int = 2) -> Problem:
    """Small problems in which places and suppliers have several offers, and minimums and caps often bind."""
    number = draw(st.integers(0, most))
    amount = st.integers(0, 120)
    offers = [
        Offer(
            id=pk,
            supplier=f"s{draw(st.integers(0, 4))}",
            place=f"p{draw(st.integers(0, 5))}",
            free=tuple(draw(amount) for _ in range(months)),
            minimum=draw(st.sampled_from([0, 0, 5, 20, 60])),
            dislike=draw(st.sampled_from([0.0, 0.0, 30.0])),
        )
        for pk in range(1, number + 1)
    ]
    km = {f"p{name}": float(draw(st.integers(0, 300))) for name in range(6)}
    offers = [Offer(o.id, o.supplier, o.place, o.free, o.minimum, km[o.place], o.dislike) for o in offers]
    rules = Rules(
        share=draw(st.sampled_from([None, Fraction(1, 2), Fraction(1, 3), Fraction(4, 5)])),
        stops=draw(st.sampled_from([None, None, 1, 2, 3])),
        km_per_stop=draw(st.sampled_from([0.0, 20.0])),
    )
    return Problem(tuple(draw(st.integers(0, 200)) for _ in range(months)), tuple(offers), rules)


@given(problems())
@settings(max_examples=100, deadline=None)
def test_no_rule_is_ever_broken_and_the_gap_is_what_is_missing(problem: Problem) -> None:
    choice = choose(problem)
    for number, month in enumerate(choice.months):
        assert fits(problem, number, month.amounts)
        assert month.gap == problem.need[number] - sum(month.amounts.values()) >= 0
        for one in problem.offers:
            delivered = month.amounts.get(one.id, 0)
            assert delivered <= one.free[number]
            assert delivered == 0 or delivered >= least(problem, one)
            assert delivered <= cap_of_supplier(problem, number)


@given(problems(months=1))
@settings(max_examples=80, deadline=None)
def test_trying_everything_finds_nothing_better(problem: Problem) -> None:
    month = choose(problem).months[0]
    gap, cost = best(problem, 0)
    assert month.gap == gap
    assert month.cost == pytest.approx(cost, abs=1e-3)


@st.composite
def tiny_problems(draw: st.DrawFn) -> Problem:
    """Problems of a few whole parts, in which every rule binds: amounts, minimums, caps, stops, weights."""
    km = {f"p{number}": float(draw(st.integers(0, 60))) for number in range(4)}
    offers = []
    for pk in range(1, draw(st.integers(1, 5)) + 1):
        place = f"p{draw(st.integers(0, 3))}"
        free, minimum = draw(st.integers(0, 4)), draw(st.sampled_from([0, 0, 1, 2, 3]))
        dislike = draw(st.sampled_from([0.0, 7.0, 40.0]))
        offers.append(Offer(pk, f"s{draw(st.integers(0, 2))}", place, (free,), minimum, km[place], dislike))
    rules = Rules(
        share=draw(st.sampled_from([None, Fraction(1, 2), Fraction(1, 3), Fraction(3, 4)])),
        stops=draw(st.sampled_from([None, 1, 2])),
        minimums=draw(st.booleans()),
        km_per_stop=draw(st.sampled_from([0.0, 20.0])),
        km_weight=draw(st.sampled_from([0.0, 1.0, 2.5])),
    )
    return Problem((draw(st.integers(1, 7)),), tuple(offers), rules)


@given(tiny_problems())
@settings(max_examples=150, deadline=None)
def test_trying_every_amount_of_everybody_finds_nothing_better(problem: Problem) -> None:
    month = choose(problem).months[0]
    gap, cost = best_of_all(problem, 0)
    assert month.proven
    assert month.gap == gap
    assert month.cost == pytest.approx(cost, abs=1e-3)


@given(problems())
@settings(max_examples=80, deadline=None)
def test_with_no_time_left_every_rule_is_kept_and_the_answer_says_that_it_may_not_be_the_best(problem: Problem) -> None:
    choice = choose(problem, time.monotonic())
    for number, month in enumerate(choice.months):
        assert fits(problem, number, month.amounts)
        assert month.gap == problem.need[number] - sum(month.amounts.values())
        assert month.proven == (
            not any(usable(problem, one, number) for one in problem.offers) or not problem.need[number]
        )
    said = reasons(problem, choice, time.monotonic())
    assert all(choice.proven or said[pk].code not in ("needed", "saves") for pk in said)
    assert alternatives(problem, choice, until=time.monotonic()) == []


def test_months_that_are_hard_share_the_time() -> None:
    chance = random.Random(1)
    offers = []
    for pk in range(400):
        free = tuple(chance.randrange(200_000, 5_000_000) for _month in range(6))
        minimum = int(min(free) * chance.uniform(0.6, 1))
        offers.append(Offer(pk, f"s{pk}", f"p{pk}", free, minimum, chance.uniform(5, 400)))
    problem = Problem((400_000_000,) * 6, tuple(offers), Rules(stops=150))
    began = time.monotonic()
    choice = choose(problem, began + 1.0)
    assert time.monotonic() - began < 10
    assert all(fits(problem, number, month.amounts) and month.amounts for number, month in enumerate(choice.months))


@given(problems())
@settings(max_examples=30, deadline=None)
def test_the_same_problem_has_the_same_answer_in_whatever_order_offers_come(problem: Problem) -> None:
    turned = Problem(problem.need, tuple(reversed(problem.offers)), problem.rules)
    assert choose(problem) == choose(turned)


@given(problems())
@settings(max_examples=60, deadline=None)
def test_whoever_delivers_and_whoever_does_not_has_a_fitting_reason(problem: Problem) -> None:
    choice = choose(problem)
    found = reasons(problem, choice)
    assert set(found) == {one.id for one in problem.offers}
    inside = {"needed", "saves", "chosen"}
    assert {pk for pk, reason in found.items() if reason.code in inside} == choice.chosen


def test_one_stop_allowed_is_one_stop_even_where_stops_cost_nothing() -> None:
    offers = (
        offer(1, 11, km=0, supplier="s0", place="p0"),
        offer(2, 5, km=0, minimum=5, supplier="s1", place="p1"),
        offer(3, 12, km=0, supplier="s0", place="p2"),
    )
    choice = choose(one_month(22, *offers, share=Fraction(1, 2), stops=1, km_per_stop=0.0))
    assert (choice.stops, choice.gap) == (1, 11)
