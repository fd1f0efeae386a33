"""Opening hours as readers see them: who is open at a moment, what a place's state is, what its week looks like.

``open_schedules`` asks the stored periods by their index; states and weeks are evaluated from the expression itself
by the very rules that made the periods.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from geo.places import hours
from geo.places.models import Holiday, OpeningPeriod, OpeningSchedule
from geo.spatial import calendar
from geo.spatial.problems import InvalidParameter

PAST = timedelta(days=2)
AHEAD = timedelta(days=60)
HORIZON = timedelta(days=15)
"""How far ahead the next opening is looked for: longer than Tết."""

StateKind: TypeAlias = Literal["open", "closed", "unknown", "ask"]


@dataclass(frozen=True)
class OpeningState:
    """Whether a place is open at a moment.

    ``unknown``: nobody has told the hours. ``ask``: hours are known, but not for this day (Tết). ``until`` is the end
    of the present state and ``next_open`` the next opening, both ``None`` when there is none within 15 days.
    ``holiday`` is the holiday of the day, if it is one.
    """

    kind: StateKind
    until: datetime | None = None
    next_open: datetime | None = None
    holiday: Holiday | None = None


@dataclass(frozen=True)
class OpeningDay:
    """One day of a week table: the spans that begin on it (a night ends on the day after), and its holiday."""

    day: date
    kind: StateKind
    spans: tuple[tuple[datetime, datetime], ...] = ()
    holiday: Holiday | None = None


def window(today: date) -> tuple[date, date]:
    """Return the days whose periods are stored on ``today``: from two days ago up to 60 days ahead (excluded)."""
    return today - PAST, today + AHEAD


def open_schedules(moment: datetime) -> "QuerySet[OpeningPeriod, int]":
    """Return the ids of the schedules that are open at ``moment`` (aware), as a subquery for ``schedule_id__in``.

    Raises: InvalidParameter (``open_at``) for a moment outside the stored days.
    """
    first, after = window(calendar.today())
    if not first <= moment.astimezone(calendar.ZONE).date() < after:
        raise InvalidParameter(
            "open_at",
            _("“open_at” must lie between %(first)s and %(last)s: opening hours are known for these days only.")
            % {
                "first": first.isoformat(),
                "last": (after - timedelta(days=1)).isoformat(),
            },
        )
    return OpeningPeriod.objects.filter(period__contains=moment).values_list("schedule_id", flat=True)


def holiday_calendar(first: date, after: date) -> tuple[hours.Calendar, dict[date, Holiday]]:
    """Return the holidays from ``first`` up to ``after`` (excluded): for the rules, and by day."""
    found = {holiday.day: holiday for holiday in Holiday.objects.filter(day__gte=first, day__lt=after)}
    pairs = tuple((day, cast(hours.HolidayKind, holiday.kind)) for day, holiday in sorted(found.items()))
    return pairs, found


def opening_state(schedule: OpeningSchedule | None, moment: datetime) -> OpeningState:
    """Return whether a place that keeps ``schedule`` is open at ``moment`` (aware)."""
    return opening_states([schedule], moment)[schedule.pk if schedule else None]


def opening_states(schedules: Iterable[OpeningSchedule | None], moment: datetime) -> "dict[int | None, OpeningState]":
    """Return the state at ``moment`` (aware) of each of ``schedules`` by its id, ``None`` too, with one query."""
    local = moment.astimezone(calendar.ZONE)
    first, after = local.date() - timedelta(days=1), local.date() + HORIZON
    pairs, holidays = holiday_calendar(first - timedelta(days=1), after + timedelta(days=1))
    holiday = holidays.get(local.date())
    states: dict[int | None, OpeningState] = {None: OpeningState("unknown", holiday=holiday)}
    for schedule in schedules:
        if schedule is not None:
            found = hours.spans(schedule.expression, pairs, first, after)
            states[schedule.pk] = _state(found, local, hours.midnight(after), holiday)
    return states


def _state(
    found: tuple[hours.Span, ...],
    moment: datetime,
    horizon: datetime,
    holiday: Holiday | None,
) -> OpeningState:
    present = next((span for span in found if span.start <= moment < span.end), None)
    coming = next(
        (span.start for span in found if span.start > moment and span.kind == "open"),
        None,
    )
    if present is None:
        changes = next((span.start for span in found if span.start > moment), None)
        return OpeningState("closed", changes, coming, holiday)
    until = present.end if present.end < horizon else None
    return OpeningState(present.kind, until, coming, holiday)


def week(schedule: OpeningSchedule | None, day: date) -> list[OpeningDay]:
    """Return the seven days from ``day`` on."""
    after = day + timedelta(days=7)
    pairs, holidays = holiday_calendar(day - timedelta(days=3), after + timedelta(days=3))
    days = [day + timedelta(days=offset) for offset in range(7)]
    if schedule is None:
        return [OpeningDay(each, "unknown", (), holidays.get(each)) for each in days]
    evaluated = hours.spans(schedule.expression, pairs, day - timedelta(days=1), after + timedelta(days=1))
    found = list(hours.by_opening_day(evaluated))
    asked = {span.start.date() for span in hours.by_midnight(evaluated) if span.kind == "ask"}
    rows = []
    for each in days:
        spans = tuple((span.start, span.end) for span in found if span.kind == "open" and span.start.date() == each)
        kind: StateKind = "open" if spans else "ask" if each in asked else "closed"
        rows.append(OpeningDay(each, kind, spans, holidays.get(each)))
    return rows
