"""The room's SQL: ``statement(name)`` is its text, ``rows(name, parameters)`` what it answers.

``often(name, values)`` answers the statements of ``resolve``, which is asked while people type: outside of transactions
they are planned once a session. Inside of one they are sent as they are, since a session behind a pooler that doesn't
know a prepared statement would end the transaction.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from geo.spatial.prepared_rows import PreparedRows
from geo.spatial.sql_files import SqlFiles

_FILES = SqlFiles(__file__)
statement = _FILES.statement
rows = _FILES.rows

_UNITS = {"units": "bigint[]", "day": "date"}


def _prepared(name: str, columns: int, **types: str) -> PreparedRows:
    return PreparedRows(name, statement(name), types, columns)


_OFTEN = {
    "named_units": _prepared("named_units", 10, keys="text[]"),
    "similar_keys": _prepared("similar_keys", 2, words="text"),
    "retitled": _prepared("retitled", 1, **_UNITS),
    "successors": _prepared("successors", 4, **_UNITS),
    "sole_communes": _prepared("sole_communes", 2, **_UNITS),
}


def often(name: str, **values: Any) -> Sequence[Sequence[Any]]:
    """Return what ``rows`` does; dates are texts (``day_of`` reads them). Raises: django.db.DatabaseError."""
    if connection.in_atomic_block:
        return rows(name, values)
    return _OFTEN[name].rows({key: _plain(value) for key, value in values.items()})


def day_of(written: date | str | None) -> date | None:
    """Return a date of a row of ``often``."""
    return date.fromisoformat(written) if isinstance(written, str) else written


def _plain(value: Any) -> Any:
    """Return a value as prepared statements take it: keys are letters and digits, so quoting is easy."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list) and value and isinstance(value[0], str):
        return "{" + ",".join(f'"{one}"' for one in value) + "}"
    return value
