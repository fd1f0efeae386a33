"""Versions of collections and the change log, as readers see them."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db import connection

from geo.spatial import calendar
from geo.spatial.release import release
from geo.spatial.statements import Prepared

T = TypeVar("T")


@lru_cache(maxsize=256)
def _statement(names: tuple[str, ...]) -> Prepared:
    return Prepared("spatial_collectionversion", f"SELECT {state_sql(names)}")


def state_sql(names: Iterable[str]) -> str:
    """Return SQL for a text of the versions of the named collections: to be read in one statement with the data."""
    quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(set(names)))
    return (
        "(SELECT coalesce(string_agg(collection || ' ' || version, ',' ORDER BY collection), '')"
        f" FROM spatial_collectionversion WHERE collection IN ({quoted or 'NULL'}))"
    )


def versions_of(collections: Iterable[str]) -> tuple[int, ...]:
    """Return the versions of the named collections, sorted by name; 0 for one that never changed."""
    names = tuple(sorted(set(collections)))
    if not names:
        return ()
    known = dict(one.rsplit(" ", 1) for one in _read(names).decode().split(",") if one)
    return tuple(int(known.get(name, 0)) for name in names)


def _read(names: tuple[str, ...]) -> bytes:
    row = _statement(names).first()
    assert row is not None
    state: bytes = row[0]
    _see(names, state)
    return state


def token(collections: Iterable[str]) -> str:
    """Return a short name (16 hex digits) of the collections' present state: their versions, local day and release.

    Read it before the data: what is then read is at least as new as the token says.
    """
    names = tuple(sorted(set(collections)))
    return token_of(names, _read(names) if names else b"")


def token_of(collections: Iterable[str], state: bytes) -> str:
    """Return the token for what ``state_sql`` of these collections gave."""
    return _token(tuple(sorted(set(collections))), state, calendar.today().isoformat())


@lru_cache(maxsize=256)
def _token(names: tuple[str, ...], state: bytes, day: str) -> str:
    return hashlib.blake2b(repr((names, state, day, release())).encode(), digest_size=8).hexdigest()


# -- the state read along with the data --------------------------------------------------------------------------------

STEADY_S = 1.0
"""Seconds a state must have lasted to be expected again: while somebody writes, it is better asked for first."""


class Moved(Exception):
    """The data are in another state than was expected: what was read must be read again."""


@dataclass
class Expected:
    """The state that the collections ``names`` were in last; ``confirmed`` once a statement has read it again."""

    names: tuple[str, ...]
    state: bytes
    confirmed: bool = False

    def check(self, state: bytes) -> None:
        """Compare what a statement read along with its data. Raises: Moved."""
        _see(self.names, state)
        if state != self.state:
            raise Moved
        self.confirmed = True

    def confirm(self) -> None:
        """Ask for the state if no statement has read it: versions only rise, so all before was read in it.

        Raises: Moved.
        """
        if not self.confirmed:
            self.check(_read(self.names))


_expected: ContextVar[Expected | None] = ContextVar("expected", default=None)
_seen: dict[tuple[str, ...], tuple[bytes, float]] = {}


def _see(names: tuple[str, ...], state: bytes) -> None:
    known = _seen.get(names)
    if known is None or known[0] != state:
        _seen[names] = (state, time.monotonic())


def forget() -> None:
    """Forget which states were seen: the next readers ask first."""
    _seen.clear()


def steady(collections: Iterable[str]) -> Expected | None:
    """Return the state that this process saw last, if it is likely to be still the present one."""
    names = tuple(sorted(set(collections)))
    state, since = _seen.get(names, (b"", 0.0))
    return Expected(names, state) if state and time.monotonic() - since >= STEADY_S else None


@contextmanager
def expecting(expected: Expected) -> Iterator[None]:
    """Let statements inside the block read the state along (``along``, ``checked``)."""
    token = _expected.set(expected)
    try:
        yield
    finally:
        _expected.reset(token)


def expected_names() -> tuple[str, ...]:
    """Return the collections whose state is expected, none outside of ``expecting``."""
    expected = _expected.get()
    return () if expected is None else expected.names


def along(sql: str) -> str:
    """Return a statement of one row with the state as one more column, if one is expected; else as it is."""
    return with_state(sql, expected_names())


def with_state(sql: str, names: tuple[str, ...]) -> str:
    """Return a statement of one row with the state of the collections as one more column, if any are named."""
    return f"SELECT answer.*, {state_sql(names)} FROM ({sql}) AS answer" if names else sql


def checked(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the row of a statement that ``along`` wrote without its state. Raises: Moved if that isn't expected."""
    expected = _expected.get()
    if expected is None:
        return row
    state = row[-1]
    expected.check(state if isinstance(state, bytes) else state.encode())
    return row[:-1]


