"""Opening hours as rules: no database."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours, State

from geo.places import hours

TET = tuple((date(2026, 2, day), "tet") for day in range(16, 21))
GIO_TO = (date(2026, 4, 26), "public")
NATIONAL = (date(2026, 9, 2), "public")
SWAP = (date(2026, 8, 31), "swap")
YEAR: hours.Calendar = (*TET, GIO_TO, SWAP, NATIONAL)


def opened(expression: str, day: date, days: int = 1, calendar: hours.Calendar = YEAR) -> list[str]:
    """Spans of ``days`` days as text: ``17 08:00-12:00``, with ``?`` where one has to ask."""
    found = hours.spans(hours.canonical(expression), calendar, day, day + timedelta(days=days))
    return [f"{s.start:%d %H:%M}-{s.end:%H:%M}{'?' if s.kind == 'ask' else ''}" for s in found]


@pytest.mark.parametrize(
    ("expression", "day", "expected"),
    [
        ("Mo-Fr 08:00-11:30,13:30-17:00", date(2026, 11, 23), ["23 08:00-11:30", "23 13:30-17:00"]),
        ("Mo-Fr 08:00-17:00", date(2026, 11, 22), []),
        ("24/7", date(2026, 11, 22), ["22 00:00-00:00"]),
        ("05:30-18:30", date(2026, 11, 22), ["22 05:30-18:30"]),
        ("Nov-Jan 06:00-10:00", date(2026, 11, 22), ["22 06:00-10:00"]),
        ("Feb-Oct 06:00-10:00", date(2026, 11, 22), []),
        ("Su[-1] 07:00-12:00", date(2026, 11, 29), ["29 07:00-12:00"]),
        ("Su[1] 07:00-12:00", date(2026, 11, 29), []),
        ("Mo-Sa 07:00-19:00; Nov 22-24 off", date(2026, 11, 23), []),
        ("week 47-48 Mo 08:00-09:00", date(2026, 11, 23), ["23 08:00-09:00"]),
    ],
)
def test_an_expression_opens_the_hours_it_says(expression: str, day: date, expected: list[str]) -> None:
    assert opened(expression, day) == expected


def test_a_night_goes_on_after_midnight_and_stays_one_span() -> None:
    assert opened("Sa 18:00-02:00", date(2026, 11, 21), days=2) == ["21 18:00-02:00"]
    assert opened("Sa 18:00-02:00", date(2026, 11, 22)) == ["22 00:00-02:00"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("08:00-17:00; PH off", []),
        ("08:00-17:00; PH 09:00-12:00", ["26 09:00-12:00"]),
        ("Mo-Fr,PH 08:00-12:00", ["26 08:00-12:00"]),
        ("PH,Mo-Fr 08:00-12:00", ["26 08:00-12:00"]),
        ("Su off; PH 10:00-11:00", ["26 10:00-11:00"]),
        ("Mo-Fr 08:00-12:00, PH 15:00-16:00", ["26 15:00-16:00"]),
        ("Mo-Fr 08:00-12:00 || PH 15:00-16:00", ["26 15:00-16:00"]),
        ("Jan-Mar PH 09:00-10:00; Apr-Dec PH 10:00-11:00", ["26 10:00-11:00"]),
        ('08:00-17:00 "PH; nghỉ trưa, gọi trước"', ["26 08:00-17:00"]),
        ("08:00-17:00", ["26 08:00-17:00"]),
    ],
)
def test_hung_kings_day_is_a_public_holiday_though_the_library_does_not_know_it(
    expression: str, expected: list[str]
) -> None:
    assert opened(expression, GIO_TO[0]) == expected


@pytest.mark.parametrize(
    "expression", ["Mo-Su 08:00-17:00", "24/7", "Mar 01-Oct 31 08:00-17:00; Nov 01-Feb 28 09:00-16:00"]
)
def test_hours_that_do_not_speak_of_tet_leave_one_to_ask(expression: str) -> None:
    assert opened(expression, date(2026, 2, 17)) == ["17 00:00-00:00?"]
    assert opened(expression, date(2026, 2, 21)) != ["21 00:00-00:00?"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("08:00-17:00; PH off", []),
        ("08:00-17:00; PH 09:00-11:00", ["17 09:00-11:00"]),
        ("08:00-17:00; 2026 Feb 14-2026 Feb 22 off", []),
        ("08:00-17:00; Feb 10-25 off", []),
        ("08:00-17:00; Feb 17 06:00-09:00", ["17 06:00-09:00"]),
    ],
)
def test_hours_stated_for_tet_hold(expression: str, expected: list[str]) -> None:
    assert opened(expression, date(2026, 2, 17)) == expected


def test_a_day_off_in_exchange_is_asked_about_where_holidays_matter_and_ordinary_elsewhere() -> None:
    assert opened("08:00-17:00; PH off", SWAP[0]) == ["31 00:00-00:00?"]
    assert opened("08:00-17:00", SWAP[0]) == ["31 08:00-17:00"]


@pytest.mark.parametrize(
    ("expression", "reason", "at"),
    [
        ("", "empty", 0),
        ("   ", "empty", 0),
        ("Mo-Fr 8-17", "syntax", 6),
        ("T2-T7 08:00-17:00", "syntax", 0),
        ("Mo-Fr 08:00-25:99", "syntax", 15),
        ("sunrise-sunset", "sun", 0),
        ("Mo 08:00-09:00;" * 40, "long", 0),
        ("PH +1 day 08:00-09:00", "unsupported", 0),
    ],
)
def test_an_expression_that_can_not_be_used_says_why_and_where(expression: str, reason: str, at: int) -> None:
    with pytest.raises(hours.HoursError) as refused:
        hours.canonical(expression)
    assert (refused.value.reason, refused.value.at) == (reason, at)


def test_spellings_of_the_same_hours_are_stored_alike() -> None:
    assert hours.canonical("mo-fr 8:00 - 17:00 ;PH off") == hours.canonical("Mo-Fr 08:00-17:00; PH off")


_DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
_time = st.builds(lambda h, m: f"{h:02d}:{m:02d}", st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
_span = st.tuples(_time, _time).filter(lambda pair: pair[0] != pair[1]).map("-".join)
_weekdays = st.lists(st.sampled_from(_DAYS), min_size=1, max_size=3, unique=True).map(",".join)
_days = st.one_of(st.just("PH"), _weekdays, _weekdays.map("PH,{}".format), _weekdays.map("{},PH".format))
_rule = st.builds(
    lambda months, days, what: f"{months}{days} {what}",
    st.sampled_from(["", "Jan-Apr ", "Feb 10-25 ", "2026 "]),
    _days,
    st.one_of(_span, st.just("off"), st.lists(_span, min_size=1, max_size=2).map(",".join)),
)
_expression = st.lists(_rule, min_size=1, max_size=3).map("; ".join)


@settings(max_examples=150, deadline=None)
@given(_expression, st.dates(date(2026, 1, 5), date(2026, 12, 1)))
def test_spans_are_sorted_half_open_and_agree_with_the_library_on_every_quarter(expression: str, day: date) -> None:
    written = hours.canonical(expression)
    found = hours.spans(written, YEAR, day, day + timedelta(days=3))
    assert all(a.end <= b.start for a, b in pairwise(found))
    asked = OpeningHours(hours.effective(written, YEAR), timezone=hours.ZONE, auto_country=False, auto_timezone=False)
    for quarter in range(3 * 24 * 4):
        moment = hours.midnight(day) + timedelta(minutes=15 * quarter)
        kind = next((span.kind for span in found if span.start <= moment < span.end), "closed")
        expected = {State.OPEN: "open", State.CLOSED: "closed", State.UNKNOWN: "ask"}[asked.state(moment)[0]]
        assert kind == expected, moment


@settings(max_examples=150, deadline=None)
@given(_expression.filter(lambda text: "PH" in text), st.sampled_from([GIO_TO[0], NATIONAL[0]]))
def test_a_holiday_is_evaluated_as_if_its_weekday_were_named(expression: str, day: date) -> None:
    """PH means the same as naming that very date: an independent rewriting, day by day, of the same rules."""
    named = f"{day.year} {day:%b} {day:%d}"
    rules = []
    for rule in expression.split("; "):
        *prefix, days, what = rule.rsplit(" ", 2)
        months = "".join(f"{each} " for each in prefix)
        weekdays = ",".join(each for each in days.split(",") if each != "PH")
        if weekdays:
            rules.append(f"{months}{weekdays} {what}")
        if weekdays != days and {"": True, "Jan-Apr ": day.month <= 4, "Feb 10-25 ": False, "2026 ": True}[months]:
            rules.append(f"{named} {what}")
    plain = tuple(pair for pair in YEAR if pair[0] == day)
    expected = OpeningHours("; ".join(rules) or "off", timezone=hours.ZONE, auto_country=False, auto_timezone=False)
    found = hours.spans(hours.canonical(expression), plain, day, day + timedelta(days=1))
    for half in range(48):
        moment = hours.midnight(day) + timedelta(minutes=30 * half)
        assert any(s.start <= moment < s.end for s in found) == expected.is_open(moment), (moment, rules)


def test_spans_cut_at_midnight_lie_within_one_day() -> None:
    found = hours.spans("24/7", (), date(2026, 11, 20), date(2026, 11, 23))
    cut = list(hours.by_midnight(found))
    assert [(s.start.day, s.end - s.start) for s in cut] == [(day, timedelta(days=1)) for day in (20, 21, 22)]
    assert {s.start.utcoffset() for s in cut} == {timedelta(hours=7)}


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    found = hours.spans("18:00-02:00", (), date(2026, 11, 20), date(2026, 11, 22))
    nights = [s for s in hours.by_opening_day(found) if s.start.date() == date(2026, 11, 20) and s.start.hour == 18]
    assert nights == [
        hours.Span(datetime(2026, 11, 20, 18, tzinfo=hours.ZONE), datetime(2026, 11, 21, 2, tzinfo=hours.ZONE), "open")
    ]
