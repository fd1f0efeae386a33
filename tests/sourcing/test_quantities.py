"""Quantities: unlike things are never added, seasons are spread as stated, nothing is counted twice or lost."""

import unicodedata
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.sourcing.quantities import UNITS, Figure, convert, free_in, in_month, season, total, unit_of
from geo.sourcing.unit_names import unit_name

PERIODS = ("day", "month", "season", "year")


def figure(quantity: str, unit: str, period: str, months: tuple[int, ...] = (), piece_kg: str | None = None) -> Figure:
    found = unit_of(unit)
    assert found is not None
    return Figure(Decimal(quantity), found, period, months, None if piece_kg is None else Decimal(piece_kg))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kg", "kg"), ("KG", "kg"), ("tấn", "tonne"), ("Tấn", "tonne"), ("t", "tonne"), ("tonne", "tonne"),
        ("tạ", "quintal"), ("yến", "yen"), ("lít", "litre"), ("l", "litre"), ("ml", "ml"), ("m³", "m3"),
        ("chai", "bottle"), ("hộp", "box"), ("cái", "piece"), ("bộ", "set"), ("bó", "bunch"), ("quả", "fruit"),
        ("lọ", "jar"), (unicodedata.normalize("NFD", "tạ"), "quintal"), (" Tạ ", "quintal"), ("hũ", "jar"),
    ],
)  # fmt: skip
def test_units_are_understood_as_people_write_them(text: str, code: str) -> None:
    unit = unit_of(text)
    assert unit is not None
    assert unit.code == code


@pytest.mark.parametrize("text", ["", "bo", "chai 500 ml", "xe", "can", "tá", "ta", "lô", "lo", "lò"])
def test_what_nobody_stated_is_not_guessed(text: str) -> None:
    assert unit_of(text) is None


def test_stated_conversions() -> None:
    for text, kg in (("tấn", 1000), ("tạ", 100), ("yến", 10), ("kg", 1)):
        unit = unit_of(text)
        assert unit is not None
        assert convert(Fraction(3), unit, "kg") == 3 * kg


def test_unlike_things_do_not_convert() -> None:
    for text, kind in (("lít", "kg"), ("kg", "litre"), ("chai", "box"), ("kg", "piece"), ("cái", "kg")):
        unit = unit_of(text)
        assert unit is not None
        assert convert(Fraction(1), unit, kind) is None


def test_pieces_are_weighed_only_by_their_stated_weight() -> None:
    assert free_in(figure("1000", "hộp", "month", piece_kg="0.25"), "kg", 2027, 3) == 250
    assert free_in(figure("1000", "hộp", "month"), "kg", 2027, 3) is None
    assert free_in(figure("1000", "lít", "month", piece_kg="0.25"), "kg", 2027, 3) is None


def test_periods_are_spread_over_the_months_of_the_season() -> None:
    spring = (3, 4, 5, 6)
    assert in_month(figure("10", "kg", "day", spring), 2027, 4) == 300
    assert in_month(figure("500", "kg", "month", spring), 2027, 4) == 500
    assert in_month(figure("2", "tấn", "season", spring), 2027, 4) == Fraction(1, 2)
    assert in_month(figure("12", "tấn", "year"), 2027, 4) == 1
    assert in_month(figure("12", "tấn", "year", spring), 2027, 4) == 3
    assert all(in_month(figure("9", "kg", period, spring), 2027, 7) == 0 for period in PERIODS)


def test_february_of_a_leap_year_has_a_day_more() -> None:
    daily = figure("10", "kg", "day")
    assert (in_month(daily, 2027, 2), in_month(daily, 2028, 2)) == (280, 290)


def test_a_season_nobody_knows_counts_in_no_month() -> None:
    unknown = figure("2", "tấn", "season")
    assert season(unknown) == ()
    assert all(in_month(unknown, 2027, month) == 0 for month in range(1, 13))


def test_what_is_committed_lowers_what_is_left_but_not_below_nothing() -> None:
    monthly = figure("500", "kg", "month")
    assert free_in(monthly, "kg", 2027, 3, Fraction(200)) == 300
    assert free_in(monthly, "kg", 2027, 3, Fraction(900)) == 0


def test_sums_keep_kinds_apart() -> None:
    assert total([("kg", Fraction(2)), ("litre", Fraction(5)), ("kg", Fraction(1, 2))]) == {
        "kg": Fraction(5, 2), "litre": Fraction(5),
    }  # fmt: skip


@given(
    st.decimals(min_value="0.001", max_value="99999", places=3),
    st.sampled_from(["season", "year"]),
    st.sets(st.integers(1, 12), min_size=1),
)
@settings(deadline=None)
def test_a_year_of_months_is_the_whole_quantity(quantity: Decimal, period: str, months: set[int]) -> None:
    whole = figure(str(quantity), "tấn", period, tuple(months))
    assert sum(in_month(whole, 2027, month) for month in range(1, 13)) == Fraction(quantity)


@pytest.mark.parametrize(
    ("count", "code", "english", "vietnamese"),
    [
        (Decimal(1), "box", "box", "hộp"), (Decimal(2), "box", "boxes", "hộp"), (0, "bunch", "bunches", "bó"),
        (0.5, "tonne", "tonnes", "tấn"), (Fraction(1), "litre", "litre", "lít"), (12, "kg", "kg", "kg"),
        (2, "m3", "m³", "m³"), (3, "sack", "sack", "sack"),
    ],
)  # fmt: skip
def test_english_names_of_units_follow_their_number(
    count: Decimal | Fraction | float, code: str, english: str, vietnamese: str
) -> None:
    with translation.override("en"):
        assert unit_name(code, count) == english
    with translation.override("vi"):
        assert unit_name(code, count) == vietnamese


def test_every_unit_that_is_a_word_has_a_plural() -> None:
    with translation.override("en"):
        singular = {code for code in UNITS if unit_name(code, 1) == unit_name(code, 2)}
    assert singular == {"kg", "g", "ml", "m3", "head"}
