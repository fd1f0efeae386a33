"""What all forms of records share: what the editor saw, what they changed, why; nothing typed is ever lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.access.parts import plain_parts
from geo.spatial.problems import Conflict, InvalidParameter
from geo.stewardship.plain import Plain, plain_of
from geo.stewardship.writers import Subject
from geo.web.editing.rows import RowForm, Rows

SALT = "geo.web.editing"


@dataclass(frozen=True)
class Group:
    """Fields that belong together, under a heading; ``folded`` ones are opened by a press."""

    title: Promise
    names: tuple[str, ...]
    folded: bool = False
    lead: Promise | None = None
    rows: str = ""
    """The kind of part whose rows stand in the group."""


@dataclass(frozen=True)
class Seen:
    """The record as its editor saw it: version (``None``: a new one), values as JSON, and when it was opened."""

    version: int | None
    values: Plain
    at: datetime = field(default_factory=timezone.now)

    def signed(self) -> str:
        """Return it as text that a form carries and nobody else can write."""
        return signing.dumps([self.version, self.values, self.at.isoformat()], salt=SALT, compress=True)


def read_seen(text: str) -> Seen:
    """Return what a form carried. Raises: Conflict when that isn't ours, or of another release."""
    try:
        version, values, at = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise Conflict(_("This form is of another day. Open the record again and repeat the change.")) from None
    return Seen(version, values, datetime.fromisoformat(at))


class EditForm(forms.Form):
    """A form of one kind of record. Subclasses name the fields they hold and turn words into values."""

    model: ClassVar[type[Subject]]
    edited: ClassVar[frozenset[str]]
    """Fields of the record, as its service names them."""
    groups: ClassVar[Sequence[Group]]
    row_forms: ClassVar[Sequence[type[RowForm]]] = ()
    """The parts of the record that are edited with it."""
    places_of_errors: ClassVar[Mapping[str, str]] = {}
    """Field of the record → field of the form that says it, where they differ."""

    seen = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=200,
        help_text=gettext_lazy("One sentence; it stays in the history of the record."),
        error_messages={"required": gettext_lazy("Say why: the reason stays in the history of the record.")},
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, record: Subject | None = None, given: Plain | None = None
    ) -> None:
        self.record = record
        if data is not None and data.get("seen"):
            self.base = read_seen(data["seen"])
        else:
            fresh = record if record is not None else self.model()
            values = {**plain_of(fresh, self.edited), **plain_parts(fresh), **(given or {})}
            self.base = Seen(record.version if record is not None else None, values)
        super().__init__(data, files, initial={**self.first(self.base.values), "seen": self.base.signed()})
        for name in self.fields:
            field = self.fields[name]
            if isinstance(field.widget, forms.TextInput | forms.Textarea):
                field.widget.attrs.setdefault("autocomplete", "off")
        self.rows = {one.part.name: Rows(one, data, self.base.values) for one in self.row_forms}

    def is_valid(self) -> bool:
        """Check the fields and all rows, so that everything that is wrong is said at once."""
        good = [super().is_valid(), *(rows.is_valid() for rows in self.rows.values())]
        return all(good)

    @property
    def row_errors(self) -> list[tuple[str, str]]:
        """What is wrong in rows: the id of a field, and the words."""
        return [error for rows in self.rows.values() for error in rows.errors()]

    def first(self, values: Plain) -> dict[str, Any]:
        """Return what the fields of the form hold at first, from the values of the record."""
        return {name: value for name, value in values.items() if name in self.base_fields}

    def wanted(self) -> dict[str, Any]:
        """Return the fields of the record that were changed, as its service takes them."""
        names = self.changed_data if self.record is not None else list(self.cleaned_data)
        found = {name: self.cleaned_data[name] for name in names if name in self.edited}
        for rows in self.rows.values():
            found |= rows.wanted()
        return found

    def refuse(self, problem: InvalidParameter) -> None:
        """Show what a service refused at the field, or the row, that it names."""
        if any(rows.refuse(problem) for rows in self.rows.values()):
            return
        name = self.places_of_errors.get(problem.name, problem.name)
        self.add_error(name if name in self.fields else None, problem.message)

    def sections(self) -> list[dict[str, Any]]:
        """Return the groups with their bound fields; a group with an error is open."""
        found = []
        for group in self.groups:
            fields = [self[name] for name in group.names if name in self.fields]
            wrong = any(field.errors for field in fields)
            rows = self.rows.get(group.rows)
            found.append({"group": group, "fields": fields, "rows": rows, "open": wrong or not group.folded})
        return found

    def typed(self) -> list[tuple[str, str]]:
        """Return everything that was sent, name by name, to be carried on to the next screen."""
        skipped = {"csrfmiddlewaretoken", "step"}
        data: Any = self.data
        return [(name, value) for name in data if name not in skipped for value in data.getlist(name)]
