"""Rows straight from libpq, over the connection that psycopg2 opened: values come in their binary form.

psycopg2 sends every statement as text and gets every value as text: PostgreSQL reads an ``EXECUTE`` anew each time,
and writes two letters for each byte of a vector tile. libpq, which psycopg2 is built upon, can do without;
``pgconn_ptr`` is psycopg2's documented way to it. What isn't a plain success is nobody's answer here: whoever asked
asks psycopg2 then, which knows all about errors, lost connections and transactions.
"""

import ctypes
import struct
from collections.abc import Callable, Sequence
from typing import Any

import psycopg2
from psycopg2.extensions import connection

_pointer, _int, _text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
_BINARY = 1
_TUPLES_OK = 2
_SQLSTATE = ord("C")
_CANCELED = b"57014"


class NoRow(Exception):
    """libpq has no row to show; ``canceled`` when the statement was given up: it took too long."""

    def __init__(self, *, canceled: bool = False) -> None:
        super().__init__()
        self.canceled = canceled


class UnknownType(TypeError):
    """A value of a type that isn't read or written here."""


def _function(name: str, result: Any, *arguments: Any) -> Any:
    found = getattr(_libpq, name)
    found.restype, found.argtypes = result, arguments
    return found


# The very library that psycopg2 has loaded: names are looked up among what its extension needs.
_libpq = ctypes.CDLL(psycopg2._psycopg.__file__)
_execute = _function("PQexecPrepared", _pointer, _pointer, _text, _int, _pointer, _pointer, _pointer, _int)
_query = _function("PQexecParams", _pointer, _pointer, _text, _int, *[_pointer] * 4, _int)
_status = _function("PQresultStatus", _int, _pointer)
_error_field = _function("PQresultErrorField", _text, _pointer, _int)
_rows = _function("PQntuples", _int, _pointer)
_columns = _function("PQnfields", _int, _pointer)
_type = _function("PQftype", ctypes.c_uint, _pointer, _int)
_is_null = _function("PQgetisnull", _int, _pointer, _int, _int)
_value = _function("PQgetvalue", _pointer, _pointer, _int, _int)
_length = _function("PQgetlength", _int, _pointer, _int, _int)
_clear = _function("PQclear", None, _pointer)


def executed(session: connection, name: bytes, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """Return the first row that the prepared statement ``name`` gives for ``values``, ``None`` without one.

    Numbers, text, booleans, ``None`` and lists of numbers are sent; text comes back as bytes (UTF-8). Raises: NoRow,
    UnknownType, ValueError for a text that PostgreSQL can't hold.
    """
    number = len(values)
    sent = (_text * number)(*map(_written, values))
    return _first(_execute(session.pgconn_ptr, name, number, sent, None, None, _BINARY))


def asked(session: connection, statement: bytes) -> tuple[Any, ...] | None:
    """Return the first row of a statement that has its values in it. Raises: NoRow, UnknownType."""
    return _first(_query(session.pgconn_ptr, statement, 0, None, None, None, None, _BINARY))


def _written(value: Any) -> bytes | None:
    """Return a value as PostgreSQL reads it."""
    if value is None:
        return None
    kind = type(value)
    if kind is str:
        written: bytes = value.encode()
        if b"\0" in written:
            raise ValueError("A text can't hold the character NUL.")
        return written
    if kind is int or kind is float:
        return repr(value).encode()
    if kind is bool:
        return b"t" if value else b"f"
    if kind is list and all(type(one) is int for one in value):
        return f"{{{','.join(map(str, value))}}}".encode()
    raise UnknownType(kind)


def _first(result: int | None) -> tuple[Any, ...] | None:
    try:
        if _status(result) != _TUPLES_OK:
            raise NoRow(canceled=_error_field(result, _SQLSTATE) == _CANCELED)
        if not _rows(result):
            return None
        return tuple([_read(result, at) for at in range(_columns(result))])
    finally:
        _clear(result)


def _read(result: int | None, at: int) -> Any:
    length = _length(result, 0, at)
    if not length and _is_null(result, 0, at):
        return None
    oid = _type(result, at)
    if oid not in _READERS:
        raise UnknownType(f"oid {oid}")
    value = ctypes.string_at(_value(result, 0, at), length)
    read = _READERS[oid]
    return value if read is None else read(value)


def _unpacking(form: str) -> Callable[[bytes], Any]:
    unpack = struct.Struct(f">{form}").unpack
    return lambda value: unpack(value)[0]


def _list_of(form: str, size: int) -> Callable[[bytes], list[Any]]:
    """Return the reader of an array: dimensions, whether it has nulls, type, then length and lower bound of each."""

    def read(value: bytes) -> list[Any]:
        dimensions, has_nulls = struct.unpack_from(">ii", value)
        if not dimensions:
            return []
        if dimensions > 1 or has_nulls:
            raise UnknownType("an array with nulls or of more than one dimension")
        (number,) = struct.unpack_from(">i", value, 12)
        return list(struct.unpack(">" + f"4x{form}" * number, value[20 : 20 + number * (4 + size)]))

    return read


_READERS: dict[int, Callable[[bytes], Any] | None] = {
    16: lambda value: value == b"\1",  # boolean
    17: None,  # bytea
    20: _unpacking("q"),  # bigint
    21: _unpacking("h"),  # smallint
    23: _unpacking("i"),  # integer
    25: None,  # text
    701: _unpacking("d"),  # double precision
    1007: _list_of("i", 4),  # integer[]
    1016: _list_of("q", 8),  # bigint[]
}
"""How values are read, by the oid of PostgreSQL's type: these oids are the same in every database."""
