"""Features as GeoJSON text, built by the database: one statement a page, passed through as bytes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg2.extensions
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Expression, F, OrderBy, QuerySet, TextField, Value
from django.db.models.functions import Cast

from geo.api.paging import Sort
from geo.spatial.collections import Collection, Field
from geo.spatial.feature_text import FeatureText

_SEPARATOR = ",\n"
# PostgreSQL's text (oid 25) as the bytes that came over the wire.
_TEXT_AS_BYTES = psycopg2.extensions.new_type((25,), "TEXT_AS_BYTES", psycopg2.extensions.BYTES)


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
        psycopg2.extensions.register_type(_TEXT_AS_BYTES, cursor.cursor)
        cursor.execute(statement, [_SEPARATOR, limit, limit, *params])
        text, count, last_keys = cursor.fetchone()
    return Features(text or b"", min(count, limit), tuple(json.loads(last_keys)) if count > limit else None)


def read_one(collection: Collection[Any], rows: QuerySet[Any], fields: Sequence[Field]) -> tuple[int, bytes | None]:
    """Return the record's version (0 when the collection has none) and the text of the first row, or ``None``."""
    version = F(collection.version_field) if collection.version_field else Value(0)
    wanted = rows.annotate(_feature=FeatureText.of(collection, fields), _version=version)
    found = list(wanted.values_list("_version", "_feature")[:1])
    return (found[0][0], found[0][1].encode()) if found else (0, None)
