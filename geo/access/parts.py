"""Parts of a record that are written with it: what a place sells, the certificates of a product.

Among the values that services take, a part is one row (``goods/<row>``: its columns by group, ``None``: none there) or
one group of columns of a row (``goods/<row>/price``). Groups hold what means nothing apart, a price with its unit and
day. Values are JSON: two editors are compared group by group, proposals and forms keep them as they are.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import F, Field, Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from geo.access import records
from geo.access.models import User
from geo.access.permissions import require_together
from geo.access.rules import Action, Spot
from geo.spatial.folding import nfc
from geo.spatial.problems import InvalidParameter

Group: TypeAlias = dict[str, Any]
"""Columns with their values as JSON."""
Row: TypeAlias = dict[str, Group]
"""A whole row: its columns by group."""


class Part(ABC):
    """One kind of part. ``groups`` names its columns, ``action`` the right that writing it takes."""

    name: ClassVar[str]
    model: ClassVar[type[Model]]
    owners: ClassVar[tuple[str, ...]]
    """Models that have such parts, as ``app.Model`` labels."""
    groups: ClassVar[Mapping[str, tuple[str, ...]]]
    titles: ClassVar[Mapping[str, Promise]]
    """What the groups are called."""
    action: ClassVar[Action] = Action.EDIT

    @abstractmethod
    def rows(self, record: Any) -> "QuerySet[Any]":
        """Return the rows of ``record``, in the order of forms."""

    @abstractmethod
    def row_of(self, one: Any) -> str:
        """Return the name of a row among those of its record, without a slash."""

    @abstractmethod
    def key_columns(self, record: Any) -> Mapping[str, Any]:
        """Return the columns, with their values, by which a row belongs to ``record``."""

    @abstractmethod
    def fresh(self, record: Any, row: str) -> Any:
        """Return a new row of that name, not stored. Raises: InvalidParameter."""

    @abstractmethod
    def check(self, edited: Any, stored: Any | None) -> None:
        """Complete and check a row before it is stored. Raises: InvalidParameter naming the column."""

    @abstractmethod
    def called(self, one: Any) -> str:
        """Return what a row is about, in words."""

    @abstractmethod
    def called_by(self, row: str) -> str:
        """Return what the row of that name is about, in words."""

    @abstractmethod
    def say(self, group: str, one: Any) -> str:
        """Return a group of a row in words; nothing for an empty one."""

    def again(self, row: str) -> str:
        """Return by what name a removed row is written anew."""
        return row

    # -- values as JSON ------------------------------------------------------------------------------------------------

    def plain(self, one: Any) -> Row:
        """Return a row as JSON."""
        return {group: {name: plain_value(getattr(one, self._field(name).attname)) for name in names}
                for group, names in self.groups.items()}  # fmt: skip

    def empty(self, group: str) -> Group:
        """Return a group of which nothing is known."""
        return self.plain(self.model())[group]

    def instance(self, columns: Mapping[str, Any]) -> Any:
        """Return the row that columns of the history describe, not stored."""
        known = {field.column: field for field in self.model._meta.concrete_fields if not field.generated}
        return self.model(**{known[n].attname: known[n].to_python(v) for n, v in columns.items() if n in known})

    def words(self, value: Row | None) -> str:
        """Return a row in words."""
        if value is None:
            return ""
        one = self.model()
        for group, columns in value.items():
            self.put(one, group, columns)
        return "; ".join(said for group in self.groups if (said := self.say(group, one)))

    def group_words(self, group: str, columns: Group | None) -> str:
        """Return a group in words."""
        one = self.model()
        self.put(one, group, columns or {})
        return self.say(group, one)

    def put(self, one: Any, group: str, columns: Mapping[str, Any]) -> None:
        """Set the columns of a group; what isn't named is emptied. Raises: InvalidParameter naming the column."""
        fresh = self.model()
        for name in self.groups[group]:
            field = self._field(name)
            if name not in columns:
                setattr(one, field.attname, getattr(fresh, field.attname))
                continue
            try:
                value = field.to_python(columns[name])
            except ValidationError as wrong:
                raise InvalidParameter(name, str(wrong.messages[0])) from None
            setattr(one, field.attname, nfc(value) if isinstance(value, str) else value)

    def _field(self, name: str) -> Any:
        return self.model._meta.get_field(name)

    # -- writing -------------------------------------------------------------------------------------------------------

    def write(self, record: Any, wanted: Mapping[str, Mapping[str, Any]]) -> bool:
        """Write rows of ``record``: by name, the groups of each ("" is the whole row). Returns whether any differs."""
        stored = {self.row_of(one): one for one in self.rows(record)}
        written = [self._write_row(record, row, groups, stored.get(row)) for row, groups in wanted.items()]
        return any(written)

    def _write_row(self, record: Any, row: str, groups: Mapping[str, Any], before: Any | None) -> bool:
        try:
            if "" in groups and groups[""] is None:
                if before is not None:
                    before.delete()
                return before is not None
            if before is None and "" not in groups:
                raise InvalidParameter("", _("%(name)s isn't there any more.") % {"name": self.called_by(row)})
            after = copy(before) if before is not None else self.fresh(record, row)
            whole = groups.get("")
            every = {group: whole.get(group) or {} for group in self.groups} if whole is not None else {}
            for group, columns in {**every, **{name: value for name, value in groups.items() if name}}.items():
                self.put(after, group, columns or {})
            self.check(after, before)
            records.check(after)
            records.check_words(after, before)
        except InvalidParameter as wrong:
            wrong.name = f"{self.name}/{row}/{wrong.name}"
            raise
        changed = records.changed_fields(after, before)
        if changed:
            after.save(update_fields=changed if before is not None else None)
        return bool(changed)


