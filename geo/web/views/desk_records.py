"""A record on the desk: its history in words, what can be taken back, closing it and opening it again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.access.parts import Part, parts_of
from geo.access.permissions import may, require
from geo.access.rules import Action
from geo.access.trails import entries
from geo.catalog.models import Offer, Product
from geo.places.models import Place
from geo.spatial import public_ids
from geo.spatial.problems import InvalidParameter, NotFound
from geo.stewardship import reverting
from geo.stewardship.editing import Saved, save_or_propose
from geo.stewardship.models import Merge, Proposal
from geo.stewardship.reverting import plain_columns
from geo.stewardship.writers import Subject, spot_of
from geo.web.editing.fields import DateField
from geo.web.editing.opening import kind_at, record_at
from geo.web.private_pages import desk_page, person
from geo.web.views.desk import frame

SHOWN = 200


@require_safe
@desk_page
def record(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show who changed what of a record, when and why, and let it be taken back."""
    found = record_at(public_id)
    return _page(request, found)


def _page(request: HttpRequest, found: Subject, wrong: str = "", status: int = 200) -> HttpResponse:
    user = person(request)
    require(user, Action.DESK, spot_of(found))
    trail = entries(found, _parts(found), SHOWN)
    own = found._meta.db_table
    kinds = {part.model._meta.db_table: _columns(part) for part in parts_of(found)}
    reversible = set(plain_columns(type(found), {str(f.column): None for f in found._meta.concrete_fields}))
    columns = {f.column for f in found._meta.concrete_fields if f.name in reversible}
    context = {
        **frame(request),
        "record": found,
        "kind": kind_at(found),
        "entries": [
            {"entry": one, "own": one.table == own, "part": one.table in kinds, "latest": one == trail[0]}
            for one in trail
        ],
        "columns": columns | {name for names in kinds.values() for name in names},
        "all": reverting.ALL,
        "may_propose": may(user, Action.PROPOSE, spot_of(found)).allowed,
        "publishes": may(user, Action.EDIT, spot_of(found)).allowed,
        "merges": Merge.objects.filter(kept=found.public_id, undone_at=None),
        "waiting": Proposal.objects.filter(subject=found.public_id, state=Proposal.State.WAITING).order_by("pk"),
        "wrong": wrong,
    }
    return render(request, "web/desk/record.html", context, status=status)


def _parts(found: Subject) -> tuple[tuple[Any, str], ...]:
    """Return what the history tells beside the parts that are edited with the record."""
    return ((Offer, "product"),) if isinstance(found, Product) else ()


def _columns(part: Part) -> set[str]:
    """Return the columns of a part that can be taken back."""
    return {str(part.model._meta.get_field(name).column) for names in part.groups.values() for name in names}  # type: ignore[union-attr]


@require_POST
@desk_page
def revert(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back one field, or everything after a change, with a reason."""
    found, user = record_at(public_id), person(request)
    require(user, Action.PROPOSE, spot_of(found))
    given = request.POST
    number, version = _whole(given.get("number", "")), _whole(given.get("version", ""))
    column = given.get("column", "")
    try:
        if column:
            outcome = reverting.revert_field(user, given.get("reason", ""), found, number, column, version=version)
        else:
            outcome = reverting.revert_record(user, given.get("reason", ""), found, number, version=version)
    except InvalidParameter as problem:
        return _page(request, found, wrong=problem.message, status=422)
    return went(request, found, outcome)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def went(request: HttpRequest, found: Subject, outcome: Saved | Proposal) -> HttpResponse:
    """Go on after an edit: to the proposal it became, else to the record."""
    if isinstance(outcome, Proposal):
        messages.success(request, _("Your proposal is on its way. Until it is approved, the map shows what was there."))
        return HttpResponseRedirect(reverse("web:proposal", args=[outcome.pk]))
    messages.success(request, _("Saved. The map shows it now.") if outcome.changed else _("Nothing was changed."))
    return HttpResponseRedirect(reverse("web:desk-record", args=[found.public_id]))


class StatusForm(forms.Form):
    """Open, closed, or moved; records are never deleted, links to them live on paper."""

    status = forms.ChoiceField(
        label=gettext_lazy("What has happened?"),
        choices=[
            (Place.Status.OPEN, gettext_lazy("It is open")),
            (Place.Status.CLOSED, gettext_lazy("It has closed for good, or never was there")),
            (Place.Status.MOVED, gettext_lazy("It has moved elsewhere")),
        ],
        widget=forms.RadioSelect,
    )
    closed_on = DateField(label=gettext_lazy("Since when?"), help_text=gettext_lazy("Empty: since today."))
    moved_to = forms.CharField(
        label=gettext_lazy("Record number of the new place"),
        required=False,
        max_length=12,
        help_text=gettext_lazy("If it has moved and the new place has a record."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=200,
        help_text=gettext_lazy("One sentence; it stays in the history of the record."),
        error_messages={"required": gettext_lazy("Say why: the reason stays in the history of the record.")},
    )

    def clean_moved_to(self) -> Place | None:
        """Find the new place."""
        text = self.cleaned_data["moved_to"]
        try:
            found = Place.objects.filter(public_id=public_ids.parse(text)).first() if text else None
        except NotFound as problem:
            raise forms.ValidationError(problem.message) from None
        if text and found is None:
            raise forms.ValidationError(_("There is no record with this number."))
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def status(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close a place, say that it moved, or open it again."""
    place, user = record_at(public_id, "place"), person(request)
    assert isinstance(place, Place)
    require(user, Action.PROPOSE, spot_of(place))
    first = {"status": place.status, "closed_on": place.closed_on}
    first["moved_to"] = place.moved_to.public_id if place.moved_to is not None else ""
    form = StatusForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        is_open = given["status"] == Place.Status.OPEN
        values = {
            "status": given["status"],
            "closed_on": None if is_open else given["closed_on"],
            "moved_to": given["moved_to"] if given["status"] == Place.Status.MOVED else None,
        }
        try:
            version = _whole(request.POST.get("version", ""))
            return went(request, place, save_or_propose(user, given["reason"], place, values, version=version))
        except InvalidParameter as problem:
            form.add_error(problem.name if problem.name in form.fields else None, problem.message)
    context = {**frame(request), "record": place, "kind": "place", "form": form}
    return render(request, "web/desk/status.html", context, status=422 if form.is_bound else 200)
