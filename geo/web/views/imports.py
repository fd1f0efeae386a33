"""The first step of an import: which kind, the template, what one has, the file; and the list of earlier imports."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from geo.access.permissions import may, require
from geo.access.rules import Action
from geo.spatial import calendar
from geo.spatial.problems import NotFound
from geo.stewardship.imports import jobs, rights
from geo.stewardship.imports.checking import receive
from geo.stewardship.imports.having import workbook
from geo.stewardship.imports.models import Import
from geo.stewardship.imports.reading import limits
from geo.stewardship.imports.reasons import words
from geo.stewardship.imports.workbooks import template
from geo.web.private_pages import desk_page, person
from geo.web.uploads import LARGEST, exceeds, says_so_itself
from geo.web.views.desk import area_of, frame

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = {
    Import.Kind.PLACES: gettext_lazy("production sites, processing facilities, points of sale"),
    Import.Kind.PRODUCTS: gettext_lazy("products and who makes them"),
    Import.Kind.CERTIFICATES: gettext_lazy("OCOP stars and other certificates of products"),
    Import.Kind.SUPPLY: gettext_lazy("how much places can deliver, when, and from which order on"),
}
_FILE_NAMES = {
    Import.Kind.PLACES: "dia-diem",
    Import.Kind.PRODUCTS: "san-pham",
    Import.Kind.CERTIFICATES: "chung-nhan",
    Import.Kind.SUPPLY: "cung-cap",
}


class UploadForm(forms.Form):
    """A file and what it holds."""

    kind = forms.ChoiceField(choices=Import.Kind.choices, initial=Import.Kind.PLACES)
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        help_text=gettext_lazy("Excel (.xlsx, .xls), LibreOffice (.ods) or CSV, up to 20 MB."),
        error_messages={"required": gettext_lazy("Choose the file.")},
    )
    source_name = forms.CharField(
        label=gettext_lazy("Who the list comes from (may stay empty)"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "Their own numbers of records are kept under this name, so that their next list finds them."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse what is larger than any table may be."""
        file = self.cleaned_data["file"]
        if file.size > limits.MAX_BYTES:
            raise forms.ValidationError(words("too-big", {"megabytes": limits.MAX_BYTES // limits.MEGABYTE}))
        return file


@says_so_itself
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Show the form and earlier imports, or take a file. What is too large is answered before it is read."""
    if request.method == "POST" and exceeds(request, LARGEST):
        return _too_large(request)
    return _imports(request)


@csrf_protect
@desk_page
def _imports(request: HttpRequest) -> HttpResponse:
    user = person(request)
    require(user, Action.IMPORT)
    form = (
        UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm(initial=request.GET.dict())
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        name = given["file"].name or "bang.xlsx"
        batch = receive(user, given["kind"], name, given["file"].read(), given["source_name"])
        jobs.ask(user, batch, Import.Job.CHECK)
        return HttpResponseRedirect(reverse("web:import", args=[batch.pk]))
    return _page(request, form)


@desk_page
def _too_large(request: HttpRequest) -> HttpResponse:
    require(person(request), Action.IMPORT)
    form = UploadForm()
    response = _page(request, form, words("too-big", {"megabytes": limits.MAX_BYTES // limits.MEGABYTE}), 413)
    response.headers["Connection"] = "close"
    return response


def _page(request: HttpRequest, form: UploadForm, refusal: str = "", status: int = 0) -> HttpResponse:
    user = person(request)
    area, _province = area_of(request)
    context = {
        **frame(request, "imports"),
        "form": form,
        "refusal": refusal,
        "kinds": [
            {"value": value, "label": label, "holds": HEADINGS[Import.Kind(value)]}
            for value, label in Import.Kind.choices
        ],
        "chosen": form["kind"].value() or Import.Kind.PLACES,
        "own": rights.own(user),
        "waiting": rights.waiting_for(user),
        "others": rights.of_others(user),
        "may_publish": may(user, Action.EDIT).allowed,
        "may_download": not area.everywhere,
        "step": 1,
    }
    return render(request, "web/desk/imports.html", context, status=status or (422 if form.is_bound else 200))


@require_safe
@desk_page
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    """Send the empty template of a kind of table."""
    require(person(request), Action.IMPORT)
    return as_file(template(_kind(kind)), _("template-%(kind)s") % {"kind": _FILE_NAMES[Import.Kind(kind)]})


@require_safe
@desk_page
def import_have(request: HttpRequest, kind: str) -> HttpResponse:
    """Send what the area has, in the shape of the template."""
    require(person(request), Action.IMPORT)
    area, _province = area_of(request)
    if area.everywhere:
        raise NotFound(_("Choose a province first."))
    name = f"{_FILE_NAMES[Import.Kind(_kind(kind))]}-{calendar.today().isoformat()}"
    return as_file(workbook(kind, area), name)


def _kind(kind: str) -> str:
    if kind not in Import.Kind.values:
        raise NotFound(_("There is no such list."))
    return kind


def as_file(data: bytes, name: str) -> HttpResponse:
    """Send a workbook to be saved."""
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
