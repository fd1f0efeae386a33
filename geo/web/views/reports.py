"""“Báo sai”: a plain form that stores what a visitor says about a record, and a page that thanks with a reference."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geo.access.guessing import client_address
from geo.spatial import public_ids
from geo.spatial.folding import nfc
from geo.spatial.problems import NotFound
from geo.stewardship.models import Report
from geo.stewardship.services import NewReport, TooManyReports, receive_report
from geo.web.heads import site
from geo.web.records.common import Base, Record
from geo.web.records.reading import read_record, resolve
from geo.web.security import public_page

TRAP = "website"
"""A field people don't see: whoever fills it in is a program."""


class ReportForm(forms.Form):
    """What is wrong, in a choice and in words."""

    kind = forms.ChoiceField(choices=[])
    text = forms.CharField(max_length=2000, required=False, strip=True)
    contact = forms.CharField(max_length=200, required=False, strip=True)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        choices = [(value, capfirst(str(label))) for value, label in Report.Kind.choices]
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = choices
            kind.error_messages["required"] = _("Choose what is wrong.")

    def clean_text(self) -> str:
        """Ask for words unless the choice says it all."""
        text = nfc(self.cleaned_data["text"])
        if not text and self.cleaned_data.get("kind") in {Report.Kind.WRONG, Report.Kind.OTHER}:
            raise forms.ValidationError(_("Write what is wrong, so that it can be checked."))
        return text

    def clean_contact(self) -> str:
        """Store the contact in one Unicode form."""
        return nfc(self.cleaned_data["contact"])


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the form about a record, or store what it says."""
    entry = resolve(public_ids.parse(public_id))
    record = read_record(entry.pk, Base(site(request)))
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, record, form, 200 if request.method != "POST" else 422)
    if request.POST.get(TRAP):
        return HttpResponseRedirect(reverse("web:thanks", args=[entry.pk]))
    said = NewReport(form.cleaned_data["kind"], form.cleaned_data["text"], form.cleaned_data["contact"])
    try:
        stored = receive_report(entry, said, client_address(request))
    except TooManyReports as problem:
        form.add_error(None, problem.message)
        return _form_page(request, record, form, 429)
    return HttpResponseRedirect(f"{reverse('web:thanks', args=[entry.pk])}?ref={stored.public_id}")


def _form_page(request: HttpRequest, record: Record, form: ReportForm, status: int) -> HttpResponse:
    context = {"record": record, "form": form, "home": reverse("web:map"), "trap": TRAP}
    response = render(request, "web/report.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@public_page
def thanks(request: HttpRequest, public_id: str) -> HttpResponse:
    """Thank for a report and give its reference, which says nothing about what was reported."""
    entry = resolve(public_ids.parse(public_id))
    reference = request.GET.get("ref", "")
    try:
        reference = public_ids.parse(reference) if reference else ""
    except NotFound:
        reference = ""
    context = {
        "reference": reference,
        "record_href": reverse("web:record", args=[entry.pk]),
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
