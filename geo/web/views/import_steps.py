"""The further steps of an import: what it would do, applying or sending it, what came of it, taking it back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.access.permissions import area_words
from geo.spatial.problems import Conflict, InvalidParameter, NotFound
from geo.stewardship.imports import answering, approving, jobs, rights
from geo.stewardship.imports.columns import is_numbering
from geo.stewardship.imports.models import Import, ImportRow
from geo.stewardship.imports.reasons import words
from geo.stewardship.imports.showing import LABELS, points, rows_in_words
from geo.stewardship.imports.workbooks import RETURNED, returned_rows
from geo.web.boot import boot
from geo.web.modules import first_graph
from geo.web.private_pages import desk_page, person
from geo.web.security import policy
from geo.web.views.desk import frame
from geo.web.views.imports import as_file

PER_PAGE = 25
POINTS_AT_MOST = 10_000
_MEANING = {
    "new": "good", "changed": "good", "same": "", "refused": "wrong", "doubtful": "wrong", "conflict": "wrong",
}  # fmt: skip


def import_at(request: HttpRequest, pk: int) -> Import:
    """Return an import that the person may see. Raises: NotFound, Forbidden."""
    rows = Import.objects.select_related("created_by", "applied_by", "answered_by", "job_by")
    batch = rows.filter(pk=pk).first()
    if batch is None:
        raise NotFound(_("There is no such import."))
    rights.require_sight(person(request), batch)
    return batch


@require_safe
@desk_page
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an import as it stands: progress, preview, result."""
    return _page(request, import_at(request, pk))


def _page(request: HttpRequest, batch: Import, error: str = "", status: int = 200) -> HttpResponse:
    user = person(request)
    running = jobs.is_running(batch)
    shown = not running and batch.state not in (Import.State.RECEIVED, Import.State.CHECKING, Import.State.UNREADABLE)
    context: dict[str, Any] = {
        **frame(request, "imports"),
        "batch": batch,
        "running": running,
        "progress": progress_of(batch) if running else None,
        "interrupted": jobs.was_interrupted(batch),
        "refusal": words(batch.refusal["code"], batch.refusal["facts"]) if batch.refusal else "",
        "error": error,
        "step": 3 if batch.state in (Import.State.APPLIED, Import.State.REVERTED) else 2,
        "own": rights.is_own(user, batch),
        "area": area_words(user),
        "unknown": [one for one in batch.columns if not one["field"] and not is_numbering(one["title"])],
    }
    if shown:
        context |= _preview(request, batch) | _possible(user, batch)
    with_map = shown and batch.kind == Import.Kind.PLACES and batch.state != Import.State.REVERTED
    context["modules"] = first_graph() if running or with_map else None
    if with_map and context["modules"]:
        context["boot"] = boot()
    response = render(request, "web/desk/import.html", context, status=status)
    if context["modules"]:
        response.headers["Content-Security-Policy"] = policy(context["modules"].import_map)
    return response


def _preview(request: HttpRequest, batch: Import) -> dict[str, Any]:
    asked = request.GET.get("show", "")
    kinds = [
        {"value": value, "label": capfirst(str(label)), "count": batch.counts.get(value, 0), "meaning": _MEANING[value]}
        for value, label in LABELS.items()
    ]
    kinds = [one for one in kinds if one["count"] or one["value"] in ("new", "changed", "same", "refused")]
    rows = batch.rows.order_by("number")
    if asked in ImportRow.Verdict.values:
        rows = rows.filter(verdict=asked)
    elif batch.counts.get("refused", 0) and not asked:
        # What needs somebody comes first; the rest is one press away.
        asked, rows = ImportRow.Verdict.REFUSED.value, rows.filter(verdict=ImportRow.Verdict.REFUSED)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "kinds": kinds,
        "asked": asked if asked in ImportRow.Verdict.values else "all",
        "page": page,
        "rows": rows_in_words(batch, list(page)),
        "writes": batch.counts.get("new", 0) + batch.counts.get("changed", 0),
        "returned": sum(batch.counts.get(verdict, 0) for verdict in RETURNED),
    }


def _possible(user: Any, batch: Import) -> dict[str, Any]:
    """Return what ``user`` may do with the import now."""
    state = batch.state
    own, waits = rights.is_own(user, batch), state == Import.State.WAITING
    applies = rights.may_apply(user, batch)
    return {
        "may_apply": applies and ((own and state == Import.State.CHECKED) or waits),
        "may_answer": own and state == Import.State.CHECKED,
        "may_send": own and not applies and state == Import.State.CHECKED and bool(batch.spots),
        "may_withdraw": own and waits,
        "may_decline": waits and rights.may_decide(user, batch),
        "may_revert": applies and state == Import.State.APPLIED,
    }


