"""Pages of features as GeoJSON text: one statement a page, passed through as bytes."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from geo.api.ordering import After, ordered
from geo.api.paging import Sort
from geo.spatial import versions
from geo.spatial.collections import Collection, Field, Given, Narrow, Nearest
from geo.spatial.feature_text import FeatureText
from geo.spatial.statements import every, first

Statement = tuple[str, Sequence[Any]]
_SEPARATOR = ",\n"
_PIECE = 2000
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
    if collection.listed_fields(asked) == tuple(fields):
        nearest = collection.nearest(asked, part.limit, part.offset)
        if nearest is not None:
            return _by_distance(collection, asked, fields, part, nearest)
        added = [one.name for one in collection.extra_fields(asked)]
        narrow = collection.narrow(asked)
        if (
            narrow is not None
            and narrow.texts
            and all(name in narrow.columns for name in (*added, *(one.name for one in part.sorts)))
        ):
            found = _completed(collection, fields, _stored(narrow, part, added), added)
            if found is not None:
                return found
    return _built(collection, _rows_of_page(collection, asked, part), fields, part)


def _rows_of_page(collection: Collection[Any], asked: Any, part: Part) -> QuerySet[Any]:
    """Return rows that hold the page: few, where narrow rows without texts know the order, else all that match."""
    narrow = collection.narrow(asked)
    if narrow is None or narrow.texts or part.offset or not all(one.name in narrow.columns for one in part.sorts):
        return collection.select(asked)
    sorts, rows = _of_narrow(narrow, part)
    keys = ordered(rows, sorts).values(narrow.key)[: part.limit + 1]
    return collection.select(collection.parse({})).filter(pk__in=keys)


def _of_narrow(narrow: Narrow, part: Part) -> tuple[tuple[Sort, ...], QuerySet[Any]]:
    """Return the sort keys of a page as the narrow rows name them, and the rows behind the keys it begins with."""
    sorts = tuple(Sort(F(narrow.columns[one.name]), one.descending, one.name) for one in part.sorts)
    rows = narrow.rows()
    return sorts, rows.filter(After(sorts, part.keys)) if part.keys else rows


def _by_distance(
    collection: Collection[Any], asked: Any, fields: Sequence[Field], part: Part, found: Nearest
) -> Features:
    """Return a page by distance; where a text is missing it is built from the records."""
    text = found.text
    if found.stored < len(found.keys):
        rows = collection.select(asked).filter(pk__in=found.keys)
        text = _built(collection, rows, fields, Part(part.limit, part.sorts)).text
    # A page by distance goes on by number: any keys tell that more follow.
    return Features(text, len(found.keys), ("more",) if found.count > part.limit else None)


def _built(collection: Collection[Any], rows: QuerySet[Any], fields: Sequence[Field], part: Part) -> Features:
    """Return a page built from the records."""
    if part.keys:
        rows = rows.filter(After(part.sorts, part.keys))
    names = [f"_key{place}" for place in range(len(part.sorts))]
    keys = {name: Cast(one.expression, TextField()) for name, one in zip(names, part.sorts, strict=True)}
    wanted = ordered(rows.annotate(_feature=FeatureText.of(collection, fields), **keys), part.sorts)
    wanted = wanted.values_list("_feature", *names)[part.offset : part.offset + part.limit + 1]
    return _page("{wanted}", "feature", _written(wanted), part)


def _stored(narrow: Narrow, part: Part, added: Sequence[str]) -> Features:
    """Return a page of stored texts with the ``added`` properties; for a missing one its record's key stands there."""
    wanted = _of_alike(narrow, part, added)
    source = f"{{wanted}} LEFT JOIN {narrow.texts} AS stored ON stored.{narrow.key} = feature AND stored.shape = %s"
    text = "coalesce(stored.text, chr(1) || feature || chr(2))"
    if added:
        # A text ends with the brackets of properties and feature; what is missing gets its end here, too.
        ends = "".join(f""" || ', "{name}" : ' || to_json(added{at})::text""" for at, name in enumerate(added))
        text = f"coalesce(left(stored.text, -2), chr(1) || feature || chr(2)){ends} || '}}}}'"
    return _page(source, text, wanted, part, [narrow.shape], len(added))


