"""Merges that somebody asks for who may not publish at both records: proposals like any other, decided on the desk."""

from collections.abc import Mapping
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from geo.access import records
from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import may, require
from geo.access.rules import Action
from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.problems import Conflict, InvalidParameter
from geo.stewardship import decision_mail
from geo.stewardship.merging.choices import KEPT, groups_of
from geo.stewardship.proposal_model import Proposal
from geo.stewardship.writers import Subject, kind_of, spot_of

State = Proposal.State
REASON_AT_MOST = 300


def ask_to_merge(actor: User, reason: str, kept: Subject, dropped: Subject, chosen: Mapping[str, str]) -> Proposal:
    """Propose to merge ``dropped`` into ``kept`` with these choices, to whoever may publish there.

    Raises: Forbidden unless the actor may propose for both, Conflict when somebody asks for this merge already.
    """
    if type(kept) is not type(dropped) or kept.pk == dropped.pk:
        raise InvalidParameter("other", _("Choose two different records of the same kind."))
    spots = [spot_of(kept), spot_of(dropped)]
    require(actor, Action.PROPOSE, *spots)
    said = nfc(records.require_reason(reason))
    at = next((spot for spot in spots if not may(actor, Action.EDIT, spot).allowed), spots[0])
    with audit(actor, said):
        if asked_for(kept.public_id, dropped.public_id):
            raise Conflict(_("Somebody has asked for this merge already."))
        return Proposal.objects.create(
            kind=kind_of(type(kept)),
            subject_id=kept.public_id,
            merged_id=dropped.public_id,
            values={group.name: chosen.get(group.name, KEPT) for group in groups_of(kept)},
            version=kept.version,
            reason=said[:REASON_AT_MOST],
            province_id=at.province,
            commune_id=at.commune,
            agreed=[actor.pk],
            proposed_by=actor,
        )


def _of_pair(one: str, other: str) -> Q:
    return Q(subject=one, merged=other) | Q(subject=other, merged=one)


def asked_for(*pair: str) -> Proposal | None:
    """Return the proposal that waits to merge these two records, by their numbers."""
    return asked_for_any([(pair[0], pair[1])]).get(frozenset(pair))


def asked_for_any(pairs: list[tuple[str, str]]) -> dict[frozenset[str], Proposal]:
    """Return the proposals that wait to merge any of these pairs, by the two numbers."""
    if not pairs:
        return {}
    rows = Proposal.objects.filter(reduce(or_, (_of_pair(*pair) for pair in pairs)), state=State.WAITING)
    return {frozenset([str(row.subject_id), str(row.merged_id)]): row for row in rows.select_related("proposed_by")}


def settle(actor: User | None, one: str, other: str, state: str, answer: str) -> None:
    """Decide the proposals that wait to merge these two, when somebody does so, or calls them different."""
    rows = Proposal.objects.filter(_of_pair(one, other), state=State.WAITING).select_related("proposed_by")
    for row in rows:
        row.state, row.decided_by, row.decided_at, row.answer = state, actor, calendar.now(), answer[:500]
        row.save(update_fields=["state", "decided_by", "decided_at", "answer"])
        decision_mail.proposal_decided(row)


def follow(kept: str, dropped: str) -> None:
    """Let other proposals to merge ``dropped`` away ask for the record that it has become part of."""
    Proposal.objects.filter(merged=dropped, state=State.WAITING).update(merged=kept)
