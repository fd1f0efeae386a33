"""The whole register, loaded once for the tests of this folder, on a fixed day."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from geo.divisions.corrections import read_corrections
from geo.divisions.history import History, build_history
from geo.divisions.loading import store_history
from geo.divisions.register import read_register
from geo.spatial import calendar

TABLES = (
    "divisionboundarypart",
    "divisionboundary",
    "divisioncontext",
    "divisionalias",
    "lineage",
    "division",
    "decree",
)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    """Resolve on 21 November 2026."""
    with calendar.at(datetime(2026, 11, 21, 9, tzinfo=calendar.ZONE)):
        yield


@pytest.fixture(scope="package")
def history() -> History:
    """All rows as they will be stored."""
    return build_history(read_register(), read_corrections())


@pytest.fixture(scope="package")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker, history: History) -> Iterator[None]:
    """The register in the database for as long as tests of this folder run."""
    with django_db_blocker.unblock():
        store_history(history)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # Without triggers: their history would stay behind for the tests that come after.
        cursor.execute("SET session_replication_role = replica")
        for table in TABLES:
            cursor.execute(f"DELETE FROM divisions_{table}")
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def register(loaded: None, db: None) -> None:
    """The loaded register, with a transaction of the test's own."""
