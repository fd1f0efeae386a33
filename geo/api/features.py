"""One feature as GeoJSON text, built by the database in one statement, passed through as bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet, Value
from django.utils.translation import get_language
from psycopg2.extensions import AsIs

from geo.spatial import calendar
from geo.spatial.collections import Collection, Field, find
from geo.spatial.feature_text import FeatureText
from geo.spatial.statements import Prepared, first
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

    The statement is written once a day for each choice of fields. A whole feature is taken from its kept text, if the
    collection has such texts today; where there is none yet, a second statement builds the same.
    """
    day, language = calendar.today(), get_language() or ""
    if tuple(fields) == collection.fields:
        if (kept := _of_kept(collection, day)) and (found := _one(kept.first(feature_id))).text is not None:
            return found
        fields = collection.whole
    names = tuple(one.name for one in fields)
    return _one(_statement(collection.id, names, day, language).first(feature_id))


def read_first(collection: Collection[Any], rows: QuerySet[Any], fields: Sequence[Field]) -> One:
    """Return the first of ``rows``, as ``read_one`` does: for ids whose meaning the collection works out."""
    try:
        sql, params = _as_one(collection, rows, FeatureText.of(collection, fields)).query.sql_with_params()
    except EmptyResultSet:
        sql, params = "SELECT 0, NULL WHERE false", ()
    return _one(first(_with_state(collection, sql), params))


def _one(row: tuple[Any, ...] | None) -> One:
    assert row is not None
    return One(*row)


@lru_cache(maxsize=200)
def _statement(collection_id: str, names: tuple[str, ...], _day: date, _language: str) -> Prepared:
    """Return the statement that builds one feature; what it means by "today" is fixed in it."""
    collection = find(collection_id)
    assert collection is not None
    by_name = {one.name: one for one in collection.listed_fields(collection.parse({}))}
    by_name |= {one.name: one for one in collection.fields}
    rows = collection.select(collection.parse({}))
    text = FeatureText.of(collection, [by_name[name] for name in names])
    return _prepared(collection, _as_one(collection, rows.filter(**{collection.id_field: _SOME_ID}), text))


_of_texts: dict[str, tuple[date, Prepared]] = {}


def _of_kept(collection: Collection[Any], day: date) -> Prepared | None:
    """Return the statement that reads a kept text; ``None`` while there are none that hold today."""
    known = _of_texts.get(collection.id)
    if known is not None and known[0] == day:
        return known[1]
    rows = collection.kept()
    if rows is None:
        return None
    prepared = _prepared(collection, rows.filter(**{collection.id_field: _SOME_ID}).values_list("version", "text"))
    _of_texts[collection.id] = (day, prepared)
    return prepared


def _prepared(collection: Collection[Any], rows: QuerySet[Any, Any]) -> Prepared:
    """Return the statement that reads version and text of the feature with the id ``$1`` of a collection."""
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        given = [AsIs("$1") if value == _SOME_ID else value for value in params]
        statement: bytes = cursor.mogrify(_with_state(collection, sql), given)
    return Prepared(f"one of {collection.id}", statement.decode())


def _as_one(collection: Collection[Any], rows: QuerySet[Any], text: FeatureText) -> QuerySet[Any, Any]:
    version = F(collection.version_field) if collection.version_field else Value(0)
    first: QuerySet[Any, Any] = rows.annotate(_feature=text, _version=version).values_list("_version", "_feature")[:1]
    return first


def _with_state(collection: Collection[Any], sql: str) -> str:
    """Return the statement that reads the row of ``sql``, if there is one, together with the state of the data."""
    return (
        f"SELECT {state_sql(collection.shows)}, coalesce(one.version, 0), one.feature"
        f" FROM (SELECT 1) AS always LEFT JOIN ({sql}) AS one (version, feature) ON true"
    )
