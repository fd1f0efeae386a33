"""The history of a record in words: who changed what from which value to which, when and why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Any

from django.db.models import DateField, DateTimeField, DecimalField, FileField, ForeignKey, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.access import parts as kinds
from geo.access.models import RecordVersion, User
from geo.spatial.numbers import number

NOTHING = "—"
SHORT = 8
"""How much of a file's name tells it from others."""
_HIDDEN = frozenset({"id", "version", "created_at", "updated_at", "folded", "is_sample", "public_id"})


@dataclass(frozen=True)
class Change:
    """One field, from one value to another, in words; ``column`` is its name in the table."""

    label: str
    before: str
    after: str
    column: str = ""


@dataclass(frozen=True)
class Entry:
    """One change of a record or of one of its parts."""

    at: datetime
    who: str
    operation: str
    subject: str
    reason: str
    batch: str
    changes: tuple[Change, ...]
    number: int = 0
    """Its place in the history of everything."""
    table: str = ""
    origin: str = ""
    """The file and row it came from, in words, if it was imported."""
    code: str = ""
    """The operation, as the history stores it: I, U or D."""
    about: str = ""
    """Which part of the record it is about, in words."""


ORIGINS: list[Callable[[Sequence[RecordVersion]], Mapping[int, str]]] = []
"""Upper rooms register here who can say where changes came from: by the id of the change, in words."""

SAID: dict[type[Model], Callable[[Any], str]] = {}
"""Upper rooms register here how a related record is said, where its own name is not for people."""


def entries(record: Model, parts: Iterable[tuple[type[Model], str]] = (), limit: int = 100) -> list[Entry]:
    """Return the history of ``record`` and its parts, newest first.

    ``parts`` are further models with the name of their key to the record.
    """
    models: dict[str, type[Model]] = {record._meta.db_table: type(record)}
    wanted = Q(table=record._meta.db_table, record=str(record.pk))
    own = kinds.parts_of(record)
    for kind in own:
        models[kind.model._meta.db_table] = kind.model
        wanted |= part_versions(kind, record)
    for part, key in parts:
        if part not in models.values():
            models[part._meta.db_table] = part
            living = part._default_manager.filter(**{key: record})
            wanted |= _of_rows(part, living, {f"{key}_id": record.pk})
    versions = list(RecordVersion.objects.filter(wanted).order_by("-id")[:limit])
    people = {user.pk: str(user) for user in User.objects.filter(pk__in={version.actor for version in versions})}
    names = Names()
    origins: dict[int, str] = {}
    for asked in ORIGINS:
        origins |= asked(versions)
    abouts = {pk: said for kind in own for pk, said in _abouts(kind, record, versions).items()}
    added = {pk: columns for kind in own for pk, columns in _added(kind, record, versions).items()}
    known = {kind.model._meta.db_table: frozenset(kind.key_columns(record)) for kind in own}
    for version in versions:
        version.after = version.after or added.get(version.pk)
    return [
        replace(
            _entry(version, models[version.table], people, names, known.get(version.table, frozenset())),
            origin=origins.get(version.pk, ""),
            about=abouts.get(version.pk, ""),
        )
        for version in versions
    ]


def part_versions(kind: kinds.Part, record: Model) -> Q:
    """Return which versions are those of the parts of one kind that ``record`` has or had."""
    return _of_rows(kind.model, kind.rows(record), kind.key_columns(record))


def _of_rows(model: type[Model], living: "QuerySet[Any]", key: Mapping[str, Any]) -> Q:
    """Return which versions are about rows that are there, or were removed and had the columns ``key``."""
    table = model._meta.db_table
    there = [str(pk) for pk in living.values_list("pk", flat=True)]
    gone = RecordVersion.objects.filter(
        table=table, operation="D", **{f"before__{name}": value for name, value in key.items()}
    )
    return Q(table=table) & (Q(record__in=there) | Q(record__in=gone.values("record")))


def _abouts(kind: kinds.Part, record: Model, versions: Sequence[RecordVersion]) -> dict[int, str]:
    """Return, by version, which part it is about in words: as it is now, or as it was when it was removed."""
    mine = [one for one in versions if one.table == kind.model._meta.db_table]
    if not mine:
        return {}
    known = {str(one.pk): kind.called(one) for one in kind.rows(record)}
    for one in mine:
        if one.operation == RecordVersion.Operation.DELETE:
            known.setdefault(one.record, kind.called(kind.instance(one.before or {})))
    return {one.pk: known.get(one.record, "") for one in mine}


