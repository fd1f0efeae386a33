"""Merging two records of one kind: one is kept, with the better value of each field; the other's number leads to it.

All in one transaction: what pointed to the dropped record points to the kept one, its row goes (the change log gets
its tombstone, the history keeps it whole), and every number that led to it leads on in one step.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from geo.access import records
from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import require_together
from geo.access.rules import Action
from geo.places.checks import check_place
from geo.places.models import Place
from geo.spatial import public_ids
from geo.spatial.folding import nfc
from geo.spatial.models import PublicId
from geo.spatial.problems import Conflict, InvalidParameter, NotFound
from geo.stewardship.merging import asking, goods, references
from geo.stewardship.merging.choices import taken
from geo.stewardship.merging.models import Merge
from geo.stewardship.proposal_model import Proposal
from geo.stewardship.writers import KINDS, Subject, kind_of, spot_of

_COMPUTED = ("public_id", "folded", "is_sample", "photo")
_REASON_AT_MOST = 300


@dataclass(frozen=True)
class Merged:
    """The record that was kept, as stored, what looked doubtful about it, and the entry of the merge."""

    record: Subject
    merge: Merge
    warnings: list[str]


def record_of(text: str) -> Subject:
    """Return the place, product or producer with that number. Raises: NotFound, also for a merged one (with words)."""
    entry = PublicId.objects.filter(pk=public_ids.parse(text)).first()
    if entry is not None and entry.merged_into_id is not None:
        words = {"id": entry.pk, "now": entry.merged_into_id}
        raise NotFound(_("%(id)s has been merged into %(now)s.") % words)
    model = KINDS.get(entry.kind) if entry is not None else None
    found = model._default_manager.filter(public_id=entry.pk).first() if model is not None and entry else None
    if found is None:
        raise NotFound(_("There is no record with the number %(id)s.") % {"id": text[:40]})
    return found


def merge(
    actor: User | None,
    reason: str,
    kept: Subject,
    dropped: Subject,
    chosen: Mapping[str, str],
    *,
    kept_version: int | None = None,
    dropped_version: int | None = None,
    agreed: Sequence[User] = (),
) -> Merged:
    """Merge ``dropped`` into ``kept``; ``chosen`` says for each group of fields (``choices``) whose value stays.

    Those who ``agreed`` lend their right (``require_together``). Whoever has asked for the same merge has their answer.
    Raises: InvalidParameter for two records that can't be one, Forbidden unless the actor may edit both, Conflict when
    one of them has changed since it was read at the given version, or was merged meanwhile.
    """
    if type(kept) is not type(dropped) or kept.pk == dropped.pk:
        raise InvalidParameter("other", _("Choose two different records of the same kind."))
    said, batch = records.require_reason(reason), f"merge:{uuid4().hex}"
    words = {"dropped": dropped.public_id, "name": dropped.name, "kept": kept.public_id, "reason": nfc(said)}
    told = _("%(dropped)s “%(name)s” merged into %(kept)s: %(reason)s") % words
    with audit(actor, told, batch):
        kept, dropped = _locked(kept, dropped, kept_version, dropped_version)
        require_together(actor, agreed, Action.EDIT, spot_of(kept), spot_of(dropped))
        values = taken(dropped, chosen)
        asking.settle(actor, kept.public_id, dropped.public_id, Proposal.State.ACCEPTED, nfc(said))
        asking.follow(kept.public_id, dropped.public_id)
        entry = _enter(actor, said, batch, kept, dropped)
        _unbind(kept, dropped)
        goods.combine(dropped, kept)
        entry.moved = references.point_elsewhere(dropped, kept)
        PublicId.objects.filter(pk=dropped.public_id).update(merged_into=kept.public_id)
        entry.save(update_fields=["moved"])
        type(dropped)._default_manager.filter(pk=dropped.pk).delete()
        warnings = _store(actor, agreed, kept, dropped, values)
    return Merged(kept, entry, warnings)


def _locked(kept: Subject, dropped: Subject, kept_version: int | None, dropped_version: int | None) -> Any:
    """Return both as stored, locked in the order of their keys: two merges of a pair can't wait for each other."""
    found = {}
    for one, version in sorted(((kept, kept_version), (dropped, dropped_version)), key=lambda pair: pair[0].pk):
        try:
            found[one.pk] = records.locked(one, version)
        except type(one).DoesNotExist:
            entry = PublicId.objects.filter(pk=one.public_id).first()
            now = entry.merged_into_id if entry is not None else None
            raise Conflict(
                _("Somebody has merged %(id)s into %(now)s meanwhile.") % {"id": one.public_id, "now": now or "—"}
            ) from None
    return found[kept.pk], found[dropped.pk]


def _enter(actor: User | None, reason: str, batch: str, kept: Subject, dropped: Subject) -> Merge:
    return Merge.objects.create(
        kind=kind_of(type(kept)),
        kept_id=kept.public_id,
        dropped_id=dropped.public_id,
        batch=batch,
        source_kind=dropped.source_kind,
        external_id=dropped.external_id,
        reason=nfc(reason)[:_REASON_AT_MOST],
        merged_by=actor,
    )


def _unbind(kept: Subject, dropped: Subject) -> None:
    """Let a place that is said to have moved to its twin no longer say so."""
    if isinstance(kept, Place) and kept.moved_to_id == dropped.pk:
        Place.objects.filter(pk=kept.pk).update(moved_to=None)
        kept.moved_to = None
    if isinstance(dropped, Place) and dropped.moved_to_id == kept.pk:
        dropped.moved_to = None


def _store(
    actor: User | None, agreed: Sequence[User], kept: Subject, dropped: Subject, values: Mapping[str, Any]
) -> list[str]:
    """Write the values taken over, checked like any other edit; return what looks doubtful."""
    kept.refresh_from_db()
    edited: Any = copy(kept)
    for name, value in values.items():
        setattr(edited, name, value)
    warnings: list[str] = []
    if isinstance(kept, Place):
        for name in ("moved_to", "producer", "commune", "province", "schedule"):
            edited._state.fields_cache.pop(name, None)
        if edited.moved_to_id in (kept.pk, dropped.pk):
            edited.moved_to_id = None
        warnings = check_place(edited, kept).messages
    require_together(actor, agreed, Action.EDIT, spot_of(edited))
    records.check(edited, exclude=_COMPUTED)
    changed = records.changed_fields(edited, kept)
    if changed:
        records.store(edited, kept, changed)
        kept.refresh_from_db()
    return warnings


def merge_of(number: str) -> Merge | None:
    """Return the merge by which the record ``number`` went, unless it was taken back."""
    return Merge.objects.filter(dropped=number, undone_at__isnull=True).first()


def kept_of(merge: Merge) -> Subject:
    """Return the record that was kept. Raises: Conflict when it has been merged on."""
    found = KINDS[merge.kind]._default_manager.filter(public_id=merge.kept_id).first()
    if found is None:
        raise Conflict(_("%(id)s has been merged on meanwhile: take that back first.") % {"id": merge.kept_id})
    return found
