"""The desk's list of records of which nobody knows yet where a decree has put them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from geo.catalog.models import Producer
from geo.divisions.models import Division
from geo.divisions.selectors import scope_of
from geo.places.models import Place
from geo.stewardship.decrees.models import Doubt
from geo.stewardship.unit import Area, Task, add_task


@dataclass(frozen=True, slots=True)
class Entry:
    """An open doubt with its record and what it may be in."""

    row: Doubt
    record: Any
    candidates: list[Division]


def waiting(area: Area) -> "QuerySet[Doubt]":
    """Return the doubts that nobody has settled, here or in the record itself, of which a candidate is in the area."""
    rows = Doubt.objects.filter(settled_at=None).select_related("former", "subject")
    open_records = [
        Exists(model._default_manager.filter(public_id=OuterRef("subject_id"), commune__isnull=True))
        for model in (Place, Producer)
    ]
    rows = rows.filter(open_records[0] | open_records[1])
    if not area.everywhere:
        rows = rows.filter(candidates__overlap=_divisions(area))
    return rows.order_by("former__code", "pk")


def _divisions(area: Area) -> list[int]:
    """Return the divisions of an area: its provinces and communes."""
    if any(grant.everywhere for grant in area.grants):
        return [area.province, *scope_of([area.province])] if area.province is not None else []
    found = {pk for grant in area.grants for pk in (*grant.communes, *grant.provinces)}
    if area.province is not None:
        found &= {area.province, *scope_of([area.province])}
    return sorted(found)


def _entries(rows: list[Any], area: Area) -> list[Entry]:
    numbers = [row.subject_id for row in rows]
    records: dict[str, Any] = {}
    for model in (Place, Producer):
        records |= {one.public_id: one for one in model._default_manager.filter(public_id__in=numbers)}
    wanted = {pk for row in rows for pk in row.candidates}
    divisions = Division.objects.select_related("parent").in_bulk(wanted)
    return [
        Entry(row, records.get(row.subject_id), [divisions[pk] for pk in row.candidates if pk in divisions])
        for row in rows
    ]


TASK = Task(
    "doubts",
    _("Which commune after the split?"),
    _("Their commune was split, and nothing says in which part they are. One press on the right one settles it."),
    waiting,
    "doubts",
    template="web/desk/doubt.html",
    entries=_entries,
)


def register() -> None:
    """Put the list on the desk."""
    add_task(TASK)
