"""What a buyer asks for: one typed value, whatever door it comes through. Plain, no Django."""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from geo.sourcing.quantities import Unit


class Doubt(StrEnum):
    """Why a figure counts only if the buyer says so."""

    STALE = "stale"
    UNSOURCED = "unsourced"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year."""

    year: int
    month: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> "Month":
        """Return the month so many later."""
        years, index = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, index + 1)

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month of a day."""
        return cls(day.year, day.month)


@dataclass(frozen=True, slots=True)
class Depot:
    """Where goods are brought: degrees of EPSG:4326, and how the buyer named it."""

    lon: float
    lat: float
    label: str


@dataclass(frozen=True)
class Demand:
    """A demand; members left at their default ask for nothing.

    ``quantity`` of ``unit`` in each of the ``months``. ``categories``: codes of sectors, groups, sets; ``products``:
    public ids; ``words``: folded words of a product's name. ``schemes``: certificates besides OCOP's. ``day``: the day
    of the month of delivery (whole months without one). ``marks``: kinds of geographical indication or mark, one of
    which is enough, and ``mark_words`` folded words of its name or number. ``province_ids``, ``commune_ids``: the
    origin's divisions. ``counted``: doubts in spite of which figures count. ``without``: public ids of places that are
    out.
    """

    quantity: Fraction
    unit: Unit
    months: tuple[Month, ...]
    today: date
    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    min_stars: int | None = None
    schemes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    mark_words: tuple[str, ...] = ()
    day: int | None = None
    province_ids: tuple[int, ...] = ()
    commune_ids: tuple[int, ...] = ()
    depot: Depot | None = None
    max_seconds: int | None = None
    max_lead_days: int | None = None
    counted: frozenset[Doubt] = frozenset()
    without: frozenset[str] = frozenset()
    stale_days: int = 365
    told: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def need(self) -> Fraction:
        """The quantity a month in the base unit."""
        return self.quantity * self.unit.factor

    @property
    def names_origin(self) -> bool:
        """Whether goods must come from some provinces."""
        return bool(self.province_ids or self.commune_ids)

    def span(self, month: Month) -> tuple[date, date]:
        """Return the days on which a delivery of that month may be: what is over already is left out."""
        if self.day is not None:
            day = min(date(month.year, month.month, min(self.day, month.last.day)), month.last)
            return day, day
        return max(month.first, min(self.today, month.last)), month.last

    def earliest(self, lead_days: int) -> date:
        """Return the first day on which goods ordered today can be fetched."""
        return self.today + timedelta(days=lead_days)
