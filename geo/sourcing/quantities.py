"""Quantities that may be added up: units, stated conversions, and what a supply comes to in one month of the year.

Plain functions, exact fractions, no Django. Mass, volume and each counting word are kinds of their own that are never
added to each other; pieces become kilograms only by a net weight that somebody stated.

Stated conversions: 1 tonne = 10 tạ = 100 yến = 1,000 kg (Viet Nam's metric units, Decree 86/2012/NĐ-CP), 1 m³ = 1,000
litres. A quantity a day is taken for every day of each month of its season, one a month for each of these months; one a
season or a year is spread evenly over them. A season without months says nothing about when, and counts in no month.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from geo.spatial.folding import fold, nfc

KG, LITRE, PIECE = "kg", "litre", "piece"
YEAR_ROUND = tuple(range(1, 13))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: ``factor`` of its ``kind``, which is the base unit (kg, litre, or a counting word)."""

    code: str
    kind: str
    factor: Fraction = Fraction(1)

    @property
    def counts(self) -> bool:
        """Whether it counts things: there are no parts of them."""
        return self.kind not in (KG, LITRE)


_MEASURES = {
    ("g", KG, Fraction(1, 1000)): ("gam", "gram", "grams", "gr"),
    ("kg", KG, Fraction(1)): ("ki lo gam", "kilogam", "kilogram", "kilograms", "kilo", "ky"),
    ("yen", KG, Fraction(10)): (),
    ("quintal", KG, Fraction(100)): (),
    ("tonne", KG, Fraction(1000)): ("tan", "t", "ton", "tons", "tonnes"),
    ("ml", LITRE, Fraction(1, 1000)): ("millilitre", "cc"),
    ("litre", LITRE, Fraction(1)): ("lit", "l", "liter", "litres", "liters"),
    ("m3", LITRE, Fraction(1000)): ("met khoi", "khoi", "cubic metre"),
}
_COUNTS = {
    PIECE: ("cai", "chiec", "san pham", "pieces", "pc", "pcs", "don vi"),
    "fruit": ("qua", "trai"),
    "head": ("con",),
    "bottle": ("chai", "bottles"),
    "box": ("hop", "boxes"),
    "pack": ("goi", "packs"),
    "bag": ("tui", "bao", "bags"),
    "jar": ("hu", "jars"),
    "bunch": ("bunches",),
    "case": ("thung", "cases"),
    "set": ("sets",),
    "guest": ("khach", "guests", "luot khach"),
}
UNITS: dict[str, Unit] = {
    **{code: Unit(code, kind, factor) for code, kind, factor in _MEASURES},
    **{code: Unit(code, code) for code in _COUNTS},
}
"""Every unit by its code."""

_SPELLINGS: dict[str, Unit] = {
    **UNITS,
    **{word: UNITS[code] for (code, _kind, _factor), words in _MEASURES.items() for word in words},
    **{word: UNITS[code] for code, words in _COUNTS.items() for word in words},
}
# Understood with their accents only, because others fold alike: "bộ" (a set) and "bó" (a bunch), "tạ" (100 kg) and
# "tá" (a dozen), "lọ" (a jar) and "lô" (a lot).
_BY_LETTERS = {
    "bộ": UNITS["set"],
    "bó": UNITS["bunch"],
    "tạ": UNITS["quintal"],
    "lọ": UNITS["jar"],
    "m³": UNITS["m3"],
}


def unit_of(text: str) -> Unit | None:
    """Return the unit a text names, in Vietnamese or English; ``None`` when nobody stated what it means."""
    plain = nfc(text).lower()
    return _BY_LETTERS.get(plain) or _SPELLINGS.get(fold(plain))


@dataclass(frozen=True, slots=True)
class Figure:
    """What somebody can supply: ``quantity`` per ``period`` (day, month, season, year) in the ``months`` of its season.

    ``piece_kg``: net weight of one counted thing, if stated.
    """

    quantity: Decimal
    unit: Unit
    period: str
    months: tuple[int, ...] = ()
    piece_kg: Decimal | None = None


def convert(quantity: Fraction, unit: Unit, kind: str, piece_kg: Decimal | None = None) -> Fraction | None:
    """Return a quantity in the base unit ``kind``; ``None`` when it is another kind of thing.

    Counted things become kilograms only by their stated weight; nothing becomes pieces or litres.
    """
    if unit.kind == kind:
        return quantity * unit.factor
    if kind == KG and unit.counts and piece_kg is not None:
        return quantity * unit.factor * Fraction(piece_kg)
    return None


def season(figure: Figure) -> tuple[int, ...]:
    """Return the months in which there is something; empty when a season's months aren't known."""
    if figure.months:
        return tuple(sorted(set(figure.months)))
    return () if figure.period == "season" else YEAR_ROUND


def in_month(figure: Figure, year: int, month: int) -> Fraction:
    """Return how much there is in that month, in the figure's own unit; 0 outside its season."""
    months = season(figure)
    if month not in months:
        return Fraction(0)
    amount = Fraction(figure.quantity)
    if figure.period == "day":
        return amount * calendar.monthrange(year, month)[1]
    if figure.period == "month":
        return amount
    return amount / len(months)


def free_in(figure: Figure, kind: str, year: int, month: int, committed: Fraction = Fraction(0)) -> Fraction | None:
    """Return what is left in a month in the base unit ``kind``, never below 0; ``None`` when units are unlike.

    ``committed`` is what was promised to somebody in that month, in the same base unit.
    """
    amount = convert(in_month(figure, year, month), figure.unit, kind, figure.piece_kg)
    return None if amount is None else max(Fraction(0), amount - committed)


def total(parts: Sequence[tuple[str, Fraction]]) -> dict[str, Fraction]:
    """Add amounts up by their kind: kinds stay apart."""
    sums: dict[str, Fraction] = {}
    for kind, amount in parts:
        sums[kind] = sums.get(kind, Fraction(0)) + amount
    return sums
