"""Statements that a database session parses once: for small look-ups that costs more than the look-up itself.

psycopg2 sends every statement as text. A ``Prepared`` one is sent as SQL ``PREPARE`` when a session first needs it, and
as ``EXECUTE`` from then on. Use it where the best plan doesn't depend on the values: a key, a fixed set of names.
"""

import hashlib
import re
from typing import Any

import psycopg2.errors
import psycopg2.extensions
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

# PostgreSQL's text (oid 25) as the bytes that came over the wire.
TEXT_AS_BYTES = psycopg2.extensions.new_type((25,), "TEXT_AS_BYTES", psycopg2.extensions.BYTES)
_NO_LETTERS = re.compile(r"[^a-z0-9_]+")
_KNOWN = "_prepared_statements"
ANY_VALUES = "SET LOCAL plan_cache_mode = force_generic_plan"
"""Sent with a prepared statement, in one message: its plan is the one for any values."""


class Prepared:
    """One statement with the parameters ``$1``, ``$2``, …; ``purpose`` shows in the database's own lists.

    ``types`` are those of the parameters where PostgreSQL can't tell them. Text comes back as bytes (UTF-8). The plan
    is the one for any values: left to itself, PostgreSQL would go on planning some of them anew each time, which takes
    as long as the work.
    """

    def __init__(self, purpose: str, sql: str, types: tuple[str, ...] = ()) -> None:
        digest = hashlib.blake2b(repr((sql, types)).encode(), digest_size=6).hexdigest()
        self.name = f"{_NO_LETTERS.sub('_', purpose.lower())[:40]}_{digest}"
        declared = f" ({', '.join(types)})" if types else ""
        self._prepare = f"PREPARE {self.name}{declared} AS {sql}"

    def first(self, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row, ``None`` without one. Raises: django.db.DatabaseError."""
        session = connections[DEFAULT_DB_ALIAS]
        arguments = f" ({', '.join(['%s'] * len(values))})" if values else ""
        # Inside a transaction the choice would outlive the statement.
        choice = f"{ANY_VALUES};" if values and not session.in_atomic_block else ""
        execute = f"{choice}EXECUTE {self.name}{arguments}"
        with _cursor(session) as cursor:
            raw = getattr(cursor, "cursor", cursor)
            psycopg2.extensions.register_type(TEXT_AS_BYTES, raw)
            known = _known(session)
            try:
                with session.wrap_database_errors:
                    if self.name not in known:
                        self._send(raw)
                        known.add(self.name)
                    cursor.execute(execute, values or None)
            except DatabaseError as error:
                # A pooler gave this connection another session, or the session was told to forget (DISCARD).
                if not isinstance(error.__cause__, psycopg2.errors.InvalidSqlStatementName):
                    raise
                known.clear()
                with session.wrap_database_errors:
                    self._send(raw)
                    cursor.execute(execute, values or None)
            row: tuple[Any, ...] | None = cursor.fetchone()
        return row

    def _send(self, cursor: Any) -> None:
        try:
            cursor.execute(self._prepare)
        except psycopg2.errors.DuplicatePreparedStatement:
            if not cursor.connection.autocommit:
                raise


def _cursor(session: Any) -> Any:
    """Return a cursor of the driver; who watches statements gets Django's, which costs as much as a look-up."""
    if session.queries_logged or session.execute_wrappers:
        return session.cursor()
    session.close_if_health_check_failed()
    session.ensure_connection()
    return session.connection.cursor()


def _known(session: Any) -> set[str]:
    """Return the names of the statements that a thread's session has prepared."""
    opened = session.connection
    kept: tuple[Any, set[str]] | None = getattr(session, _KNOWN, None)
    if kept is None or kept[0] is not opened:
        kept = (opened, set())
        setattr(session, _KNOWN, kept)
    return kept[1]
