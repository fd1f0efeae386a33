"""CSV as Vietnamese offices write it: UTF-8 with or without BOM, UTF-16, Windows-1258; comma, semicolon or tab."""

import csv
import unicodedata
from collections.abc import Iterator
from io import StringIO

from geo.stewardship.imports.reading import limits
from geo.stewardship.imports.reading.refusals import FileRefused

_SEPARATORS = ",;\t|"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decoded(data: bytes) -> str:
    """Return the text, composed (NFC). Raises: FileRefused when no encoding fits."""
    return unicodedata.normalize("NFC", _decoded(data))


def _decoded(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _or_refuse(data, encoding)
    head = data[:4_000]
    # Without a BOM, UTF-16 shows by every other byte of its separators and digits being zero.
    if head.count(0) > len(head) // 10:
        return _or_refuse(data, "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _or_refuse(data, "cp1258")


def _or_refuse(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise FileRefused("encoding") from None
    if "\0" in text:
        raise FileRefused("not-a-table")
    return text


def separator_of(text: str) -> str:
    """Return the separator that parts the first lines into the most columns, the same number in most of them."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:20]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]

    def worth(separator: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=separator)]
        usual = max(set(counts), key=counts.count) if counts else 1
        return (counts.count(usual) * (usual - 1), usual)

    return max(_SEPARATORS, key=worth)


def _unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that our exports put before what a spreadsheet would take for a formula."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def rows_of(data: bytes) -> Iterator[list[str]]:
    """Yield the rows of a CSV file. Raises: FileRefused."""
    text = decoded(data)
    separator = separator_of(text)
    csv.field_size_limit(limits.MAX_TEXT * 4)
    try:
        for number, row in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator)):
            if number == 0 and len(row) <= 2 and "".join(row).lower().startswith("sep="):
                yield []
                continue
            yield [_unguarded(cell) for cell in row]
    except csv.Error:
        raise FileRefused("damaged") from None
