"""The parameters every collection has: how many features, in which order, which properties, from where on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Expression, F
from django.utils.translation import gettext as _

from geo.api import cursors
from geo.spatial import parameters as parse
from geo.spatial.collections import Collection, Field
from geo.spatial.problems import InvalidParameter

DEFAULT_LIMIT = 100
MAX_LIMIT = 20_000
"""Features in a page when ``properties`` names few of them: the whole country as a map draws it."""
MAX_WHOLE = 10_000
"""Features in a page otherwise: about 16 MB."""
_FEW = 5
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_ABOVE = re.compile(r"\d{1,18}", re.ASCII)
NAMES = ("limit", "cursor", "sortby", "properties", "crs", "bbox-crs")


@dataclass(frozen=True)
class Sort:
    """One sort key, computed by the database, never null."""

    expression: Expression | F
    descending: bool = False
    name: str = ""


@dataclass(frozen=True)
class Page:
    """What part of the matching features is asked for."""

    limit: int
    fields: tuple[Field, ...]
    sorts: tuple[Sort, ...]
    cursor: cursors.Cursor
    filter_hash: str


def page(collection: Collection[Any], asked: Any, query: Mapping[str, Sequence[str]], filter_hash: str) -> Page:
    """Return the page a query asks for. Raises: InvalidParameter."""
    crs(query)
    by_distance = tuple(collection.order(asked))
    text = parse.single(query, "cursor")
    shown = fields(collection, asked, query)
    return Page(
        limit=limit(query, MAX_LIMIT if len(shown) <= _FEW else MAX_WHOLE) or DEFAULT_LIMIT,
        fields=shown,
        sorts=sorts(collection, by_distance, parse.single(query, "sortby")),
        cursor=cursors.read(text, filter_hash) if text else cursors.Cursor(),
        filter_hash=filter_hash,
    )


def limit(query: Mapping[str, Sequence[str]], most: int) -> int | None:
    """Return ``limit``; more than ``most`` means ``most`` (OGC API - Features, 7.15.2)."""
    value = parse.single(query, "limit")
    if value is None:
        return None
    return most if _ABOVE.fullmatch(value) and int(value) > most else parse.integer("limit", value, 1, most)


def crs(query: Mapping[str, Sequence[str]]) -> None:
    """Check ``crs`` and ``bbox-crs``: CRS84 is the only one."""
    for name in ("crs", "bbox-crs"):
        value = parse.single(query, name)
        if value is not None:
            parse.one_of(name, value, (CRS84,))


def fields(collection: Collection[Any], asked: Any, query: Mapping[str, Sequence[str]]) -> tuple[Field, ...]:
    """Return the fields of the answer: those named by ``properties``, else all that belong in a list."""
    value = parse.single(query, "properties")
    if value is None:
        return collection.listed_fields(asked)
    offered = (*collection.fields, *collection.extra_fields(asked))
    by_name = {one.name: one for one in offered}
    names = [name.strip() for name in value.split(",")]
    for name in names:
        if name not in by_name:
            raise InvalidParameter("properties", _("There is no property “%(name)s”.") % {"name": name[:60]})
    return tuple(by_name[name] for name in dict.fromkeys(names))


def sorts(collection: Collection[Any], by_distance: tuple[Expression | F, ...], value: str | None) -> tuple[Sort, ...]:
    """Return the sort keys, the id last, so that the order is total."""
    if by_distance:
        if value is not None:
            raise InvalidParameter(
                "sortby", _("“sortby” can't be used with “near”: the answer is ordered by distance.")
            )
        return _by_distance(by_distance, collection.id_field)
    elif value is not None:
        found = [_sort(collection, part.strip()) for part in value.split(",")]
    else:
        found = [_default_sort(collection, name) for name in collection.default_sort]
    # The id runs in the direction of the key before it: one row comparison, one index.
    return (*found, Sort(F(collection.id_field), found[-1].descending if found else False, collection.id_field))


@lru_cache(maxsize=16)
def _by_distance(expressions: tuple[Expression | F, ...], id_field: str) -> tuple[Sort, ...]:
    """Return the sort keys of an order that a filter asks for."""
    found = [Sort(one, name=getattr(one, "name", "")) for one in expressions]
    return (*found, Sort(F(id_field), name=id_field))


def _sort(collection: Collection[Any], part: str) -> Sort:
    name = part.lstrip("+-") if part[:1] in ("+", "-") else part
    sortable = {one.name: one for one in collection.fields if one.sortable}
    if name not in sortable or len(part) - len(name) > 1:
        raise InvalidParameter(
            "sortby",
            _("“sortby” can't use “%(name)s”; it can use: %(names)s.")
            % {"name": name[:60], "names": ", ".join(sortable) or "-"},
        )
    chosen = sortable[name]
    return Sort(chosen.sort_expression or chosen.value(), part.startswith("-"), name)


def _default_sort(collection: Collection[Any], name: str) -> Sort:
    bare = name.removeprefix("-")
    named = next((one for one in collection.fields if one.name == bare), None)
    expression = (named.sort_expression or named.value()) if named else F(bare)
    return Sort(expression, name.startswith("-"), bare)
