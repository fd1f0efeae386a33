"""The rules of supply, without a database: held day by day, month by month against what they are said to mean."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.catalog.rules import CertificateDates
from geo.sourcing.demand import Demand, Doubt, Month
from geo.sourcing.quantities import UNITS, Figure, in_month
from geo.sourcing.relaxing import relaxations, sums
from geo.sourcing.rules import OCOP, Held, Promise, Rule, Supply, assess, in_force, stars_over

TODAY = date(2026, 11, 22)
SAFETY = "food_safety"
BASE = Supply(
    pk=1, place="PPPPPPPP", place_name="Xưởng", place_kind="processing_facility", product="SSSSSSSS",
    product_name="Cà phê", category="", supplier="HHHHHHHH", supplier_name="HTX", supplier_kind="cooperative",
    province_id=1, commune_id=None, province="Tỉnh", commune="", lon=None, lat=None, accuracy="none", role="processes",
    quantity=Decimal(60), unit="kg", period="month", months=(), figure=Figure(Decimal(60), UNITS["kg"], "month"),
    as_of=TODAY - timedelta(days=10), said_by="officer", source="", sample=False, minimum=None, lead_days=None,
    price=None, price_unit="", price_on=None, hours="",
)  # fmt: skip


def asked(*months: Month, **values: object) -> Demand:
    return Demand(**{
        "quantity": Fraction(100), "unit": UNITS["kg"], "months": months or (Month(2027, 3),), "today": TODAY, **values
    })  # type: ignore[arg-type]  # fmt: skip


def stated(quantity: str, unit: str = "kg", period: str = "month", *months: int, piece_kg: str | None = None) -> Figure:
    return Figure(Decimal(quantity), UNITS[unit], period, months, Decimal(piece_kg) if piece_kg else None)


def held(first: date, until: date, stars: int | None = 4, scheme: str = OCOP, revoked: date | None = None) -> Held:
    return Held(scheme, stars, first, CertificateDates(first, until, revoked))


def counted(supply: Supply, demand: Demand) -> list[int]:
    return [int(amount) for amount in assess(supply, demand).counted()]


# -- by hand -----------------------------------------------------------------------------------------------------------


def test_a_season_over_the_turn_of_the_year_counts_in_its_months_alone() -> None:
    winter = replace(BASE, figure=stated("400", "kg", "season", 11, 12, 1, 2))
    months = [Month(2026, 11).plus(number) for number in range(6)]
    assert counted(winter, asked(*months)) == [100, 100, 100, 100, 0, 0]
    assert counted(winter, asked(Month(2027, 10), Month(2028, 2), Month(2028, 3))) == [0, 100, 0]


def test_a_promise_holds_from_its_first_month_to_its_last_and_over_the_turn_of_the_year() -> None:
    months = [Month(2026, 11).plus(number) for number in range(6)]
    promise = Promise(stated("20"), Month(2026, 12), Month(2027, 2))
    assert counted(replace(BASE, promises=(promise,)), asked(*months)) == [60, 40, 40, 40, 60, 60]
    two = (promise, Promise(stated("0.05", "tonne"), Month(2027, 2), Month(2027, 2)))
    assert counted(replace(BASE, promises=two), asked(*months)) == [60, 40, 40, 0, 60, 60]
    assert Rule.COMMITTED in assess(replace(BASE, promises=two), asked(Month(2027, 2))).rules


def test_a_promise_in_pieces_lowers_a_supply_by_weight_and_the_other_way_round() -> None:
    boxes = replace(BASE, figure=stated("100", "box", piece_kg="0.5"))
    month = Month(2027, 3)
    in_boxes = replace(boxes, promises=(Promise(stated("40", "box"), month, month),))
    assert counted(in_boxes, asked(month)) == [30]
    by_weight = replace(boxes, promises=(Promise(stated("10"), month, month),))
    assert counted(by_weight, asked(month, unit=UNITS["box"])) == [80]


@pytest.mark.parametrize(
    ("unit", "wanted", "expected"),
    [("litre", "kg", [0]), ("kg", "litre", [0]), ("box", "kg", [0]), ("kg", "box", [0]), ("tonne", "kg", [60_000]),
     ("quintal", "kg", [6000]), ("yen", "kg", [600]), ("m3", "litre", [60_000]), ("box", "bottle", [0])],
)  # fmt: skip
def test_units_are_converted_as_stated_or_not_at_all(unit: str, wanted: str, expected: list[int]) -> None:
    assert counted(replace(BASE, figure=stated("60", unit)), asked(unit=UNITS[wanted])) == expected


def test_a_certificate_counts_through_its_last_day_and_not_on_the_first_without() -> None:
    until = date(2027, 3, 15)
    supply = replace(BASE, certificates=(held(date(2024, 3, 15), until),))
    days = {day: counted(supply, asked(min_stars=3, day=day)) for day in (1, 14, 15, 16)}
    assert days == {1: [60], 14: [60], 15: [0], 16: [0]}
    begins = replace(BASE, certificates=(held(until, date(2030, 3, 15)),))
    assert [counted(begins, asked(min_stars=3, day=day))[0] for day in (14, 15)] == [0, 60]
    assert counted(begins, asked(min_stars=3)) == [0]


def test_a_gap_between_two_certificates_in_the_middle_of_a_month_is_seen() -> None:
    for scheme, values in ((OCOP, {"min_stars": 3}), (SAFETY, {"schemes": (SAFETY,)})):
        first = held(date(2024, 1, 1), date(2027, 3, 10), 4, scheme)
        second = held(date(2027, 3, 20), date(2030, 3, 20), 4, scheme)
        supply = replace(BASE, certificates=(first, second))
        assert counted(supply, asked(**values)) == [0]
        assert counted(supply, asked(day=25, **values)) == [60]
        joined = replace(BASE, certificates=(first, held(date(2027, 3, 10), date(2030, 3, 10), 4, scheme)))
        assert counted(joined, asked(**values)) == [60]


def test_fewer_stars_for_some_days_of_a_month_are_what_counts() -> None:
    certificates = (
        held(date(2024, 1, 1), date(2027, 6, 1), 5),
        held(date(2027, 3, 10), date(2027, 6, 1), 3),
        held(date(2027, 3, 20), date(2030, 3, 20), 5),
    )
    assert stars_over(certificates, date(2027, 3, 1), date(2027, 3, 31)) == 3
    assert stars_over(certificates, date(2027, 3, 1), date(2027, 3, 9)) == 5
    revoked = (held(date(2024, 1, 1), date(2027, 6, 1), 5, revoked=date(2027, 3, 31)),)
    assert stars_over(revoked, date(2027, 3, 1), date(2027, 3, 30)) == 5
    assert stars_over(revoked, date(2027, 3, 1), date(2027, 3, 31)) is None


def test_notice_is_counted_from_today_to_the_last_day_of_delivery() -> None:
    for days, november, december in ((8, 60, 60), (9, 0, 60), (39, 0, 60), (40, 0, 0)):
        slow = replace(BASE, lead_days=days)
        assert counted(slow, asked(Month(2026, 11), Month(2026, 12))) == [november, december]
    assert counted(replace(BASE, lead_days=9), asked(Month(2026, 12), day=1)) == [60]
    assert counted(replace(BASE, lead_days=10), asked(Month(2026, 12), day=1)) == [0]


def test_the_road_may_take_as_long_as_asked_and_no_second_more() -> None:
    for seconds, amount in ((7200, 60), (7201, 0), (None, 0)):
        there = replace(BASE, seconds=seconds, metres=seconds)
        assert counted(there, asked(max_seconds=7200)) == [amount]
        assert counted(there, asked()) == [60]


def test_a_figure_is_stale_the_day_after_its_time() -> None:
    for days, doubts in ((365, set()), (366, {Doubt.STALE})):
        old = replace(BASE, as_of=TODAY - timedelta(days=days))
        assert assess(old, asked()).doubts == doubts
        assert counted(old, asked(counted=frozenset({Doubt.STALE}))) == [60]


# -- by chance ---------------------------------------------------------------------------------------------------------

days_ = st.integers(-200, 500).map(lambda number: TODAY + timedelta(days=number))
certificates_ = st.lists(
    st.builds(
        lambda first, length, stars, scheme, revoked: held(
            first, first + timedelta(days=length), stars if scheme == OCOP else None, scheme,
            None if revoked is None else first + timedelta(days=revoked),
        ),
        days_, st.integers(1, 300), st.integers(1, 5), st.sampled_from([OCOP, SAFETY]),
        st.none() | st.none() | st.integers(0, 200),
    ),
    max_size=5,
)  # fmt: skip
months_ = st.integers(0, 14).map(Month(2026, 11).plus)
figures_ = st.builds(
    lambda quantity, unit, period, season, piece: Figure(Decimal(quantity), UNITS[unit], period, season, piece),
    st.integers(1, 900), st.sampled_from(["kg", "tonne", "litre", "box"]),
    st.sampled_from(["day", "month", "season", "year"]), st.sets(st.integers(1, 12)).map(tuple),
    st.sampled_from([None, Decimal("0.25")]),
)  # fmt: skip
promises_ = st.lists(
    st.builds(
        lambda quantity, first, length: Promise(stated(str(quantity)), first, first.plus(length)),
        st.integers(1, 400), months_, st.integers(0, 5),
    ),
    max_size=3,
)  # fmt: skip
supplies_ = st.builds(
    lambda figure, certificates, promises, lead, seconds, age, said: replace(
        BASE, figure=figure, certificates=tuple(certificates), promises=tuple(promises), lead_days=lead,
        seconds=seconds, metres=seconds and seconds * 15, as_of=TODAY - timedelta(days=age), said_by=said,
    ),
    figures_, certificates_, promises_, st.none() | st.integers(0, 90),
    st.none() | st.integers(0, 5).map(lambda hours: hours * 3600), st.sampled_from([10, 400]),
    st.sampled_from(["officer", ""]),
)  # fmt: skip
demands_ = st.builds(
    lambda months, quantity, stars, schemes, day, hours, lead, count: asked(
        *sorted(months), quantity=Fraction(quantity), min_stars=stars, schemes=schemes, day=day,
        max_seconds=hours, max_lead_days=lead, counted=frozenset(count),
    ),
    st.sets(months_, min_size=1, max_size=4), st.integers(1, 900), st.none() | st.integers(1, 5),
    st.sampled_from([(), (), (SAFETY,)]), st.none() | st.integers(1, 31),
    st.none() | st.integers(0, 4).map(lambda hours: hours * 3600), st.none() | st.integers(0, 60),
    st.sets(st.sampled_from(list(Doubt))),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(supplies_, demands_)
def test_what_counts_keeps_every_rule_on_every_day(supply: Supply, demand: Demand) -> None:
    found = assess(supply, demand)
    figure = supply.figure
    assert figure is not None
    for month, free, counts in zip(demand.months, found.free, found.counted(), strict=True):
        assert 0 <= counts <= free
        if not counts:
            continue
        assert not figure.months or month.month in figure.months
        assert figure.unit.kind == "kg" or (figure.unit.kind == "box" and figure.piece_kg)
        weight = Fraction(figure.piece_kg) if figure.unit.counts and figure.piece_kg else 1
        promised = sum(Fraction(one.figure.quantity) for one in supply.promises if one.first <= month <= one.last)
        assert counts + promised == in_month(figure, month.year, month.month) * figure.unit.factor * weight
        start, end = demand.span(month)
        for day in (start + timedelta(days=number) for number in range((end - start).days + 1)):
            ocop = in_force(supply.certificates, OCOP, day)
            assert demand.min_stars is None or (ocop is not None and (ocop.stars or 0) >= demand.min_stars)
            assert all(in_force(supply.certificates, scheme, day) for scheme in demand.schemes)
        assert demand.max_seconds is None or (supply.seconds is not None and supply.seconds <= demand.max_seconds)
        assert demand.max_lead_days is None or (supply.lead_days or 0) <= demand.max_lead_days
        assert TODAY + timedelta(days=supply.lead_days or 0) <= end
        assert found.doubts <= demand.counted


@settings(max_examples=150, deadline=None)
@given(st.lists(supplies_, max_size=6), demands_)
def test_what_would_help_is_what_a_less_strict_demand_finds(supplies: list[Supply], demand: Demand) -> None:
    def missing(less: Demand) -> Fraction:
        found = [assess(one, less).counted() for one in supplies]
        totals = [sum((one[number] for one in found), Fraction(0)) for number in range(len(less.months))]
        return sum((max(Fraction(0), less.need - total) for total in totals), Fraction(0))

    found = [assess(one, demand) for one in supplies]
    gaps = tuple(max(Fraction(0), demand.need - total) for total in sums(demand, [one.counted() for one in found]))
    assert sum(gaps) == missing(demand)
    for one in relaxations(demand, found, gaps):
        if one.rule == "distance":
            assert missing(replace(demand, max_seconds=one.value)) <= one.gap
        elif one.rule == "stars":
            assert missing(replace(demand, min_stars=one.value or None)) <= one.gap
        elif one.rule in ("stale", "unsourced"):
            assert missing(replace(demand, counted=demand.counted | {Doubt(one.rule)})) == one.gap
        elif one.rule == "months":
            assert all(missing(replace(demand, months=(month,))) == 0 for month in one.months)
        assert one.rule == "months" or (one.gained > 0 and one.gap + one.gained == sum(gaps))
