"""The form of a demand: its lists, and the values it was sent with."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.catalog.models import MARKS, OCOP, Certificate, CertificateScheme, ProductCategory
from geo.divisions.selectors import provinces
from geo.sourcing import wishes
from geo.sourcing.asking import ANY_MARK
from geo.sourcing.unit_names import UNIT_NAMES as UNITS
from geo.web import words
from geo.web.sourcing.asked import Asked
from geo.web.typed import shown

LABELS = {
    "q": gettext_lazy("Product"),
    "product": gettext_lazy("Product"),
    "category": gettext_lazy("Product category"),
    "quantity": gettext_lazy("Each month"),
    "unit": gettext_lazy("Unit"),
    "months": gettext_lazy("Months"),
    "min_stars": gettext_lazy("OCOP stars"),
    "lead_days": gettext_lazy("Days of notice at most"),
    "scheme": gettext_lazy("Other certificates, valid on the delivery date"),
    "mark": gettext_lazy("Geographical indication or mark"),
    "mark_name": gettext_lazy("Its name (optional)"),
    "province": gettext_lazy("Goods from"),
    "max_hours": gettext_lazy("Hours of road at most"),
    "depot": gettext_lazy("Your warehouse"),
    "count": gettext_lazy("Also count"),
    "without": gettext_lazy("Do without"),
    "supply": gettext_lazy("Suppliers"),
    "max_share": gettext_lazy("From one supplier"),
    "max_stops": gettext_lazy("Stops a month at most"),
    "star_km": gettext_lazy("A star more is worth (km)"),
    "minimums": gettext_lazy("Minimum orders"),
}
"""What the pages call the parameters."""
_INDENT = {"SECTOR": "", "GROUP": "\u00a0\u00a0", "SET": "\u00a0\u00a0\u00a0\u00a0"}
MOST_MARKS = 200
"""So many names of geographical indications and marks are proposed."""
_NUMBERS = tuple(str(one) for one in range(1, 13))
_UNSEEN = ("without", "product", "day", *wishes.NAMES)
"""Parameters that the form carries along without a field of its own."""
SHARES = (25, 33, 40, 50, 60, 75)


@dataclass(frozen=True, slots=True)
class Option:
    """A value that can be chosen."""

    value: str
    label: str
    chosen: bool = False


def form(asked: Asked, wrong: str = "", message: str = "") -> dict[str, Any]:
    """Return what the form shows; ``wrong`` names the field that ``message`` is about."""
    first, last = asked.span
    months = asked.get("months")
    return {
        "values": asked.values,
        "quantity": shown(asked.get("quantity")),
        "max_hours": shown(asked.get("max_hours")),
        "wrong": wrong,
        "message": named(message),
        "is_of_rules": wrong in wishes.NAMES,
        "categories": _categories(asked.get("category")),
        "units": [Option(code, str(label), code == (asked.get("unit") or "kg")) for code, label in UNITS.items()],
        "from": _months(first or months),
        "to": _months(last or months),
        "plain_months": not months or all(one in _NUMBERS for one in (first or months, last or months)),
        "stars": [Option(str(one), _from_stars(one), asked.get("min_stars") == str(one)) for one in (3, 4, 5)],
        "schemes": _schemes(asked.several("scheme")),
        "marks": _marks(asked.get("mark")),
        "mark_names": _mark_names(),
        "provinces": [Option(one.code, one.full_name, one.code in asked.several("province")) for one in provinces()],
        "doubts": [
            Option("stale", _("figures that are old"), "stale" in asked.several("count")),
            Option("unsourced", _("figures for which nobody is named"), "unsourced" in asked.several("count")),
        ],
        "shares": [
            Option(str(one), _("at most %(share)d %%") % {"share": one}, asked.get("max_share") == str(one))
            for one in SHARES
        ],
        "without": [(name, value) for name, value in asked.values.items() if name in _UNSEEN and name != wrong],
    }


def named(message: str) -> str:
    """Return a message with the fields as the page calls them."""
    for name, label in LABELS.items():
        message = message.replace(f"“{name}”", f"“{label}”")
    return message


def _from_stars(count: int) -> str:
    return words.stars(5) if count == 5 else _("%(count)d stars or more") % {"count": count}


def _months(chosen: str) -> list[Option]:
    return [Option(str(one), _("month %(month)d") % {"month": one}, chosen == str(one)) for one in range(1, 13)]


def _categories(chosen: str) -> list[Option]:
    edition = ProductCategory.objects.order_by("-pk").values_list("edition", flat=True).first()
    rows = ProductCategory.objects.filter(edition=edition).order_by("position", "pk")
    vietnamese = words.is_vietnamese()
    return [
        Option(
            one.code,
            f"{_INDENT[one.level]}{one.name_vi if vietnamese else one.name_en or one.name_vi}",
            one.code == chosen,
        )
        for one in rows
    ]


def scheme_names() -> dict[str, str]:
    """Return the names of certificate schemes by code, in the page's language."""
    vietnamese = words.is_vietnamese()
    return {one.code: one.name_vi if vietnamese else one.name_en for one in CertificateScheme.objects.all()}


def _schemes(chosen: tuple[str, ...]) -> list[Option]:
    """Return the schemes to be ticked; marks have a list of their own, unless an address asks for one of them here."""
    apart = {OCOP, *MARKS} - set(chosen)
    return [Option(code, name, code in chosen) for code, name in scheme_names().items() if code not in apart]


def _marks(chosen: str) -> list[Option]:
    names = {ANY_MARK: _("any geographical indication or mark")}
    names |= {code: name for code, name in scheme_names().items() if code in MARKS}
    if chosen and chosen not in names:
        names[chosen] = ", ".join(names.get(code, code) for code in chosen.split(","))
    return [Option(code, name, code == chosen) for code, name in names.items()]


def _mark_names() -> list[str]:
    """Return the names that rights to use them are registered for."""
    rows = Certificate.objects.filter(scheme__in=MARKS).exclude(scope="").order_by("scope")
    return list(rows.values_list("scope", flat=True).distinct()[:MOST_MARKS])
