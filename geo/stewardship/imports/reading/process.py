"""The reading process: takes the file on its standard input, writes rows as JSON lines, and may crash without harm.

Started by ``reader.read`` as ``python -I``; it holds no database connection, no setting and no secret, and limits its
own memory, time and output before it looks at the first byte.
"""

import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, TextIO

from geo.stewardship.imports.reading import limits, texts
from geo.stewardship.imports.reading.containers import kind_of
from geo.stewardship.imports.reading.refusals import FileRefused

_CELL = re.compile(rb'<c\s[^>]*?r="([A-Z]{1,3}\d{1,7})"[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
_ERROR = re.compile(rb'<c\s[^>]*?t="e"')
_MERGED_AT_MOST = 5_000
ERROR, UNCALCULATED = "error", "uncalculated"


def confine() -> None:
    """Limit what this process may use."""
    for what, most in (
        (resource.RLIMIT_AS, limits.MEMORY),
        (resource.RLIMIT_CPU, limits.CPU_SECONDS),
        (resource.RLIMIT_FSIZE, limits.MAX_ANSWER),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        resource.setrlimit(what, (most, most))


def main(name: str) -> None:
    """Read the file from standard input and answer on standard output."""
    confine()
    out = sys.stdout
    try:
        data = sys.stdin.buffer.read(limits.MAX_BYTES + 1)
        kind = kind_of(data, name)
        sheets = _text_sheet(data) if kind == "text" else _workbook_sheets(data, kind)
        _answer(out, sheets)
    except FileRefused as refused:
        out.write(json.dumps({"refused": refused.code, "facts": refused.facts}) + "\n")
    except MemoryError:
        out.write(json.dumps({"refused": "too-much", "facts": {}}) + "\n")


def _answer(out: TextIO, sheets: Iterable[tuple[dict[str, Any], Iterable[list[Any]]]]) -> None:
    count = cells = 0
    for about, rows in sheets:
        out.write(json.dumps({"sheet": about}, ensure_ascii=False) + "\n")
        for number, row in enumerate(rows, start=1):
            said = [_plain(value) for value in row]
            while said and said[-1] is None:
                said.pop()
            if not said:
                continue
            count, cells = count + 1, cells + len(said)
            if len(said) > limits.MAX_COLUMNS:
                raise FileRefused("too-many-columns", most=limits.MAX_COLUMNS)
            if count > limits.MAX_ROWS or cells > limits.MAX_CELLS:
                raise FileRefused("too-many-rows", most=limits.MAX_ROWS)
            out.write(json.dumps([number, said], ensure_ascii=False) + "\n")
    out.write(json.dumps({"end": count}) + "\n")


def _text_sheet(data: bytes) -> Iterator[tuple[dict[str, Any], Iterable[list[Any]]]]:
    yield {"name": "", "merged": [], "odd": {}}, texts.rows_of(data)


def _workbook_sheets(data: bytes, kind: str) -> Iterator[tuple[dict[str, Any], Iterable[list[Any]]]]:
    import python_calamine

    try:
        book = python_calamine.load_workbook(BytesIO(data))
        if len(book.sheet_names) > limits.MAX_SHEETS:
            raise FileRefused("too-many-sheets", most=limits.MAX_SHEETS)
        for position, about in enumerate(book.sheets_metadata):
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(position)
            if sheet.total_width > limits.MAX_COLUMNS:
                raise FileRefused("too-many-columns", most=limits.MAX_COLUMNS)
            merged = [[*top, *bottom] for top, bottom in (sheet.merged_cell_ranges or [])[:_MERGED_AT_MOST]]
            odd = _odd_cells(data, position) if kind == "xlsx" else {}
            hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
            yield {"name": about.name, "merged": merged, "odd": odd, "hidden": hidden}, _from_the_top(sheet)
    except python_calamine.PasswordError:
        raise FileRefused("encrypted") from None
    except (python_calamine.CalamineError, UnicodeDecodeError, ValueError):
        raise FileRefused("damaged") from None


def _from_the_top(sheet: Any) -> Iterator[list[Any]]:
    """Yield all rows from the first of the sheet on, the cells from column A on."""
    if sheet.start is not None:
        yield from sheet.to_python(skip_empty_area=False)


def _odd_cells(data: bytes, position: int) -> dict[str, str]:
    """Return the cells of a sheet that hold an error, or a formula whose value was never calculated.

    The parser gives both as empty, and an empty cell means "not mentioned": they must be told apart.
    """
    found: dict[str, str] = {}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        path = _sheet_path(archive, position)
        if path is None:
            return found
        for match in _CELL.finditer(archive.read(path)):
            inner = match[2] or b""
            if _ERROR.match(match[0]):
                found[match[1].decode()] = ERROR
            elif b"<f" in inner and (b"<v" not in inner or b"<v/>" in inner or b"<v></v>" in inner):
                found[match[1].decode()] = UNCALCULATED
    return found


def _sheet_path(archive: zipfile.ZipFile, position: int) -> str | None:
    """Return the part that holds the sheet at ``position`` of the workbook."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    sheets = re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book)
    if position >= len(sheets):
        return None
    wanted = re.search(r'\br:id="([^"]+)"', sheets[position])
    for relation in re.findall(r"<Relationship\s[^>]*>", relations):
        identity, target = re.search(r'\bId="([^"]+)"', relation), re.search(r'\bTarget="([^"]+)"', relation)
        if wanted and identity and target and identity[1] == wanted[1]:
            path = target[1].lstrip("/")
            path = path if path.startswith("xl/") else f"xl/{path}"
            return path if path in archive.namelist() else None
    return None


def _plain(value: Any) -> Any:
    """Return a cell as JSON can say it; dates are ``{"d": "2026-05-12"}``, empty cells ``None``."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    text = str(value)
    return text[: limits.MAX_TEXT] if text.strip() else None
