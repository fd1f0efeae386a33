"""Proposals on the desk: what somebody would change, from what to what, and the answer."""

import math

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.access import areas
from geo.access.rules import Action
from geo.spatial.problems import InvalidParameter, NotFound
from geo.stewardship import proposals
from geo.stewardship.differences import FieldConflict, collisions
from geo.stewardship.imports.ground import metres
from geo.stewardship.merging import choices
from geo.stewardship.merging.choices import Line
from geo.stewardship.models import Proposal
from geo.stewardship.whereabouts import Typed, whereabouts
from geo.stewardship.writers import Subject
from geo.web.private_pages import desk_page, person
from geo.web.views.desk import frame, with_subjects

MINE = 100
WIDE_PX = 80
"""How long a move is on the small maps, about: a third of their width on a phone."""
NEAREST, FARTHEST, ALONE = 17.0, 4.0, 11.0
"""Zoom levels between which the small maps are drawn; and that of a position that was not there before."""
METRES_PER_PX = 156_543.034
"""At the equator at zoom 0, in Web Mercator with tiles of 256 pixels (EPSG:3857)."""
SCALES_M = [step * 10**power for power in range(1, 6) for step in (1, 2, 5)]
"""Round lengths of scale bars."""
BAR_PX = 90


class DecisionForm(forms.Form):
    """Approve or refuse, with a sentence."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[("approve", gettext_lazy("Approve: the map shows it at once")), ("refuse", gettext_lazy("Refuse"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Approve the proposal or refuse it.")},
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For whoever proposed it. A refusal needs a sentence."),
    )


def proposal_at(request: HttpRequest, number: int) -> Proposal:
    """Return a proposal that is one's own, or that one may decide or have decided about. Raises: NotFound."""
    rows = Proposal.objects.select_related("proposed_by", "decided_by", "province", "commune", "subject")
    found = rows.filter(pk=number).first()
    user = person(request)
    if found is not None:
        covered = any(
            grant.allows(Action.APPROVE) and grant.covers(proposals.spot(found)) for grant in areas.grants_of(user)
        )
        if covered or user.pk in (found.proposed_by_id, found.decided_by_id) or user.pk in found.agreed:
            return found
    raise NotFound(_("There is no proposal with this number."))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a proposal changes, and take the decision of whoever may decide."""
    found = proposal_at(request, number)
    may_decide = proposals.may_decide(person(request), found)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _decided(request, found, form)
        except InvalidParameter as problem:
            form.add_error(problem.name if problem.name in form.fields else None, problem.message)
        except FieldConflict as conflict:
            form.add_error(None, conflict.message)
    differences = proposals.differences(found)
    dropped = proposals.dropped_of(found)
    context = {
        **frame(request, "proposals"),
        "proposal": found,
        "subject": proposals.subject_of(found),
        "differences": differences,
        "collisions": collisions(differences) if found.state == Proposal.State.WAITING else [],
        "moved": _moved(found),
        "dropped": dropped,
        "taken": _taken(found, dropped),
        "may_decide": may_decide,
        "is_mine": found.proposed_by_id == person(request).pk,
        "form": form,
    }
    return render(request, "web/desk/proposal.html", context, status=422 if form.is_bound else 200)


def _decided(request: HttpRequest, found: Proposal, form: DecisionForm) -> HttpResponse:
    user, given = person(request), form.cleaned_data
    if given["decision"] == "refuse":
        proposals.refuse(user, found, given["answer"])
        messages.success(request, _("The proposal is refused. Whoever made it reads why."))
    else:
        choices = {
            name.removeprefix("choice-"): str(value)
            for name, value in request.POST.items()
            if name.startswith("choice-")
        }
        done = proposals.approve(user, found, given["answer"], choices=choices)
        said = {
            Proposal.State.ACCEPTED: _("Approved. The map shows it now."),
            Proposal.State.WAITING: _("Approved for your area. It now waits for whoever keeps the other one."),
        }
        messages.success(request, said.get(Proposal.State(done.state), _("The record says this already.")))
    return HttpResponseRedirect(reverse("web:desk-task", args=["proposals"]))


def _taken(found: Proposal, dropped: Subject | None) -> list[tuple[Line, str]]:
    """Return what differs between two records that would be merged, and whose value would stay."""
    kept = proposals.subject_of(found) if dropped is not None else None
    if kept is None or dropped is None:
        return []
    rows = [line for line in choices.lines(kept, dropped) if line.differs]
    return [(line, str(found.values.get(line.group.name, choices.KEPT))) for line in rows]


def _moved(found: Proposal) -> dict[str, object] | None:
    """Return the old and the new point of a proposal that moves a pin, and how far apart they are."""
    new, old = found.values.get("location"), found.before.get("location")
    if not new or found.merged_id is not None:
        return None
    lon, lat = new["coordinates"][:2]
    typed = Typed(lon, lat, str(found.values.get("location_accuracy", "")))
    before = tuple(old["coordinates"][:2]) if old else None
    metres_apart = metres(before, (lon, lat)) if before is not None else None
    zoom = zoom_of(metres_apart, lat)
    return {
        "new": (lon, lat),
        "old": before,
        "far": metres_apart,
        "looked": whereabouts(typed, None, None),
        "kind": found.values.get("kind") or getattr(proposals.subject_of(found), "kind", "production_site"),
        "zoom": round(zoom, 2),
        "scale": scale_of(zoom, lat),
    }


def zoom_of(metres_apart: float | None, lat: float) -> float:
    """Return how near the small maps look: so that a move is about ``WIDE_PX`` long, whether 20 m or 200 km."""
    if not metres_apart:
        return ALONE
    wanted = math.log2(METRES_PER_PX * math.cos(math.radians(lat)) * WIDE_PX / metres_apart)
    return min(NEAREST, max(FARTHEST, wanted))


def scale_of(zoom: float, lat: float) -> dict[str, float]:
    """Return a round length in metres and how many pixels it takes on a map at ``zoom``, at most ``BAR_PX``."""
    per_px = METRES_PER_PX * math.cos(math.radians(lat)) / 2**zoom
    length = max((one for one in SCALES_M if one / per_px <= BAR_PX), default=SCALES_M[0])
    return {"metres": length, "px": round(length / per_px, 1)}


@require_POST
@desk_page
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take back one's own proposal."""
    found = proposal_at(request, number)
    proposals.withdraw(person(request), found)
    messages.success(request, _("The proposal is withdrawn."))
    return HttpResponseRedirect(reverse("web:my-proposals"))


@require_safe
@desk_page
def mine(request: HttpRequest) -> HttpResponse:
    """Show what one has proposed oneself, and what became of it."""
    rows = Proposal.objects.filter(proposed_by=person(request)).select_related("province", "commune", "decided_by")
    context = {**frame(request, "my-proposals"), "rows": with_subjects(list(rows.order_by("-pk")[:MINE]))}
    return render(request, "web/desk/my_proposals.html", context)
