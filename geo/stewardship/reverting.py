"""Taking back changes of one record: a field to what it was, or the whole record to what it was at a time.

Both are edits like any other: by the services, with a reason, in the history, a proposal where one may not publish.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from geo.access import parts
from geo.access.models import RecordVersion, User
from geo.access.trails import part_versions
from geo.places.models import OpeningSchedule
from geo.spatial.problems import InvalidParameter, NotFound
from geo.stewardship import part_reverting
from geo.stewardship.editing import save_or_propose
from geo.stewardship.models import Proposal
from geo.stewardship.plain import Plain, restored
from geo.stewardship.writers import FIELDS, Saved, Subject

TOGETHER: Sequence[frozenset[str]] = (
    frozenset({"location", "location_accuracy", "location_source"}),
    frozenset({"status", "closed_on", "moved_to"}),
    frozenset({"commune", "province"}),
    frozenset({"category", "category_basis"}),
    frozenset({"photo", "photo_credit"}),
)
"""Fields that mean nothing without each other: they go back together."""
ALL = "*"


def revert_field(
    actor: User, reason: str, record: Subject, number: int, column: str, *, version: int | None = None
) -> Saved | Proposal:
    """Give a field of ``record``, or of a part of it, the value it had before the change ``number`` of its history.

    ``ALL`` as the column takes back the whole change of a part. Raises: NotFound, InvalidParameter when it can't be
    taken back, Forbidden, Conflict.
    """
    change = _history(record).filter(pk=number).first()
    if change is None:
        raise NotFound(_("There is no such change in the history of this record."))
    if change.table != record._meta.db_table:
        wanted = part_reverting.before_change(record, change, "" if column == ALL else column)
        return save_or_propose(actor, reason, record, wanted, version=version)
    if change.operation != RecordVersion.Operation.UPDATE:
        raise NotFound(_("There is no such change in the history of this record."))
    values = plain_columns(type(record), change.before or {})
    name = next((f.name for f in record._meta.concrete_fields if column in (f.column, f.name)), column)
    if name not in values:
        raise InvalidParameter(column, _("This field can't be taken back."))
    group = next((one for one in TOGETHER if name in one), frozenset({name}))
    wanted = {one: value for one, value in values.items() if one in group}
    return save_or_propose(actor, reason, record, restored(type(record), wanted), version=version)


def revert_record(
    actor: User, reason: str, record: Subject, number: int, *, version: int | None = None
) -> Saved | Proposal:
    """Make ``record``, its parts too, what it was right after the change ``number`` of its history.

    Raises: NotFound, InvalidParameter, Forbidden, Conflict.
    """
    history = _history(record)
    if not history.filter(pk=number).exists():
        raise NotFound(_("There is no such change in the history of this record."))
    later = list(history.filter(pk__gt=number).order_by("-pk"))
    columns: Plain = {}
    for change in later:
        if change.table == record._meta.db_table and change.operation == RecordVersion.Operation.UPDATE:
            columns |= change.before or {}
    wanted = restored(type(record), plain_columns(type(record), columns))
    wanted |= part_reverting.before_changes(record, later)
    if not wanted:
        raise InvalidParameter("", _("Nothing was changed since."))
    return save_or_propose(actor, reason, record, wanted, version=version)


def plain_columns(model: type[Model], columns: Plain) -> Plain:
    """Return the values of columns, as the history holds them, by the names of the fields that may be edited."""
    found: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.column in columns and field.name in FIELDS[model]:
            value = columns[field.column]
            found[field.name] = _expression(value) if field.related_model is OpeningSchedule else value
    return found


def _expression(pk: Any) -> str | None:
    schedule = OpeningSchedule.objects.filter(pk=pk).first() if pk else None
    return schedule.expression if schedule is not None else None


def _history(record: Subject) -> Any:
    wanted = Q(table=record._meta.db_table, record=str(record.pk))
    for part in parts.parts_of(record):
        wanted |= part_versions(part, record)
    return RecordVersion.objects.filter(wanted)
