"""Suppliers, gaps and plans as the pages show them: everything already in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from geo.sourcing.demand import Demand
from geo.sourcing.describing import marks
from geo.sourcing.finding import Found
from geo.sourcing.planning import Plan
from geo.sourcing.rules import Assessed
from geo.web import words
from geo.web.sourcing import phrases
from geo.web.sourcing.asked import Asked
from geo.web.sourcing.form import scheme_names

BAR_WIDTH, BAR_HEIGHT = 14, 28
MOST_SHOWN = 60
MOST_OTHERS = 40
MOST_LEFT_OUT = 100
"""Suppliers named one by one: those that count, those that don't, and those that a choice leaves out."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of a supplier's small picture: place and size in pixels, and the same in words."""

    x: int
    height: int
    y: int
    title: str
    counts: bool


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of the demand: need, what there is, what is missing."""

    name: str
    total: str
    gap: str
    met: bool
    width: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What a supplier has in a month, or why it doesn't count."""

    month: str
    amount: str
    against: str


@dataclass(frozen=True, slots=True)
class Row:
    """A supplier in words."""

    key: str
    place: str
    name: str
    href: str
    product: str
    product_href: str
    supplier: str
    where: str
    road: str
    stated: str
    minimum: str
    notice: str
    said: str
    as_of: str
    age: str
    stars: str
    price: str
    sample: bool
    doubts: tuple[str, ...]
    marks: tuple[str, ...]
    cells: tuple[Cell, ...]
    bars: tuple[Bar, ...]
    total: str
    against: str
    chosen: bool = False
    reason: str = ""
    amounts: tuple[str, ...] = ()
    without: str = ""
    estimate: bool = False


def row(one: Assessed, found: Found, kinds: Mapping[str, str], picked: Sequence[str] = ()) -> Row:
    """Return a supplier in words; ``kinds`` are the names of certificate schemes."""
    demand = found.demand
    supply, counted, kind = one.supply, one.counted(), demand.unit.kind
    return Row(
        key=supply.key,
        place=supply.place,
        name=supply.place_name,
        href=reverse("web:record", args=[supply.place]),
        product=supply.product_name,
        product_href=reverse("web:record", args=[supply.product]),
        supplier=supply.supplier_name if supply.supplier_name != supply.place_name else "",
        where=words.join((supply.commune, supply.province)),
        road=_road(one),
        stated=phrases.stated(supply),
        minimum=phrases.minimum(supply),
        notice=words.days(supply.lead_days) if supply.lead_days is not None else "",
        said=phrases.said_by(supply),
        as_of=words.day(supply.as_of),
        age=phrases.age(supply.as_of, demand.today),
        stars=_stars(one),
        price=words.price(supply.price, "VND", supply.price_unit) if supply.price is not None else "",
        sample=supply.sample,
        doubts=tuple(str(phrases.DOUBTS[doubt]) for doubt in sorted(one.doubts)),
        marks=tuple(phrases.mark(right, kinds) for right in marks(one, demand)),
        cells=tuple(
            Cell(phrases.month(month), phrases.bare(amount, kind), phrases.rules(against))
            for month, amount, against in zip(demand.months, counted, one.against, strict=True)
        ),
        bars=_bars(one, counted, demand),
        total=phrases.amount(sum(counted, Fraction(0)), kind),
        against=phrases.rules(frozenset.intersection(*one.against) or one.rules),
        chosen=supply.key in picked,
        estimate=is_estimate(found),
    )


def _road(one: Assessed) -> str:
    supply = one.supply
    if supply.seconds is None or supply.metres is None:
        return ""
    return words.join(
        (phrases.road(supply.seconds), words.distance(supply.metres), *map(phrases.ferry, supply.ferries))
    )


def _stars(one: Assessed) -> str:
    known = [stars for stars, free in zip(one.stars, one.free, strict=True) if free and stars]
    if not known:
        return ""
    return "★" * min(known)


def _bars(one: Assessed, counted: Sequence[Fraction], demand: Demand) -> tuple[Bar, ...]:
    """Draw what is free in each month beside the need; a month that doesn't count stays hollow."""
    bars = []
    for number, (month, free, counts) in enumerate(zip(demand.months, one.free, counted, strict=True)):
        height = min(BAR_HEIGHT, round(BAR_HEIGHT * free / demand.need)) if free else 0
        height = max(3, height) if free else 1
        title = f"{phrases.month(month)}: {phrases.amount(free, demand.unit.kind)}"
        bars.append(Bar(number * BAR_WIDTH, height, BAR_HEIGHT - height, title, bool(counts)))
    return tuple(bars)


def month_lines(found: Found) -> list[MonthLine]:
    """Return the months of a demand: need, total, gap."""
    demand = found.demand
    return [
        MonthLine(
            name=phrases.month(month),
            total=phrases.amount(total, demand.unit.kind),
            gap=phrases.amount(gap, demand.unit.kind) if gap else "",
            met=not gap,
            width=round(100 * min(total, demand.need) / demand.need),
        )
        for month, total, gap in zip(demand.months, found.totals, found.gaps, strict=True)
    ]


