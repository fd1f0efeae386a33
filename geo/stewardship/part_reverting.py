"""What the parts of a record were before changes of theirs, as values that the services take."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from geo.access import parts
from geo.access.models import RecordVersion
from geo.access.parts import Part, Row
from geo.spatial.problems import InvalidParameter
from geo.stewardship.plain import Plain
from geo.stewardship.writers import Subject

Operation = RecordVersion.Operation


def before_change(record: Subject, change: RecordVersion, column: str = "") -> Plain:
    """Return what takes back one change of a part: its row, or the group of its column.

    Raises: InvalidParameter when the row is no longer there, or has been added anew.
    """
    part = _part(record, change)
    now = {str(one.pk): one for one in part.rows(record)}
    there = now.get(change.record)
    if change.operation == Operation.DELETE:
        return {_name(part, part.instance(change.before or {}), is_new=True): _plain(part, change.before or {})}
    if there is None:
        raise InvalidParameter(column, _("This isn't there any more: take back its removal first."))
    name = _name(part, there)
    if change.operation == Operation.INSERT:
        return {name: None}
    groups = [group for group, names in part.groups.items() if set(names) & _fields(part, change.before or {})]
    if column:
        groups = [group for group in groups if _fields(part, {column: None}) & set(part.groups[group])]
    if not groups:
        raise InvalidParameter(column, _("This field can't be taken back."))
    old = part.plain(_with(part, there, change.before or {}))
    return {f"{name}/{group}": old[group] for group in groups}


def before_changes(record: Subject, later: Iterable[RecordVersion]) -> Plain:
    """Return what makes the parts of ``record`` what they were before the changes ``later``, the newest first."""
    changes = list(later)
    found: Plain = {}
    for part in parts.parts_of(record):
        now = {str(one.pk): one for one in part.rows(record)}
        old: dict[str, Any] = dict(now)
        for change in changes:
            if change.table != part.model._meta.db_table:
                continue
            if change.operation == Operation.INSERT:
                old.pop(change.record, None)
            elif change.operation == Operation.DELETE:
                old[change.record] = part.instance(change.before or {})
            elif change.record in old:
                old[change.record] = _with(part, old[change.record], change.before or {})
        found |= _difference(part, now, old)
    return found


def _difference(part: Part, now: dict[str, Any], old: dict[str, Any]) -> Plain:
    found: Plain = {_name(part, one): None for pk, one in now.items() if pk not in old}
    for pk, one in old.items():
        if pk not in now:
            found[_name(part, one, is_new=True)] = part.plain(one)
            continue
        mine, name = part.plain(now[pk]), _name(part, now[pk])
        found |= {f"{name}/{group}": value for group, value in part.plain(one).items() if value != mine[group]}
    return found


def _part(record: Subject, change: RecordVersion) -> Part:
    return next(part for part in parts.parts_of(record) if part.model._meta.db_table == change.table)


def _name(part: Part, one: Any, *, is_new: bool = False) -> str:
    row = part.row_of(one)
    return f"{part.name}/{part.again(row) if is_new else row}"


def _plain(part: Part, columns: Plain) -> Row:
    return part.plain(part.instance(columns))


def _with(part: Part, one: Any, columns: Plain) -> Any:
    """Return a row with some columns as the history has them."""
    every = {field.column: getattr(one, field.attname) for field in one._meta.concrete_fields if not field.generated}
    return part.instance({**every, **columns})


def _fields(part: Part, columns: Iterable[str] | Plain) -> set[str]:
    """Return the names of the fields behind columns of the table."""
    known = {field.column: field.name for field in part.model._meta.concrete_fields}
    return {known.get(name, name) for name in columns}
