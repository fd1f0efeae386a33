"""Applying a checked import: all of it in one transaction, or nothing of it.

New records first, since nobody can be waiting for them; what exists is locked last, in the order of ids, and compared
with what the check saw: a record changed since is left alone and its row comes back.
"""

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import require
from geo.access.records import require_reason
from geo.access.rules import Action, Spot
from geo.catalog.models import Certificate, Producer, Product
from geo.places.feature_texts import fill_features_of
from geo.places.models import OpeningSchedule, Place, PlaceProduct
from geo.places.services import schedule_of
from geo.places.tally import make_missing_tiles
from geo.spatial import calendar
from geo.spatial.problems import Conflict
from geo.stewardship import decision_mail
from geo.stewardship.imports import writing
from geo.stewardship.imports.checking import LOCK
from geo.stewardship.imports.comparing import stored
from geo.stewardship.imports.models import Import, ImportRow

MODELS: dict[str, type[Model]] = {
    Import.Kind.PLACES: Place,
    Import.Kind.PRODUCTS: Product,
    Import.Kind.CERTIFICATES: Certificate,
    Import.Kind.SUPPLY: PlaceProduct,
}
_WRITTEN = (ImportRow.Verdict.NEW, ImportRow.Verdict.CHANGED)
_PRODUCER_EMPTY = {
    "address": "", "phone": "", "email": "", "zalo": "", "website": "", "source_url": "", "source_licence": "",
    "trust": "", "external_id": "",
}  # fmt: skip


def apply_import(actor: User | None, reason: str, batch: Import) -> Import:
    """Write the new and changed rows.

    Raises: Conflict when it is being applied, or was, or isn't checked yet; Forbidden where ``actor`` may not publish.
    """
    _prepare_schedules(batch)
    with audit(actor, require_reason(reason), batch.audit_batch):
        lock_import(batch, Import.State.CHECKED, Import.State.WAITING)
        rows = list(batch.rows.filter(verdict__in=_WRITTEN).order_by("number"))
        require_area(actor, batch, rows)
        _name_producers(batch, rows)
        _name_schedules(rows)
        if batch.kind == Import.Kind.CERTIFICATES:
            writing.lock_certified(_certified(rows))
        if batch.kind == Import.Kind.SUPPLY:
            writing.lock("places_place", _supplying(rows))
        new = [row for row in rows if row.verdict == ImportRow.Verdict.NEW]
        conflicts = _insert_new(batch, new)
        conflicts |= _update_changed(batch, [row for row in rows if row.verdict == ImportRow.Verdict.CHANGED])
        _note_rows(rows, conflicts)
        batch.state, batch.applied_at, batch.applied_by = Import.State.APPLIED, calendar.now(), actor
        counts = Counter(batch.rows.values_list("verdict", flat=True))
        batch.counts = {verdict: counts[verdict] for verdict in ImportRow.Verdict.values}
        batch.save()
        writing.check_references()
        decision_mail.import_decided(batch)
        transaction.on_commit(
            partial(_make_texts, batch.kind, [row.record for row in rows if row.applied]), robust=True
        )
    return batch


def _make_texts(kind: str, records: list[int | None]) -> None:
    """Make the texts of the places that were written and the tiles they lie in, after the import.

    Nobody's list or map has to wait for them.
    """
    if kind == Import.Kind.PLACES:
        fill_features_of([pk for pk in records if pk is not None])
        make_missing_tiles()
    elif kind == Import.Kind.SUPPLY:
        written = PlaceProduct.objects.filter(pk__in=[pk for pk in records if pk is not None])
        fill_features_of(sorted(set(written.values_list("place_id", flat=True))))


def require_area(actor: User | None, batch: Import, rows: Iterable[ImportRow]) -> None:
    """Make sure that ``actor`` may publish at once wherever the import writes. Raises: Forbidden."""
    spots = {(province, commune) for row in rows for province, commune in row.spots}
    action = Action.CERTIFY if batch.kind == Import.Kind.CERTIFICATES else Action.EDIT
    require(actor, action, *(Spot(province, commune) for province, commune in sorted(spots, key=str)))


