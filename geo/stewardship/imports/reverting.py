"""Taking a whole import back: what it changed gets its old values, what it added is removed.

Read from the history of records, which keeps all of it, this step too. What others have changed since, or refer to by
now, stays as it is and is told: nobody else's work is lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from geo.access.history import audit
from geo.access.models import RecordVersion, User
from geo.access.records import require_reason
from geo.catalog.models import Certificate, Producer
from geo.places.models import PlaceProduct
from geo.spatial import calendar
from geo.stewardship.imports import writing
from geo.stewardship.imports.applying import MODELS, lock_import, require_area
from geo.stewardship.imports.models import Import


@dataclass(frozen=True)
class Reverted:
    """What was taken back: records restored and removed, and those left because others have worked on them."""

    restored: int
    removed: int
    left: int


def revert_import(actor: User | None, reason: str, batch: Import) -> Reverted:
    """Take back all that ``batch`` wrote, in one transaction.

    Raises: Conflict when it isn't applied; Forbidden where ``actor`` may not publish.
    """
    with audit(actor, require_reason(reason), f"revert:{batch.pk}"):
        lock_import(batch, Import.State.APPLIED)
        require_area(actor, batch, batch.rows.filter(applied=True))
        restored = removed = left = 0
        for model in (MODELS[batch.kind], Producer):
            table = model._meta.db_table
            history = list(RecordVersion.objects.filter(batch=batch.audit_batch, table=table).order_by("record"))
            touched = _touched_since(table, history)
            changed = {int(one.record): one for one in history if one.operation == RecordVersion.Operation.UPDATE}
            added = [int(one.record) for one in history if one.operation == RecordVersion.Operation.INSERT]
            if model is Certificate:
                writing.lock_certified(
                    Certificate.objects.filter(pk__in=[*changed, *added]).values_list("subject", flat=True)
                )
            if model is PlaceProduct:
                there = PlaceProduct.objects.filter(pk__in=[*changed, *added])
                writing.lock("places_place", there.values_list("place_id", flat=True))
            writing.lock(table, [*changed, *added])
            old = {pk: _stored(model, one.before or {}) for pk, one in changed.items() if pk not in touched}
            writing.update(table, old)
            kept = touched | _referred_to(model, added)
            gone = [pk for pk in added if pk not in kept]
            model._default_manager.filter(pk__in=gone).delete()
            restored, removed = restored + len(old), removed + len(gone)
            left += len(changed) - len(old) + len(added) - len(gone)
        batch.state, batch.reverted_at = Import.State.REVERTED, calendar.now()
        batch.outcome = {"restored": restored, "removed": removed, "left": left}
        batch.save()
        writing.check_references()
    return Reverted(restored, removed, left)


def _stored(model: type[Model], columns: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the database works out by itself: a changed name changes its folded one as well."""
    worked_out = {str(field.column) for field in model._meta.concrete_fields if field.generated}
    return {name: value for name, value in columns.items() if name not in worked_out}


def _touched_since(table: str, history: Iterable[RecordVersion]) -> set[int]:
    """Return the records changed again after the import: in the columns it wrote, or at all if it added them."""
    last = {one.record: one for one in history}
    later = RecordVersion.objects.filter(table=table, record__in=list(last)).exclude(
        batch__in={o.batch for o in history}
    )
    touched = set()
    for one in later.values_list("record", "id", "after", "operation"):
        record, pk, after, operation = one
        mine = last[record]
        if pk > mine.pk and (operation != "U" or mine.operation == "I" or set(after or {}) & set(mine.after or {})):
            touched.add(int(record))
    return touched


def _referred_to(model: type[Model], ids: list[int]) -> set[int]:
    """Return the records that other rows point to: those stay."""
    found: set[int] = set()
    for relation in model._meta.related_objects:
        # One-to-one rows are derived from the record and go with it.
        if relation.one_to_one or relation.many_to_many or not relation.related_model._meta.managed:
            continue
        found |= _pointing(relation.related_model._meta.db_table, str(relation.field.column), ids)
    if any(field.name == "public_id" for field in model._meta.concrete_fields):
        found |= _with_certificates(model, ids)
    return found


def _pointing(table: str, column: str, ids: list[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} = ANY (%s)", [ids])
        return {pk for (pk,) in cursor.fetchall()}


def _with_certificates(model: type[Model], ids: list[int]) -> set[int]:
    """Return the records that the namespace of public ids is used for: certificates and reports."""
    entries: dict[Any, int] = dict(model._default_manager.filter(pk__in=ids).values_list("public_id", "pk"))
    found: set[int] = set()
    with connection.cursor() as cursor:
        for table in ("catalog_certificate", "stewardship_report"):
            cursor.execute(f"SELECT DISTINCT subject_id FROM {table} WHERE subject_id = ANY (%s)", [list(entries)])
            found |= {entries[public_id] for (public_id,) in cursor.fetchall()}
    return found
