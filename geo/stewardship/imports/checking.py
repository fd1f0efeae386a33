"""From a file to a preview: received, read, understood, compared with the register, staged row by row."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.access.models import User
from geo.spatial.folding import nfc
from geo.spatial.problems import Conflict
from geo.stewardship.imports import awards, goods, places, supplies
from geo.stewardship.imports.columns import choose_sheet, data_rows
from geo.stewardship.imports.context import Context, area_of
from geo.stewardship.imports.doubts import candidate
from geo.stewardship.imports.fields import TABLES
from geo.stewardship.imports.lines import Line, understand
from geo.stewardship.imports.models import Import, ImportFile, ImportRow
from geo.stewardship.imports.reading import limits
from geo.stewardship.imports.reading.reader import Sheet, column_letters, read
from geo.stewardship.imports.reading.refusals import FileRefused

CHUNK = 500
"""Rows compared with the register and stored at a time; the progress is told after each chunk."""

LOCK = 7_102
"""First key of the advisory locks of imports; the second is the import's."""

CANDIDATES = 5
"""Records that a row may be, at most so many of them shown."""

Prepare = Callable[[list[Line], Context], None]
_PREPARE: dict[str, Prepare] = {
    Import.Kind.PLACES: places.prepare,
    Import.Kind.PRODUCTS: goods.prepare,
    Import.Kind.CERTIFICATES: awards.prepare,
    Import.Kind.SUPPLY: supplies.prepare,
}


@transaction.atomic
def receive(actor: User | None, kind: str, file_name: str, data: bytes, source_name: str = "") -> Import:
    """Keep a file as it came, and return its import. Raises: FileRefused when it is larger than any may be."""
    if len(data) > limits.MAX_BYTES:
        raise FileRefused("too-big", megabytes=limits.MAX_BYTES // limits.MEGABYTE)
    batch = Import.objects.create(
        kind=kind,
        file_name=nfc(file_name)[-200:],
        file_hash=hashlib.sha256(data).hexdigest(),
        file_size=len(data),
        source_name=nfc(source_name)[:300],
        created_by=actor,
    )
    ImportFile.objects.create(batch=batch, content=data)
    return batch


@contextmanager
def alone(batch: Import) -> Iterator[None]:
    """Run the block while no other process checks this import. Raises: Conflict."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, batch.pk])
        if not cursor.fetchone()[0]:
            raise Conflict(_("This import is being worked on at this moment."))
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, batch.pk])


def check(batch: Import) -> Import:
    """Read the file and stage what each row would do; writes nothing but the import's own rows.

    Rows outside the area of the person whose import it is are refused.

    May be called again as long as the import isn't applied: the rows are then compared anew. A check that was
    interrupted is simply done again. Raises: Conflict.
    """
    with alone(batch):
        batch.refresh_from_db()
        if batch.state in (Import.State.APPLIED, Import.State.REVERTED):
            raise Conflict(_("This import has been applied already."))
        if batch.state in (Import.State.WAITING, Import.State.DECLINED):
            raise Conflict(_("This import was sent to be approved."))
        begun = timezone.now()
        batch.rows.all().delete()
        batch.state, batch.refusal, batch.done, batch.total = Import.State.CHECKING, None, 0, 0
        batch.spots = []
        batch.save()
        try:
            sheets = read(bytes(batch.file.content), batch.file_name)
            _stage(batch, sheets)
        except FileRefused as refused:
            batch.state = Import.State.UNREADABLE
            batch.refusal = {"code": refused.code, "facts": refused.facts}
        # What is entered while the check runs counts as entered since.
        batch.checked_at = begun
        batch.save()
    return batch


def _stage(batch: Import, sheets: list[Sheet]) -> None:
    table = TABLES[batch.kind]
    sheet, header = choose_sheet(sheets, table)
    rows = data_rows(sheet, header, table)
    batch.sheet = sheet.name[:100]
    batch.columns = [
        {
            "letter": column_letters(position),
            "title": title,
            "field": header.fields[position].name if position in header.fields else "",
        }
        for position, title in sorted(header.titles.items())
    ]
    batch.total = len(rows)
    batch.save()
    context = context_of(batch)
    counts: Counter[str] = Counter()
    spots: set[tuple[int | None, int | None]] = set()
    for start in range(0, len(rows), CHUNK):
        lines = [understand(row, header, sheet) for row in rows[start : start + CHUNK]]
        staged = compare(batch, lines, context)
        ImportRow.objects.bulk_create(staged)
        counts.update(row.verdict for row in staged)
        spots.update(spot for line in lines if _is_written(line) for spot in line.spots)
        Import.objects.filter(pk=batch.pk).update(done=batch.done + len(staged))
        batch.done += len(staged)
    batch.counts = {verdict: counts[verdict] for verdict in ImportRow.Verdict.values}
    batch.spots = sorted((list(spot) for spot in spots), key=str)
    batch.state = Import.State.CHECKED


def context_of(batch: Import) -> Context:
    """Return what the rows of an import share."""
    return Context(batch.source_kind, batch.source_name, batch.file_name, area_of(batch.created_by))


def compare(batch: Import, lines: list[Line], context: Context) -> list[ImportRow]:
    """Compare rows with the register, by what somebody has answered about them; return them as they are stored."""
    for line in lines:
        answer = batch.answers.get(str(line.number))
        if answer is not None:
            line.says["public_id"] = answer["is"]
    _PREPARE[batch.kind](lines, context)
    return [_staged(batch, line) for line in lines]


def _staged(batch: Import, line: Line) -> ImportRow:
    asked = batch.answers.get(str(line.number))
    return ImportRow(
        batch=batch,
        number=line.number,
        verdict=_verdict(line),
        record=line.record.pk if line.record is not None else None,
        record_version=getattr(line.record, "version", None),
        cells=line.cells,
        wanted=line.wanted,
        changes=line.changes,
        problems=[one.stored() for one in line.problems],
        notes=[one.stored() for one in line.notes],
        spots=[list(spot) for spot in line.spots],
        candidates=asked["among"] if asked else [candidate(one) for one in line.candidates[:CANDIDATES]],
    )


def _is_written(line: Line) -> bool:
    return _verdict(line) in (ImportRow.Verdict.NEW, ImportRow.Verdict.CHANGED)


def _verdict(line: Line) -> str:
    if line.problems:
        return ImportRow.Verdict.REFUSED
    if line.candidates and line.record is None:
        return ImportRow.Verdict.DOUBTFUL
    if line.record is None:
        return ImportRow.Verdict.NEW
    return ImportRow.Verdict.CHANGED if line.changes else ImportRow.Verdict.SAME
