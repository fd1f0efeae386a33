"""Rows of an import as people read them: what each would change from which value to which, why one is refused."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from geo.access.trails import Change, Names
from geo.places.hours_words import hours_in_words
from geo.stewardship.imports.applying import MODELS
from geo.stewardship.imports.doubts import why
from geo.stewardship.imports.fields import TABLES
from geo.stewardship.imports.lines import shown
from geo.stewardship.imports.models import Import, ImportRow
from geo.stewardship.imports.reading.reader import column_position
from geo.stewardship.imports.reasons import words

_POINT = re.compile(r"POINT\((\S+) (\S+)\)")
_QUIET = frozenset({"public_id", "source_kind", "source_licence", "trust", "external_id", "photo", "location_accuracy"})
"""Columns of a new record that say nothing to its reader."""
_NAMES = ("name", "place", "place_id", "product", "product_id", "public_id")
Verdict = ImportRow.Verdict
LABELS: dict[str, Promise] = {
    Verdict.NEW: pgettext_lazy("rows of an import", "new"),
    Verdict.CHANGED: pgettext_lazy("rows of an import", "changed"),
    Verdict.SAME: pgettext_lazy("rows of an import", "the same"),
    Verdict.REFUSED: pgettext_lazy("rows of an import", "refused"),
    Verdict.DOUBTFUL: pgettext_lazy("rows of an import", "perhaps there already"),
    Verdict.CONFLICT: pgettext_lazy("rows of an import", "changed by others meanwhile"),
}
"""What becomes of a row, for its heading and for the counts."""

_NAME_SHOWN = 100
_ABOUT = ("product_id", "producer_id", "new_producer", "commune_id", "province_id", "location")
"""What a new row is told by, in one line."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row isn't taken; ``column`` is its letter, ``title`` what the column is called, ``said`` what it holds."""

    text: str
    column: str = ""
    title: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a row may be; ``chosen`` when somebody has said that it is."""

    id: str
    name: str
    where: str
    why: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One row in words. ``public_id`` is of the record that it is; ``answered`` what somebody said that it is."""

    number: int
    verdict: str
    label: str
    name: str
    public_id: str = ""
    about: str = ""
    changes: tuple[Change, ...] = ()
    reasons: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
    candidates: tuple[Candidate, ...] = ()
    answered: str = ""


def rows_in_words(batch: Import, rows: Sequence[ImportRow]) -> list[Shown]:
    """Return the rows as they are shown; asks for the names of related records once."""
    names = Names()
    ids = _public_ids(MODELS[batch.kind], [row.record for row in rows if row.record is not None])
    titles = {one["letter"]: str(one["title"]) for one in batch.columns}
    return [_in_words(batch, row, names, ids, titles) for row in rows]


def _in_words(batch: Import, row: ImportRow, names: Names, ids: dict[int, str], titles: dict[str, str]) -> Shown:
    answered = batch.answers.get(str(row.number), {}).get("is", "")
    return Shown(
        number=row.number,
        verdict=row.verdict,
        label=capfirst(str(LABELS[row.verdict])),
        name=_name(batch, row),
        public_id=ids.get(row.record or 0, ""),
        about=_about(batch.kind, row, names),
        changes=_changes(batch.kind, row, names),
        reasons=tuple(_reason(row, titles, one) for one in row.problems) + _of_the_row(row),
        notes=tuple(words(one["code"], one["facts"]) for one in row.notes),
        candidates=tuple(_candidate(one, answered) for one in row.candidates),
        answered=answered,
    )


def _candidate(kept: dict[str, Any], answered: str) -> Candidate:
    return Candidate(kept["id"], kept["name"], kept.get("where", ""), why(kept), kept["id"] == answered)


def _public_ids(model: type[Model], records: Iterable[int]) -> dict[int, str]:
    if not any(one.name == "public_id" for one in model._meta.concrete_fields):
        return {}
    return dict(model._default_manager.filter(pk__in=list(records)).values_list("pk", "public_id"))


def _name(batch: Import, row: ImportRow) -> str:
    """Return what the row calls its record."""
    if row.wanted.get("name"):
        return str(row.wanted["name"])[:_NAME_SHOWN]
    positions = {one["field"]: number for number, one in enumerate(batch.columns) if one["field"]}
    for name in _NAMES:
        if name in positions:
            index = column_position(batch.columns[positions[name]]["letter"])
            if index < len(row.cells) and (said := shown(row.cells[index])):
                return said[:_NAME_SHOWN]
    return _("row %(number)s") % {"number": row.number}


