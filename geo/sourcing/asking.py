"""A demand parsed at the door: one named function per parameter, each a checked value or a 400 that names it."""

import re
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.utils.translation import gettext as _

from geo.catalog.models import MARKS, OCOP, CertificateScheme, ProductCategory
from geo.divisions.models import Level
from geo.divisions.parameters import division_scope
from geo.sourcing.demand import Demand, Doubt, Month
from geo.sourcing.depots import depot
from geo.sourcing.quantities import UNITS, Unit, unit_of
from geo.spatial import calendar, public_ids
from geo.spatial import parameters as parse
from geo.spatial.folding import fold
from geo.spatial.merged import followed
from geo.spatial.parameters import Query
from geo.spatial.problems import InvalidParameter

MOST_MONTHS = 12
MOST_QUANTITY = 1_000_000_000
MOST_HOURS = 72
MOST_LEAD_DAYS = 365
MOST_NAMED = 50
ANY_MARK = "any"
_RANGE = re.compile(r"(\d{1,2})\s*[-–]\s*(\d{1,2})", re.ASCII)
_DATED = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_NUMBER = re.compile(r"\d{1,2}", re.ASCII)
DAYS_PER_MONTH = 365.25 / 12

NAMES = (
    "category", "product", "q", "quantity", "unit", "months", "min_stars", "scheme", "mark", "mark_name",
    "day", "province", "depot",
    "max_hours", "lead_days", "count", "without",
)  # fmt: skip
"""Query parameters that make a Demand."""


def demand(query: Query) -> Demand:
    """Return the demand a query asks for. Raises: InvalidParameter naming the parameter that is wrong or missing."""
    given = {name: value for name in NAMES if (value := parse.single(query, name)) is not None}
    _need_goods(given)
    at = depot("depot", given["depot"]) if "depot" in given else None
    scope = division_scope("province", given["province"], Level.PROVINCE) if "province" in given else None
    return Demand(
        quantity=quantity(given),
        unit=unit(given.get("unit", "kg")),
        months=months(given),
        today=calendar.today(),
        categories=categories(given["category"]) if "category" in given else (),
        products=numbers("product", given["product"]) if "product" in given else (),
        words=words("q", given["q"]) if "q" in given else (),
        min_stars=parse.integer("min_stars", given["min_stars"], 1, 5) if "min_stars" in given else None,
        schemes=schemes(given["scheme"]) if "scheme" in given else (),
        marks=marks(given),
        mark_words=words("mark_name", given["mark_name"]) if "mark_name" in given else (),
        day=parse.integer("day", given["day"], 1, 31) if "day" in given else None,
        province_ids=scope.province_ids if scope else (),
        commune_ids=scope.commune_ids if scope else (),
        depot=at,
        max_seconds=max_seconds(given, at is not None),
        max_lead_days=parse.integer("lead_days", given["lead_days"], 0, MOST_LEAD_DAYS)
        if "lead_days" in given
        else None,
        counted=counted(given["count"]) if "count" in given else frozenset(),
        without=frozenset(numbers("without", given["without"])) if "without" in given else frozenset(),
        stale_days=round(settings.SUPPLY_STALE_MONTHS * DAYS_PER_MONTH),
        told={"province": ", ".join(scope.names)} if scope else {},
    )


def _need_goods(given: dict[str, str]) -> None:
    if not {"category", "product", "q"} & set(given):
        raise InvalidParameter("category", _("Say what you are looking for: “category”, “product” or “q”."))


def quantity(given: dict[str, str]) -> Fraction:
    """Return the quantity a month: more than nothing."""
    if "quantity" not in given:
        raise InvalidParameter("quantity", _("“quantity” is missing: how much a month?"))
    number = parse.number("quantity", given["quantity"], 0, MOST_QUANTITY)
    if number <= 0:
        raise InvalidParameter("quantity", _("“quantity” must be more than 0."))
    return Fraction(Decimal(given["quantity"].strip()))


def unit(value: str) -> Unit:
    """Return a unit by its code or as people write it."""
    found = unit_of(parse.text("unit", value, 20))
    if found is None:
        raise InvalidParameter(
            "unit",
            _("“%(name)s” must be one of: %(allowed)s.") % {"name": "unit", "allowed": ", ".join(sorted(UNITS))},
        )
    return found


