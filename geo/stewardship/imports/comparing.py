"""What a row would change in a record: columns as they are written, values as JSON keeps them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point

from geo.spatial import public_ids
from geo.spatial.models import PublicId
from geo.spatial.problems import NotFound
from geo.stewardship.imports.context import Context
from geo.stewardship.imports.ground import metres
from geo.stewardship.imports.lines import Line
from geo.stewardship.imports.values import CLEARED

SAME_POSITION_M = 0.5
_NEW_WORDS = {"MỚI", "MOI", "NEW"}


def stored(value: Any) -> Any:
    """Return a value as JSON keeps it: days as ISO text, numbers as text, positions as EWKT."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Point):
        return f"SRID=4326;POINT({value.x!r} {value.y!r})"
    return value


def equal(one: Any, other: Any) -> bool:
    """Tell whether two values of a column are the same; positions within half a metre are."""
    if isinstance(one, Point) and isinstance(other, Point):
        return metres((one.x, one.y), (other.x, other.y)) < SAME_POSITION_M
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return one is not None and other is not None and Decimal(one) == Decimal(other)
    return bool(one == other)


def settle_changes(line: Line, values: Mapping[str, Any]) -> None:
    """Fill in ``wanted`` and ``changes``: of a new record all values, of a stored one those that differ."""
    record = line.record
    for name, value in values.items():
        before = getattr(record, name) if record is not None else None
        if record is None:
            line.wanted[name] = stored(value)
        elif not equal(before, value):
            line.wanted[name] = stored(value)
            line.changes[name] = [stored(before), stored(value)]


def empty_or(line: Line, name: str, empty: Any) -> Any:
    """Return what the row says of a field, ``empty`` when it asks to empty it."""
    value = line.says[name]
    return empty if isinstance(value, str) and value == CLEARED else value


def plain_values(line: Line, texts: tuple[str, ...], others: tuple[str, ...]) -> dict[str, Any]:
    """Return the mentioned fields that are written as they are; emptied ones as ``""`` or ``None``."""
    found = {name: empty_or(line, name, "") for name in texts if name in line.says}
    found.update({name: empty_or(line, name, None) for name in others if name in line.says})
    return found


SOURCE_TEXTS = ("source_name", "source_url")
SOURCE_OTHERS = ("source_date",)


def source_of_new(line: Line, context: Context) -> dict[str, Any]:
    """Return the provenance of a new record; what the row says of it is set by ``plain_values``."""
    said = line.text("external_id")
    return {
        "source_kind": context.source_kind,
        "source_name": (context.source_name or context.file_name)[:300],
        "external_id": context.external_id(said) if said else "",
    }


def settle_identity(line: Line, kind: str, known: Mapping[str, PublicId]) -> str | None:
    """Return the public id a row names, merged ones followed; notes a wrong one and the word for "new"."""
    text = line.text("public_id")
    if not text:
        return None
    if text.strip().upper() in _NEW_WORDS:
        line.forced_new = True
        return None
    try:
        entry = known.get(public_ids.parse(text))
    except NotFound:
        line.refuse("id-typo", "public_id", said=text)
        return None
    if entry is None:
        line.refuse("id-unknown", "public_id", said=text)
        return None
    if entry.kind != kind:
        line.refuse("id-other-kind", "public_id", said=text)
        return None
    if entry.merged_into_id is not None:
        line.note("id-merged", "public_id", said=text, now=entry.merged_into_id)
        return entry.merged_into_id
    return entry.pk


def named_ids(lines: list[Line]) -> dict[str, PublicId]:
    """Return the entries of the public ids that lines name."""
    ids = set()
    for line in lines:
        try:
            ids.add(public_ids.parse(line.text("public_id")))
        except NotFound:
            continue
    return PublicId.objects.in_bulk(ids)


def take_once(line: Line, key: Any, context: Context) -> None:
    """Refuse a row that says the same record as an earlier one."""
    first = context.seen.setdefault(key, line.number)
    if first != line.number:
        line.refuse("row-twice", "", first=first)
