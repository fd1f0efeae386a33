"""Writes of proposals: made by somebody without the right to publish there, decided by somebody with it.

A proposal touches every division that the record is in and would be in. It waits at one of them at a time; whoever
approves there lends it their right for that division, and it is written, in the name of the last one, when all are
covered.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from geo.access import areas, records
from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import may, require
from geo.access.rules import Action, Spot
from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.models import PublicId
from geo.spatial.problems import Conflict, InvalidParameter, NotFound
from geo.stewardship import decision_mail
from geo.stewardship.differences import Difference, FieldConflict, collisions, merged
from geo.stewardship.merging.services import merge
from geo.stewardship.plain import plain, plain_of, restored
from geo.stewardship.proposal_model import Proposal
from geo.stewardship.reach import spot_of_point
from geo.stewardship.writers import KINDS, Saved, Subject, kind_of, rehearse, spot_of, write

State = Proposal.State
REASON_AT_MOST = 300


def submit(
    actor: User,
    reason: str,
    subject: Subject | None,
    values: Mapping[str, Any],
    *,
    version: int | None,
    model: type[Subject] | None = None,
) -> Proposal:
    """Store the change of ``subject`` (``None``: a new record of ``model``) as a proposal, checked as if written.

    Raises: Forbidden unless the actor may propose where the record is, InvalidParameter, Conflict.
    """
    kind = type(subject) if subject is not None else _new(model)
    said = records.require_reason(reason)
    if subject is not None:
        require(actor, Action.PROPOSE, spot_of(subject))
    would = rehearse(said, kind, subject, values, version=version)
    if not would.changed:
        raise InvalidParameter("", _("Nothing was changed."))
    spots = touched(actor, subject, would.record)
    if subject is None:
        require(actor, Action.PROPOSE, spot_of(would.record))
    at = next((spot for spot in spots if not may(actor, Action.EDIT, spot).allowed), spots[0])
    with audit(actor, said):
        return Proposal.objects.create(
            kind=kind_of(kind),
            subject=PublicId.objects.get(pk=subject.public_id) if subject is not None else None,
            values=plain(kind, values),
            before=plain_of(subject, values) if subject is not None else {},
            version=subject.version if subject is not None else None,
            reason=nfc(said)[:REASON_AT_MOST],
            province_id=at.province,
            commune_id=at.commune,
            agreed=[actor.pk],
            proposed_by=actor,
        )


def photos_of(names: Collection[str]) -> set[str]:
    """Return which of some photos were proposed: whoever reads a proposal, also a decided one, sees its photo."""
    found = Proposal.objects.annotate(photo=KT("values__photo")).filter(photo__in=names)
    return {str(one) for one in found.values_list("photo", flat=True)}


def _new(model: type[Subject] | None) -> type[Subject]:
    return model if model is not None else KINDS["place"]


def touched(actor: User, subject: Subject | None, would: Subject) -> list[Spot]:
    """Return the spots a change asks about: where the record is, where it would be, where a far position lies."""
    spots = [spot_of(subject)] if subject is not None else []
    new = spot_of(would)
    if new not in spots:
        spots.append(new if subject is not None else Spot(new.province, new.commune, new.records - _own(would)))
    moved = subject is None or getattr(subject, "location", None) != getattr(would, "location", None)
    if moved and kind_of(type(would)) == "place":
        far = spot_of_point(actor, cast(Any, would))
        spots += [far] if far is not None else []
    return spots


def _own(would: Subject) -> frozenset[str]:
    """A rehearsed record has an id that nobody will ever see."""
    return frozenset([str(would.public_id)])


def subject_of(proposal: Proposal) -> Subject | None:
    """Return the record a proposal is about; ``None`` for a new one. Raises: NotFound when it is gone."""
    if proposal.subject_id is None:
        return None
    found = KINDS[proposal.kind]._default_manager.filter(public_id=proposal.subject_id).first()
    if found is None:
        raise NotFound(_("There is no record with the number %(id)s.") % {"id": proposal.subject_id})
    return found


def spot(proposal: Proposal) -> Spot:
    """Return where a proposal waits."""
    return Spot(proposal.province_id, proposal.commune_id)


def differences(proposal: Proposal) -> list[Difference]:
    """Return what a proposal changes, and what others have changed since in the same fields."""
    subject = subject_of(proposal)
    if proposal.merged_id is not None:
        return []
    now = plain_of(subject, proposal.values) if subject is not None else {}
    return merged(KINDS[proposal.kind], proposal.before, proposal.values, now)


def approve(actor: User, proposal: Proposal, reason: str = "", *, choices: Mapping[str, str] | None = None) -> Proposal:
    """Write what is proposed, in the name of ``actor``; or, where others must agree too, pass it on to them.

    ``choices`` says for fields that others have changed meanwhile which value stays: "yours" (the proposed one) or
    "theirs". Raises: FieldConflict while such a choice is missing, Forbidden, InvalidParameter, Conflict.
    """
    with audit(actor, _reason(proposal, reason)):
        stored = _waiting(actor, proposal, Action.APPROVE)
        if stored.merged_id is not None:
            return _merge(stored, actor, reason)
        model, subject = KINDS[stored.kind], subject_of(stored)
        wanted = _wanted(stored, subject, choices or {})
        values = restored(model, wanted)
        said = _reason(stored, reason)
        version = subject.version if subject is not None else None
        would = rehearse(said, model, subject, values, version=version)
        if not would.changed:
            return _decide(stored, actor, State.OUTDATED, reason)
        people = _agreed(stored, actor)
        open_spot = _uncovered(people, touched(actor, subject, would.record))
        if open_spot is not None:
            return _pass_on(stored, actor, open_spot)
        saved = write(actor, said, model, subject, values, version=version, agreed=people)
        return _accept(stored, actor, reason, saved)


def dropped_of(proposal: Proposal) -> Subject | None:
    """Return the record that a proposal would merge into its subject; ``None`` when it is gone, or one with it."""
    if proposal.merged_id in (None, proposal.subject_id):
        return None
    return KINDS[proposal.kind]._default_manager.filter(public_id=proposal.merged_id).first()


def _merge(proposal: Proposal, actor: User, reason: str) -> Proposal:
    """Merge what is proposed, or pass it on to whoever keeps the other record."""
    kept, dropped = subject_of(proposal), dropped_of(proposal)
    if kept is None or dropped is None:
        return _decide(proposal, actor, State.OUTDATED, reason)
    people = _agreed(proposal, actor)
    open_spot = _uncovered(people, [spot_of(kept), spot_of(dropped)])
    if open_spot is not None:
        return _pass_on(proposal, actor, open_spot)
    merge(actor, _reason(proposal, reason)[:REASON_AT_MOST], kept, dropped, proposal.values, agreed=people)
    # The merge has answered it, like any other that asks for the same.
    proposal.refresh_from_db()
    proposal.answer = nfc(reason)
    proposal.save(update_fields=["answer"])
    return proposal


def refuse(actor: User, proposal: Proposal, answer: str) -> Proposal:
    """Refuse a proposal with a sentence for whoever made it. Raises: Forbidden, InvalidParameter, Conflict."""
    if not nfc(answer):
        raise InvalidParameter("answer", _("Write a sentence for whoever proposed it."))
    with audit(actor, _reason(proposal, answer)):
        return _decide(_waiting(actor, proposal, Action.APPROVE), actor, State.REFUSED, answer)


def withdraw(actor: User, proposal: Proposal) -> Proposal:
    """Take back one's own proposal. Raises: NotFound when it is somebody else's, Conflict when it is decided."""
    if proposal.proposed_by_id != actor.pk:
        raise NotFound(_("There is no proposal with this number."))
    with audit(actor, _("withdrawn")):
        return _decide(_waiting(actor, proposal, None), actor, State.WITHDRAWN, "")


def may_decide(actor: User, proposal: Proposal) -> bool:
    """Whether ``actor`` may decide about a proposal that waits."""
    return proposal.state == State.WAITING and may(actor, Action.APPROVE, spot(proposal)).allowed


def _reason(proposal: Proposal, said: str) -> str:
    """Return the words that stay in the history: who proposed it and why, and what the approver adds."""
    named = {"id": proposal.pk, "name": proposal.proposed_by, "reason": proposal.reason}
    words = _("proposal %(id)d of %(name)s: %(reason)s") % named
    return f"{words} ({nfc(said)})" if nfc(said) else words


def _waiting(actor: User, proposal: Proposal, action: Action | None) -> Proposal:
    """Return the stored proposal under a lock. Raises: Conflict when it is decided, Forbidden."""
    stored = records.locked(proposal, None)
    if action is not None:
        require(actor, action, spot(stored))
    if stored.state != State.WAITING:
        raise Conflict(_("This proposal is decided already."))
    return stored


def _wanted(proposal: Proposal, subject: Subject | None, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return the values to write: the proposed ones, without the fields where the others' value was chosen."""
    if subject is None:
        return dict(proposal.values)
    now = plain_of(subject, proposal.values)
    found = merged(type(subject), proposal.before, proposal.values, now)
    undecided = [one for one in collisions(found) if choices.get(one.field) not in ("yours", "theirs")]
    if undecided:
        raise FieldConflict(subject, found)
    kept = {one.field for one in collisions(found) if choices.get(one.field) == "theirs"}
    return {name: value for name, value in proposal.values.items() if name not in kept}