def _of_alike(narrow: Narrow, part: Part, added: Sequence[str]) -> Statement | None:
    """Return the statement for the keys of a page's records, its sort keys and the columns ``added``.

    It is written once for all filters that are alike: writing it takes Django as long as the database needs for a page.
    """

    def write() -> Statement | None:
        sorts, rows = _of_narrow(narrow, part)
        columns = [narrow.columns[name] for name in (*(one.name for one in sorts), *added)]
        return _written(
            ordered(rows, sorts).values_list(narrow.key, *columns)[part.offset : part.offset + part.limit + 1]
        )

    if narrow.alike is None or part.keys:
        return write()
    order = tuple((one.name, one.descending) for one in part.sorts)
    found = versions.memory.remembered(("page", narrow.alike, order, part.limit, part.offset, tuple(added)), write)
    if found is None:
        return None
    sql, params = found
    return sql, [narrow.given[one.at] if type(one) is Given else one for one in params]


def _written(rows: QuerySet[Any, Any]) -> Statement | None:
    """Return the statement of a queryset; ``None`` where nothing can match."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def _page(
    source: str, text: str, wanted: Statement | None, part: Part, params: Sequence[Any] = (), added: int = 0
) -> Features:
    """Return the page of the rows ``wanted`` (feature, keys, ``added`` more columns) in the order they come in."""
    if wanted is None:
        return Features(b"", 0, None)
    sql, own = wanted
    keys = [f"key{place}" for place in range(len(part.sorts))]
    columns = ", ".join(["feature", *keys, *(f"added{at}" for at in range(added))])
    inner = f"(SELECT *, row_number() OVER () AS place FROM ({sql}) AS found ({columns})) AS wanted"
    last = ", ".join(f"{key}::text" for key in keys)
    statement = f"""
        SELECT string_agg({text}, %s ORDER BY place) FILTER (WHERE place <= %s), count(*),
            (array_agg(json_build_array({last})::text ORDER BY place) FILTER (WHERE place = %s))[1]
        FROM {source.format(wanted=inner)}"""
    rows = _in_pieces(statement, [_SEPARATOR, part.limit, part.limit, *own, *params], part.limit)
    body = _SEPARATOR.encode().join([text for text, _number, _keys in rows if text])
    count = sum(number for _text, number, _keys in rows)
    last_keys = next((found for _text, _number, found in rows if found), None)
    return Features(
        body, min(count, part.limit), tuple(json.loads(last_keys)) if last_keys and count > part.limit else None
    )


def _in_pieces(statement: str, params: Sequence[Any], limit: int) -> list[tuple[Any, ...]]:
    """Return the rows of a page: one, or one for each ``_PIECE`` features.

    A connection keeps the room of the largest row it ever read: 4 MB for each thread of each worker.
    """
    if limit <= _PIECE:
        row = first(statement, params)
        return [row] if row else []
    return every(f"{statement} GROUP BY (place - 1) / {_PIECE} ORDER BY (place - 1) / {_PIECE}", params)


def _completed(
    collection: Collection[Any], fields: Sequence[Field], found: Features, added: Sequence[str]
) -> Features | None:
    """Return a page of stored texts with those that are missing built; ``None`` when one of its records is gone."""
    keys = _MISSING.findall(found.text) if b"\x01" in found.text else []
    if not keys:
        return found
    rows = collection.select(collection.parse({})).filter(pk__in=[int(key) for key in keys])
    text = FeatureText.of(collection, [one for one in fields if one.name not in added])
    built = rows.annotate(_feature=text).order_by().values_list("pk", "_feature")
    texts = {str(key).encode(): (whole[:-2] if added else whole).encode() for key, whole in built}
    if len(texts) < len(keys):
        return None
    return Features(_MISSING.sub(lambda missing: texts[missing[1]], found.text), found.count, found.last_keys)
