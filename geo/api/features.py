"""One feature as GeoJSON text, built by the database in one statement, passed through as bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import psycopg2.extensions
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet, Value
from django.utils.translation import get_language
from psycopg2.extensions import AsIs

from geo.spatial import calendar
from geo.spatial.collections import Collection, Field, find
from geo.spatial.feature_text import FeatureText
from geo.spatial.statements import TEXT_AS_BYTES, Prepared
from geo.spatial.versions import state_sql

_SOME_ID = "the id that is asked for"


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
