"""Opening hours in words: open now or not, until when, and the week ahead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from geo.places.hours_words import weekday_names
from geo.places.models import Holiday, Place
from geo.places.opening import OpeningDay, OpeningState, opening_states, week
from geo.spatial import calendar
from geo.web import words

States: TypeAlias = dict[int | None, OpeningState]


@dataclass(frozen=True)
class DayHours:
    """The hours of one day."""

    label: str
    text: str
    is_today: bool = False
    note: str = ""


@dataclass(frozen=True)
class Opening:
    """Whether a place is open now, in words."""

    state: str
    text: str
    css: str = "muted"
    note: str = ""


def states_of(places: Iterable[Place]) -> States:
    """Return the state now of every schedule that ``places`` keep. One query."""
    return opening_states([place.schedule for place in places], calendar.now())


def opening_of(place: Place, states: States) -> Opening:
    """Say whether ``place`` is open now. Unknown hours are said to be unknown; Tết without stated hours: ask first."""
    if place.status != Place.Status.OPEN:
        return Opening("gone", str(place.get_status_display()), "closed-now")
    now = calendar.now()
    state = states[place.schedule_id]
    holiday = holiday_name(state.holiday)
    if state.kind == "ask":
        text = _("%(holiday)s: ask before you come") % {"holiday": holiday} if holiday else _("ask before you come")
        return Opening("ask", text)
    if state.kind == "unknown":
        is_tet = state.holiday is not None and state.holiday.kind == Holiday.Kind.TET
        return Opening("unknown", _("hours unknown"), note=_("Tết: ask before you come") if is_tet else "")
    if state.kind == "open":
        return Opening("open", pgettext("hours", "open") + _until(state.until, now), "open-now", holiday)
    return Opening("closed", _("closed now") + _again(state.next_open, now), "closed-now", holiday)


def week_of(place: Place) -> Sequence[DayHours]:
    """Return the hours of the seven days from today on; nothing when they are unknown or the place is gone."""
    if place.schedule is None or place.status != Place.Status.OPEN:
        return ()
    today = calendar.today()
    return [_day(each, is_today=each.day == today) for each in week(place.schedule, today)]


def _day(each: OpeningDay, *, is_today: bool) -> DayHours:
    if each.kind == "ask":
        text = _("ask before you come")
    elif each.spans:
        text = ", ".join(_span(start, end) for start, end in each.spans)
    else:
        text = pgettext("hours", "closed")
    label = _("today") if is_today else weekday(each.day)
    return DayHours(label, text, is_today, holiday_name(each.holiday))


def _span(start: datetime, end: datetime) -> str:
    if end - start >= timedelta(days=1):
        return _("all day")
    return f"{start:%H:%M}\u2060–\u2060{end:%H:%M}"


def _until(until: datetime | None, now: datetime) -> str:
    if until is None or until - now > timedelta(days=1):
        return ""
    return " · " + _("closes at %(time)s") % {"time": f"{until:%H:%M}"}


def _again(following: datetime | None, now: datetime) -> str:
    if following is None:
        return ""
    time = f"{following:%H:%M}"
    if following.date() == now.date():
        return " · " + _("opens at %(time)s") % {"time": time}
    day = weekday(following.date()) if following - now < timedelta(days=6) else words.day(following.date())
    return " · " + _("opens %(day)s at %(time)s") % {"day": day, "time": time}


def holiday_name(holiday: Holiday | None) -> str:
    """Return the name of a holiday in the page's language, nothing for an ordinary day."""
    if holiday is None:
        return ""
    return holiday.name_vi if words.is_vietnamese() else holiday.name_en


def weekday(day: date) -> str:
    """Return the name of the day of the week."""
    return weekday_names()[day.weekday()]