class Memory:
    """What was worked out from the data in one state of it; the least lately asked for goes first."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._state: ContextVar[str] = ContextVar("state", default="")
        self._known: OrderedDict[tuple[str, Hashable], Any] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def of(self, state: str) -> Iterator[None]:
        """Let what is worked out inside the block be remembered for this state; read the state before the data."""
        token = self._state.set(state)
        try:
            yield
        finally:
            self._state.reset(token)

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` gives, or gave for ``key`` in the same state. Nobody may change it."""
        whole = (self._state.get(), key)
        if not whole[0] or not self.capacity:
            return make()
        with self._lock:
            if whole in self._known:
                self._known.move_to_end(whole)
                return cast(T, self._known[whole])
        made = make()
        with self._lock:
            self._known[whole] = made
            while len(self._known) > self.capacity:
                self._known.popitem(last=False)
        return made

    def forget(self) -> None:
        """Throw everything away."""
        with self._lock:
            self._known.clear()


memory = Memory(1000)
"""What this process remembers: scopes of divisions, categories of filters."""


@dataclass(frozen=True)
class LoggedChange:
    """The last thing that happened to a feature after a version: operation I, U or D, and the version it got."""

    feature_id: str
    operation: str
    version: int


def changes_since(logged_as: str, version: int, after: str = "", limit: int = 10_000) -> list[LoggedChange]:
    """Return the last change of each feature changed after ``version``, in commit order, tombstones (D) included.

    Features of one version are ordered by id: the page after (``version``, ``after``) begins behind that feature, and
    ends at ``limit`` features.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT feature_id, operation, version FROM (
                SELECT DISTINCT ON (change.feature_id) change.feature_id, change.operation, stamp.version
                FROM spatial_changedcollection AS stamp
                JOIN spatial_change AS change USING (transaction, collection)
                WHERE stamp.collection = %(logged_as)s AND stamp.version >= %(version)s
                ORDER BY change.feature_id, stamp.version DESC, change.id DESC
            ) AS latest
            WHERE (version, feature_id COLLATE "C") > (%(version)s, %(after)s)
            ORDER BY version, feature_id COLLATE "C"
            LIMIT %(limit)s
            """,
            # Without a feature to begin behind, all of that version is known: nothing sorts behind the last character.
            {"logged_as": logged_as, "version": version, "after": after or "\U0010ffff", "limit": limit},
        )
        return [LoggedChange(*row) for row in cursor.fetchall()]


def changed_after(logged_as: str, version: int, after: str = "", limit: int = 10_000) -> list[tuple[int, str]]:
    """Return (version, feature id) of what changed behind that feature of that version, in this order, removals too.

    A feature comes once for each version in which it changed: so the log needn't be read to its end for a page, only
    the versions of that page (indexes spatial_changedcollection_version, spatial_change_transaction).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT stamp.version, change.feature_id COLLATE "C"
            FROM spatial_changedcollection AS stamp
            JOIN spatial_change AS change USING (transaction, collection)
            WHERE stamp.collection = %(logged_as)s AND stamp.version >= %(version)s
              AND (stamp.version, change.feature_id COLLATE "C") > (%(version)s, %(after)s)
            ORDER BY stamp.version, change.feature_id COLLATE "C"
            LIMIT %(limit)s
            """,
            {"logged_as": logged_as, "version": version, "after": after or "\U0010ffff", "limit": limit},
        )
        return list(cursor.fetchall())


def touched_by(logged_as: str, version: int) -> list[str]:
    """Return the other logs whose changes after ``version`` may show in features of this one, sorted by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT change.collection
            FROM spatial_changedcollection AS stamp JOIN spatial_change AS change USING (transaction)
            WHERE stamp.collection = %s AND stamp.version > %s AND change.collection <> %s
            ORDER BY change.collection
            """,
            [logged_as, version, logged_as],
        )
        return [name for (name,) in cursor.fetchall()]
