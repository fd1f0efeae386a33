"""Opening hours in the database: periods, states, weeks, the day rollover."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.places import hours, late, marks, rollover
from geo.places.models import OpeningPeriod, OpeningSchedule, Place, Rollover
from geo.places.opening import open_schedules, opening_state, opening_states, week, window
from geo.places.periods import ensure_periods, recompute_periods
from geo.places.rollover import ADVISORY_LOCK, roll_day
from geo.spatial import calendar
from geo.spatial.problems import InvalidParameter
from geo.spatial.versions import changes_since, versions_of
from tests import factories as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=hours.ZONE)  # a Monday


@pytest.fixture(autouse=True)
def _nothing_rolled(db: None) -> None:
    Rollover.objects.all().delete()


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=hours.ZONE)


def open_ids(moment: datetime) -> set[int]:
    return set(open_schedules(moment))


def test_open_at_is_half_open_and_goes_across_midnight() -> None:
    shop, bar = make.schedule("Mo-Fr 08:00-17:30"), make.schedule("Mo 20:00-02:00")
    with calendar.at(NOON):
        ensure_periods()
        assert open_ids(at(23, 8)) == {shop.pk}
        assert open_ids(at(23, 17, 29)) == {shop.pk}
        assert open_ids(at(23, 17, 30)) == set()
        assert open_ids(at(23, 23, 59)) == {bar.pk}
        assert open_ids(at(24, 1, 59)) == {bar.pk}
        assert open_ids(at(24, 2)) == set()


def test_a_moment_outside_the_stored_days_is_refused_by_name() -> None:
    with calendar.at(NOON):
        first, after = window(calendar.today())
        list(open_schedules(hours.midnight(first)))
        for moment in (hours.midnight(first) - timedelta(minutes=5), hours.midnight(after)):
            with pytest.raises(InvalidParameter) as refused:
                open_schedules(moment)
            assert refused.value.name == "open_at"


def test_open_at_asks_the_index_of_periods() -> None:
    for number in range(60):
        make.schedule(f"Mo-Su {number // 10 + 5:02d}:{number % 10 * 5:02d}-20:00")
    with calendar.at(NOON):
        ensure_periods()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE places_openingperiod")
        plan = open_schedules(at(23, 6)).explain()
    assert "places_openingperiod_period" in plan, plan


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        ["24/7", "Mo-Sa 07:30-11:30,13:00-18:00; PH off", "18:00-03:00", "Su[1] 06:00-12:00", "PH 08:00-10:00"]
    ),
    st.integers(0, 62 * 24 * 12 - 1),
)
def test_stored_periods_equal_the_evaluation_of_the_expression(expression: str, five_minutes: int) -> None:
    make.holiday(date(2027, 1, 1))
    schedule = make.schedule(expression)
    with calendar.at(NOON):
        ensure_periods()
        first, _after = window(calendar.today())
        moment = hours.midnight(first) + timedelta(minutes=5 * five_minutes)
        assert (schedule.pk in open_ids(moment)) == (opening_state(schedule, moment).kind == "open")


def test_extending_the_window_day_by_day_gives_what_computing_it_at_once_gives() -> None:
    make.holiday(date(2027, 2, 6), kind="tet")
    for expression in ("24/7", "18:00-03:00; PH off", "Mo-Fr 08:00-12:00"):
        make.schedule(expression)

    def stored() -> list[tuple[int, datetime, datetime]]:
        return [
            (p.schedule_id, p.period.lower, p.period.upper)
            for p in OpeningPeriod.objects.order_by("schedule", "period")
        ]

    for offset in (0, 1, 2, 9, 9, 40):
        ensure_periods(NOON.date() + timedelta(days=offset))
    grown = stored()
    recompute_periods(day=NOON.date() + timedelta(days=40))
    assert stored() == grown
    assert ensure_periods(NOON.date() + timedelta(days=40)) == 0
    ensure_periods(NOON.date() + timedelta(days=200))
    assert (
        OpeningPeriod.objects.filter(period__startswith__lt=hours.midnight(NOON.date() + timedelta(days=198))).count()
        == 0
    )


def test_the_state_says_until_when_and_when_next() -> None:
    shop = make.schedule("Mo-Fr 08:00-17:00")
    state = opening_state(shop, at(23, 9))
    assert (state.kind, state.until, state.next_open) == ("open", at(23, 17), at(24, 8))
    state = opening_state(shop, at(27, 18))  # Friday evening
    assert (state.kind, state.next_open) == ("closed", at(30, 8))
    assert opening_state(make.schedule("24/7"), at(23, 9)).until is None


def test_without_hours_the_state_is_unknown_and_at_tet_one_has_to_ask() -> None:
    for day in range(16, 21):
        make.holiday(date(2026, 2, day), kind="tet", name="Tết Nguyên đán")
    silent, stated = make.schedule("08:00-17:00"), make.schedule("08:00-17:00; PH off")
    states = opening_states([silent, stated, None], at(17, 9, month=2))
    assert {key: state.kind for key, state in states.items()} == {
        silent.pk: "ask",
        stated.pk: "closed",
        None: "unknown",
    }
    assert states[silent.pk].next_open == at(21, 8, month=2)
    assert states[None].holiday is not None
    assert states[None].holiday.name_vi == "Tết Nguyên đán"
    with calendar.at(at(17, 9, month=2)):
        ensure_periods()
        assert open_ids(at(17, 9, month=2)) == set()


def test_many_states_cost_one_query(django_assert_num_queries: "pytest.FixtureRequest") -> None:
    schedules = [make.schedule(f"Mo-Fr 0{hour}:00-17:00") for hour in range(4, 10)]
    with django_assert_num_queries(1):
        opening_states([*schedules, None], NOON)


def test_the_week_shows_seven_days_with_holidays_and_nights_under_the_day_they_begin() -> None:
    make.holiday(date(2026, 11, 24), name="Ngày Văn hóa Việt Nam")
    rows = week(make.schedule("Mo-Sa 08:00-12:00,20:00-01:00; PH off"), date(2026, 11, 23))
    assert [row.kind for row in rows] == ["open", "closed", "open", "open", "open", "open", "closed"]
    assert rows[3].spans == ((at(26, 8), at(26, 12)), (at(26, 20), at(27, 1)))
    assert rows[0].spans[1] == (at(23, 20), at(24, 0))  # "off" closes a date from its midnight on, as OSM defines it
    assert rows[1].holiday is not None
    assert all(row.kind == "unknown" for row in week(None, date(2026, 11, 23)))
    assert week(make.schedule("24/7"), date(2026, 11, 23))[3].spans == ((at(26, 0), at(27, 0)),)


def test_rolling_a_day_applies_the_calendar_once() -> None:
    make.schedule()
    make.place(name="Sắp đóng", closed_on=date(2026, 11, 23), status="open")
    make.place(name="Còn mở", closed_on=date(2026, 11, 25), status="open")
    with calendar.at(NOON):
        assert roll_day()
        assert not roll_day()
        assert Place.objects.get(name="Sắp đóng").status == "closed"
        assert Place.objects.get(name="Còn mở").status == "open"
        assert OpeningSchedule.objects.get().computed_until == window(calendar.today())[1]
    with calendar.at(NOON + timedelta(days=2)):
        assert roll_day()
        assert Place.objects.get(name="Còn mở").status == "closed"


def test_changed_holidays_make_the_periods_anew_at_the_next_rollover() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    make.schedule("08:00-17:00; PH off")
    with calendar.at(NOON):
        roll_day()
        assert open_ids(at(24, 9))
        make.holiday(date(2026, 11, 24))
        assert roll_day()
        assert not open_ids(at(24, 9))


@pytest.mark.django_db(transaction=True)
def test_a_day_that_turns_a_certificate_is_in_the_change_log_and_raises_versions() -> None:
    product = make.product()
    make.certificate(product, decision_date=date(2023, 11, 23))  # ends on 2026-11-23
    place = make.place()
    make.sells(place, product)
    with calendar.at(NOON - timedelta(days=1)):
        roll_day()
    known = versions_of(["places"])[0], versions_of(["products"])[0]
    with calendar.at(NOON):
        roll_day()
    assert [change.feature_id for change in changes_since("places", known[0])] == [place.public_id]
    assert [change.feature_id for change in changes_since("products", known[1])] == [product.public_id]
    with calendar.at(NOON + timedelta(days=1)):
        roll_day()
    assert versions_of(["places"])[0] == known[0] + 2


@pytest.mark.django_db(transaction=True)
def test_while_one_server_rolls_the_day_another_does_not_wait() -> None:
    results: list[bool] = []

    def other() -> None:
        results.append(roll_day())
        connection.close()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            thread = threading.Thread(target=other)
            thread.start()
            thread.join(10)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
    assert results == [False]
    assert roll_day()


@pytest.mark.django_db(transaction=True)
@override_settings(MIDDLEWARE=["geo.places.rollover.RolloverMiddleware"])
def test_the_first_request_of_a_day_rolls_it_and_later_ones_ask_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: "pytest.FixtureRequest"
) -> None:
    monkeypatch.setattr(rollover, "_done", None)
    monkeypatch.setattr(rollover, "PATIENCE_S", 30)
    monkeypatch.setattr(late, "LOOK_EVERY_S", 600)
    with calendar.at(NOON):
        client.get("/nothing-here")
        assert Rollover.objects.filter(day=NOON.date()).exists()
        with django_assert_num_queries(0):
            client.get("/nothing-here")


@pytest.mark.django_db(transaction=True)
@override_settings(MIDDLEWARE=["geo.places.rollover.RolloverMiddleware"])
def test_nobody_waits_for_a_long_rollover(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    may_end, ended = threading.Event(), threading.Event()
    roll, fill = rollover._roll, rollover.fill_features

    def slow(day: date) -> None:
        assert may_end.wait(60)
        roll(day)

    def last(at_most: int) -> None:
        fill(at_most)
        ended.set()

    monkeypatch.setattr(rollover, "_roll", slow)
    monkeypatch.setattr(rollover, "fill_features", last)
    monkeypatch.setattr(rollover, "_done", None)
    monkeypatch.setattr(rollover, "PATIENCE_S", 0.01)
    with calendar.at(NOON):
        for _request in range(2):
            assert client.get("/nothing-here").status_code == 404
        assert not marks.current()
        may_end.set()
        assert ended.wait(60)
        assert marks.current()
    with rollover._guard:  # until its connection is closed
        assert rollover._done == NOON.date()
