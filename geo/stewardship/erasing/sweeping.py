"""Finding and erasing values wherever they stand in the database: in text and JSON columns of every table."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg2 import sql

MARK = "[xoá]"
"""What stands where a value was."""
SHORTEST = 6
"""Shorter values are not looked for: they would be found in words of others."""
_COLUMNS = """
    SELECT column_.table_name, column_.column_name, column_.data_type IN ('json', 'jsonb')
    FROM information_schema.columns AS column_ JOIN information_schema.tables AS table_
        USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND table_.table_type = 'BASE TABLE' AND column_.is_generated = 'NEVER'
        AND column_.data_type IN ('text', 'character varying', 'json', 'jsonb')
        AND column_.table_name NOT IN ('spatial_ref_sys', 'spatial_publicid', 'django_migrations')
    ORDER BY column_.table_name = 'access_recordversion', 1, 2
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that holds words."""

    table: str
    name: str
    is_json: bool


def columns(tables: Iterable[str] | None = None) -> list[Column]:
    """Return the columns with words, of all tables or of these; the history comes last: erasing adds to it."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        found = [Column(*row) for row in cursor.fetchall()]
    return found if tables is None else [one for one in found if one.table in set(tables)]


def needles(values: Iterable[str]) -> list[str]:
    """Return what to look for: the values long enough, and telephone numbers without their spaces, longest first."""
    found = set()
    for value in values:
        text = value.strip()
        found.add(text)
        digits = text.translate(str.maketrans("", "", " .-()"))
        if digits.lstrip("+").isdigit():
            found.add(digits)
    return sorted((one for one in found if len(one) >= SHORTEST), key=lambda one: (-len(one), one))


def sweep(values: Iterable[str], scope: Mapping[str, tuple[str, Sequence[Any]]] | None = None) -> int:
    """Put the mark in place of each value, everywhere or in the rows that ``scope`` names; return how many rows.

    ``scope``: a condition with its parameters by table. A statement a column and value, each a whole read of its table.
    """
    wanted, changed = needles(values), 0
    with connection.cursor() as cursor:
        for column in columns(scope):
            condition, parameters = scope[column.table] if scope else ("true", ())
            for value in wanted:
                cursor.execute(_update(column, condition), [_as(column, value), MARK, _as(column, value), *parameters])
                changed += cursor.rowcount
    return changed


def places_of(values: Iterable[str]) -> dict[str, int]:
    """Return in how many rows of which column (``table.column``) one of the values still stands."""
    found: dict[str, int] = {}
    wanted = needles(values)
    with connection.cursor() as cursor:
        for column in columns() if wanted else []:
            test = sql.SQL(" OR ").join(
                sql.SQL("strpos({}::text, %s) > 0").format(sql.Identifier(column.name)) for _ in wanted
            )
            cursor.execute(
                sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(column.table), test),
                [_as(column, value) for value in wanted],
            )
            (number,) = cursor.fetchone()
            if number:
                found[f"{column.table}.{column.name}"] = number
    return found


def _update(column: Column, condition: str) -> sql.Composed:
    name = sql.Identifier(column.name)
    new = sql.SQL("replace({}::text, %s, %s)").format(name)
    return sql.SQL("UPDATE {} SET {} = {} WHERE strpos({}::text, %s) > 0 AND ({})").format(
        sql.Identifier(column.table),
        name,
        sql.SQL("{}::jsonb").format(new) if column.is_json else new,
        name,
        sql.SQL(condition),
    )


def _as(column: Column, value: str) -> str:
    """Return ``value`` as the column's text has it."""
    return json.dumps(value, ensure_ascii=False)[1:-1] if column.is_json else value


def old_values(table: str, records: Iterable[int], keys: Iterable[str]) -> set[str]:
    """Return what the history of these rows says that these columns have ever held."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT value FROM access_recordversion,
                LATERAL (
                    SELECT * FROM jsonb_each_text(before) UNION SELECT * FROM jsonb_each_text(after)
                ) AS held (key, value)
            WHERE "table" = %s AND record = ANY (%s) AND key = ANY (%s) AND value > ''
            """,
            [table, [str(record) for record in records], list(keys)],
        )
        return {value for (value,) in cursor.fetchall()}


def scrub(table: str, records: Iterable[int], keys: Iterable[str]) -> int:
    """Put the mark in the history of these rows wherever these columns hold something; return how many entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE access_recordversion
            SET before = stewardship_scrubbed(before, %(keys)s), after = stewardship_scrubbed(after, %(keys)s)
            WHERE "table" = %(table)s AND record = ANY (%(records)s) AND (before ?| %(keys)s OR after ?| %(keys)s)
            """,
            {"keys": list(keys), "table": table, "records": [str(record) for record in records]},
        )
        return int(cursor.rowcount)
