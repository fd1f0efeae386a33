"""Writing many records with one statement: columns as JSON, which the database turns into rows of the table.

The statement triggers (history, versions, change log, search words) run once per statement, so ten thousand rows cost
little more than their bytes; rows are locked in the order of their ids and only for the statement that needs them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

BATCH = 5_000


def insert(table: str, rows: Sequence[Mapping[str, Any]], *, aggregate: bool) -> list[int]:
    """Insert ``rows`` (all with the same columns) and return their ids, in order.

    ``aggregate`` tables have a version and times of their own, set here.
    """
    ids: list[int] = []
    for start in range(0, len(rows), BATCH):
        ids += _insert(table, rows[start : start + BATCH], aggregate)
    return ids


def _insert(table: str, rows: Sequence[Mapping[str, Any]], aggregate: bool) -> list[int]:
    columns = sorted(rows[0])
    ids = _new_ids(table, len(rows))
    named = ["id", *columns]
    extra = ", version, created_at, updated_at" if aggregate else ""
    values = ", 1, now(), now()" if aggregate else ""
    data = json.dumps([{"id": pk, **row} for pk, row in zip(ids, rows, strict=True)], ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(named)}{extra})"
            f" SELECT {', '.join(f'row.{name}' for name in named)}{values}"
            f" FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) AS row",
            [data],
        )
    return ids


def _new_ids(table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [pk for (pk,) in cursor.fetchall()]


def lock(table: str, ids: Iterable[int]) -> None:
    """Lock the rows until the end of the transaction, in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", [sorted(set(ids))])


def lock_certified(subjects: Iterable[str]) -> None:
    """Lock the records with these public ids before their certificates, as whoever edits such a record does."""
    known = sorted(set(subjects))
    with connection.cursor() as cursor:
        for table in ("places_place", "catalog_product", "catalog_producer"):
            cursor.execute(f"SELECT id FROM {table} WHERE public_id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", [known])


def update(table: str, wanted: Mapping[int, Mapping[str, Any]]) -> None:
    """Set, in the row of each id, just the columns that are given for it."""
    columns = sorted({name for row in wanted.values() for name in row})
    if not columns:
        return
    data = json.dumps([{"id": pk, "wanted": dict(row)} for pk, row in sorted(wanted.items())], ensure_ascii=False)
    settings = ", ".join(
        f"{name} = CASE WHEN asked.wanted ? '{name}' THEN said.{name} ELSE target.{name} END" for name in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS target SET {settings}"
            " FROM (SELECT (one ->> 'id')::bigint AS id, one -> 'wanted' AS wanted"
            " FROM jsonb_array_elements(%s::jsonb) AS one) AS asked"
            f" CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, asked.wanted) AS said"
            " WHERE target.id = asked.id",
            [data],
        )


def check_references() -> None:
    """Check all references now, which would else be checked at commit.

    There the version of the collection is locked first, which every save of anybody needs: thousands of checks behind
    that lock would hold up all of them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT quote_ident(conname) FROM pg_constraint"
            " WHERE contype = 'f' AND condeferred AND connamespace = current_schema()::regnamespace ORDER BY 1"
        )
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute(f"SET CONSTRAINTS {', '.join(names)} IMMEDIATE")
