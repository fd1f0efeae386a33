"""Everything that points to a record, found from the models themselves: what a later room adds is moved as well."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model

from geo.catalog.models import Offer
from geo.places.models import PlaceProduct
from geo.spatial.models import PublicId
from geo.stewardship.merging.models import Lookalike, Merge
from geo.stewardship.proposal_model import Proposal
from geo.stewardship.writers import Subject

Moved: TypeAlias = list[tuple[str, str, list[Any]]]
"""Model label, name of the key, primary keys of the rows that were pointed elsewhere."""

_ELSEWHERE: frozenset[type[Model]] = frozenset({Merge, Lookalike, PlaceProduct, Offer})
"""Merges tell what was; goods are combined (``goods``)."""
_ASKED = Proposal._meta.get_field("merged")
"""What was asked to be merged stays what was asked (``asking.settle``)."""


def keys_to(model: type[Model]) -> Iterator[tuple[type[Model], "ForeignKey[Any, Any]"]]:
    """Yield the stored foreign keys to ``model``; rows that are one to one with it are derived and go with it."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.one_to_many and relation.auto_created and not relation.concrete:
            pointing: Any = relation.related_model
            field: Any = getattr(relation, "field", None)
            if pointing._meta.managed and pointing not in _ELSEWHERE and field is not _ASKED:
                yield pointing, field


def point_elsewhere(dropped: Subject, kept: Subject) -> Moved:
    """Let all that points to ``dropped``, or to its number, point to ``kept``; return what was moved."""
    moved: Moved = []
    for model, field in keys_to(type(dropped)):
        moved += _move(model, field, dropped.pk, kept.pk)
    for model, field in keys_to(PublicId):
        moved += _move(model, field, dropped.public_id, kept.public_id)
    return moved


def point_back(moved: Moved, dropped: Any, dropped_id: str, kept: Any, kept_id: str) -> None:
    """Undo ``point_elsewhere`` for the rows that still point to the kept record."""
    known = {
        (model._meta.label, field.name): (model, field, *values)
        for target, values in ((type(kept), (dropped, kept.pk)), (PublicId, (dropped_id, kept_id)))
        for model, field in keys_to(target)
    }
    for label, name, keys in moved:
        if (label, name) in known:
            model, field, old, new = known[label, name]
            model._default_manager.filter(pk__in=keys, **{field.attname: new}).update(**{field.attname: old})


def _move(model: type[Model], field: "ForeignKey[Any, Any]", old: Any, new: Any) -> Moved:
    rows = model._default_manager.filter(**{field.attname: old})
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    if not keys:
        return []
    try:
        with transaction.atomic():
            rows.update(**{field.attname: new})
        return [(model._meta.label, field.name, keys)]
    except IntegrityError:
        keys = [key for key in keys if _moves(model, field, key, new)]
        return [(model._meta.label, field.name, keys)] if keys else []


def _moves(model: type[Model], field: "ForeignKey[Any, Any]", key: Any, new: Any) -> bool:
    """Move one row; one that says of the kept record what another row says already stays with the old number."""
    try:
        with transaction.atomic():
            model._default_manager.filter(pk=key).update(**{field.attname: new})
    except IntegrityError:
        return False
    return True
