"""Answers about rows that may be there already: “this is that one”, or “really new”. Only they are compared again.

The answers stay with the import: when the whole file is compared again, they still hold.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from geo.access.models import User
from geo.spatial.problems import Forbidden, InvalidParameter
from geo.stewardship.imports.applying import lock_import
from geo.stewardship.imports.checking import compare, context_of
from geo.stewardship.imports.columns import Header
from geo.stewardship.imports.fields import TABLES
from geo.stewardship.imports.lines import understand
from geo.stewardship.imports.models import Import, ImportRow
from geo.stewardship.imports.reading.reader import Row, Sheet, column_position, restored
from geo.stewardship.imports.rights import is_own

NEW = "MỚI"
"""What a row says that is a record of its own, as in the column of record numbers."""
_WRITTEN = (ImportRow.Verdict.NEW, ImportRow.Verdict.CHANGED)


@transaction.atomic
def answer(actor: User, batch: Import, said: Mapping[int, str]) -> Import:
    """Note for rows, by their number, which record they are: its number, ``NEW``, or ``""`` to be asked again.

    Raises: Forbidden for an import of somebody else, Conflict when it isn't checked or was applied, InvalidParameter
    for a row that wasn't asked about or a record that isn't among those it was asked about.
    """
    lock_import(batch, Import.State.CHECKED)
    if not is_own(actor, batch):
        raise Forbidden(_("This import belongs to somebody else."))
    rows = {row.number: row for row in batch.rows.filter(number__in=list(said))}
    for number, record in said.items():
        _note(batch, rows.get(number), record)
    _compare_again(batch, list(rows.values()))
    return batch


def answer_all_new(actor: User, batch: Import) -> Import:
    """Note that all rows still asked about are records of their own. Raises: as ``answer``."""
    doubtful = batch.rows.filter(verdict=ImportRow.Verdict.DOUBTFUL).values_list("number", flat=True)
    return answer(actor, batch, dict.fromkeys(doubtful, NEW))


def _note(batch: Import, row: ImportRow | None, record: str) -> None:
    if row is None or not row.candidates:
        raise InvalidParameter("row", _("Nothing was asked about this row."))
    if record not in (NEW, "", *(one["id"] for one in row.candidates)):
        raise InvalidParameter("is", _("Choose one of the records that were shown, or “new”."))
    if record:
        batch.answers[str(row.number)] = {"is": record, "among": row.candidates}
    else:
        batch.answers.pop(str(row.number), None)


def _compare_again(batch: Import, rows: list[ImportRow]) -> None:
    """Compare these rows with the register again and count all of them anew."""
    table = TABLES[batch.kind]
    titles = {column_position(one["letter"]): one for one in batch.columns}
    fields = {position: table.field(one["field"]) for position, one in titles.items() if one["field"]}
    header = Header(0, fields, {position: one["title"] for position, one in titles.items()})
    read = (Row(row.number, tuple(restored(cell) for cell in row.cells)) for row in sorted(rows, key=_number))
    lines = [understand(row, header, Sheet(batch.sheet)) for row in read]
    context = context_of(batch)
    context.seen.update(_taken(batch, [row.number for row in rows]))
    fresh = compare(batch, lines, context)
    batch.rows.filter(pk__in=[row.pk for row in rows]).delete()
    ImportRow.objects.bulk_create(fresh)
    counts = Counter(batch.rows.values_list("verdict", flat=True))
    batch.counts = {verdict: counts[verdict] for verdict in ImportRow.Verdict.values}
    batch.spots = _spots(batch)
    batch.save(update_fields=["answers", "counts", "spots"])


def _number(row: ImportRow) -> int:
    return row.number


def _taken(batch: Import, except_for: Iterable[int]) -> dict[int, int]:
    """Return the records that other rows of the import are, with their row number."""
    others = batch.rows.filter(record__isnull=False).exclude(verdict=ImportRow.Verdict.REFUSED)
    found = others.exclude(number__in=list(except_for)).values_list("record", "number")
    return {record: number for record, number in found if record is not None}


def _spots(batch: Import) -> list[Any]:
    """Return where the import would write, by province and commune."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT jsonb_array_elements(spots)::text FROM stewardship_importrow"
            " WHERE batch_id = %s AND verdict = ANY (%s) ORDER BY 1",
            [batch.pk, list(_WRITTEN)],
        )
        return [json.loads(text) for (text,) in cursor.fetchall()]
