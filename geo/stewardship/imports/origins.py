"""What the rooms below ask of imports: which one holds a record now, which file and row a change came from."""

from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from geo.access.models import RecordVersion
from geo.catalog.models import Certificate
from geo.stewardship.imports.applying import MODELS
from geo.stewardship.imports.checking import LOCK
from geo.stewardship.imports.models import Import, ImportRow

_APPLIED, _REVERTED = "import:", "revert:"
_RUNNING = """
    SELECT objid::bigint FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND classid = %s AND pid <> pg_backend_pid()
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


def holder(record: Model) -> str:
    """Say which running import writes ``record``; nothing when none does."""
    kinds = [kind for kind, model in MODELS.items() if isinstance(record, model)]
    public_id = getattr(record, "public_id", None)
    if not kinds and public_id is None:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING, [LOCK])
        running = [pk for (pk,) in cursor.fetchall()]
    written = Q(verdict=ImportRow.Verdict.CHANGED) | Q(applied=True)
    being_written = Q(batch__in=running, batch__kind__in=kinds) & ~Q(batch__state=Import.State.CHECKING)
    row = ImportRow.objects.filter(written, being_written, record=record.pk)
    found = row.values_list("batch__file_name", flat=True).first() if running and kinds else None
    if found is None and running and public_id is not None:
        found = _certified(running, public_id)
    if found is None:
        return ""
    return _("This record is being imported from the file “%(file)s”. Try again in a few minutes.") % {"file": found}


def _certified(running: list[int], public_id: str) -> str | None:
    """Return the file of a running import that writes certificates of a record: it holds the record as well."""
    known = Certificate.objects.filter(subject=public_id).values("pk")
    batches = Q(batch__in=running, batch__kind=Import.Kind.CERTIFICATES) & ~Q(batch__state=Import.State.CHECKING)
    rows = ImportRow.objects.filter(batches, Q(wanted__subject_id=public_id) | Q(record__in=known))
    return rows.values_list("batch__file_name", flat=True).first()


def origins(versions: Iterable[RecordVersion]) -> Mapping[int, str]:
    """Return, by the change's id, which file and row it came from, in words."""
    batches = {one.pk: pk for one in versions if (pk := _import_of(one.batch))}
    imports = Import.objects.in_bulk(set(batches.values()))
    rows = _rows(versions, batches)
    said = {}
    for one in versions:
        batch = imports.get(batches.get(one.pk, 0))
        if batch is None:
            continue
        row = rows.get((batch.pk, one.record)) if one.table == MODELS[batch.kind]._meta.db_table else None
        said[one.pk] = _words(batch, row, taken_back=one.batch.startswith(_REVERTED))
    return said


def _import_of(batch: str) -> int | None:
    kind, _colon, number = batch.partition(":")
    return int(number) if f"{kind}:" in (_APPLIED, _REVERTED) and number.isdigit() else None


def _rows(versions: Iterable[RecordVersion], batches: Mapping[int, int]) -> dict[tuple[int, str], int]:
    records = {int(one.record) for one in versions if one.pk in batches and one.record.isdigit()}
    found = ImportRow.objects.filter(batch__in=set(batches.values()), record__in=records)
    return {(batch, str(record)): number for batch, record, number in found.values_list("batch", "record", "number")}


def _words(batch: Import, row: int | None, *, taken_back: bool) -> str:
    facts = {"file": batch.file_name, "row": row}
    if taken_back:
        return _("the import of the file “%(file)s” was taken back") % facts
    if row is None:
        return _("from the file “%(file)s”") % facts
    return _("from the file “%(file)s”, row %(row)s") % facts
