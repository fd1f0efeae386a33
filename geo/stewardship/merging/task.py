"""The desk's list of places that may be there twice."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from geo.places.models import Place
from geo.stewardship.merging import lookalikes
from geo.stewardship.merging.models import Lookalike
from geo.stewardship.unit import Area, Task, add_task


@dataclass(frozen=True, slots=True)
class Pair:
    """An open pair with its two places, the one proposed to be kept first: asked for, or older."""

    row: Lookalike
    kept: Place
    dropped: Place


def _pairs(rows: list[Any], area: Area) -> list[Pair]:
    wanted = [number for row in rows for number in (row.first_id, row.second_id)]
    found = Place.objects.filter(public_id__in=wanted).select_related("commune", "province", "producer")
    places = {place.public_id: place for place in found}
    pairs = []
    for row in rows:
        older, newer = sorted((places[row.first_id], places[row.second_id]), key=lambda place: place.pk)
        swapped = row.asked.get("kept") == newer.public_id
        pairs.append(Pair(row, newer, older) if swapped else Pair(row, older, newer))
    return pairs


TASK = Task(
    "duplicates",
    _("Perhaps the same place twice"),
    _("Compare the two and merge them, or say that they are two places."),
    lookalikes.waiting,
    "pairs",
    template="web/desk/pair.html",
    entries=_pairs,
    prepare=lookalikes.refresh_for,
)


def register() -> None:
    """Put the list on the desk."""
    add_task(TASK)
