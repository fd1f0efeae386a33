"""Bringing a table in line with a file: new rows are added, differing ones changed, nothing is ever deleted."""

from collections.abc import Container, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model

ModelT = TypeVar("ModelT", bound=Model)
KeyT = TypeVar("KeyT", bound=Hashable)
BATCH = 1000


@dataclass(slots=True)
class Tally:
    """What a load did to one table. ``kept`` rows differ from the file because a person changed or removed them."""

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0
    refused: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add the counts of ``other`` to these."""
        self.new += other.new
        self.changed += other.changed
        self.same += other.same
        self.kept += other.kept
        self.refused += other.refused


def upsert(
    model: type[ModelT],
    wanted: Mapping[KeyT, Mapping[str, Any]],
    stored: Mapping[KeyT, ModelT],
    *,
    edited: Container[str] = frozenset(),
    removed: Container[KeyT] = frozenset(),
) -> Tally:
    """Store ``wanted`` (key → column values) given the rows that exist, by the same keys.

    Rows whose primary key (as text) is in ``edited``, and missing rows whose key is in ``removed``, were a person's
    doing and are left alone. Foreign keys are given by their column (``producer_id``).
    """
    tally = Tally()
    new: list[ModelT] = []
    changed: list[ModelT] = []
    differing: set[str] = set()
    for key, values in wanted.items():
        row = stored.get(key)
        if row is None:
            if key in removed:
                tally.kept += 1
            else:
                new.append(model(**values))
            continue
        names = [name for name, value in values.items() if getattr(row, name) != value]
        if not names:
            tally.same += 1
        elif str(row.pk) in edited:
            tally.kept += 1
        else:
            differing.update(names)
            for name in names:
                setattr(row, name, values[name])
            changed.append(row)
    model._default_manager.bulk_create(new, batch_size=BATCH)
    if changed:
        model._default_manager.bulk_update(changed, [_field_name(model, name) for name in differing], batch_size=BATCH)
    tally.new, tally.changed = len(new), len(changed)
    return tally


def _field_name(model: type[Model], column: str) -> str:
    """``bulk_update`` wants the field's name, not its column."""
    return next(one.name for one in model._meta.concrete_fields if column in (one.name, one.attname))
