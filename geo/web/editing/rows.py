"""Rows of a form: the parts of a record, one small form each, shown in words until somebody opens one.

Complete without a script: pressing “change” or “add” sends the form, which comes back with that row open.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.access.parts import Part, Row
from geo.spatial.problems import InvalidParameter
from geo.stewardship.plain import Plain

OPEN_AT_ONCE = 8
"""With more rows than these each is opened by a press: a form of hundreds of fields helps nobody, least on a phone."""
MOST_NEW = 20


class RowForm(forms.Form):
    """One part of a record. Subclasses name the fields that hold the columns, under the same names.

    ``key`` names the row among those of its record; a new one (``None``) gets it from what was typed.
    """

    part: ClassVar[Part]
    sections: ClassVar[Sequence[tuple[Promise | None, tuple[str, ...]]]]
    add_label: ClassVar[Promise]
    """What the line says that a new row is typed under."""

    remove = forms.BooleanField(label=gettext_lazy("Remove this"), required=False)

    def __init__(self, data: Any, prefix: str, key: str | None, before: Row | None) -> None:
        self.key, self.before = key, before
        self.pressed = False
        super().__init__(data, prefix=prefix, initial=self.first(before) if before is not None else {})
        for name in self.fields:
            self.fields[name].widget.attrs.setdefault("autocomplete", "off")
        if key is None:
            del self.fields["remove"]

    def first(self, before: Row) -> dict[str, Any]:
        """Return what the fields hold at first."""
        one = self.part.model()
        for group, columns in before.items():
            self.part.put(one, group, columns)
        return {name: getattr(one, column.attname) for name, column in self._columns().items()}

    @property
    def title(self) -> str:
        """What the row is about."""
        return self.part.called_by(self.key) if self.key is not None else ""

    @property
    def summary(self) -> str:
        """What the row holds, as it was seen."""
        return self.part.words(self.before)

    @property
    def is_open(self) -> bool:
        """Whether its fields are shown at once: somebody opened it, or has typed something."""
        return self.pressed or (self.is_bound and self.has_changed())

    def has_changed(self) -> bool:
        """Whether anything was typed; what a new row begins with says nothing."""
        return bool(set(self.changed_data) - self.silent())

    def silent(self) -> set[str]:
        """Return the fields of a new row that begin with something."""
        return set()

    def grouped(self) -> list[tuple[Promise | None, list[Any]]]:
        """Return the fields by section."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.sections]

    def row(self) -> Row:
        """Return the whole row as it was typed, as JSON; columns that the form doesn't show stay."""
        one = self.part.model()
        for group, columns in (self.before or {}).items():
            self.part.put(one, group, columns)
        for name, column in self._columns().items():
            if name in self.cleaned_data:
                value = self.cleaned_data[name]
                setattr(one, column.attname, column.get_default() if value is None and not column.null else value)
        return self.part.plain(one)

    def _columns(self) -> dict[str, Any]:
        """Return the columns of the part by name; what refers to another record is shown by the subclass."""
        names = {name for group in self.part.groups.values() for name in group}
        return {name: self.part.model._meta.get_field(name) for name in names}

    def new_key(self) -> str:
        """Return the name of a new row. Raises: ValidationError."""
        raise NotImplementedError

    def wanted(self) -> Plain:
        """Return what the row changes, as services take it."""
        if self.key is None:
            return {f"{self.part.name}/{self.new_key()}": self.row()} if self.has_changed() else {}
        name = f"{self.part.name}/{self.key}"
        if self.cleaned_data.get("remove"):
            return {name: None}
        if not self.has_changed() or self.before is None:
            return {}
        return {f"{name}/{group}": value for group, value in self.row().items() if value != self.before[group]}


class Rows:
    """All rows of one kind of part in a form, with those that are being added."""

    def __init__(self, form: type[RowForm], data: Any, base: Plain) -> None:
        self.part, self.form = form.part, form
        prefix = f"{self.part.name}/"
        known = {name.removeprefix(prefix): value for name, value in base.items() if name.startswith(prefix)}
        self.opened = {key for key in known if data is not None and f"{self.part.name}-{key}-here" in data}
        if data is None and len(known) <= OPEN_AT_ONCE:
            self.opened = set(known)
        self.pressed = data.get("open", "").removeprefix(prefix) if data is not None else ""
        if self.pressed in known:
            self.opened.add(self.pressed)
        self.closed = [(key, self.part.called_by(key), self.part.words(row)) for key, row in known.items()
                       if key not in self.opened]  # fmt: skip
        self.rows = self._known(data, known)
        self.new = self._new(data)

    def _known(self, data: Any, known: dict[str, Row]) -> list[RowForm]:
        found = []
        for key, row in known.items():
            if key in self.opened:
                prefix = f"{self.part.name}-{key}"
                fresh = data is None or f"{prefix}-here" not in data
                found.append(self.form(None if fresh else data, prefix, key, row))
                found[-1].pressed = key == self.pressed
        return found

    def _new(self, data: Any) -> list[RowForm]:
        asked = data.get(f"{self.part.name}-new", "1") if data is not None else "1"
        count = int(asked) if asked.isascii() and asked.isdigit() else 1
        count += self.pressed == f"{self.part.name}+"
        count = min(max(count, 1), MOST_NEW)
        found = []
        for at in range(1, count + 1):
            prefix = f"{self.part.name}-new{at}"
            here = data is not None and f"{prefix}-here" in data
            found.append(self.form(data if here else None, prefix, None, None))
        if self.pressed == f"{self.part.name}+":
            found[-1].pressed = True
        return found

    def every(self) -> list[RowForm]:
        """Return the rows that can be typed in."""
        return [*self.rows, *self.new]

    def is_valid(self) -> bool:
        """Check what was typed in all rows; those that were left alone are right."""
        good = True
        for row in self.every():
            if row.is_bound and row.has_changed():
                good = row.is_valid() and good
        return good and self._are_apart()

    def _are_apart(self) -> bool:
        seen = {row.key for row in self.rows} | {key for key, _title, _words in self.closed}
        for row in self.new:
            if not (row.is_bound and row.has_changed()):
                continue
            key = row.new_key()
            if key in seen:
                row.add_error(None, _("This is in the list already: change it there."))
                return False
            seen.add(key)
        return True

    def wanted(self) -> Plain:
        """Return what all rows change."""
        found: Plain = {}
        for row in self.every():
            if row.is_bound:
                found |= row.wanted() if row.has_changed() else {}
        return found

    def refuse(self, problem: InvalidParameter) -> bool:
        """Show what a service refused at its row and field; whether it was about one of these."""
        part, _slash, rest = problem.name.partition("/")
        key, _slash, column = rest.partition("/")
        if part != self.part.name:
            return False
        for row in self.every():
            if row.is_bound and row.has_changed() and key in (row.key, None if row.key else row.new_key()):
                row.add_error(column if column in row.fields else None, problem.message)
                return True
        return False

    def errors(self) -> list[tuple[str, str]]:
        """Return what is wrong: the id of a field, and row, field and problem in words."""
        found = []
        for row in self.every():
            if not row.is_bound or not row.has_changed():
                continue
            title = row.title or _("New entry")
            for name, problems in row.errors.items():
                label = f"{title}, {row[name].label}" if name in row.fields else title
                anchor = row[name].id_for_label if name in row.fields else f"row-{row.prefix}"
                found.append((anchor, f"{label}: {problems[0]}"))
        return found