def months(given: dict[str, str]) -> tuple[Month, ...]:
    """Return the months of delivery: each the next one of its number after the one before, the first from now on.

    ``3-6``, ``11-2`` (over the turn of the year), ``3,5,9`` or dated ``2027-03,2027-04``; at most twelve.
    """
    value = given.get("months")
    if value is None:
        raise InvalidParameter("months", _("“months” is missing: 3-6 means March to June."))
    found: list[Month] = []
    today = calendar.today()
    # A month whose day of delivery is over has its next one in a year.
    now = Month.of(today).plus(1 if (day := given.get("day")) and parse.integer("day", day, 1, 31) < today.day else 0)
    for part in (part.strip() for part in value.split(",")):
        dated = _DATED.fullmatch(part)
        if dated:
            found.append(_dated_month(int(dated[1]), int(dated[2]), now))
            continue
        for number in _numbers_of(part):
            found.append(_next(number, found[-1].plus(1) if found else now))
    if len(found) > MOST_MONTHS:
        raise InvalidParameter("months", _("“months” may have at most %(most)d months.") % {"most": MOST_MONTHS})
    return tuple(sorted(set(found)))


def _numbers_of(part: str) -> list[int]:
    span = _RANGE.fullmatch(part)
    if span is None and not _NUMBER.fullmatch(part):
        raise InvalidParameter(
            "months", _("“months” must be months from 1 to 12, like 3-6 or 3,5,9, or dated like 2027-03.")
        )
    first, last = (span[1], span[2]) if span else (part, part)
    for number in (first, last):
        if not 1 <= int(number) <= 12:
            raise InvalidParameter("months", _("There is no month %(month)s.") % {"month": number})
    length = (int(last) - int(first)) % 12 + 1
    return [(int(first) - 1 + step) % 12 + 1 for step in range(length)]


def _dated_month(year: int, month: int, now: Month) -> Month:
    if not 1 <= month <= 12:
        raise InvalidParameter("months", _("There is no month %(month)s.") % {"month": month})
    found = Month(year, month)
    if not now <= found <= now.plus(24):
        raise InvalidParameter("months", _("“months” must lie in the coming two years."))
    return found


def _next(number: int, start: Month) -> Month:
    """Return the first month of that number from ``start`` on."""
    return start.plus((number - start.month) % 12)


def categories(value: str) -> tuple[str, ...]:
    """Return codes of sectors, groups or sets that exist."""
    codes = sorted({code.strip() for code in parse.text("category", value).split(",")})
    known = set(ProductCategory.objects.filter(code__in=codes).values_list("code", flat=True))
    for code in codes:
        if code not in known:
            raise InvalidParameter("category", _("There is no product category “%(code)s”.") % {"code": code[:20]})
    return tuple(codes)


def numbers(name: str, value: str) -> tuple[str, ...]:
    """Return public ids; one that was merged means the record it was merged into."""
    parts = [part.strip() for part in value.split(",")]
    if len(parts) > MOST_NAMED:
        raise InvalidParameter(name, _("“%(name)s” may name at most %(most)d.") % {"name": name, "most": MOST_NAMED})
    try:
        return tuple(followed(sorted({public_ids.parse(part) for part in parts})))
    except public_ids.InvalidPublicId as wrong:
        raise InvalidParameter(name, wrong.message) from wrong


def words(name: str, value: str) -> tuple[str, ...]:
    """Return the folded words that a name must have."""
    found = tuple(dict.fromkeys(fold(parse.text(name, value, 100)).split()))
    if not found:
        raise InvalidParameter(name, _("“%(name)s” has no word to look for.") % {"name": name})
    return found[:10]


def schemes(value: str) -> tuple[str, ...]:
    """Return codes of certificate schemes; OCOP's own is asked for by ``min_stars``."""
    known = set(CertificateScheme.objects.values_list("code", flat=True)) - {OCOP}
    return parse.some_of("scheme", value, known)


def marks(given: dict[str, str]) -> tuple[str, ...]:
    """Return the kinds of geographical indication or mark, one of which is enough; a name alone means any kind."""
    if "mark" not in given:
        return MARKS if "mark_name" in given else ()
    found = parse.some_of("mark", given["mark"], (ANY_MARK, *MARKS))
    return MARKS if ANY_MARK in found else tuple(found)


def max_seconds(given: dict[str, str], has_depot: bool) -> int | None:
    """Return the longest road time from the depot, in seconds."""
    if "max_hours" not in given:
        return None
    if not has_depot:
        raise InvalidParameter("max_hours", _("“max_hours” needs “depot”."))
    return round(parse.number("max_hours", given["max_hours"], 0.1, MOST_HOURS) * 3600)


def counted(value: str) -> frozenset[Doubt]:
    """Return the doubts in spite of which figures count."""
    return frozenset(Doubt(one) for one in parse.some_of("count", value, [one.value for one in Doubt]))
