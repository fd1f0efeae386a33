"""Statements that a database session parses once, and rows of which the first is all that is wanted.

A ``Prepared`` statement is sent as SQL ``PREPARE`` when a session first needs it, and executed from then on. Use it
where the best plan doesn't depend on the values: a key, a fixed set of names. Rows are read from libpq itself
(``geo.spatial.wire``) where nobody watches what is sent and no transaction is open; else by psycopg2.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

import psycopg2.errors
import psycopg2.extensions
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections

from geo.spatial import wire

Row = tuple[Any, ...]
_NO_LETTERS = re.compile(r"[^a-z0-9_]+")
_KNOWN = "_prepared_statements"
ANY_VALUES = "SET plan_cache_mode = force_generic_plan"
"""Sent before a session's first prepared statement: their plans are those for any values. ``audit`` takes it back for
what its transaction does."""

# PostgreSQL's text (oid 25) as the bytes that came over the wire.
_TEXT_AS_BYTES = psycopg2.extensions.new_type((25,), "TEXT_AS_BYTES", psycopg2.extensions.BYTES)


class Prepared:
    """One statement with the parameters ``$1``, ``$2``, …; ``purpose`` shows in the database's own lists.

    ``types`` are those of the parameters where PostgreSQL can't tell them. Text comes back as bytes (UTF-8), and so do
    bytes. The plan is the one for any values: left to itself, PostgreSQL would go on planning some of them anew each
    time, which takes as long as the work.
    """

    def __init__(self, purpose: str, sql: str, types: tuple[str, ...] = ()) -> None:
        digest = hashlib.blake2b(repr((sql, types)).encode(), digest_size=6).hexdigest()
        self.name = f"{_NO_LETTERS.sub('_', purpose.lower())[:40]}_{digest}"
        declared = f" ({', '.join(types)})" if types else ""
        self._prepare = f"PREPARE {self.name}{declared} AS {sql}"
        self._name = self.name.encode()

    def first(self, *values: Any) -> Row | None:
        """Return the first row, ``None`` without one. Raises: django.db.DatabaseError."""
        session = connections[DEFAULT_DB_ALIAS]
        known = _known(session)
        if self.name in known and _is_free(session):
            try:
                return _straight(lambda: wire.executed(session.connection, self._name, values))
            except (wire.NoRow, wire.UnknownType):
                known = _known(session)
        return self._ordinary(session, known, values)

    def _ordinary(self, session: Any, known: set[str], values: Sequence[Any]) -> Row | None:
        """Return the first row by psycopg2, and prepare the statement where that hasn't been done."""
        execute = f"EXECUTE {self.name}" + (f" ({', '.join(['%s'] * len(values))})" if values else "")
        with _cursor(session) as cursor:
            raw = getattr(cursor, "cursor", cursor)
            psycopg2.extensions.register_type(_TEXT_AS_BYTES, raw)
            try:
                with session.wrap_database_errors:
                    if self.name not in known:
                        self._send(session, raw, known)
                    cursor.execute(execute, values or None)
            except DatabaseError as error:
                # A pooler gave this connection another session, or the session was told to forget (DISCARD).
                if not isinstance(error.__cause__, psycopg2.errors.InvalidSqlStatementName):
                    raise
                known.clear()
                with session.wrap_database_errors:
                    self._send(session, raw, known)
                    cursor.execute(execute, values or None)
            return _with_bytes(cursor.fetchone())

    def _send(self, session: Any, cursor: Any, known: set[str]) -> None:
        # Inside a transaction the choice would end with it, or would reach into what it does.
        if ANY_VALUES not in known and not session.in_atomic_block:
            cursor.execute(ANY_VALUES)
            known.add(ANY_VALUES)
        try:
            cursor.execute(self._prepare)
        except psycopg2.errors.DuplicatePreparedStatement:
            if not cursor.connection.autocommit:
                raise
        known.add(self.name)


def first(sql: str, params: Any = None) -> Row | None:
    """Return the first row of any statement, ``None`` without one, with text and bytes as bytes.

    Raises: django.db.DatabaseError.
    """
    session = connections[DEFAULT_DB_ALIAS]
    _known(session)
    with _cursor(session) as cursor:
        raw = getattr(cursor, "cursor", cursor)
        if _is_free(session):
            statement = raw.mogrify(sql, params)
            try:
                return _straight(lambda: wire.asked(raw.connection, statement))
            except (wire.NoRow, wire.UnknownType):
                pass
        psycopg2.extensions.register_type(_TEXT_AS_BYTES, raw)
        with session.wrap_database_errors:
            cursor.execute(sql, params)
            return _with_bytes(cursor.fetchone())


def every(sql: str, params: Any = None) -> list[Row]:
    """Return all rows of any statement, by psycopg2, with text as bytes. Raises: django.db.DatabaseError."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        raw: Any = cursor.cursor
        psycopg2.extensions.register_type(_TEXT_AS_BYTES, raw)
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _straight(read: Callable[[], Row | None]) -> Row | None:
    """Return what ``read`` gives. A statement that took too long is not tried again."""
    try:
        return read()
    except wire.NoRow as failed:
        if not failed.canceled:
            raise
        canceled = psycopg2.errors.QueryCanceled("canceling statement due to statement timeout")
        raise OperationalError(str(canceled)) from canceled


def _is_free(session: Any) -> bool:
    """Whether libpq may be asked: nobody watches the statements, and no transaction is open or would begin."""
    return not (session.in_atomic_block or session.queries_logged or session.execute_wrappers) and session.autocommit


def _with_bytes(row: Row | None) -> Row | None:
    """Return a row of psycopg2 with bytes for its memory views."""
    return row and tuple([bytes(one) if isinstance(one, memoryview) else one for one in row])


def _cursor(session: Any) -> Any:
    """Return a cursor of the driver; who watches statements gets Django's, which costs as much as a look-up."""
    if session.queries_logged or session.execute_wrappers:
        return session.cursor()
    return session.connection.cursor()


def _known(session: Any) -> set[str]:
    """Return the names of the statements that a thread's session has prepared; the session is opened if need be."""
    session.close_if_health_check_failed()
    session.ensure_connection()
    opened = session.connection
    kept: tuple[Any, set[str]] | None = getattr(session, _KNOWN, None)
    if kept is None or kept[0] is not opened:
        kept = (opened, set())
        setattr(session, _KNOWN, kept)
    return kept[1]
