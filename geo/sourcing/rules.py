"""Whether a supply counts for a demand, month by month, and every rule that stands against it. Plain functions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from geo.catalog.rules import IN_FORCE, CertificateDates, certificate_state
from geo.sourcing.demand import Demand, Doubt, Month
from geo.sourcing.quantities import KG, UNITS, Figure, convert, in_month, season
from geo.spatial.folding import fold

OCOP = "OCOP"


class Rule(StrEnum):
    """What can stand against a supply."""

    LEFT_OUT = "left_out"
    UNIT = "unit"
    SEASON_UNKNOWN = "season_unknown"
    STALE = "stale"
    UNSOURCED = "unsourced"
    STARS = "stars"
    SCHEME = "scheme"
    MARK = "mark"
    ORIGIN = "origin"
    DISTANCE = "distance"
    NO_ROAD = "no_road"
    LEAD = "lead"
    LEAD_UNKNOWN = "lead_unknown"
    SEASON = "season"
    COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate of a product, its place or its producer (``holder``); ``decided`` orders those of one scheme.

    Of a geographical indication or mark ``name`` says which, ``folded`` its words and number as they are looked for.
    """

    scheme: str
    stars: int | None
    decided: date
    dates: CertificateDates
    name: str = ""
    number: str = ""
    folded: str = ""
    holder: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised to others in the months from ``first`` to ``last``, as ``quantity`` of ``unit`` a month."""

    figure: Figure
    first: Month
    last: Month


@dataclass(frozen=True, slots=True)
class Supply:
    """One supply: what a place can deliver of a product, and what is known of both.

    ``figure`` is null when its unit isn't understood. ``seconds``, ``metres``: the road from the depot, null without;
    ``ferries``: the stated ferries on it.
    """

    pk: int
    place: str
    place_name: str
    place_kind: str
    product: str
    product_name: str
    category: str
    supplier: str
    supplier_name: str
    supplier_kind: str
    province_id: int
    commune_id: int | None
    province: str
    commune: str
    lon: float | None
    lat: float | None
    accuracy: str
    role: str
    quantity: Decimal
    unit: str
    period: str
    months: tuple[int, ...]
    figure: Figure | None
    as_of: date
    said_by: str
    source: str
    sample: bool
    minimum: Decimal | None
    lead_days: int | None
    price: Decimal | None
    price_unit: str
    price_on: date | None
    hours: str
    certificates: tuple[Held, ...] = ()
    promises: tuple[Promise, ...] = ()
    seconds: int | None = None
    metres: int | None = None
    ferries: tuple[Mapping[str, Any], ...] = ()

    @property
    def key(self) -> str:
        """Its public name: place and product."""
        return f"{self.place}-{self.product}"


@dataclass(frozen=True, slots=True)
class Assessed:
    """A supply against a demand: per month what is ``free`` (base unit), and which rules stand against it."""

    supply: Supply
    free: tuple[Fraction, ...]
    against: tuple[frozenset[Rule], ...]
    stars: tuple[int | None, ...]
    doubts: frozenset[Doubt] = field(default_factory=frozenset)

    def counted(self, spared: frozenset[Rule] = frozenset()) -> tuple[Fraction, ...]:
        """Return what counts in each month; the rules ``spared`` are not held against it."""
        return tuple(
            amount if against <= spared else Fraction(0)
            for amount, against in zip(self.free, self.against, strict=True)
        )

    @property
    def rules(self) -> frozenset[Rule]:
        """Every rule that stands against it in some month."""
        return frozenset(rule for rules in self.against for rule in rules)


def speaking(held: Sequence[Held], scheme: str, day: date) -> Held | None:
    """Return the certificate of a scheme that speaks on ``day``: the latest decided that has begun."""
    begun = [one for one in held if one.scheme == scheme and (one.dates.valid_from or one.decided) <= day]
    return max(begun, key=lambda one: (one.decided, one.stars or 0), default=None)


def in_force(held: Sequence[Held], scheme: str, day: date) -> Held | None:
    """Return the certificate of a scheme that is in force on ``day``; one of unknown dates never is."""
    found = speaking(held, scheme, day)
    return found if found is not None and certificate_state(found.dates, day) in IN_FORCE else None


def turning_days(held: Sequence[Held], scheme: str, start: date, end: date) -> list[date]:
    """Return the days from ``start`` to ``end`` on which the certificate that speaks, or its state, may be another.

    What holds on all of these holds on every day between.
    """
    turns = {start, end}
    for one in held:
        if one.scheme == scheme:
            turns |= {one.decided, *(day for day in (one.dates.valid_from, one.dates.valid_until) if day)}
            turns |= {one.dates.revoked_on} if one.dates.revoked_on else set()
    return sorted(day for day in turns if start <= day <= end)


def holds_over(held: Sequence[Held], scheme: str, start: date, end: date) -> bool:
    """Return whether a certificate of a scheme is in force on every day from ``start`` to ``end``."""
    return all(in_force(held, scheme, day) for day in turning_days(held, scheme, start, end))


def stars_over(held: Sequence[Held], start: date, end: date) -> int | None:
    """Return the OCOP stars that hold from ``start`` to ``end``: the fewest of any day, null when one has none."""
    fewest: int | None = None
    for day in turning_days(held, OCOP, start, end):
        found = in_force(held, OCOP, day)
        if found is None or found.stars is None:
            return None
        fewest = found.stars if fewest is None else min(fewest, found.stars)
    return fewest


def marks_over(
    held: Sequence[Held], kinds: Collection[str], start: date, end: date, words: Sequence[str] = ()
) -> tuple[Held, ...]:
    """Return the rights to use geographical indications or marks that hold from ``start`` to ``end``, by name.

    Each name is a right of its own: another one, or one that has ended, doesn't speak for it. One that says no name
    isn't found by words.
    """
    named: dict[tuple[str, str], list[Held]] = {}
    for one in held:
        if one.scheme in kinds and all(word in one.folded for word in words):
            named.setdefault((one.scheme, fold(one.name)), []).append(one)
    found = []
    for (kind, _name), rights in sorted(named.items()):
        last = in_force(rights, kind, end)
        if last is not None and holds_over(rights, kind, start, end):
            found.append(last)
    return tuple(found)


def is_stale(as_of: date, today: date, stale_days: int) -> bool:
    """Return whether a figure is too old to count by itself."""
    return (today - as_of).days > stale_days


def doubts_of(supply: Supply, demand: Demand) -> frozenset[Doubt]:
    """Return what is doubtful about a figure: its age, or that nobody is named who said it."""
    found = set()
    if is_stale(supply.as_of, demand.today, demand.stale_days):
        found.add(Doubt.STALE)
    if not supply.said_by:
        found.add(Doubt.UNSOURCED)
    return frozenset(found)


def assess(supply: Supply, demand: Demand, months: Sequence[Month] | None = None) -> Assessed:
    """Hold a supply against a demand, in its months or in others."""
    asked = demand.months if months is None else tuple(months)
    doubts = doubts_of(supply, demand)
    always = _always(supply, demand, doubts)
    amounts = [_amounts(supply, demand.unit.kind, month) for month in asked]
    stars = tuple(stars_over(supply.certificates, *demand.span(month)) for month in asked)
    return Assessed(
        supply=supply,
        free=tuple(max(Fraction(0), had - promised) for had, promised in amounts),
        against=tuple(
            always | _in_month(supply, demand, month, had, promised, best)
            for month, (had, promised), best in zip(asked, amounts, stars, strict=True)
        ),
        stars=stars,
        doubts=doubts,
    )


def _always(supply: Supply, demand: Demand, doubts: frozenset[Doubt]) -> frozenset[Rule]:
    """Return the rules that stand against a supply whatever the month."""
    figure = supply.figure
    unlike = figure is None or convert(Fraction(1), figure.unit, demand.unit.kind, figure.piece_kg) is None
    holds = {
        Rule.LEFT_OUT: supply.place in demand.without,
        Rule.UNIT: unlike,
        Rule.SEASON_UNKNOWN: figure is not None and not season(figure),
        Rule.STALE: Doubt.STALE in doubts - demand.counted,
        Rule.UNSOURCED: Doubt.UNSOURCED in doubts - demand.counted,
        Rule.ORIGIN: demand.names_origin and not is_from(supply, demand),
        Rule.NO_ROAD: demand.max_seconds is not None and supply.seconds is None,
        Rule.DISTANCE: demand.max_seconds is not None and (supply.seconds or 0) > demand.max_seconds,
        Rule.LEAD_UNKNOWN: demand.max_lead_days is not None and supply.lead_days is None,
        Rule.LEAD: demand.max_lead_days is not None and (supply.lead_days or 0) > demand.max_lead_days,
    }
    return frozenset(rule for rule, stands in holds.items() if stands)


def is_from(supply: Supply, demand: Demand) -> bool:
    """Return whether a supply comes from one of the provinces or communes asked for."""
    return supply.province_id in demand.province_ids or supply.commune_id in demand.commune_ids


def _amounts(supply: Supply, kind: str, month: Month) -> tuple[Fraction, Fraction]:
    """Return what there is in a month and what of it is promised to others, in the base unit ``kind``."""
    if supply.figure is None:
        return Fraction(0), Fraction(0)
    return had_and_promised(supply.figure, supply.promises, kind, month)


def had_and_promised(figure: Figure, promises: Sequence[Promise], kind: str, month: Month) -> tuple[Fraction, Fraction]:
    """Return what a figure comes to in a month and what of it is promised, in the base unit ``kind``."""
    had = convert(in_month(figure, month.year, month.month), figure.unit, kind, figure.piece_kg)
    return had or Fraction(0), sum((_promised(one, figure, kind, month) for one in promises), Fraction(0))


def _promised(promise: Promise, supply: Figure, kind: str, month: Month) -> Fraction:
    if not promise.first <= month <= promise.last:
        return Fraction(0)
    figure, piece_kg = promise.figure, supply.piece_kg
    amount = convert(Fraction(figure.quantity), figure.unit, kind, piece_kg)
    if amount is None and piece_kg and figure.unit.kind == KG and UNITS[kind].counts:
        # Promised by weight, counted in pieces.
        amount = Fraction(figure.quantity) * figure.unit.factor / Fraction(piece_kg)
    return amount or Fraction(0)


def _in_month(
    supply: Supply, demand: Demand, month: Month, had: Fraction, promised: Fraction, stars: int | None
) -> frozenset[Rule]:
    start, end = demand.span(month)
    found = set()
    if not had:
        found.add(Rule.SEASON)
    elif promised >= had:
        found.add(Rule.COMMITTED)
    if demand.min_stars is not None and (stars or 0) < demand.min_stars:
        found.add(Rule.STARS)
    if not all(holds_over(supply.certificates, scheme, start, end) for scheme in demand.schemes):
        found.add(Rule.SCHEME)
    if demand.marks and not marks_over(supply.certificates, demand.marks, start, end, demand.mark_words):
        found.add(Rule.MARK)
    if demand.earliest(supply.lead_days or 0) > end:
        found.add(Rule.LEAD)
    return frozenset(found)
