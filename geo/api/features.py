"""Features as GeoJSON text, built by the database: one statement a page, passed through as bytes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import psycopg2.extensions
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Expression, F, OrderBy, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language
from psycopg2.extensions import AsIs

from geo.api.paging import Sort
from geo.spatial import calendar
from geo.spatial.collections import Collection, Field, find
from geo.spatial.feature_text import FeatureText
from geo.spatial.statements import TEXT_AS_BYTES, Prepared
from geo.spatial.versions import state_sql

_SEPARATOR = ",\n"
_SOME_ID = "the id that is asked for"


class After(Expression):
    """SQL condition: the row sorts behind the one with these keys."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, sorts: tuple[Sort, ...], keys: tuple[str, ...]) -> None:
        super().__init__()
        self.parts: list[Any] = [one.expression for one in sorts]
        self.descending = [one.descending for one in sorts]
        self.keys = list(keys)

    def get_source_expressions(self) -> list[Any]:
        """Return the parts to resolve."""
        return self.parts

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Take the resolved parts."""
        self.parts = list(exprs)

    def as_sql(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return SQL and parameters."""
        compiled = [compiler.compile(part) for part in self.parts]
        if len(set(self.descending)) == 1:
            # One row comparison, which an index on these columns answers.
            columns = ", ".join(sql for sql, _own in compiled)
            operator = "<" if self.descending[0] else ">"
            params = [value for _sql, own in compiled for value in own]
            return f"({columns}) {operator} ({', '.join(['%s'] * len(self.keys))})", [*params, *self.keys]
        alternatives, params = [], []
        for place, (sql, own) in enumerate(compiled):
            terms = []
            for earlier in range(place):
                terms.append(f"{compiled[earlier][0]} = %s")
                params += [*compiled[earlier][1], self.keys[earlier]]
            terms.append(f"{sql} {'<' if self.descending[place] else '>'} %s")
            params += [*own, self.keys[place]]
            alternatives.append(f"({' AND '.join(terms)})")
        return f"({' OR '.join(alternatives)})", params


@dataclass(frozen=True)
class Features:
    """A page as the database gave it: the features' text, how many, and the sort keys of the last if more follow."""

    text: bytes
    count: int
    last_keys: tuple[str, ...] | None


def ordered(rows: QuerySet[Any], sorts: Sequence[Sort]) -> QuerySet[Any]:
    """Return ``rows`` in the order of ``sorts``."""
    return rows.order_by(*(OrderBy(one.expression, descending=one.descending) for one in sorts))


def read_page(
    collection: Collection[Any],
    rows: QuerySet[Any],
    fields: Sequence[Field],
    sorts: Sequence[Sort],
    *,
    limit: int,
    keys: Sequence[str] = (),
    offset: int = 0,
) -> Features:
    """Return one page of ``rows`` in one statement; one row more is looked at to know whether more follow."""
    if keys:
        rows = rows.filter(After(tuple(sorts), tuple(keys)))
    key_names = [f"_key{place}" for place in range(len(sorts))]
    annotations = {name: Cast(one.expression, TextField()) for name, one in zip(key_names, sorts, strict=True)}
    wanted = ordered(rows.annotate(_feature=FeatureText.of(collection, fields), **annotations), sorts)
    wanted = wanted.values_list("_feature", *key_names)[offset : offset + limit + 1]
    try:
        sql, params = wanted.query.sql_with_params()
    except EmptyResultSet:
        return Features(b"", 0, None)
    columns = ", ".join(["feature", *(f"key{place}" for place in range(len(sorts)))])
    last = ", ".join(f"key{place}" for place in range(len(sorts)))
    statement = f"""
        SELECT string_agg(feature, %s ORDER BY place) FILTER (WHERE place <= %s), count(*),
            (array_agg(json_build_array({last})::text ORDER BY place) FILTER (WHERE place = %s))[1]
        FROM (SELECT *, row_number() OVER () AS place FROM ({sql}) AS wanted ({columns})) AS page"""
    with connection.cursor() as cursor:
        psycopg2.extensions.register_type(TEXT_AS_BYTES, cursor.cursor)
        cursor.execute(statement, [_SEPARATOR, limit, limit, *params])
        text, count, last_keys = cursor.fetchone()
    return Features(text or b"", min(count, limit), tuple(json.loads(last_keys)) if count > limit else None)


@dataclass(frozen=True)
class One:
    """What one statement gave: the state of the data, the record's version, the feature's text if there is one."""

    state: bytes
    version: int
    text: bytes | None


def read_one(collection: Collection[Any], fields: Sequence[Field], feature_id: str) -> One:
    """Return a feature, its record's version (0 when the collection has none) and the state, in one statement.

    The statement is written once a day for each choice of fields.
    """
    names = tuple(one.name for one in fields)
    return _one(_statement(collection.id, names, calendar.today(), get_language() or "").first(feature_id))


def read_first(collection: Collection[Any], rows: QuerySet[Any], fields: Sequence[Field]) -> One:
    """Return the first of ``rows``, as ``read_one`` does: for ids whose meaning the collection works out."""
    try:
        sql, params = _as_one(collection, rows, fields).query.sql_with_params()
    except EmptyResultSet:
        sql, params = "SELECT 0, NULL WHERE false", ()
    with connection.cursor() as cursor:
        psycopg2.extensions.register_type(TEXT_AS_BYTES, cursor.cursor)
        cursor.execute(_with_state(collection, sql), params)
        return _one(cursor.fetchone())


def _one(row: tuple[Any, ...] | None) -> One:
    assert row is not None
    return One(*row)


@lru_cache(maxsize=200)
def _statement(collection_id: str, names: tuple[str, ...], _day: date, _language: str) -> Prepared:
    """Return the statement that reads one feature; what it means by "today" is fixed in it."""
    collection = find(collection_id)
    assert collection is not None
    asked = collection.parse({})
    by_name = {one.name: one for one in (*collection.fields, *collection.extra_fields(asked))}
    rows = collection.select(asked).filter(**{collection.id_field: _SOME_ID})
    sql, params = _as_one(collection, rows, [by_name[name] for name in names]).query.sql_with_params()
    with connection.cursor() as cursor:
        given = [AsIs("$1") if value == _SOME_ID else value for value in params]
        text: bytes = cursor.mogrify(_with_state(collection, sql), given)
    return Prepared(f"one of {collection_id}", text.decode())


def _as_one(collection: Collection[Any], rows: QuerySet[Any], fields: Sequence[Field]) -> QuerySet[Any, Any]:
    version = F(collection.version_field) if collection.version_field else Value(0)
    wanted = rows.annotate(_feature=FeatureText.of(collection, fields), _version=version)
    first: QuerySet[Any, Any] = wanted.values_list("_version", "_feature")[:1]
    return first


def _with_state(collection: Collection[Any], sql: str) -> str:
    """Return the statement that reads the row of ``sql``, if there is one, together with the state of the data."""
    return (
        f"SELECT {state_sql(collection.shows)}, coalesce(one.version, 0), one.feature"
        f" FROM (SELECT 1) AS always LEFT JOIN ({sql}) AS one (version, feature) ON true"
    )
