"""Mail about decisions: to whoever must decide about an import, and to whoever waits for an import or a proposal.

In both languages, with the number and the address of what it is about, and nothing else: what was proposed and the
words of the answer stand on the desk alone. Written with the decision and sent after the commit
(``geo.access.outbox``); without a mail server nothing is sent or fails.
"""

from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo.access import outbox
from geo.access.areas import officers_of
from geo.access.models import Assignment, Role, User
from geo.spatial import calendar
from geo.stewardship.imports.models import Import
from geo.stewardship.imports.rights import is_own, may_decide
from geo.stewardship.notices import configured
from geo.stewardship.proposal_model import Proposal

WAITS = _("OCOP map: an import waits for you")
WAITS_LINE = _("Import no. %(number)d was sent to you to be approved. Look at it, then write it or say why not.")
IMPORT_DECIDED = _("OCOP map: your import is decided")
IMPORT_LINES: dict[str, Promise] = {
    Import.State.APPLIED: _("Your import no. %(number)d is approved and written; the map shows it."),
    Import.State.DECLINED: _("Your import no. %(number)d was not approved. The reason stands there."),
}
PROPOSAL_DECIDED = _("OCOP map: your proposal is decided")
PROPOSAL_LINES: dict[str, Promise] = {
    Proposal.State.ACCEPTED: _("Your proposal no. %(number)d is accepted; the map shows it."),
    Proposal.State.REFUSED: _("Your proposal no. %(number)d was refused. The reason stands there."),
    Proposal.State.OUTDATED: _("Your proposal no. %(number)d is closed: the record says this already."),
}


def import_waits(batch: Import) -> None:
    """Tell whoever may decide about an import that it waits."""
    _send(deciders(batch), WAITS, WAITS_LINE, batch.pk, "web:import")


def import_decided(batch: Import) -> None:
    """Tell whoever sent an import what somebody else has decided about it."""
    decided_by = batch.applied_by if batch.state == Import.State.APPLIED else batch.answered_by
    if batch.sent_at is None or batch.created_by is None or decided_by == batch.created_by:
        return
    _send([batch.created_by], IMPORT_DECIDED, IMPORT_LINES[batch.state], batch.pk, "web:import")


def proposal_decided(proposal: Proposal) -> None:
    """Tell whoever made a proposal what somebody else has decided about it."""
    if proposal.state in PROPOSAL_LINES and proposal.decided_by_id != proposal.proposed_by_id:
        line = PROPOSAL_LINES[proposal.state]
        _send([proposal.proposed_by], PROPOSAL_DECIDED, line, proposal.pk, "web:proposal")


def deciders(batch: Import) -> list[User]:
    """Return who may decide about an import: the officers of its provinces, else those of the country."""
    provinces = {province for province, _commune in batch.spots if province is not None}
    near = {one.pk: one for province in provinces for one in officers_of(None, province)}
    able = [one for one in near.values() if may_decide(one, batch) and not is_own(one, batch)]
    return able or [one for one in _national() if not is_own(one, batch)]


def _national() -> list[User]:
    today = calendar.today()
    held = Assignment.objects.filter(role=Role.NATIONAL, user__is_active=True, starts_on__lte=today)
    held = held.exclude(ends_on__lte=today).select_related("user")
    return sorted({one.user for one in held}, key=str)


def _send(people: Iterable[User], subject: Promise, line: Promise, number: int, page: str) -> None:
    """Write one mail to each who has an address."""
    if not configured():
        return
    for person in people:
        if person.email and person.is_active:
            with translation.override("vi"):
                title = str(subject)
            outbox.post(person.email, title, _text(person, line, number, page))


def _text(person: User, line: Promise, number: int, page: str) -> str:
    parts = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said = str(line) % {"number": number}
            href = str(settings.PUBLIC_URL) + reverse(page, args=[number])
            context = {"officer": person, "said": said, "href": href}
            parts.append(render_to_string("stewardship/decision_mail.txt", context).strip())
    return "\n\n—\n\n".join(parts) + "\n"
