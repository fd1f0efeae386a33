"""Taking a merge back: the dropped record stands again under its old number, with what had pointed to it.

Read from the history, where both records are as they were. What somebody has changed since stays as it is now.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection
from django.db.models import Model
from django.utils.translation import gettext as _

from geo.access.history import audit
from geo.access.models import RecordVersion, User
from geo.access.permissions import require
from geo.access.records import locked, require_reason
from geo.access.rules import Action
from geo.spatial import calendar
from geo.spatial.models import PublicId
from geo.spatial.problems import Conflict
from geo.stewardship.imports import writing
from geo.stewardship.merging import references
from geo.stewardship.merging.models import Merge
from geo.stewardship.merging.services import kept_of
from geo.stewardship.writers import KINDS, Subject, spot_of

_SHOWN_ONCE = frozenset({"id", "version", "updated_at"})


def unmerge(actor: User | None, reason: str, merge: Merge) -> Subject:
    """Take ``merge`` back and return the record that stands again.

    Raises: Conflict when it was taken back already or the kept record has been merged on, Forbidden.
    """
    said = require_reason(reason)
    words = {"dropped": merge.dropped_id, "kept": merge.kept_id, "reason": said}
    told = _("merge of %(dropped)s into %(kept)s taken back: %(reason)s") % words
    with audit(actor, told, f"un{merge.batch}"):
        entry = locked(merge, None)
        if entry.undone_at is not None:
            raise Conflict(_("This merge has been taken back already."))
        kept = locked(kept_of(entry), None)
        require(actor, Action.EDIT, spot_of(kept))
        history = list(RecordVersion.objects.filter(batch=entry.batch).order_by("-id"))
        restored = _restore(entry, history)
        require(actor, Action.EDIT, spot_of(restored))
        references.point_back(entry.moved, restored.pk, entry.dropped_id, kept, entry.kept_id)
        PublicId.objects.filter(pk=entry.dropped_id).update(merged_into=None)
        entry.undone_at, entry.undone_by = calendar.now(), actor
        entry.save(update_fields=["undone_at", "undone_by"])
    return restored


def _restore(entry: Merge, history: list[RecordVersion]) -> Subject:
    """Give back what the merge removed and changed; the record first, then its parts, then changed columns."""
    model = KINDS[entry.kind]
    tables = {one._meta.db_table: one for one in apps.get_models()}
    removed = [one for one in history if one.operation == RecordVersion.Operation.DELETE]
    # Columns first: a value that may be there once only goes back to whom it belonged.
    for one in history:
        if one.operation == RecordVersion.Operation.UPDATE and one.table == model._meta.db_table:
            _change_back(model, one)
    try:
        for one in sorted(removed, key=lambda one: one.table != model._meta.db_table):
            _insert(tables[one.table], one.before or {})
    except IntegrityError as error:
        raise Conflict(_("Another record has taken what %(id)s was known by.") % {"id": entry.dropped_id}) from error
    for one in history:
        if one.operation == RecordVersion.Operation.UPDATE and one.table != model._meta.db_table:
            _change_back(tables[one.table], one)
    found = model._default_manager.filter(public_id=entry.dropped_id).first()
    if found is None:
        raise Conflict(_("The history no longer holds %(id)s: it can't stand again.") % {"id": entry.dropped_id})
    return found


def _change_back(model: type[Model], one: RecordVersion) -> None:
    """Set the columns back that still hold what the merge wrote."""
    now = _row(one.table, one.record)
    if now is None:
        return
    after = one.after or {}
    old = {name: value for name, value in (one.before or {}).items() if name in now and now[name] == after.get(name)}
    stored = set(_stored_columns(model)) - _SHOWN_ONCE
    writing.update(one.table, {int(one.record): {name: old[name] for name in old if name in stored}})


def _row(table: str, record: str) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(row) FROM {table} AS row WHERE id = %s", [int(record)])
        found = cursor.fetchone()
    if found is None:
        return None
    return dict(json.loads(found[0]) if isinstance(found[0], str) else found[0])


def _insert(model: type[Model], row: dict[str, Any]) -> None:
    """Enter a removed row again, under its old key and a version of its own."""
    columns = _stored_columns(model)
    if "version" in columns:
        row = {**row, "version": row["version"] + 1}
    named = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({named})"
            f" SELECT {named} FROM jsonb_populate_record(NULL::{model._meta.db_table}, %s::jsonb)",
            [json.dumps(row)],
        )


def _stored_columns(model: type[Model]) -> Iterable[str]:
    return [str(field.column) for field in model._meta.concrete_fields if not field.generated]
