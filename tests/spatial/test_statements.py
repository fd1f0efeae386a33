"""Prepared statements: planned once a session, and again when the session forgot."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geo.spatial.statements import Prepared


def test_it_is_prepared_once_and_executed_from_then_on(db: None) -> None:
    double = Prepared("Doubles a number!", "SELECT $1 * 2, 'đôi'::text", ("int",))
    assert double.name.startswith("doubles_a_number_")
    with CaptureQueriesContext(connection) as queries:
        assert double.first(21) == (42, "đôi".encode())
        assert double.first(4) == (8, "đôi".encode())
    assert [one["sql"].split()[0] for one in queries] == ["EXECUTE", "EXECUTE"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = %s", [double.name])
        assert cursor.fetchone() == (1,)


def test_values_are_values(db: None) -> None:
    echo = Prepared("echo", "SELECT $1", ("text",))
    assert echo.first("'; DROP TABLE places_place; --") == (b"'; DROP TABLE places_place; --",)


@pytest.mark.django_db(transaction=True)
def test_a_session_that_forgot_is_told_again() -> None:
    one = Prepared("one", "SELECT 1")
    assert one.first() == (1,)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert one.first() == (1,)


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_ended_is_found_out_without_asking() -> None:
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert connection.is_usable()
    ended = connection.connection.get_backend_pid()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])
    other.close()
    assert not connection.is_usable()
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