PARTS: dict[str, Part] = {}
"""The parts that rooms have registered, by name."""


def register(part: Part) -> None:
    """Let records have parts of this kind."""
    PARTS[part.name] = part


def parts_of(model: type[Model] | Model) -> list[Part]:
    """Return the kinds of parts that records of ``model`` have."""
    return [part for part in PARTS.values() if model._meta.label in part.owners]


def is_part(name: str) -> bool:
    """Whether a name among values is that of a part, or of a group of one."""
    return name.partition("/")[0] in PARTS and "/" in name


def named(name: str) -> tuple[Part, str, str]:
    """Return the kind, the row and the group ("": all of it) that a name means."""
    kind, _slash, rest = name.partition("/")
    row, _slash, group = rest.partition("/")
    part = PARTS[kind]
    if group and group not in part.groups:
        raise InvalidParameter(name, _("“%(name)s” can't be edited.") % {"name": name})
    return part, row, group


def apart(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values of the record itself, and those of its parts."""
    own = {name: value for name, value in values.items() if not is_part(name)}
    return own, {name: value for name, value in values.items() if name not in own}


def plain_parts(record: Model) -> dict[str, Row]:
    """Return all parts of ``record`` as JSON, by name."""
    if record.pk is None:
        return {}
    return {
        f"{part.name}/{part.row_of(one)}": part.plain(one) for part in parts_of(record) for one in part.rows(record)
    }


def held(rows: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return what ``rows`` (whole ones, by name) hold under ``names``: rows or groups, ``None`` where there is none."""
    found: dict[str, Any] = {}
    for name in names:
        part, row, group = named(name)
        whole = rows.get(f"{part.name}/{row}")
        found[name] = whole if not group or whole is None else whole[group]
    return found


def label(name: str) -> str:
    """Return what a part, or a group of one, is called."""
    part, row, group = named(name)
    called = part.called_by(row)
    return f"{called}: {part.titles[group]}" if group else called


def said(name: str, value: Any) -> str:
    """Return what a part, or a group of one, holds, in words."""
    part, _row, group = named(name)
    return part.group_words(group, value) if group else part.words(value)


def actions_of(values: Iterable[str]) -> set[Action]:
    """Return the rights that writing the fields ``values`` takes."""
    return {named(name)[0].action if is_part(name) else Action.EDIT for name in values}


def write(actor: User | None, agreed: Sequence[User], record: Any, values: Mapping[str, Any], spot: Spot) -> bool:
    """Write parts of ``record``, which is stored and locked; returns whether any differs.

    Raises: Forbidden, InvalidParameter naming part, row and column.
    """
    wanted: dict[str, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    for name, value in values.items():
        part, row, group = named(name)
        if record._meta.label not in part.owners:
            raise InvalidParameter(name, _("“%(name)s” can't be edited.") % {"name": name})
        wanted[part.name][row][group] = value
    for kind in wanted:
        require_together(actor, agreed, PARTS[kind].action, spot)
    written = [PARTS[kind].write(record, rows) for kind, rows in wanted.items()]
    return any(written)


def reread(record: Any, before: int | None) -> None:
    """Read a record again whose parts were written: never at the version ``before``, also within one transaction."""
    record.refresh_from_db()
    if record.version == before:
        type(record)._default_manager.filter(pk=record.pk).update(version=F("version"))
        record.refresh_from_db()


def plain_value(value: Any) -> Any:
    """Return a value of a column as JSON."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else value


def json_type(field: "Field[Any, Any]") -> str:
    """Return what a column is in JSON, as schemas call it."""
    kind = field.get_internal_type()
    if isinstance(field, ArrayField):
        return "array"
    numbers = {"DecimalField": "number", "PositiveSmallIntegerField": "integer", "BooleanField": "boolean"}
    return numbers.get(kind, "string")
