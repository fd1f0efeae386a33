"""Opening hours in words: open now or not, until when, and the week ahead, read from the stored periods."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from geo.places.models import Holiday, OpeningPeriod, Place
from geo.spatial import calendar
from geo.web import words

DAYS_AHEAD = 8
_ALL_DAY = timedelta(hours=23, minutes=59)


@dataclass(frozen=True)
class DayHours:
    """The hours of one day."""

    label: str
    text: str
    is_today: bool = False
    note: str = ""


@dataclass(frozen=True)
class Opening:
    """Whether a place is open now, in words, with the week ahead when its hours are known."""

    state: str
    text: str
    css: str = "muted"
    note: str = ""
    week: Sequence[DayHours] = ()


@dataclass(frozen=True)
class Stretch:
    """A stretch of time in which a schedule is open, in Viet Nam's time."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Hours:
    """What is needed to speak of the hours of some places: stretches by schedule, holidays by day."""

    stretches: dict[int, list[Stretch]]
    holidays: dict[date, Holiday]
    now: datetime


def load(schedules: Iterable[int]) -> Hours:
    """Read the stretches of the schedules from yesterday to a week ahead, and the holidays. Two queries."""
    now = calendar.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    ids = sorted(set(schedules))
    stretches: dict[int, list[Stretch]] = defaultdict(list)
    span = (midnight - timedelta(days=1), midnight + timedelta(days=DAYS_AHEAD))
    rows = OpeningPeriod.objects.filter(schedule_id__in=ids, period__overlap=span) if ids else OpeningPeriod.objects.none()
    for schedule, period in rows.order_by("period").values_list("schedule_id", "period"):
        stretch = Stretch(period.lower.astimezone(calendar.ZONE), period.upper.astimezone(calendar.ZONE))
        known = stretches[schedule]
        if known and known[-1].end == stretch.start:
            known[-1] = Stretch(known[-1].start, stretch.end)
        else:
            known.append(stretch)
    today = now.date()
    holidays = Holiday.objects.filter(day__range=(today, today + timedelta(days=DAYS_AHEAD))) if ids else ()
    return Hours(stretches, {row.day: row for row in holidays}, now)


def opening_of(place: Place, hours: Hours, *, with_week: bool = False) -> Opening:
    """Say whether ``place`` is open now. Unknown hours are said to be unknown; Tết without stated hours: ask first."""
    if place.status != Place.Status.OPEN:
        return Opening("gone", str(place.get_status_display()), "closed-now")
    if place.schedule is None:
        note = _("Tết: ask before you come") if _is_tet(hours, hours.now.date()) else ""
        return Opening("unknown", _("hours unknown"), "muted", note)
    stretches = hours.stretches.get(place.schedule_id or 0, [])
    week = tuple(_week(stretches, hours, place.schedule.expression)) if with_week else ()
    if _is_tet(hours, hours.now.date()) and not _speaks_of_holidays(place.schedule.expression):
        return Opening("ask", _("Tết: ask before you come"), "muted", week=week)
    current = next((stretch for stretch in stretches if stretch.start <= hours.now < stretch.end), None)
    if current is not None:
        return Opening("open", pgettext("hours", "open") + _until(current, hours.now), "open-now", week=week)
    following = next((stretch for stretch in stretches if stretch.start > hours.now), None)
    return Opening("closed", _("closed now") + _again(following, hours.now), "closed-now", week=week)


def _until(stretch: Stretch, now: datetime) -> str:
    if stretch.end - now > timedelta(days=1):
        return ""
    return " · " + _("closes at %(time)s") % {"time": f"{stretch.end:%H:%M}"}


def _again(stretch: Stretch | None, now: datetime) -> str:
    if stretch is None:
        return ""
    time = f"{stretch.start:%H:%M}"
    if stretch.start.date() == now.date():
        return " · " + _("opens at %(time)s") % {"time": time}
    return " · " + _("opens %(day)s at %(time)s") % {"day": weekday(stretch.start.date()), "time": time}


def _week(stretches: Sequence[Stretch], hours: Hours, expression: str) -> Iterable[DayHours]:
    today = hours.now.date()
    for offset in range(7):
        day = today + timedelta(days=offset)
        holiday = hours.holidays.get(day)
        text = ", ".join(_stretch_on(stretch, day) for stretch in stretches if _belongs(stretch, day)) or pgettext("hours", "closed")
        if holiday and holiday.kind == Holiday.Kind.TET and not _speaks_of_holidays(expression):
            text = _("ask before you come")
        note = (holiday.name_vi if words.is_vietnamese() else holiday.name_en) if holiday else ""
        yield DayHours(_("today") if offset == 0 else weekday(day), text, offset == 0, note)


def _belongs(stretch: Stretch, day: date) -> bool:
    """A stretch belongs to the day it begins; one of several days to each of them."""
    if stretch.end - stretch.start > timedelta(days=1):
        return stretch.start.date() <= day < stretch.end.date()
    return stretch.start.date() == day


def _stretch_on(stretch: Stretch, day: date) -> str:
    if stretch.end - stretch.start >= _ALL_DAY and stretch.start.date() <= day:
        return _("all day")
    return f"{stretch.start:%H:%M}–{stretch.end:%H:%M}"


def _is_tet(hours: Hours, day: date) -> bool:
    holiday = hours.holidays.get(day)
    return holiday is not None and holiday.kind == Holiday.Kind.TET


def _speaks_of_holidays(expression: str) -> bool:
    return "PH" in expression or expression.strip() == "24/7"


def weekday(day: date) -> str:
    """Return the name of the day of the week."""
    return (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )[day.weekday()]