def closing(found: Found, asked: Asked) -> list[dict[str, str]]:
    """Return what would lessen the gap, each with the address that tries it."""
    kind = found.demand.unit.kind
    shown = []
    for one in found.closing:
        changes = {
            "stale": {"count": ",".join(dict.fromkeys((*asked.several("count"), "stale")))},
            "unsourced": {"count": ",".join(dict.fromkeys((*asked.several("count"), "unsourced")))},
            "doubtful": {"count": "stale,unsourced"},
            "scheme": {"scheme": ""},
            "mark": {"mark": "", "mark_name": ""},
            "origin": {"province": ""},
            "distance": {"max_hours": f"{(one.value + 359) // 360 / 10:g}"},
            "stars": {"min_stars": str(one.value) if one.value else ""},
            "lead": {"lead_days": str(one.value)},
            "months": {"months": ",".join(f"{month.year}-{month.month:02}" for month in one.months)},
        }[one.rule]
        result = ""
        if one.rule != "months":
            result = (
                _("then nothing is missing")
                if one.meets
                else _("then %(gap)s would still be missing") % {"gap": phrases.amount(one.gap, kind)}
            )
        text = phrases.helps(one)
        shown.append({
            "text": phrases.of_roads(text, one.rule == "distance" and is_estimate(found)),
            "result": result,
            "href": asked.href(changes),
        })  # fmt: skip
    least = math.floor(min(found.totals) * 1000)
    if found.gap and least:
        text = _("ask for %(amount)s a month") % {"amount": phrases.amount(Fraction(least, 1000), kind)}
        changes = {"quantity": f"{Decimal(least) / 1000:f}", "unit": kind}
        shown.append({"text": text, "result": _("then nothing is missing"), "href": asked.href(changes)})
    return shown


def is_estimate(found: Found) -> bool:
    """Return whether road times and distances come without road data."""
    return found.roads is not None and found.roads.estimate


def roads_note(found: Found) -> str:
    """Say where road times come from, when they are an estimate."""
    if found.roads is None or not is_estimate(found):
        return ""
    if found.roads.down:
        return _("The road engine didn't answer: times and distances are estimates, without road data.")
    return _("Road times and distances are estimates, without road data.")


def plan_rows(made: Plan, asked: Asked) -> tuple[list[Row], list[Row]]:
    """Return the suppliers of a plan and those left out of it, each with its reason."""
    found, kind = made.found, made.found.demand.unit.kind
    kinds = scheme_names()
    inside: list[Row] = []
    outside: list[Row] = []
    for number, one in enumerate(made.candidates):
        told = row(one, found, kinds)
        chosen = number in made.choice.chosen
        left_out = ",".join((*asked.several("without"), one.supply.place))
        shown = replace(
            told,
            chosen=chosen,
            reason=phrases.reason(made.reasons.get(number), made.parts, kind, chosen, estimate=is_estimate(found)),
            amounts=tuple(phrases.bare(made.amount(number, month), kind) for month in range(len(found.demand.months))),
            without=asked.href({"without": left_out}),
        )
        (inside if chosen else outside).append(shown)
    inside.sort(key=lambda one: one.name)
    for one in found.others:
        told = row(one, found, kinds)
        outside.append(replace(told, reason=told.against[:1].upper() + told.against[1:]))
    return inside, outside


def plan_lines(made: Plan) -> list[MonthLine]:
    """Return the months of a plan: what is delivered, what is missing."""
    demand, kind = made.found.demand, made.found.demand.unit.kind
    lines = []
    for month, chosen in zip(demand.months, made.choice.months, strict=True):
        total, gap = Fraction(sum(chosen.amounts.values()), made.parts), Fraction(chosen.gap, made.parts)
        lines.append(
            MonthLine(
                name=phrases.month(month),
                total=phrases.bare(total, kind),
                gap=phrases.bare(gap, kind) if gap else "",
                met=not gap,
                width=round(100 * total / demand.need),
            )
        )
    return lines


def alternatives(made: Plan, asked: Asked) -> list[dict[str, str]]:
    """Return what one rule less would save, with the address that tries it where there is one."""
    kind = made.found.demand.unit.kind
    shown = []
    for one in made.alternatives:
        changes = {
            "share": {"max_share": ""},
            "stops": {"max_stops": ""},
            "minimums": {"minimums": "false"},
            "stars": {"min_stars": ""},
            "distance": {"max_hours": ""},
        }[one.rule]
        gap = Fraction(one.choice.gap, made.parts)
        saved = made.choice.cost - one.choice.cost
        parts = [
            _("%(gap)s missing instead of %(now)s")
            % {
                "gap": phrases.amount(gap, kind),
                "now": phrases.amount(Fraction(made.choice.gap, made.parts), kind),
            }
            if one.choice.gap != made.choice.gap
            else "",
            phrases.of_roads(_("%(km)s km less") % {"km": words.number(saved)}, is_estimate(made.found))
            if saved > 0
            else "",
            _("%(count)d stops instead of %(now)d") % {"count": one.choice.stops, "now": made.choice.stops},
        ]
        shown.append({"text": phrases.without(one.rule), "result": words.join(parts), "href": asked.href(changes)})
    return shown
