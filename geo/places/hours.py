"""Opening hours: OSM expressions evaluated on Viet Nam's calendar. No Django here.

The syntax is OpenStreetMap's (https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification), read by
``opening-hours-py``. The library knows no Tết and no Giỗ Tổ, so ``PH`` is rewritten to the dated holidays before it is
evaluated, and days on which nobody can know the hours are marked as such:

- Tết, when the expression says nothing about public holidays or about those dates: ask before you come;
- a day off in exchange (decreed for the public service, others choose), when the expression mentions public holidays.

All moments are aware, in Asia/Ho_Chi_Minh, which has no summer time; spans are half-open.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # the stub forgets the error

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LONGEST = 500
STATED_DAYS = 31
"""A rule with dates speaks of a holiday when the stretch of days it names is no longer than this: more is a season."""

HolidayKind: TypeAlias = Literal["tet", "public", "swap"]
Calendar: TypeAlias = tuple[tuple[date, HolidayKind], ...]
"""The holidays that are known, as pairs of day and kind, sorted."""
SpanKind: TypeAlias = Literal["open", "ask"]

_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?![a-z])"
_ITEM = rf"(?:PH|SH|{_DAY}(?:-{_DAY})?(?:\[[^\]]*\])?(?: [+-]?\d+ days?)?)"
_DAYS = re.compile(rf"(?:(?<=^)|(?<= )){_ITEM}(?:,{_ITEM})*")
_HAS_HOLIDAY = re.compile(r"\bPH\b")
_DATED = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d")
_SUN = re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b")
_SEPARATOR = re.compile(r"; | \|\| |, ")
_COMMENT = re.compile(r'("[^"]*")')
_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


class HoursError(ValueError):
    """An expression can't be used: ``reason`` is ``empty``, ``long``, ``syntax``, ``sun`` or ``unsupported``.

    ``at`` is the place of a syntax error: the number of characters before it.
    """

    def __init__(self, reason: str, at: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


@dataclass(frozen=True)
class Span:
    """A stretch of time, end excluded, in which a place is open, or in which one has to ask."""

    start: datetime
    end: datetime
    kind: SpanKind


def canonical(expression: str) -> str:
    """Return ``expression`` in the spelling under which it is stored.

    Raises: HoursError when it can't be read, or can't be evaluated with Viet Nam's holidays.
    """
    if not expression.strip():
        raise HoursError("empty")
    if len(expression) > LONGEST:
        raise HoursError("long")
    try:
        asked = _read(expression.strip())
    except ParserError as error:
        raise HoursError("syntax", _position(str(error))) from None
    written = str(asked)
    if _SUN.search(_without_comments(written)):
        raise HoursError("sun")
    if len(written) > LONGEST or not _means_the_same(asked, written):
        raise HoursError("unsupported")
    return written


def _means_the_same(asked: OpeningHours, written: str) -> bool:
    """Tell whether ``written``, the library's spelling of ``asked``, is read back and says the same for three years.

    It does not always: ``2026 Feb-Sep`` is spelled ``2026Feb-Sep``, which is read as ending on 1 September.
    """
    sample: Calendar = ((date(2026, 2, 17), "tet"), (date(2026, 4, 26), "public"))
    begins, ends = midnight(date(2026, 1, 1)), midnight(date(2029, 1, 1))
    try:
        _read(effective(written, sample))
        return list(_read(written).intervals(begins, ends)) == list(asked.intervals(begins, ends))
    except ParserError:
        return False


def midnight(day: date) -> datetime:
    """Return the beginning of ``day`` in Viet Nam."""
    return datetime.combine(day, time(), ZONE)


def ask_days(expression: str, holidays: Calendar) -> list[date]:
    """Return the holidays on which ``expression`` (canonical) leaves the hours open to question."""
    if _HAS_HOLIDAY.search(_without_comments(expression)):
        return [day for day, kind in holidays if kind == "swap"]
    return [day for day, kind in holidays if kind == "tet" and not _speaks_of(expression, day)]


def effective(expression: str, holidays: Calendar) -> str:
    """Return ``expression`` (canonical) with ``PH`` turned into dates, and with the days on which one has to ask."""
    free = tuple(day for day, kind in holidays if kind != "swap")
    parts: list[str] = []
    for separator, rule in _rules(expression):
        for rewritten in _dated(rule, free):
            parts.append(((separator or "; ") if parts else "") + rewritten)
    asked = ask_days(expression, holidays)
    if asked:
        parts.append(("; " if parts else "") + f'{_dates(asked)} unknown "ask"')
    return "".join(parts) or "off"


@lru_cache(maxsize=4096)
def spans(expression: str, holidays: Calendar, start: date, end: date) -> tuple[Span, ...]:
    """Return when ``expression`` (canonical) is open, or leaves one to ask, from ``start`` up to ``end`` (excluded).

    Spans are sorted, don't overlap, and are cut at both ends of the window.
    """
    near = tuple(pair for pair in holidays if start - timedelta(days=2) <= pair[0] <= end + timedelta(days=1))
    found: list[Span] = []
    hours = _read(effective(expression, near))
    for begins, ends, state, _comment in hours.intervals(midnight(start), midnight(end)):
        if state == State.CLOSED or begins >= ends:
            continue
        kind: SpanKind = "open" if state == State.OPEN else "ask"
        span = Span(begins.astimezone(ZONE), ends.astimezone(ZONE), kind)
        if found and found[-1].kind == kind and found[-1].end == span.start:
            span = Span(found.pop().start, span.end, kind)
        found.append(span)
    return tuple(found)


def by_midnight(found: Iterable[Span]) -> Iterator[Span]:
    """Cut spans at every midnight, so that each lies within one day."""
    for span in found:
        begins = span.start
        while begins < span.end:
            ends = min(span.end, midnight(begins.date() + timedelta(days=1)))
            yield Span(begins, ends, span.kind)
            begins = ends


def by_opening_day(found: Iterable[Span]) -> Iterator[Span]:
    """Cut only spans longer than a day: a night that ends after midnight stays whole, with the day it began on."""
    for span in found:
        yield from (by_midnight([span]) if span.end - span.start > timedelta(days=1) else [span])


def _read(expression: str) -> OpeningHours:
    return OpeningHours(expression, timezone=ZONE, auto_country=False, auto_timezone=False)


def _position(message: str) -> int:
    """Return how many characters stand before the error that the library points to (``--> line:column``)."""
    found = re.search(r"--> \d+:(\d+)", message)
    return int(found.group(1)) - 1 if found else 0


def _without_comments(expression: str) -> str:
    return _COMMENT.sub('""', expression)


def _rules(expression: str) -> Iterator[tuple[str, str]]:
    """Split a canonical expression into its rules, each with the separator before it (empty for the first)."""
    separator, rule = "", ""
    for index, piece in enumerate(_COMMENT.split(expression)):
        if index % 2:  # a comment: whatever stands in it is text
            rule += piece
            continue
        begins = 0
        for found in _SEPARATOR.finditer(piece):
            yield separator, rule + piece[begins : found.start()]
            separator, rule, begins = found.group(), "", found.end()
        rule += piece[begins:]
    yield separator, rule


def _dated(rule: str, holidays: tuple[date, ...]) -> list[str]:
    """Return the rules that say with dates what ``rule`` says with ``PH``.

    ``Mo-Fr,PH 08:00-12:00`` is the union of both selectors, hence two rules of the same hours, the second for the
    dates; what stands before the days (months, weeks, years) keeps only the dates it matches.
    """
    head = rule.split('"', 1)[0]
    days = _DAYS.search(head)
    if not days or "PH" not in days.group().split(","):
        return [rule]
    before, after = rule[: days.start()], rule[days.end() :]
    weekdays = [item for item in days.group().split(",") if item != "PH"]
    matching = [day for day in holidays if not before.strip() or _matches(before.strip(), day)]
    written = [f"{before}{','.join(weekdays)}{after}"] if weekdays else []
    return written + ([f"{_dates(matching)}{after}"] if matching else [])


def _dates(days: Iterable[date]) -> str:
    return ",".join(f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}" for day in days)


def _matches(selector: str, day: date) -> bool:
    """Tell whether the selector of months, weeks or years (no hours) holds for ``day``."""
    return _read(selector).is_open(midnight(day) + timedelta(hours=12))


def _speaks_of(expression: str, day: date) -> bool:
    """Tell whether a rule names ``day`` by date: alone or within a stretch of at most ``STATED_DAYS``."""
    for _separator, rule in _rules(expression):
        head = rule.split('"', 1)[0]
        if not _DATED.search(head):
            continue
        selector = re.split(rf" (?=\d\d:|{_DAY}|closed|unknown|open)", head.strip(), maxsplit=1)[0].strip()
        reach = timedelta(days=STATED_DAYS)
        window = _read(selector).intervals(midnight(day - reach), midnight(day + reach))
        noon = midnight(day) + timedelta(hours=12)
        if any(s <= noon < e and e - s <= reach for s, e, state, _comment in window if state == State.OPEN):
            return True
    return False
