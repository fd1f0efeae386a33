"""Pages of features as GeoJSON text: one statement a page, passed through as bytes."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg2.extensions
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from geo.api.ordering import After, ordered
from geo.api.paging import Sort
from geo.spatial.collections import Collection, Field, Narrow
from geo.spatial.feature_text import FeatureText
from geo.spatial.statements import TEXT_AS_BYTES

_SEPARATOR = ",\n"
# Stands for a text that is missing: the record's key between two characters that no JSON text has.
_MISSING = re.compile(rb"\x01(\d+)\x02")


@dataclass(frozen=True)
class Features:
    """A page as the database gave it: the features' text, how many, and the sort keys of the last if more follow."""

    text: bytes
    count: int
    last_keys: tuple[str, ...] | None


@dataclass(frozen=True)
class Part:
    """Which part of a selection is a page: how many features, in which order, behind these keys, from where on."""

    limit: int
    sorts: tuple[Sort, ...]
    keys: tuple[str, ...] = ()
    offset: int = 0


def read_page(collection: Collection[Any], asked: Any, fields: Sequence[Field], part: Part) -> Features:
    """Return one page of the features asked for; one row more is looked at to know whether more follow.

    Where texts of these features are stored, and their order is one that the narrow rows know, the page is put together
    from them; else it is built from the records.
    """
    if collection.stored_fields(asked) == tuple(fields) and not part.offset:
        narrow = collection.narrow(asked)
        if narrow is not None and all(one.name in narrow.columns for one in part.sorts):
            found = _stored(narrow, part)
            texts = _built_texts(collection, fields, _MISSING.findall(found.text))
            if texts is not None:
                return found if not texts else _completed(found, texts)
    return _built(collection, collection.select(asked), fields, part)


def _built(collection: Collection[Any], rows: QuerySet[Any], fields: Sequence[Field], part: Part) -> Features:
    """Return a page built from the records."""
    if part.keys:
        rows = rows.filter(After(part.sorts, part.keys))
    names = [f"_key{place}" for place in range(len(part.sorts))]
    keys = {name: Cast(one.expression, TextField()) for name, one in zip(names, part.sorts, strict=True)}
    wanted = ordered(rows.annotate(_feature=FeatureText.of(collection, fields), **keys), part.sorts)
    wanted = wanted.values_list("_feature", *names)[part.offset : part.offset + part.limit + 1]
    return _page("{wanted}", "feature", wanted, part)


def _stored(narrow: Narrow, part: Part) -> Features:
    """Return a page of stored texts; where one is missing, its record's key stands instead."""
    sorts = tuple(Sort(F(narrow.columns[one.name]), one.descending, one.name) for one in part.sorts)
    rows = narrow.rows.filter(After(sorts, part.keys)) if part.keys else narrow.rows
    columns = [narrow.columns[one.name] for one in sorts]
    wanted = ordered(rows, sorts).values_list(narrow.key, *columns)[: part.limit + 1]
    source = f"{{wanted}} LEFT JOIN {narrow.texts} AS stored ON stored.{narrow.key} = feature AND stored.shape = %s"
    return _page(source, "coalesce(stored.text, chr(1) || feature || chr(2))", wanted, part, [narrow.shape])


def _page(source: str, text: str, wanted: QuerySet[Any, Any], part: Part, params: Sequence[Any] = ()) -> Features:
    """Return the page of the rows ``wanted`` (feature, keys) in the order they come in."""
    try:
        sql, own = wanted.query.sql_with_params()
    except EmptyResultSet:
        return Features(b"", 0, None)
    keys = [f"key{place}" for place in range(len(part.sorts))]
    inner = (
        f"(SELECT *, row_number() OVER () AS place FROM ({sql}) AS found ({', '.join(['feature', *keys])})) AS wanted"
    )
    last = ", ".join(f"{key}::text" for key in keys)
    statement = f"""
        SELECT string_agg({text}, %s ORDER BY place) FILTER (WHERE place <= %s), count(*),
            (array_agg(json_build_array({last})::text ORDER BY place) FILTER (WHERE place = %s))[1]
        FROM {source.format(wanted=inner)}"""
    with connection.cursor() as cursor:
        psycopg2.extensions.register_type(TEXT_AS_BYTES, cursor.cursor)
        cursor.execute(statement, [_SEPARATOR, part.limit, part.limit, *own, *params])
        body, count, last_keys = cursor.fetchone()
    return Features(body or b"", min(count, part.limit), tuple(json.loads(last_keys)) if count > part.limit else None)


def _built_texts(collection: Collection[Any], fields: Sequence[Field], keys: list[bytes]) -> dict[bytes, bytes] | None:
    """Return the texts of the records with these keys; ``None`` when one of them is gone by now."""
    if not keys:
        return {}
    rows = collection.select(collection.parse({})).filter(pk__in=[int(key) for key in keys])
    built = rows.annotate(_feature=FeatureText.of(collection, fields)).order_by().values_list("pk", "_feature")
    texts = {str(key).encode(): text.encode() for key, text in built}
    return texts if len(texts) == len(keys) else None


def _completed(found: Features, texts: dict[bytes, bytes]) -> Features:
    return Features(_MISSING.sub(lambda missing: texts[missing[1]], found.text), found.count, found.last_keys)
