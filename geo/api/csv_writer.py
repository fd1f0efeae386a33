"""CSV for spreadsheets and programs: UTF-8 with a byte order mark, commas, CRLF (RFC 4180); no cell is a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_GUARD = "'"
_CHUNK = 500


def guarded(value: Any) -> Any:
    """Return a cell's value; text that a spreadsheet would take for a formula gets an apostrophe in front.

    Text that already begins with apostrophes before such a character gets one more, so that ``unguarded`` is its exact
    inverse.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.lstrip(_GUARD).startswith(_FORMULA):
        return _GUARD + value
    return value


def unguarded(text: str) -> str:
    """Return the text as it was before ``guarded``: for whoever reads such a file back."""
    return text[1:] if text.startswith(_GUARD) and text.lstrip(_GUARD).startswith(_FORMULA) else text


def rows_as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield the file in pieces."""
    buffer = StringIO()
    buffer.write(_BOM)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    for count, row in enumerate(rows, 1):
        writer.writerow([guarded(value) for value in row])
        if count % _CHUNK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
