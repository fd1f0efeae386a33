"""The desk's list of claims."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from geo.catalog.models import Producer
from geo.stewardship.claims.models import Claim
from geo.stewardship.claims.services import waiting
from geo.stewardship.unit import Area, Task, add_task


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim with the producer it is about."""

    row: Claim
    producer: Producer | None


def _entries(rows: list[Any], area: Area) -> list[Asked]:
    wanted = [row.producer_id for row in rows]
    producers = {one.public_id: one for one in Producer.objects.filter(public_id__in=wanted)}
    return [Asked(row, producers.get(row.producer_id)) for row in rows]


TASK = Task(
    "claims",
    _("Producers who ask for their record"),
    _("Make sure that it is them, then let them have it, or refuse with a sentence."),
    waiting,
    "claims",
    template="web/desk/claim_row.html",
    entries=_entries,
)


def register() -> None:
    """Put the list on the desk."""
    add_task(TASK)