def _added(kind: kinds.Part, record: Model, versions: Sequence[RecordVersion]) -> dict[int, dict[str, Any]]:
    """Return, by version, what parts held when they were added, by column.

    The history stores no values of an addition: they are those of the row now, or when it was removed, without what
    was changed since. ``versions`` are newest first and leave out none of those.
    """
    fields = [(str(field.column), field.attname) for field in kind.model._meta.concrete_fields]
    held: dict[str, dict[str, Any]] = {
        str(one.pk): {column: kinds.plain_value(getattr(one, name)) for column, name in fields}
        for one in kind.rows(record)
    }
    found: dict[int, dict[str, Any]] = {}
    for one in versions:
        if one.table != kind.model._meta.db_table:
            continue
        if one.operation == RecordVersion.Operation.DELETE:
            held[one.record] = dict(one.before or {})
        elif one.operation == RecordVersion.Operation.UPDATE:
            held.setdefault(one.record, {}).update(one.before or {})
        else:
            found[one.pk] = held.pop(one.record, {})
    return found


def _entry(
    version: RecordVersion, model: type[Model], people: dict[int, str], names: "Names", key: frozenset[str]
) -> Entry:
    """Return a change in words; ``key`` are the columns by which a part belongs to its record."""
    before, after = version.before or {}, version.after or {}
    columns = {field.column: field for field in model._meta.concrete_fields}
    changes = tuple(
        Change(
            _label(columns[name]),
            names.say(columns[name], before.get(name)),
            names.say(columns[name], after.get(name)),
            name,
        )
        for name in sorted(set(before) | set(after))
        if name in columns
        and name not in _HIDDEN
        and not (version.operation == "D" and before.get(name) in (None, "", []))
        and not (version.operation == "I" and (name in key or after.get(name) in (None, "", [])))
    )
    return Entry(
        at=timezone.localtime(version.at),
        who=people.get(version.actor, "") if version.actor is not None else _("the system"),
        operation=str(version.get_operation_display()),
        subject=str(model._meta.verbose_name),
        reason=version.reason,
        batch=version.batch,
        changes=changes,
        number=version.pk,
        table=version.table,
        code=version.operation,
    )


def _label(field: Any) -> str:
    """Return what a column is called; a key without a name of its own is called after what it leads to."""
    if isinstance(field, ForeignKey) and str(field.verbose_name) == field.name.replace("_", " "):
        return str(field.remote_field.model._meta.verbose_name)
    return str(field.verbose_name)


class Names:
    """Turns stored values into words; asks for the name of a related record once."""

    def __init__(self) -> None:
        self._known: dict[tuple[type[Model], Any], str] = {}

    def say(self, field: Any, value: Any) -> str:
        """Return ``value`` of ``field`` as a person would write it."""
        if value is None or value in ("", []):
            return NOTHING
        if isinstance(field, ForeignKey):
            return self._related(field.remote_field.model, value)
        if isinstance(value, dict) and "coordinates" in value:
            return ", ".join(f"{number:.6f}" for number in reversed(value["coordinates"]))  # latitude first
        if isinstance(field, DateField) and not isinstance(field, DateTimeField):
            return _day(str(value))
        if isinstance(field, DecimalField):
            return _number(str(value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(field, FileField):
            return _("photo %(name)s") % {"name": PurePosixPath(str(value)).stem[:SHORT]}
        if isinstance(value, list):
            return ", ".join(str(item) for item in value)
        return str(dict(field.flatchoices).get(value, value))

    def _related(self, model: type[Model], pk: Any) -> str:
        key = (model, pk)
        if key not in self._known:
            found = model._default_manager.filter(pk=pk).first()
            self._known[key] = SAID.get(model, str)(found) if found is not None else str(pk)
        return self._known[key]


def _number(text: str) -> str:
    """Write a number as people do, 12.500,5; what is none (an erased value) stays as it is."""
    try:
        return number(Decimal(text))
    except InvalidOperation:
        return text


def _day(text: str) -> str:
    """Write a day as people do, 12/05/2026; what is none (an erased value) stays as it is."""
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text
