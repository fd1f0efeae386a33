"""One door for whoever edits: saved at once where they have the right to publish, proposed where they haven't."""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings

from geo.access import parts
from geo.access.models import User
from geo.access.permissions import may
from geo.access.rules import Action
from geo.stewardship import proposals
from geo.stewardship.proposal_model import Proposal
from geo.stewardship.writers import KINDS, Saved, Subject, rehearse, write

__all__ = ["Saved", "is_proposal", "save_or_propose"]


def save_or_propose(
    actor: User,
    reason: str,
    subject: Subject | None,
    values: Mapping[str, Any],
    *,
    version: int | None,
    model: type[Subject] | None = None,
) -> Saved | Proposal:
    """Save ``values`` in ``subject`` (``None``: a new record of ``model``, a place), or propose them.

    They are proposed where the actor may not publish: without that right, into somebody else's area, or to a position
    in another province or more than ``OCOPMAP_PROPOSAL_DISTANCE_M`` from the own area.
    Raises: Forbidden, InvalidParameter, Conflict when the record is no longer at ``version``.
    """
    kind = type(subject) if subject is not None else (model or KINDS["place"])
    would = rehearse(reason, kind, subject, values, version=version)
    if would.changed and is_proposal(actor, subject, would.record, parts.actions_of(values)):
        return proposals.submit(actor, reason, subject, values, version=version, model=kind)
    return write(actor, reason, kind, subject, values, version=version)


def is_proposal(
    actor: User, subject: Subject | None, would: Subject, actions: Collection[Action] = (Action.EDIT,)
) -> bool:
    """Whether turning ``subject`` into ``would``, which takes the rights ``actions``, is for others to approve.

    A new record outside of one's area, or the edit of one that is there, is refused by the service instead.
    """
    spots = proposals.touched(actor, subject, would)
    wanted = {Action.EDIT, *actions}
    uncovered = [spot for spot in spots if not all(may(actor, action, spot).allowed for action in wanted)]
    return bool(uncovered) and may(actor, Action.PROPOSE, spots[0]).allowed


def distance_limit_m() -> int:
    """Return how far from the own area a position may be moved without asking, in metres."""
    return int(settings.PROPOSAL_DISTANCE_M)
