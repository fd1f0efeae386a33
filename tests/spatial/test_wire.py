"""Rows from libpq itself: the same as psycopg2's, and psycopg2 wherever something is out of the ordinary."""

from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection, transaction

from geo.spatial import wire
from geo.spatial.statements import ANY_VALUES, Prepared, first

pytestmark = pytest.mark.django_db(transaction=True)

READ = [
    ("int", 0),
    ("int", -2_147_483_648),
    ("bigint", 9_223_372_036_854_775_807),
    ("smallint", -7),
    ("float8", 0.1),
    ("float8", -1e300),
    ("float8", float("inf")),
    ("bool", True),
    ("bool", False),
    ("text", "Bún đậu mắm tôm 🍜 '; \\ \""),
    ("text", ""),
    ("int[]", [1, -2, 3]),
    ("int[]", []),
    ("bigint[]", [2**40, 0]),
    ("text", None),
    ("bigint[]", None),
]


def as_bytes(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


def prepared_twice(statement: Prepared, *values: Any) -> tuple[Any, Any]:
    """Return what psycopg2 gives, who prepares the statement, and then libpq."""
    return statement.first(*values), wire.executed(connection.connection, statement.name.encode(), values)


@pytest.mark.parametrize(("type_", "value"), READ)
def test_a_value_comes_back_as_it_was_sent_whoever_carries_it(type_: str, value: Any) -> None:
    echo = Prepared(f"echo {type_}", "SELECT $1, $1 IS NULL", (type_,))
    expected = (as_bytes(value), value is None)
    assert prepared_twice(echo, value) == (expected, expected)
    assert echo.first(value) == expected
    assert first(f"SELECT cast(%s AS {type_}), cast(%s AS {type_}) IS NULL", [value, value]) == expected


def test_bytes_come_back_as_they_are() -> None:
    every = bytes(range(256)) * 40
    statement = Prepared("bytes", "SELECT decode($1, 'hex')", ("text",))
    assert prepared_twice(statement, every.hex()) == ((every,), (every,))
    assert first("SELECT decode(%s, 'hex')", [every.hex()]) == (every,)
    with transaction.atomic():
        assert first("SELECT decode(%s, 'hex')", [every.hex()]) == (every,)


def test_no_row_is_no_row() -> None:
    none = Prepared("no row", "SELECT 1 WHERE $1", ("bool",))
    assert [none.first(False), none.first(False), none.first(True)] == [None, None, (1,)]
    assert first("SELECT 1 WHERE false") is None


def test_values_are_values() -> None:
    echo = Prepared("echo text", "SELECT $1", ("text",))
    for _turn in range(2):
        assert echo.first("'; DROP TABLE places_place; --") == (b"'; DROP TABLE places_place; --",)
        with pytest.raises(ValueError, match="NUL"):
            echo.first("a\0b")


def test_what_it_cannot_read_or_write_psycopg2_does() -> None:
    date = Prepared("a date", "SELECT $1::date + 1, 12.50::numeric", ("text",))
    assert str(date.first("2026-11-22")) == str(date.first("2026-11-22"))
    assert str(date.first("2026-11-22")).startswith("(datetime.date(2026, 11, 23), Decimal('12.50')")
    texts = Prepared("texts", "SELECT cardinality($1)", ("text[]",))
    assert [texts.first(["a", "b"]), texts.first(["a", "b"])] == [(2,), (2,)]
    nulls = Prepared("nulls", "SELECT ARRAY[1, NULL, $1]", ("int",))
    assert [nulls.first(3), nulls.first(3)] == [([1, None, 3],), ([1, None, 3],)]


def test_a_session_that_forgot_is_told_again() -> None:
    one = Prepared("one more", "SELECT $1 + 1", ("int",))
    assert one.first(1) == (2,)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert [one.first(1), one.first(2)] == [(2,), (3,)]


def test_an_error_is_the_database_s_and_the_next_statement_is_answered() -> None:
    part = Prepared("a part", "SELECT 1 / $1", ("int",))
    assert part.first(1) == (1,)
    for _turn in range(2):
        with pytest.raises(Exception, match="division by zero"):
            part.first(0)
        assert part.first(1) == (1,)
    with pytest.raises(Exception, match="division by zero"):
        first("SELECT 1 / 0")


def test_what_takes_too_long_is_given_up_once() -> None:
    sleep = Prepared("sleep", "SELECT pg_sleep($1)::text", ("float8",))
    assert sleep.first(0.0) == (b"",)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 150")
    try:
        for ask in (lambda: sleep.first(20.0), lambda: first("SELECT pg_sleep(20)::text")):
            with pytest.raises(OperationalError) as failed:
                ask()
            assert isinstance(failed.value.__cause__, psycopg2.errors.QueryCanceled)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")


def test_a_connection_that_was_ended_is_an_error_and_then_opened_anew() -> None:
    one = Prepared("one", "SELECT 1")
    assert one.first() == (1,)
    ended = connection.connection.get_backend_pid()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])
    other.close()
    with pytest.raises(OperationalError):
        one.first()
    connection.close_if_unusable_or_obsolete()
    assert one.first() == (1,)
    assert one.first() == (1,)


def test_within_a_transaction_it_sees_what_the_transaction_wrote() -> None:
    asked = "SELECT count(*) FROM spatial_collectionversion WHERE collection = 'of a test'"
    counted = Prepared("counted", asked)
    assert [counted.first(), counted.first()] == [(0,), (0,)]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO spatial_collectionversion (collection, version, changed_at) VALUES ('of a test', 1, now())"
            )
        assert counted.first() == (1,)
        assert first(asked) == (1,)
        transaction.set_rollback(True)
    assert counted.first() == first(asked) == (0,)


def test_a_session_s_prepared_statements_are_planned_for_any_values_but_not_what_a_transaction_writes() -> None:
    from geo.access.history import audit

    connection.close()
    Prepared("one", "SELECT 1").first()

    def mode() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SHOW plan_cache_mode")
            return cursor.fetchone()[0]

    assert ANY_VALUES.endswith(mode())
    with audit(None, "to see"):
        assert mode() == "auto"
    assert ANY_VALUES.endswith(mode())
    connection.close()
