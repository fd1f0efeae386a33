"""“Báo sai”: plain forms that store what a visitor says about a record or a missing place, and what became of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geo.access.floods import TooManySent
from geo.access.form_tokens import issue
from geo.access.guessing import client_address
from geo.divisions.selectors import provinces
from geo.places.photos import MAX_BYTES
from geo.spatial import public_ids
from geo.spatial.models import PublicId
from geo.spatial.problems import InvalidParameter, NotFound
from geo.stewardship.models import Report
from geo.stewardship.notices import tell_at_once
from geo.stewardship.services import receive_report
from geo.web import modules
from geo.web.boot import pin_boot
from geo.web.heads import site
from geo.web.records.common import Base, Record
from geo.web.records.reading import read_record, resolve
from geo.web.report_forms import TRAP, MissingForm, ReportForm
from geo.web.security import policy, public_page
from geo.web.uploads import bounded


def _report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the form about a record, or store what it says."""
    entry = resolve(public_ids.parse(public_id))
    record = read_record(entry.pk, Base(site(request)))
    return _answer(request, entry, record)


def _missing(request: HttpRequest) -> HttpResponse:
    """Show the form for a place that is missing on the map, or store what it says."""
    return _answer(request, None, None)


report = require_http_methods(["GET", "HEAD", "POST"])(bounded(MAX_BYTES, _report))
missing = require_http_methods(["GET", "HEAD", "POST"])(bounded(MAX_BYTES, _missing))


def _answer(request: HttpRequest, entry: PublicId | None, record: Record | None) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = MissingForm(*sent) if entry is None else ReportForm(*sent)
    if not form.is_bound:
        return _form_page(request, record, form, 200)
    back = reverse("web:thanks", args=[entry.pk]) if entry is not None else reverse("web:thanks-missing")
    if form.is_valid() and request.POST.get(TRAP):
        return HttpResponseRedirect(back)
    if not form.is_valid():
        return _form_page(request, record, form, 422)
    try:
        stored = receive_report(entry, form.said(), client_address(request))
    except TooManySent as problem:
        form.add_error(None, problem.message)
        return _form_page(request, record, form, 429)
    except InvalidParameter as problem:
        form.add_error("photo", problem.message)
        return _form_page(request, record, form, 422)
    tell_at_once(stored, site(request))
    return HttpResponseRedirect(f"{back}?ref={stored.public_id}")


def _form_page(
    request: HttpRequest, record: Record | None, form: ReportForm | MissingForm, status: int
) -> HttpResponse:
    context: dict[str, Any] = {
        "record": record,
        "form": form,
        "home": reverse("web:map"),
        "trap": TRAP,
        "token": issue(),
    }
    template = "web/report.html" if record is not None else "web/missing.html"
    graph = modules.first_graph() if record is None else None
    if graph is not None:
        context |= {"modules": graph, "pin": _pin()}
    response = render(request, template, context, status=status)
    if graph is not None:
        response.headers["Content-Security-Policy"] = policy(graph.import_map)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _pin() -> dict[str, object]:
    """Return what the map needs on which a missing place is pointed at; it begins at the province that is chosen."""
    located = {one.code: [one.location.x, one.location.y] for one in provinces() if one.location is not None}
    return {**pin_boot(), "provinces": located}


@require_safe
@public_page
def thanks(request: HttpRequest, public_id: str = "") -> HttpResponse:
    """Thank for a report and give its reference, which says nothing about what was reported."""
    entry = resolve(public_ids.parse(public_id)) if public_id else None
    reference = request.GET.get("ref", "")
    try:
        reference = public_ids.parse(reference) if reference else ""
    except NotFound:
        reference = ""
    context = {
        "reference": reference,
        "record_href": reverse("web:record", args=[entry.pk]) if entry is not None else "",
        "home": reverse("web:map"),
    }
    return render(request, "web/thanks.html", context)


@require_safe
@public_page
def state(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what became of a report, to whoever has its number; never what was reported or by whom."""
    found = Report.objects.filter(public_id=public_ids.parse(reference)).select_related("subject").first()
    if found is None:
        raise NotFound(_("There is no report with this number."))
    record = read_record(found.subject_id, Base(site(request))) if found.subject_id else None
    context = {"report": found, "record": record, "home": reverse("web:map")}
    response = render(request, "web/report_state.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response
