"""The services that write each kind of record, under one signature; and rehearsing a write without keeping it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import Model

from geo.access.models import User
from geo.access.rules import Spot
from geo.catalog import services as catalog
from geo.catalog.areas import producer_spot, product_spot
from geo.catalog.models import Producer, Product
from geo.places import services as places
from geo.places.areas import spot as place_spot
from geo.places.models import Place

Subject: TypeAlias = Place | Product | Producer
KINDS: Mapping[str, type[Subject]] = {"place": Place, "product": Product, "producer": Producer}
FIELDS: Mapping[type[Model], frozenset[str]] = {
    Place: places.EDITABLE,
    Product: catalog.PRODUCT_FIELDS,
    Producer: catalog.PRODUCER_FIELDS,
}
"""What may be edited in a record of each kind."""


@dataclass(frozen=True)
class Saved:
    """A record as stored, and what looked doubtful about it."""

    record: Any
    warnings: list[str] = field(default_factory=list)
    changed: bool = True


class _Undo(Exception):
    """Ends a rehearsal."""


def kind_of(model: type[Model]) -> str:
    """Return the name of a kind of record, as proposals store it."""
    return next(name for name, one in KINDS.items() if one is model)


def spot_of(record: Subject) -> Spot:
    """Return where a record belongs, also one that isn't stored yet."""
    if isinstance(record, Place):
        return place_spot(record)
    return product_spot(record) if isinstance(record, Product) else producer_spot(record)


def write(
    actor: User | None,
    reason: str,
    model: type[Subject],
    subject: Subject | None,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
    agreed: Sequence[User] = (),
) -> Saved:
    """Create a record of ``model``, or change ``subject``, by its service; ``agreed`` as ``require_together`` says."""
    if model is Place:
        place = subject if isinstance(subject, Place) else None
        saved = places.save_place(actor, reason, values, place=place, version=version, agreed=agreed)
        return Saved(saved.place, saved.warnings, saved.changed)
    seen = subject.version if subject is not None else None
    record: Product | Producer
    if model is Product:
        product = subject if isinstance(subject, Product) else None
        record = catalog.save_product(actor, reason, values, product=product, version=version, agreed=agreed)
    else:
        producer = subject if isinstance(subject, Producer) else None
        record = catalog.save_producer(actor, reason, values, producer=producer, version=version, agreed=agreed)
    return Saved(record, changed=record.version != seen)


def rehearse(
    reason: str,
    model: type[Subject],
    subject: Subject | None,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
) -> Saved:
    """Return what ``write`` would store, asking nobody's right, and keep nothing of it.

    Raises: whatever the service refuses.
    """
    found: list[Saved] = []
    try:
        with transaction.atomic():
            found.append(write(None, reason, model, subject, values, version=version))
            raise _Undo
    except _Undo:
        return found[0]
