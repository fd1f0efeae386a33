"""The queue of proposals, as whoever may decide about them sees it."""

from django.db.models import Q, QuerySet

from geo.access.rules import Action
from geo.stewardship.area import Area
from geo.stewardship.proposal_model import Proposal


def waiting_for(area: Area) -> "QuerySet[Proposal]":
    """Return the proposals that whoever holds ``area`` may decide about, the oldest first."""
    grants = [grant for grant in area.grants if grant.allows(Action.APPROVE)]
    rows = Proposal.objects.filter(state=Proposal.State.WAITING).select_related(
        "proposed_by", "province", "commune", "subject"
    )
    rows = rows.order_by("pk") if grants else rows.none()
    if area.province is not None:
        rows = rows.filter(province=area.province)
    if any(grant.everywhere for grant in grants):
        return rows
    communes = [pk for grant in grants for pk in grant.communes]
    provinces = [pk for grant in grants for pk in grant.provinces]
    return rows.filter(Q(commune__in=communes) | Q(commune__isnull=True, province__in=provinces))
