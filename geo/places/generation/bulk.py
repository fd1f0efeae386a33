"""Writing very many rows at once: indexes and what is derived are made afterwards; what is invented has no history.

All of it is transactional: a failure leaves indexes and triggers as they were. Other writers of these tables wait.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

TABLES = (
    "catalog_producer",
    "catalog_product",
    "catalog_certificate",
    "places_placeproduct",
    "places_place",
    "places_placesearch",
)


_SEARCH_BATCH = 20_000
_OFF = r"%\_(history|search|marks|makers|tally)\_%"


@contextmanager
def triggers_off() -> Iterator[None]:
    """Run the block, inside a transaction, without history and without what is derived: make that after it."""
    _check_foreign_keys()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE tgrelid::regclass::text = ANY (%s) AND tgname SIMILAR TO %s AND tgenabled = 'O'",
            [[*TABLES, "places_mark"], _OFF],
        )
        triggers = cursor.fetchall()
        for table, trigger in triggers:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    yield
    with connection.cursor() as cursor:
        _check_foreign_keys()
        for table, trigger in triggers:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def refresh_search(places: range) -> None:
    """Make the search words of places with ids in a range."""
    with connection.cursor() as cursor:
        for start in range(places.start, places.stop, _SEARCH_BATCH):
            last = min(start + _SEARCH_BATCH, places.stop) - 1
            cursor.execute(
                "SELECT places_refresh_search(array_agg(id)) FROM generate_series(%s::bigint, %s::bigint) AS id",
                [start, last],
            )


@contextmanager
def foreign_keys_rechecked() -> Iterator[None]:
    """Drop the foreign keys from and to ``TABLES``, run the block, and put them back: checked at once, not row by row.

    Raises: IntegrityError when a row refers to one that is not there.
    """
    with connection.cursor() as cursor:
        # Whatever the transaction did before: a table with checks outstanding can't be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND (conrelid::regclass::text = ANY (%(tables)s)"
            " OR confrelid::regclass::text = ANY (%(tables)s)) ORDER BY conname",
            {"tables": [*TABLES, "spatial_publicid"]},
        )
        keys = cursor.fetchall()
        for table, name, _definition in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    with connection.cursor() as cursor:
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


@contextmanager
def indexes_rebuilt(tables: Sequence[str] = TABLES) -> Iterator[None]:
    """Drop the plain indexes of ``tables``, run the block inside the transaction, and build them again."""
    _check_foreign_keys()
    with connection.cursor() as cursor:
        # Indexes that stand for a constraint (primary and foreign keys' targets, unique columns) stay.
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid),"
            " obj_description(indexrelid, 'pg_class') FROM pg_index"
            " WHERE indrelid::regclass::text = ANY (%s) AND NOT indisunique",
            [list(tables)],
        )
        indexes = cursor.fetchall()
        for name, _definition, _comment in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        _check_foreign_keys()
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for name, definition, comment in indexes:
            cursor.execute(definition)
            if comment:
                cursor.execute(f"COMMENT ON INDEX {name} IS %s", [comment])


def _check_foreign_keys() -> None:
    """Check the deferred foreign keys now: a table with checks outstanding can't be altered."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(conname) FROM pg_constraint"
            " WHERE contype = 'f' AND condeferrable"
            " AND (conrelid::regclass::text = ANY (%(tables)s) OR confrelid::regclass::text = ANY (%(tables)s))",
            {"tables": list(TABLES)},
        )
        names = ", ".join(name for (name,) in cursor.fetchall())
        if names:
            cursor.execute(f"SET CONSTRAINTS {names} IMMEDIATE")
            cursor.execute(f"SET CONSTRAINTS {names} DEFERRED")
