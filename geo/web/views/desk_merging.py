"""Merging two records at the desk: compare, choose for each field, merge; say they differ; take a merge back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from geo.access.models import RecordVersion
from geo.access.permissions import NeedsApproval, may, require
from geo.access.rules import Action
from geo.access.trails import entries
from geo.spatial.problems import Conflict, Forbidden, InvalidParameter, NotFound
from geo.stewardship.merging import asking, choices, lookalikes
from geo.stewardship.merging.counting import counted
from geo.stewardship.merging.models import Merge
from geo.stewardship.merging.services import kept_of, merge, record_of
from geo.stewardship.merging.undoing import unmerge
from geo.stewardship.writers import KINDS, Subject, spot_of
from geo.web.private_pages import desk_page, person, safe_next
from geo.web.views.desk import frame

REASON_AT_MOST = 200


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def choose(request: HttpRequest) -> HttpResponse:
    """Ask for the numbers of two records, and go on to compare them."""
    error = ""
    given = {name: request.POST.get(name, request.GET.get(name, "")).strip() for name in ("kept", "dropped")}
    if request.method == "POST":
        try:
            kept, dropped = record_of(given["kept"]), record_of(given["dropped"])
            return HttpResponseRedirect(reverse("web:merge", args=[kept.public_id, dropped.public_id]))
        except NotFound as problem:
            error = problem.message
    context = {**frame(request), "given": given, "error": error}
    return render(request, "web/desk/merge_choose.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def compare(request: HttpRequest, one: str, other: str) -> HttpResponse:
    """Show two records field by field, and merge the second into the first."""
    kept, dropped = record_of(one), record_of(other)
    if type(kept) is not type(dropped) or kept.pk == dropped.pk:
        raise InvalidParameter("other", _("Choose two different records of the same kind."))
    require(person(request), Action.PROPOSE, spot_of(kept), spot_of(dropped))
    if request.method == "POST":
        return _merge(request, kept, dropped)
    return _page(request, kept, dropped, _asked(kept, dropped))


def _merge(request: HttpRequest, kept: Subject, dropped: Subject) -> HttpResponse:
    chosen, reason = _chosen(request.POST, kept), request.POST.get("reason", "")[:REASON_AT_MOST]
    versions: dict[str, Any] = {
        f"{side}_version": _number(request.POST.get(f"{side}_version", "")) for side in ("kept", "dropped")
    }
    try:
        done = merge(person(request), reason, kept, dropped, chosen, **versions)
    except NeedsApproval:
        return _ask(request, reason, kept, dropped, chosen)
    except (Conflict, InvalidParameter) as problem:
        # The records as they are now, the choices as they were made.
        kept, dropped = record_of(kept.public_id), record_of(dropped.public_id)
        status = 409 if isinstance(problem, Conflict) else 422
        return _page(request, kept, dropped, {"chosen": chosen, "reason": reason}, problem.message, status)
    for warning in done.warnings:
        messages.warning(request, warning)
    messages.success(request, _("Merged. The old number %(id)s leads here.") % {"id": done.merge.dropped_id})
    return HttpResponseRedirect(reverse("web:merged", args=[done.merge.pk]))


def _ask(request: HttpRequest, reason: str, kept: Subject, dropped: Subject, chosen: dict[str, str]) -> HttpResponse:
    asked = asking.ask_to_merge(person(request), reason, kept, dropped, chosen)
    messages.success(request, _("Whoever may publish here has been asked to merge them."))
    return HttpResponseRedirect(reverse("web:proposal", args=[asked.pk]))


def _page(
    request: HttpRequest, kept: Subject, dropped: Subject, said: dict[str, Any], error: str = "", status: int = 200
) -> HttpResponse:
    user, spots = person(request), (spot_of(kept), spot_of(dropped))
    found = choices.lines(kept, dropped)
    chosen = said.get("chosen", {})
    context = {
        **frame(request, "duplicates"),
        "kept": kept,
        "dropped": dropped,
        "differing": [(line, chosen.get(line.group.name, line.wanted)) for line in found if line.differs],
        "alike": [line for line in found if not line.differs],
        "moving": counted(dropped),
        "reason": said.get("reason") or _("the same record twice"),
        "asked_by": said.get("asked_by"),
        "error": error,
        "publishes": may(user, Action.EDIT, *spots).allowed,
    }
    return render(request, "web/desk/merge.html", context, status=status)


def _asked(kept: Subject, dropped: Subject) -> dict[str, Any]:
    """Return what somebody who asked for this merge has chosen."""
    row = asking.asked_for(kept.public_id, dropped.public_id)
    if row is None or row.subject_id != kept.public_id:
        return {}
    return {"chosen": row.values, "reason": row.reason, "asked_by": row.proposed_by}


def _chosen(data: QueryDict, kept: Subject) -> dict[str, str]:
    sides = (choices.KEPT, choices.DROPPED)
    return {
        group.name: said for group in choices.groups_of(kept) if (said := data.get(f"take-{group.name}", "")) in sides
    }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


@require_POST
@desk_page
def not_the_same(request: HttpRequest, one: str, other: str) -> HttpResponse:
    """Remember that two records aren't the same, and go on with the list."""
    kept, dropped = record_of(one), record_of(other)
    lookalikes.set_different(person(request), kept, dropped)
    messages.success(
        request, _("Noted: “%(one)s” and “%(other)s” are two.") % {"one": kept.name, "other": dropped.name}
    )
    fallback = reverse("web:desk-task", args=["duplicates"])
    return HttpResponseRedirect(safe_next(request, request.POST.get("next") or fallback))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def merged(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a merge with the history of the record that went, and take it back."""
    found = get_object_or_404(Merge.objects.select_related("merged_by", "undone_by"), pk=pk)
    if found.undone_at is None:
        kept: Subject | None = kept_of(found)
    else:
        kept = KINDS[found.kind]._default_manager.filter(public_id=found.kept_id).first()
    if kept is not None:
        require(person(request), Action.CHECK, spot_of(kept))
    elif not may(person(request), Action.ADMINISTER).allowed:
        raise Forbidden(_("Your role doesn't allow this."))
    if request.method == "POST":
        unmerge(person(request), request.POST.get("reason", "")[:REASON_AT_MOST], found)
        messages.success(request, _("Taken back: both records stand again."))
        return HttpResponseRedirect(reverse("web:merged", args=[pk]))
    context = {
        **frame(request, "duplicates"),
        "merge": found,
        "kept": kept,
        "trail": _trail(found),
        "may_undo": kept is not None
        and found.undone_at is None
        and may(person(request), Action.EDIT, spot_of(kept)).allowed,
    }
    return render(request, "web/desk/merged.html", context)


def _trail(merge: Merge) -> list[Any]:
    """Return the history of the record that was merged, newest first."""
    model = KINDS[merge.kind]
    gone = model(pk=_key_of(merge), public_id=merge.dropped_id)
    if gone.pk is None:
        return []
    return entries(gone, limit=20)


def _key_of(merge: Merge) -> int | None:
    """Return the primary key that the dropped record had, or has again."""
    table = KINDS[merge.kind]._meta.db_table
    rows = RecordVersion.objects.filter(batch=merge.batch, table=table, operation="D")
    found = rows.values_list("record", flat=True).first()
    return int(found) if found is not None else None
