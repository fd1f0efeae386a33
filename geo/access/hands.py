"""What people did by hand, read from the history: loads leave it alone."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from geo.access.models import RecordVersion


@dataclass(frozen=True, slots=True)
class ByHand:
    """Primary keys (as text) of the rows people changed, and the last contents of the rows they removed."""

    edited: frozenset[str]
    removed: tuple[dict[str, Any], ...]


def done_by_hand(table: str, machine_batches: Collection[str]) -> ByHand:
    """Return what was changed or removed in ``table`` by anything but the batches of our own commands."""
    history = RecordVersion.objects.filter(table=table).exclude(batch__in=machine_batches)
    edited = history.filter(operation=RecordVersion.Operation.UPDATE).values_list("record", flat=True)
    removed = history.filter(operation=RecordVersion.Operation.DELETE).values_list("before", flat=True)
    return ByHand(frozenset(edited), tuple(row for row in removed if row))
