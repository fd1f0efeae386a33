"""Answering a report of the public."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from geo.access.permissions import may, require
from geo.access.rules import Action
from geo.places.models import Place
from geo.spatial import public_ids
from geo.spatial.problems import NotFound
from geo.stewardship import desk as services
from geo.stewardship.models import Report, ReportPhoto
from geo.web.heads import site
from geo.web.private_pages import desk_page, person
from geo.web.records.common import Base
from geo.web.records.reading import read_record
from geo.web.views.desk import frame


class AnswerForm(forms.Form):
    """Accept or refuse, with a sentence."""

    state = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[
            (Report.State.ACCEPTED, gettext_lazy("The report is right")),
            (Report.State.REFUSED, gettext_lazy("The report is not right")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Accept the report or refuse it.")},
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One sentence; whoever reported it reads it under the number of the report."),
        error_messages={"required": gettext_lazy("Write a sentence for whoever reported it.")},
    )
    close_place = forms.BooleanField(label=gettext_lazy("Close the place on the map too"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a report with the record it is about, and take the answer."""
    report = _report_at(reference)
    user, spot = person(request), services.spot_of_report(report)
    require(user, Action.SETTLE, spot)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    place = Place.objects.filter(public_id=report.subject_id, status=Place.Status.OPEN).first()
    may_close = report.kind == Report.Kind.CLOSED and place is not None and may(user, Action.EDIT, spot).allowed
    if not may_close:
        del form.fields["close_place"]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        services.settle(
            user, report, given["state"], given["answer"], close_place=bool(given.get("close_place", False))
        )
        messages.success(request, _("The report is answered."))
        return HttpResponseRedirect(reverse("web:desk-task", args=["reports"]))
    context = {
        **frame(request, "reports"),
        "report": report,
        "record": read_record(report.subject_id, Base(site(request))) if report.subject_id else None,
        "form": form,
        "has_photo": ReportPhoto.objects.filter(report=report).exists(),
        "create_href": _create_href(report) if may(user, Action.PROPOSE, spot).allowed else "",
    }
    return render(request, "web/desk/report.html", context, status=422 if form.is_bound else 200)


@require_safe
@desk_page
def photo(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the photo that came with a report to whoever may answer it."""
    report = _report_at(reference)
    require(person(request), Action.SETTLE, services.spot_of_report(report))
    kept = ReportPhoto.objects.filter(report=report).first()
    if kept is None:
        raise NotFound(_("There is no photo with this report."))
    response = HttpResponse(bytes(kept.content), content_type="image/webp")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _report_at(reference: str) -> Report:
    rows = Report.objects.select_related("subject", "settled_by", "province", "commune")
    report = rows.filter(public_id=public_ids.parse(reference)).first()
    if report is None:
        raise NotFound(_("There is no report with this number."))
    return report


def _create_href(report: Report) -> str:
    """Return the address of the form for a new place, filled in with what the report says of it."""
    if report.kind != Report.Kind.NEW:
        return ""
    return f"{reverse('web:add-place')}?{urlencode({'report': report.public_id})}"
