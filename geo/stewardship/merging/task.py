"""The desk's list of records that may be there twice."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from geo.catalog.models import Producer, Product
from geo.places.models import Place
from geo.stewardship.merging import lookalikes
from geo.stewardship.merging.asking import asked_for_any
from geo.stewardship.merging.models import Lookalike
from geo.stewardship.proposal_model import Proposal
from geo.stewardship.unit import Area, Task, add_task
from geo.stewardship.writers import Subject

_RELATED: dict[type[Subject], tuple[str, ...]] = {
    Place: ("commune", "province", "producer"),
    Producer: ("commune", "province"),
    Product: ("producer__commune", "producer__province"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """An open pair with its two records, the one proposed to be kept first: asked for, or older."""

    row: Lookalike
    kept: Subject
    dropped: Subject
    asked: Proposal | None
    """The proposal that waits to merge them."""


def _pairs(rows: list[Any], area: Area) -> list[Pair]:
    wanted = [number for row in rows for number in (row.first_id, row.second_id)]
    known: dict[str, Subject] = {}
    for model, related in _RELATED.items():
        found = model._default_manager.filter(public_id__in=wanted).select_related(*related)
        known |= {one.public_id: one for one in found}
    asked = asked_for_any([(row.first_id, row.second_id) for row in rows])
    pairs = []
    for row in rows:
        older, newer = sorted((known[row.first_id], known[row.second_id]), key=lambda one: one.pk)
        proposal = asked.get(frozenset([row.first_id, row.second_id]))
        swapped = proposal is not None and proposal.subject_id == newer.public_id
        pairs.append(Pair(row, newer, older, proposal) if swapped else Pair(row, older, newer, proposal))
    return pairs


TASK = Task(
    "duplicates",
    _("Perhaps there twice"),
    _("Compare the two records and merge them, or say that they are two."),
    lookalikes.waiting,
    "pairs",
    template="web/desk/pair.html",
    entries=_pairs,
    prepare=lookalikes.refresh_for,
)


def register() -> None:
    """Put the list on the desk."""
    add_task(TASK)