def progress_of(batch: Import) -> dict[str, Any]:
    """Return how far the job is, for the page and for its module."""
    reading = batch.job == Import.Job.CHECK and not batch.total
    said = (
        {
            Import.Job.CHECK: _("Comparing the rows with the register…"),
            Import.Job.APPLY: _("Writing all rows at once…"),
            Import.Job.REVERT: _("Taking the import back…"),
        }.get(Import.Job(batch.job), "")
        if batch.job
        else ""
    )
    if reading:
        said = _("Reading the file…") if batch.job_begun_at else _("Waiting for its turn…")
    counted = batch.job == Import.Job.CHECK and bool(batch.total)
    return {
        "running": True,
        "said": said,
        "done": batch.done if counted else None,
        "total": batch.total if counted else None,
    }


@require_safe
@desk_page
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the page's module how far the job is."""
    batch = import_at(request, pk)
    return JsonResponse(progress_of(batch) if jobs.is_running(batch) else {"running": False})


@require_safe
@desk_page
def import_points(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the positions that the import writes, for the map of the preview."""
    batch = import_at(request, pk)
    found = points(batch, POINTS_AT_MOST)
    return JsonResponse({"points": found, "most": POINTS_AT_MOST})


@require_safe
@desk_page
def import_returned(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the rows that weren't taken, with the reasons."""
    batch = import_at(request, pk)
    if batch.erased_at is not None:
        raise NotFound(_("The file and its rows were erased after half a year."))
    stem = "".join(one if one.isascii() and one.isalnum() else "-" for one in batch.file_name.rpartition(".")[0])
    return as_file(returned_rows(batch), f"{_('to-correct')}-{stem.strip('-') or batch.pk}")


@require_POST
@desk_page
def import_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare the file with the register once more."""
    batch = import_at(request, pk)
    if not rights.is_own(person(request), batch):
        raise Conflict(_("Only who has uploaded the file can check it again."))
    return _asked(request, batch, Import.Job.CHECK, "")


@require_POST
@desk_page
def import_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the answer which record a row is, or that it is new; or that all rows still asked about are."""
    batch, user = import_at(request, pk), person(request)
    row, record = request.POST.get("row", ""), request.POST.get("is", "")
    back = urlencode({name: request.POST.get(name, "")[:20] for name in ("show", "page")})
    if row == "all":
        answering.answer_all_new(user, batch)
        return HttpResponseRedirect(reverse("web:import", args=[batch.pk]) + "?show=all")
    if not row.isascii() or not row.isdigit():
        raise InvalidParameter("row", _("Nothing was asked about this row."))
    answering.answer(user, batch, {int(row): record})
    return HttpResponseRedirect(reverse("web:import", args=[batch.pk]) + f"?{back}#rows")


@require_POST
@desk_page
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write all rows that can be written, with a word why."""
    return _asked(request, import_at(request, pk), Import.Job.APPLY, request.POST.get("reason", ""))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def import_revert(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the whole import shall be taken back, and do so."""
    batch = import_at(request, pk)
    if request.method == "POST":
        return _asked(request, batch, Import.Job.REVERT, request.POST.get("reason", ""))
    if batch.state != Import.State.APPLIED:
        return HttpResponseRedirect(reverse("web:import", args=[batch.pk]))
    return render(request, "web/desk/import_revert.html", {**frame(request, "imports"), "batch": batch, "step": 3})


def _asked(request: HttpRequest, batch: Import, job: str, reason: str) -> HttpResponse:
    """Ask for a job and show the import again, with what was wrong if something was."""
    try:
        jobs.ask(person(request), batch, job, reason)
    except InvalidParameter as wrong:
        return _page(request, batch, wrong.message, 422)
    return HttpResponseRedirect(reverse("web:import", args=[batch.pk]))


@require_POST
@desk_page
def import_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the import to whoever may publish there, take it back from them, or answer that it won't be written."""
    batch, user = import_at(request, pk), person(request)
    step, said = request.POST.get("step", ""), request.POST.get("reason", "")
    try:
        if step == "withdraw":
            approving.withdraw(user, batch)
        elif step == "decline":
            approving.decline(user, said, batch)
        else:
            approving.send(user, said, batch)
            messages.success(request, _("Sent. The province sees it on its desk and writes it, or tells you why not."))
    except InvalidParameter as wrong:
        return _page(request, batch, wrong.message, 422)
    return HttpResponseRedirect(reverse("web:import", args=[batch.pk]))
