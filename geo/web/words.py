"""Dates, numbers, prices, quantities and months in the words of the page's language.

Vietnamese: 12/05/2026, 05/2028, 1.250.000 ₫, 3,2 km. English: 12 May 2026, May 2028, VND 1,250,000, 3.2 km.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS_EN = {
    "tấn": "t",
    "lít": "l",
    "quả": "piece",
    "con": "piece",
    "cái": "piece",
    "chai": "bottle",
    "gói": "pack",
    "hộp": "box",
    "túi": "bag",
    "lọ": "jar",
    "hũ": "jar",
    "bó": "bunch",
    "thùng": "case",
}
_PLURALS_EN = {
    **{name: f"{name}s" for name in ("piece", "bottle", "pack", "bag", "jar", "case", "litre", "tonne", "set")},
    "box": "boxes",
    "bunch": "bunches",
}


def is_vietnamese() -> bool:
    """Whether the page is in Vietnamese."""
    return (get_language() or "vi").startswith("vi")


def day(value: date) -> str:
    """Write a day."""
    if is_vietnamese():
        return f"{value:%d/%m/%Y}"
    return f"{value.day} {_MONTHS_EN[value.month - 1]} {value.year}"


def month(value: date) -> str:
    """Write the month of a day."""
    return f"{value:%m/%Y}" if is_vietnamese() else f"{_MONTHS_EN[value.month - 1]} {value.year}"


def month_span(first: date, last: date) -> str:
    """Write the months from that of one day to that of another."""
    return month(first) if (first.year, first.month) == (last.year, last.month) else f"{month(first)} – {month(last)}"


def number(value: Decimal | float | int, decimals: int = 0) -> str:
    """Write a number with separators of the language, at most ``decimals`` digits after the comma, no idle zeros."""
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,")) if is_vietnamese() else text


def money(amount: Decimal, currency: str) -> str:
    """Write an amount of money: dong without decimals, others with two."""
    if currency != "VND":
        return f"{currency} {number(amount, 2)}"
    return f"{number(amount)} ₫" if is_vietnamese() else f"VND {number(amount)}"


def price(amount: Decimal, currency: str, unit: str) -> str:
    """Write a price per unit."""
    return f"{money(amount, currency)}/{unit_name(unit)}" if unit else money(amount, currency)


def unit_name(unit: str, count: Decimal | int = 1) -> str:
    """Return a unit in the page's language: “chai 500 ml” is “bottle 500 ml”; one we don't know stays as it is.

    ``count`` is the number it stands behind.
    """
    if is_vietnamese():
        return unit
    first, space, rest = unit.partition(" ")
    name = _UNITS_EN.get(first.lower(), first)
    return (name if count == 1 else _PLURALS_EN.get(name, name)) + space + rest


def counted(amount: Decimal, unit: str) -> str:
    """Write a quantity in a unit as somebody typed it: “2 boxes”."""
    return f"{number(amount, 3)} {unit_name(unit, amount)}"


def quantity(amount: Decimal, unit: str, period: str) -> str:
    """Write a quantity per period; ``period`` is already in words (“a month”)."""
    return f"{counted(amount, unit)} {period}".strip()


def distance(metres: float) -> str:
    """Write a distance: metres to the ten below a kilometre, then kilometres with one decimal up to a hundred."""
    if metres < 995:
        return f"{number(round(metres, -1))} m"
    return f"{number(metres / 1000, 1 if metres < 100_000 else 0)} km"


def months(values: Iterable[int]) -> str:
    """Write the months of a season as runs that may pass the turn of the year; nothing when none is known."""
    known = sorted(set(values))
    if not known:
        return ""
    if len(known) == 12:
        return _("all year")
    runs: list[list[int]] = []
    for value in known:
        if runs and runs[-1][-1] == value - 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    if len(runs) > 1 and runs[0][0] == 1 and runs[-1][-1] == 12:
        runs[0] = runs.pop() + runs[0]
    return (
        ", ".join(_run(run) for run in runs) if not is_vietnamese() else "tháng " + ", ".join(_run(run) for run in runs)
    )


def _run(run: list[int]) -> str:
    def name(value: int) -> str:
        return str(value) if is_vietnamese() else _MONTHS_EN[value - 1]

    return name(run[0]) if len(run) == 1 else f"{name(run[0])}–{name(run[-1])}"


def stars(count: int) -> str:
    """Say the stars: “4 stars”."""
    return ngettext("%(count)d star", "%(count)d stars", count) % {"count": count}


def places(count: int) -> str:
    """Say a number of places: “1,234 places”."""
    return ngettext("%(count)s place", "%(count)s places", count) % {"count": number(count)}


def places_beyond(count: int) -> str:
    """Say that there are more places than were counted: “more than 10,000 places”."""
    return _("more than %(count)s places") % {"count": number(count)}


def days(count: int) -> str:
    """Say a number of days."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def ago(then: datetime, now: datetime) -> str:
    """Say how long ago something was, up to a day; then the day and the time it was."""
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    if minutes < 24 * 60:
        hours = minutes // 60
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    local = timezone.localtime(then)
    return f"{day(local.date())} {local:%H:%M}"


def join(parts: Iterable[str]) -> str:
    """Join the parts that say something with a comma."""
    return ", ".join(part for part in parts if part)
