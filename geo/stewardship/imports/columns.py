"""Understanding a sheet: where its header is, and which column is what. Pure functions over the cells as read.

The header may stand below titles, fill several rows and have merged cells; its texts may lack accents, be decomposed,
carry numbers, stars and units. What isn't understood is reported by its letter; nothing is guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from geo.spatial.folding import fold
from geo.stewardship.imports.fields import TABLES, Field, Table, both_languages
from geo.stewardship.imports.reading.reader import Cell, Row, Sheet, column_letters
from geo.stewardship.imports.reading.refusals import FileRefused
from geo.stewardship.imports.values import said

SEARCHED_ROWS = 30
"""The header is looked for in this many rows that hold anything."""

HEADER_ROWS = 3
_NUMBERING = {"stt", "so tt", "tt", "no", "so thu tu", "ly do khong nhap duoc", "reason it was not taken"}
_AFTER = re.compile(r"\([^)]*\)|\[[^\]]*\]|\*|:|^\s*\(?\d{1,2}\)?[.)]\s*")


@dataclass(frozen=True, slots=True)
class Header:
    """A header: the row number of its last line, what the columns hold (by position), and what wasn't understood."""

    row: int
    fields: dict[int, Field]
    titles: dict[int, str]
    unknown: dict[int, str] = field(default_factory=dict)


@cache
def spellings(kind: str) -> dict[str, str]:
    """Return the folded header texts of a kind of table → the field's name."""
    known: dict[str, str] = {}
    for one in TABLES[kind].fields:
        for text in TABLES[kind].spellings(one):
            known.setdefault(text, one.name)
    # What is in the table's own labels wins over another column's spelling.
    for one in TABLES[kind].fields:
        for text in both_languages(one.label):
            known[fold(text)] = one.name
    return known


def field_of(texts: Iterable[str], table: Table) -> str | None:
    """Return the field that one of the texts names, the first that does."""
    known = spellings(table.kind)
    for text in texts:
        for candidate in (text, _AFTER.sub(" ", text)):
            if (name := known.get(fold(candidate))) is not None:
                return name
    return None


def is_numbering(title: str) -> bool:
    """Tell whether a column only counts the rows, or says what was wrong with them."""
    return fold(title) in _NUMBERING


def find_header(sheet: Sheet, table: Table) -> Header | None:
    """Return the header of a sheet, or ``None`` when no row looks like one.

    Raises: FileRefused when two columns say that they are the same thing.
    """
    best: tuple[int, int, Header] | None = None
    rows = sheet.rows[:SEARCHED_ROWS]
    for last in range(len(rows)):
        for height in range(1, min(HEADER_ROWS, last + 1) + 1):
            window = rows[last - height + 1 : last + 1]
            if window[-1].number - window[0].number != height - 1:
                continue
            header = _read_header(window, sheet, table)
            # A title over several columns counts once: the line below it says what they are.
            rank = (len({one.name for one in header.fields.values()}), -height)
            if len(header.fields) >= 2 and (best is None or rank > best[:2]):
                best = (*rank, header)
    if best is None:
        return None
    header = best[2]
    _check_once(header)
    return header


def _read_header(window: list[Row], sheet: Sheet, table: Table) -> Header:
    lines = [_spread(row, sheet) for row in window]
    fields: dict[int, Field] = {}
    titles: dict[int, str] = {}
    unknown: dict[int, str] = {}
    for position in range(max(len(line) for line in lines)):
        texts = list(dict.fromkeys(line[position] for line in lines if position < len(line) and line[position]))
        if not texts:
            continue
        titles[position] = " ".join(texts)
        # A title of one column only says more together with its group, then by itself.
        name = field_of((titles[position], texts[-1], texts[0]) if len(texts) > 1 else texts, table)
        if name is not None:
            fields[position] = table.field(name)
        elif not is_numbering(titles[position]):
            unknown[position] = titles[position]
    return Header(window[-1].number, fields, titles, unknown)


def _spread(row: Row, sheet: Sheet) -> list[str]:
    """Return the texts of a header row; a merged cell's text stands in all its columns."""
    texts = [said(cell) for cell in row.cells]
    for top, left, bottom, right in sheet.merged:
        if top <= row.number - 1 <= bottom and right < 200:
            first = next((r for r in sheet.rows if r.number == top + 1), None)
            text = said(first.cells[left]) if first is not None and left < len(first.cells) else ""
            texts += [""] * (right + 1 - len(texts))
            for position in range(left, right + 1):
                texts[position] = texts[position] or text
    return texts


def _check_once(header: Header) -> None:
    seen: dict[str, int] = {}
    for position, one in header.fields.items():
        if one.name in seen:
            raise FileRefused(
                "same-column",
                first=column_letters(seen[one.name]),
                second=column_letters(position),
                title=header.titles[position],
            )
        seen[one.name] = position


def data_rows(sheet: Sheet, header: Header, table: Table) -> list[Row]:
    """Return the rows below the header that say something in a column that was understood.

    Left out: a line that numbers the columns ((1), (2), …), and rows that repeat the header.
    """
    return [
        row
        for row in sheet.rows
        if row.number > header.row
        and any(_cell(row, position) is not None for position in header.fields)
        and not _numbers_columns(row)
        and not _repeats_header(row, header, table)
    ]


def _repeats_header(row: Row, header: Header, table: Table) -> bool:
    texts = {position: text for position in header.fields if (text := said(_cell(row, position)))}
    return len(texts) > 1 and all(
        text == header.titles[position] or field_of([text], table) == header.fields[position].name
        for position, text in texts.items()
    )


def _numbers_columns(row: Row) -> bool:
    filled = [said(cell) for cell in row.cells if cell is not None]
    numbers = [re.fullmatch(r"\(?(\d{1,2})\)?", text) for text in filled]
    counted = [int(match[1]) for match in numbers if match]
    if len(filled) < 3 or len(counted) != len(filled):
        return False
    return counted == list(range(counted[0], counted[0] + len(filled)))


def _cell(row: Row, position: int) -> Cell:
    return row.cells[position] if position < len(row.cells) else None


def choose_sheet(sheets: list[Sheet], table: Table) -> tuple[Sheet, Header]:
    """Return the sheet to read and its header: the one that names most columns, visible ones first.

    Raises: FileRefused when no sheet has a header of this kind of table.
    """
    found: list[tuple[Sheet, Header]] = []
    contradictions: list[FileRefused] = []
    for sheet in sheets:
        try:
            header = find_header(sheet, table)
        except FileRefused as contradiction:
            contradictions.append(contradiction)
            continue
        if header is not None:
            found.append((sheet, header))
    if not found and contradictions:
        raise contradictions[0]
    if not found:
        raise FileRefused("no-header", examples=", ".join(both_languages(one.label)[0] for one in table.fields[2:5]))
    return max(found, key=lambda one: (not one[0].hidden, len(one[1].fields)))
