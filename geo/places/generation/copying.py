"""COPY into tables, and blocks of ids from their sequences."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection

CHUNK = 50_000
"""Rows in one COPY: the statement triggers hold their row images in memory or on disk until it ends."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class _Rows:
    """A file of COPY text, made of rows as it is read."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._lines = ("\t".join(map(_text, row)) + "\n" for row in rows)

    def read(self, size: int = -1) -> str:
        """Return about ``size`` characters: at least one line while there are any."""
        return "".join(islice(self._lines, 2_000))


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def copy(table: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> Iterator[int]:
    """COPY ``rows`` (values in the order of ``columns``) into ``table``; yield the number after each chunk."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        with connection.cursor() as cursor:
            cursor.cursor.copy_expert(statement, _Rows(chunk), size=1 << 20)
        yield len(chunk)


def copy_all(table: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> int:
    """COPY ``rows`` and return how many they were."""
    return sum(copy(table, columns, rows))


def block_of_ids(table: str, number: int) -> range:
    """Reserve ``number`` ids of the table's sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s)", [sequence])
        (first,) = cursor.fetchone()
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + number])
    return range(first, first + number)