def _about(kind: str, row: ImportRow, names: Names) -> str:
    """Return who and where a new row is, in one line."""
    if row.verdict != Verdict.NEW:
        return ""
    columns = {one.attname: one for one in MODELS[kind]._meta.concrete_fields}
    wanted = [name for name in _ABOUT if row.wanted.get(name)]
    return " · ".join(_change(columns, names, name, None, row.wanted[name]).after for name in wanted)


def point_of(wanted: dict[str, Any]) -> tuple[float, float] | None:
    """Return the position that a row writes, if it writes one."""
    match = _POINT.search(str(wanted.get("location") or ""))
    return (float(match[1]), float(match[2])) if match else None


def _changes(kind: str, row: ImportRow, names: Names) -> tuple[Change, ...]:
    """Return what a changed row changes, and what a new one says."""
    if row.verdict == Verdict.CHANGED or row.changes:
        pairs = {name: (before, after) for name, (before, after) in row.changes.items()}
    elif row.verdict == Verdict.NEW:
        pairs = {
            name: (None, value)
            for name, value in row.wanted.items()
            if value not in (None, "", [], "none") and name not in _QUIET
        }
    else:
        return ()
    columns = {one.attname: one for one in MODELS[kind]._meta.concrete_fields}
    return tuple(_change(columns, names, name, *pair) for name, pair in sorted(pairs.items()))


def _change(columns: dict[str, Any], names: Names, name: str, before: Any, after: Any) -> Change:
    if name == "schedule_expression":
        said = [hours_in_words(value) if value else "—" for value in (before, after)]
        return Change(capfirst(_("opening hours")), *said)
    if name == "new_producer":
        return Change(capfirst(_("producer")), "—", _("%(name)s (new)") % {"name": after["name"]})
    column = columns[name]
    return Change(capfirst(str(column.verbose_name)), _say(column, names, before), _say(column, names, after))


def _say(column: Any, names: Names, value: Any) -> str:
    match = _POINT.search(value) if isinstance(value, str) else None
    if match:
        return f"{float(match[2]):.6f}, {float(match[1]):.6f}"
    if column.is_relation and isinstance(value, str) and not value.isdigit():
        return value  # the name of a producer that isn't registered yet
    return names.say(column, value)


def _reason(row: ImportRow, titles: dict[str, str], problem: dict[str, Any]) -> Reason:
    letter = problem["column"]
    index = column_position(letter) if letter else -1
    said = shown(row.cells[index]) if 0 <= index < len(row.cells) and row.cells[index] is not None else ""
    title = titles.get(letter, "")
    if not title:
        name = problem["field"]
        title = next(
            (capfirst(str(one.label)) for table in TABLES.values() for one in table.fields if one.name == name), ""
        )
    return Reason(words(problem["code"], problem["facts"]), letter, title, said[:80])


def _of_the_row(row: ImportRow) -> tuple[Reason, ...]:
    if row.verdict == Verdict.DOUBTFUL:
        return (
            Reason(_("It may be there already. Say which one it is, or that it is new: until then it is left out.")),
        )
    if row.verdict == Verdict.CONFLICT:
        return (Reason(words("conflict", {})),)
    return ()


def points(batch: Import, most: int) -> list[tuple[int, float, float, str, str, str]]:
    """Return the positions that new and changed rows would write: row, longitude, latitude, verdict, kind, name."""
    wanted: QuerySet[ImportRow] = batch.rows.filter(
        verdict__in=[Verdict.NEW, Verdict.CHANGED], wanted__location__isnull=False
    )
    found = wanted.order_by("number").values_list("number", "verdict", "wanted", "record")[:most]
    known = (
        dict(
            MODELS[batch.kind]
            ._default_manager.filter(pk__in=[record for *_rest, record in found if record])
            .values_list("pk", "name")
        )
        if batch.kind == Import.Kind.PLACES
        else {}
    )
    listed = []
    for number, verdict, said, record in found:
        point = point_of(said)
        if point is not None:
            name = str(said.get("name") or known.get(record, ""))
            listed.append((number, round(point[0], 6), round(point[1], 6), verdict, str(said.get("kind") or ""), name))
    return listed
