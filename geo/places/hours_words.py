"""Opening hours in words: “thứ Hai–thứ Sáu 08:00–17:00; ngày lễ: nghỉ” for ``Mo-Fr 08:00-17:00; PH closed``.

What is rarer than weekdays, holidays, dates and times stays in the syntax it is stored in: nothing is told wrongly.
"""

import re
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = f"(?:{'|'.join(_DAYS)}|PH)"
_DATE = rf"\d{{4}} (?:{'|'.join(_MONTHS)}) \d{{1,2}}"
_TIME = r"\d\d:\d\d-\d\d:\d\d"
_RULE = re.compile(
    rf"(?:(?P<days>{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*) ?|(?P<first>{_DATE})(?:-(?P<last>{_DATE}))? ?)?"
    rf"(?P<hours>{_TIME}(?:,{_TIME})*|closed|off)?"
)


def hours_in_words(expression: str) -> str:
    """Return opening hours in the language in use; an expression that has no plain words stays as it is."""
    if expression == "24/7":
        return _("every day, all day")
    said = [_rule(piece.strip()) for piece in expression.split(";")]
    return "; ".join(said) if all(said) else expression


def _rule(text: str) -> str:
    """Return one rule in words, nothing where they would not say it all."""
    found = _RULE.fullmatch(text)
    if found is None or not text:
        return ""
    days = ", ".join(_days(one) for one in found["days"].split(",")) if found["days"] else _dates(found)
    return f"{days} {_hours(found['hours'])}" if days else _("every day") + f" {_hours(found['hours'])}"


def _hours(text: str | None) -> str:
    if text is None:
        return _("all day")
    if text in ("closed", "off"):
        return pgettext("hours", "closed")
    spans = [span.replace("-", "–") for span in text.split(",")]
    return ", ".join(_("all day") if span == "00:00–24:00" else span for span in spans)


def _days(text: str) -> str:
    if text == "Mo-Su":
        return _("every day")
    return "–".join(_("holidays") if one == "PH" else weekday_names()[_DAYS.index(one)] for one in text.split("-"))


def _dates(found: re.Match[str]) -> str:
    return "–".join(_date(found[name]) for name in ("first", "last") if found[name])


def _date(text: str) -> str:
    year, month, day = text.split()
    return f"{date(int(year), _MONTHS.index(month) + 1, int(day)):%d/%m/%Y}"


def weekday_names() -> tuple[str, ...]:
    """Return the names of the days of the week from Monday on, in the active language."""
    return (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )
