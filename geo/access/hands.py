"""What people did by hand, read from the history: loads leave it alone."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from geo.access.models import RecordVersion


@dataclass(frozen=True, slots=True)
class ByHand:
    """Primary keys (as text) of the rows people changed, and the last contents of the rows they removed."""

    edited: frozenset[str]
    removed: tuple[dict[str, Any], ...]


def done_by_hand(table: str) -> ByHand:
    """Return what people changed or removed in ``table``.

    Our own commands and the day rollover write with a reason and without an actor; anything else is a person's doing,
    SQL typed at a prompt (no reason) too.
    """
    history = RecordVersion.objects.filter(Q(actor__isnull=False) | Q(reason=""), table=table)
    edited = history.filter(operation=RecordVersion.Operation.UPDATE).values_list("record", flat=True)
    removed = history.filter(operation=RecordVersion.Operation.DELETE).values_list("before", flat=True)
    return ByHand(frozenset(edited), tuple(row for row in removed if row))