def lock_import(batch: Import, *states: str) -> None:
    """Make sure that nobody else works on the import until the transaction ends, and that it is in one of ``states``.

    Raises: Conflict.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, batch.pk])
        if not cursor.fetchone()[0]:
            raise Conflict(_("This import is being worked on at this moment."))
    batch.refresh_from_db()
    if batch.state not in states:
        raise Conflict(
            _("This import has been applied already.")
            if batch.state in (Import.State.APPLIED, Import.State.REVERTED)
            else _("This import hasn't been checked to the end.")
        )


def _prepare_schedules(batch: Import) -> None:
    """Store opening hours nobody keeps yet, before the transaction: whoever types the same ones must not wait."""
    wanted = set(
        batch.rows.filter(verdict__in=_WRITTEN, wanted__schedule_expression__gt="").values_list(
            "wanted__schedule_expression", flat=True
        )
    )
    known = set(OpeningSchedule.objects.filter(expression__in=wanted).values_list("expression", flat=True))
    for expression in sorted(wanted - known):
        schedule_of(expression)


def _name_schedules(rows: list[ImportRow]) -> None:
    """Turn the expressions of hours into ids."""
    wanted = {row.wanted["schedule_expression"] for row in rows if "schedule_expression" in row.wanted}
    ids = dict(OpeningSchedule.objects.filter(expression__in=wanted).values_list("expression", "pk"))
    for row in rows:
        if "schedule_expression" in row.wanted:
            row.wanted["schedule_id"] = ids.get(row.wanted.pop("schedule_expression"))


def _name_producers(batch: Import, rows: list[ImportRow]) -> None:
    """Register the producers that rows propose, each once, and turn them into ids."""
    proposed: dict[tuple[str, Any], dict[str, Any]] = {}
    for row in rows:
        if "new_producer" in row.wanted:
            one = row.wanted["new_producer"]
            proposed.setdefault((one["folded"], one["province_id"]), one)
    if not proposed:
        return
    names = {folded for folded, _province in proposed}
    ids = {
        (str(folded), province): pk
        for folded, province, pk in Producer.objects.filter(folded__in=names)
        .order_by("-pk")
        .values_list("folded", "province_id", "pk")
    }
    missing = [key for key in proposed if key not in ids]
    made = [
        {
            **_PRODUCER_EMPTY,
            **{name: proposed[key][name] for name in ("name", "kind", "province_id", "commune_id")},
            "source_kind": batch.source_kind,
            "source_name": (batch.source_name or batch.file_name)[:300],
        }
        for key in missing
    ]
    if made:
        ids.update(zip(missing, writing.insert("catalog_producer", made, aggregate=True), strict=True))
    for row in rows:
        if "new_producer" in row.wanted:
            one = row.wanted.pop("new_producer")
            row.wanted["producer_id"] = ids[one["folded"], one["province_id"]]


def _certified(rows: list[ImportRow]) -> set[str]:
    """Return whose certificates are written."""
    known = Certificate.objects.filter(pk__in=[row.record for row in rows if row.record is not None])
    return {*known.values_list("subject_id", flat=True), *(row.wanted.get("subject_id", "") for row in rows)} - {""}


def _supplying(rows: list[ImportRow]) -> set[int]:
    """Return the places whose supply is written."""
    known = PlaceProduct.objects.filter(pk__in=[row.record for row in rows if row.record is not None])
    return {*known.values_list("place_id", flat=True), *(row.wanted.get("place_id", 0) for row in rows)} - {0}


def _supplied_since(rows: list[ImportRow]) -> set[int]:
    """Return the row numbers of supplies that somebody else has entered since the check."""
    key = ("place_id", "product_id", "role")
    there = PlaceProduct.objects.filter(place__in={row.wanted["place_id"] for row in rows}).values_list(*key)
    entered = set(there)
    return {row.number for row in rows if tuple(row.wanted[name] for name in key) in entered}


def _insert_new(batch: Import, rows: list[ImportRow]) -> set[int]:
    """Insert the new records; return the row numbers of those somebody else has entered since the check."""
    model = MODELS[batch.kind]
    columns = {field.attname for field in model._meta.concrete_fields}
    conflicts = _supplied_since(rows) if model is PlaceProduct else _entered_since(model, columns, batch, rows)
    fresh = [row for row in rows if row.number not in conflicts]
    if fresh:
        ids = writing.insert(model._meta.db_table, [row.wanted for row in fresh], aggregate="version" in columns)
        for row, pk in zip(fresh, ids, strict=True):
            row.record = pk
    return conflicts


def _entered_since(model: type[Model], columns: set[str], batch: Import, rows: list[ImportRow]) -> set[int]:
    """Return the row numbers of records with an id of the source, or a name, that was entered since the check."""
    external = {row.wanted["external_id"] for row in rows} - {""}
    entered = set(model._default_manager.filter(external_id__in=external).values_list("external_id", flat=True))
    alike: set[tuple[Any, ...]] = set()
    key = ("name", "province_id") if "province_id" in columns else ("name", "producer_id")
    if "name" in columns:
        since = model._default_manager.filter(created_at__gt=batch.checked_at)
        alike = set(since.filter(name__in={row.wanted["name"] for row in rows}).values_list(*key))
    return {
        row.number
        for row in rows
        if row.wanted["external_id"] in entered or tuple(row.wanted.get(name) for name in key) in alike
    }


def _update_changed(batch: Import, rows: list[ImportRow]) -> set[int]:
    """Change the stored records; return the row numbers of those changed by others since the check."""
    if not rows:
        return set()
    model = MODELS[batch.kind]
    table = model._meta.db_table
    by_record = {row.record: row for row in rows if row.record is not None}
    writing.lock(table, by_record)
    present = model._default_manager.in_bulk(list(by_record))
    conflicts = {row.number for pk, row in by_record.items() if pk not in present or _differs(row, present[pk])}
    writing.update(table, {pk: row.wanted for pk, row in by_record.items() if row.number not in conflicts})
    return conflicts


def _differs(row: ImportRow, record: Model) -> bool:
    """Tell whether the record is no longer what the check compared with."""
    if row.record_version is not None:
        return bool(getattr(record, "version", None) != row.record_version)
    return any(stored(getattr(record, name)) != change[0] for name, change in row.changes.items())


def _note_rows(rows: list[ImportRow], conflicts: set[int]) -> None:
    """Note in the rows what became of them."""
    for row in rows:
        row.applied = row.number not in conflicts
        if not row.applied:
            row.verdict = ImportRow.Verdict.CONFLICT
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE stewardship_importrow AS target SET record = said.record, applied = said.applied,"
            " verdict = said.verdict FROM unnest(%s::bigint[], %s::bigint[], %s::boolean[], %s::text[])"
            " AS said (id, record, applied, verdict) WHERE target.id = said.id",
            [
                [row.pk for row in rows],
                [row.record for row in rows],
                [row.applied for row in rows],
                [str(row.verdict) for row in rows],
            ],
        )