def _agreed(proposal: Proposal, actor: User) -> list[User]:
    """Return who has agreed so far, the approver first."""
    return [actor, *User.objects.filter(pk__in=proposal.agreed).exclude(pk=actor.pk)]


def _uncovered(people: Sequence[User], spots: Sequence[Spot]) -> Spot | None:
    """Return the first spot where none of ``people`` may publish."""
    able = [areas.grants_of(one) for one in people]
    for spot in spots:
        if not any(grant.allows(Action.EDIT) and grant.covers(spot) for grants in able for grant in grants):
            return spot
    return None


def _pass_on(proposal: Proposal, actor: User, to: Spot) -> Proposal:
    proposal.agreed = [*dict.fromkeys([*proposal.agreed, actor.pk])]
    proposal.province_id, proposal.commune_id = to.province, to.commune
    proposal.save(update_fields=["agreed", "province", "commune"])
    return proposal


def _accept(proposal: Proposal, actor: User, reason: str, saved: Saved) -> Proposal:
    if proposal.subject_id is None:
        proposal.subject, proposal.version = PublicId.objects.get(pk=saved.record.public_id), saved.record.version
    return _decide(proposal, actor, State.ACCEPTED, reason)


def _decide(proposal: Proposal, actor: User, state: str, answer: str) -> Proposal:
    proposal.state, proposal.answer = state, nfc(answer)
    proposal.decided_by, proposal.decided_at = actor, calendar.now()
    records.check(proposal, exclude=("subject", "values", "before", "agreed"))
    proposal.save()
    decision_mail.proposal_decided(proposal)
    return proposal
