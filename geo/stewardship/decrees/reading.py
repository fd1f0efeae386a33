"""Reading the table of a decree: which column is which, and what each line says or why it can't be used.

What is the same for all lines of a decree (number, title, days, address) needs to be written once, above.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django.utils.translation import gettext as _

from geo.divisions.decrees import PART, WHOLE, Line, Wrong
from geo.divisions.models import Level
from geo.divisions.names import split_full_name
from geo.places.rules import is_inside
from geo.spatial.folding import fold, nfc
from geo.stewardship.imports import values
from geo.stewardship.imports.reading.reader import Cell, Sheet

ValueT = TypeVar("ValueT")
COLUMNS = {
    "decree": "so nghi quyet | nghi quyet | so van ban | decree",
    "title": "trich yeu | ten nghi quyet | title",
    "issued_on": "ngay ban hanh | ngay ky | issued on",
    "effective_on": "ngay hieu luc | hieu luc tu | effective on",
    "source_url": "nguon | duong dan nguon | source url | source",
    "level": "cap | level",
    "old_code": "ma cu | old code",
    "old_name": "ten cu | old name",
    "share": "phan | share",
    "new_code": "ma moi | new code",
    "new_type": "loai moi | new type",
    "new_name": "ten moi | new name",
    "new_province": "ma tinh moi | ma tinh | new province",
    "lon": "kinh do | lon",
    "lat": "vi do | lat",
    "area_km2": "dien tich km2 | area km2",
}
"""Folded headers of each column, parted by bars."""
NEEDED = ("decree", "effective_on", "level", "old_code", "share", "new_code", "new_name")
_SHARED = ("decree", "title", "issued_on", "effective_on", "source_url")
_LEVELS = {"tinh": Level.PROVINCE, "province": Level.PROVINCE, "xa": Level.COMMUNE, "commune": Level.COMMUNE}
_SHARES = {"toan bo": WHOLE, "ca": WHOLE, "whole": WHOLE, "mot phan": PART, "phan": PART, "part": PART}
_DIGITS = {Level.PROVINCE: 2, Level.COMMUNE: 5}
_HEADER_WITHIN = 20


class _CellWrong(Exception):
    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name, self.message = name, message


@dataclass(slots=True)
class Table:
    """The lines of a file that can be understood, and what is wrong with the others."""

    lines: list[Line] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def read_table(sheets: Sequence[Sheet]) -> Table:
    """Read the first sheet that has the columns that are needed."""
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
            header = _header(row.cells)
            if set(NEEDED) <= set(header):
                return _lines(header, sheet, at + 1)
    message = _("No header was found. Needed are the columns: %(names)s.") % {"names": ", ".join(NEEDED)}
    return Table(wrong=[Wrong(1, "", message)])


def _header(cells: Sequence[Cell]) -> dict[str, int]:
    known = {word.strip(): name for name, words in COLUMNS.items() for word in words.split("|")}
    found: dict[str, int] = {}
    for position, cell in enumerate(cells):
        if name := known.get(fold(str(cell or ""))):
            found.setdefault(name, position)
    return found


def _lines(header: Mapping[str, int], sheet: Sheet, start: int) -> Table:
    table = Table()
    above: dict[str, Cell] = {}
    for row in sheet.rows[start:]:
        cells = {name: row.cells[at] if at < len(row.cells) else None for name, at in header.items()}
        if not any(_text(cell) for cell in cells.values()):
            continue
        if _text(cells.get("decree")) and _text(cells.get("decree")) != _text(above.get("decree")):
            above = {}
        for name in _SHARED:
            cells[name] = cells.get(name) if _text(cells.get(name)) else above.get(name)
        above = {name: cells[name] for name in _SHARED}
        try:
            table.lines.append(_line(row.number, cells))
        except _CellWrong as wrong:
            table.wrong.append(Wrong(row.number, wrong.name, wrong.message))
    if not table.lines and not table.wrong:
        table.wrong.append(Wrong(start, "", _("The table has no lines.")))
    return table


def _line(row: int, cells: Mapping[str, Cell]) -> Line:
    for name in NEEDED:
        if not _text(cells.get(name)):
            raise _CellWrong(name, _("This is needed."))
    level = _one_of("level", cells, _LEVELS)
    new_type, new_name = _name(cells)
    issued, effective = _day("issued_on", cells), _day("effective_on", cells)
    assert effective is not None
    if issued is not None and issued > effective:
        raise _CellWrong("issued_on", _("It would take effect before it was issued."))
    province = _text(cells.get("new_province"))
    return Line(
        row=row,
        decree=_text(cells.get("decree"))[:60],
        title=_text(cells.get("title")),
        issued_on=issued,
        effective_on=effective,
        source_url=_url(cells),
        level=level,
        old_code=_code("old_code", cells, level),
        old_name=_text(cells.get("old_name")),
        share=_one_of("share", cells, _SHARES),
        new_code=_code("new_code", cells, level),
        new_type=new_type,
        new_name=new_name,
        new_province=_code("new_province", cells, Level.PROVINCE) if province and level == Level.COMMUNE else "",
        point=_point(cells),
        area_km2=_area(cells),
    )


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return nfc(str(cell)) if cell is not None else ""


def _one_of(name: str, cells: Mapping[str, Cell], known: Mapping[str, ValueT]) -> ValueT:
    said = _text(cells.get(name))
    found = known.get(fold(said))
    if found is None:
        words = _("“%(said)s” can't be used here: write one of %(known)s.") % {"said": said, "known": ", ".join(known)}
        raise _CellWrong(name, words)
    return found


def _code(name: str, cells: Mapping[str, Cell], level: Level) -> str:
    """Return a code with the zeros that a spreadsheet drops."""
    said, digits = _text(cells.get(name)), _DIGITS[level]
    if not said.isascii() or not said.isdigit() or len(said) > digits:
        words = _("“%(said)s” is no code of %(digits)d digits.") % {"said": said, "digits": digits}
        raise _CellWrong(name, words)
    return said.zfill(digits)


def _name(cells: Mapping[str, Cell]) -> tuple[str, str]:
    """Return type and name; the type may stand in a column of its own or before the name."""
    said, name = _text(cells.get("new_type")).lower(), _text(cells.get("new_name"))
    if said:
        return said, name
    try:
        return split_full_name(name)
    except ValueError:
        raise _CellWrong("new_type", _("Say the type: xã, phường, đặc khu, tỉnh or thành phố.")) from None


def _day(name: str, cells: Mapping[str, Cell]) -> date | None:
    if not _text(cells.get(name)):
        return None
    try:
        return values.day(cells[name])
    except values.Unreadable:
        words = _("“%(said)s” is no day: write it like 30/04/2026.") % {"said": _text(cells[name])}
        raise _CellWrong(name, words) from None


def _url(cells: Mapping[str, Cell]) -> str:
    said = _text(cells.get("source_url"))
    if said and not said.startswith(("http://", "https://")):
        raise _CellWrong("source_url", _("The source is an address that begins with https://."))
    return said


def _number(name: str, cells: Mapping[str, Cell], make: Callable[[str], ValueT]) -> ValueT | None:
    said = _text(cells.get(name)).replace(",", ".")
    try:
        return make(said) if said else None
    except (ValueError, InvalidOperation):
        raise _CellWrong(name, _("“%(said)s” is no number.") % {"said": said}) from None


def _point(cells: Mapping[str, Cell]) -> tuple[float, float] | None:
    lon, lat = _number("lon", cells, float), _number("lat", cells, float)
    if lon is None and lat is None:
        return None
    if lon is None or lat is None or not is_inside(lon, lat):
        raise _CellWrong("lon", _("The point lies outside of 100–120° E, 5–25° N, or one of its numbers is missing."))
    return lon, lat


def _area(cells: Mapping[str, Cell]) -> Decimal | None:
    found = _number("area_km2", cells, Decimal)
    if found is not None and not 0 < found < 1_000_000:
        raise _CellWrong("area_km2", _("“%(said)s” is no area in km².") % {"said": found})
    return found.quantize(Decimal("0.01")) if found is not None else None
