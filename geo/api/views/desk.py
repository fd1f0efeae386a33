"""What a program may know of its owner's desk: what waits in their area, and what became of their proposals."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from geo.access import areas
from geo.access.models import ApiToken, User
from geo.access.permissions import area_words, require
from geo.access.rules import Action
from geo.access.sessions import PRIVATE
from geo.api.asking import Ask
from geo.api.callers import caller_of
from geo.api.endpoint import Endpoint, json_response
from geo.api.formats import JSON, Format
from geo.spatial.problems import NotFound
from geo.stewardship.proposal_model import Proposal
from geo.stewardship.proposals import may_decide
from geo.stewardship.unit import COUNTED_TO, TASKS, Area, count

MOST_PROPOSALS = 100


class Private(Endpoint):
    """An address that answers each person differently, and is kept nowhere."""

    public_read: ClassVar[bool] = False
    formats: tuple[Format, ...] = (JSON,)
    scopes: ClassVar[Sequence[str]] = (ApiToken.Scope.READ,)

    def dispatch(self, request: HttpRequest, *args: Any, **path: Any) -> HttpResponseBase:
        """Answer, and keep it out of every cache."""
        response = super().dispatch(request, *args, **path)
        response.headers["Cache-Control"] = PRIVATE
        return response

    def get(self, request: HttpRequest, **path: Any) -> HttpResponseBase:
        """Answer GET and HEAD to whoever may know."""
        caller = caller_of(request, *self.scopes)
        return self.told(self.ask(request), caller.user, **path)

    head = get

    def told(self, ask: Ask, user: User, **path: Any) -> HttpResponseBase:
        """Return the answer to ``user``."""
        raise NotImplementedError


class Desk(Private):
    """``/api/desk``: how much waits in one's area, and one's proposals, the newest first."""

    def told(self, ask: Ask, user: User, **_path: Any) -> HttpResponseBase:
        """Return the counts, at most ``COUNTED_TO`` + 1 each; a whole country is counted for its reports alone."""
        require(user, Action.DESK)
        area = Area(areas.grants_of(user))
        tasks = [task for task in TASKS if not area.everywhere or task.kind == "reports"]
        proposed = Proposal.objects.filter(proposed_by=user).order_by("-pk")[:MOST_PROPOSALS]
        members = {
            "person": str(user),
            "area": area_words(user),
            "tasks": [
                {
                    "name": task.name,
                    "title": str(task.title),
                    "count": min(found, COUNTED_TO),
                    "more": found > COUNTED_TO,
                    "href": ask.base + reverse("web:desk-task", kwargs={"name": task.name}),
                }
                for task, found in ((task, count(task, area)) for task in tasks)
            ],
            "proposals": [described(ask, one) for one in proposed],
        }
        return json_response(ask, members)


class Proposals(Private):
    """``/api/proposals/{number}``: what became of one, for whoever made it or decides about it."""

    scopes: ClassVar[Sequence[str]] = (ApiToken.Scope.READ, ApiToken.Scope.WRITE)

    def told(self, ask: Ask, user: User, **path: Any) -> HttpResponseBase:
        """Return its state. Raises: NotFound when it is none of this person's business."""
        found = Proposal.objects.filter(pk=min(int(path["number"]), 2**63 - 1)).first()
        if found is None or (found.proposed_by_id != user.pk and not may_decide(user, found)):
            raise NotFound(_("There is no proposal with this number."))
        return json_response(ask, described(ask, found))


def described(ask: Ask, proposal: Proposal) -> dict[str, Any]:
    """Return what its maker may know of a proposal."""
    decided = proposal.decided_at
    return {
        "proposal": proposal.pk,
        "state": proposal.state,
        "kind": proposal.kind,
        "record": proposal.subject_id,
        "reason": proposal.reason,
        "answer": proposal.answer or None,
        "proposed_at": proposal.proposed_at.isoformat(),
        "decided_at": decided.isoformat() if decided else None,
        "links": [
            {"rel": "self", "href": ask.base + reverse("api:proposal", kwargs={"number": proposal.pk})},
            *([{"rel": "item", "href": f"{ask.base}/p/{proposal.subject_id}"}] if proposal.subject_id else []),
        ],
    }
