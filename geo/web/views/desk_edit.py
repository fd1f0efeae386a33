"""Editing a record, or adding a place, on the desk: one form, checked by the services, nothing typed is lost."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geo.access.permissions import may, require
from geo.access.rules import Action
from geo.catalog.models import Producer, Product
from geo.places.models import Place
from geo.spatial.folding import fold
from geo.spatial.problems import InvalidParameter
from geo.stewardship.differences import FieldConflict
from geo.stewardship.meanwhile import Saved, meanwhile
from geo.stewardship.models import Proposal
from geo.stewardship.positions.settling import accept
from geo.stewardship.whereabouts import read_position, whereabouts
from geo.stewardship.writers import Subject, spot_of
from geo.web import modules
from geo.web.boot import pin_boot
from geo.web.editing import reported
from geo.web.editing.choosing import commune_of, producer_words, product_words
from geo.web.editing.forms import EditForm
from geo.web.editing.opening import form_of, kind_at, record_at
from geo.web.editing.place_form import PlaceForm
from geo.web.editing.settling import settle
from geo.web.private_pages import desk_page, person
from geo.web.security import policy
from geo.web.views.desk import frame

SUGGESTED = 8
UNITS = ("kg", "tấn", "lít", "chai", "hộp", "gói", "túi", "hũ", "quả", "con", "cái", "bó")
"""Units that are offered; any other word may be typed."""


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """Show a record's form, or save or propose what was changed in it."""
    return _answer(request, kind, record_at(public_id, kind))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def add_place(request: HttpRequest) -> HttpResponse:
    """Show an empty form, or add a place."""
    return _answer(request, "place", None)


def _answer(request: HttpRequest, kind: str, record: Subject | None) -> HttpResponse:
    form = form_of(request, kind, record)
    if request.method != "POST":
        return _page(request, form)
    if request.POST.get("step") == "look" or request.POST.get("open"):
        form.fields["reason"].required = False
        form.is_valid()
        return _page(request, form)
    if not form.is_valid() or (isinstance(form, PlaceForm) and form.explain_outside()):
        return _page(request, form, status=422)
    reason = form.reasons() if isinstance(form, PlaceForm) else form.cleaned_data["reason"]
    try:
        outcome = settle(person(request), form, reason)
    except InvalidParameter as problem:
        form.refuse(problem)
        return _page(request, form, status=422)
    except FieldConflict as conflict:
        return _conflict(request, form, conflict)
    if isinstance(outcome, Proposal):
        messages.success(request, _("Your proposal is on its way. Until it is approved, the map shows what was there."))
        return HttpResponseRedirect(reverse("web:proposal", args=[outcome.pk]))
    if isinstance(outcome.record, Place):
        _note(request, form, outcome.record)
    said = _("Saved. The map shows it now.") if outcome.changed else _("Nothing was changed.")
    messages.success(request, said)
    for warning in outcome.warnings:
        messages.warning(request, warning)
    return HttpResponseRedirect(reverse("web:desk-record", args=[outcome.record.public_id]))


def _note(request: HttpRequest, form: EditForm, place: Place) -> None:
    """Keep what a saved form says beside the record: an answered report, why a position lies outside of its commune."""
    if form.record is None:
        reported.answer(request, place)
    if isinstance(form, PlaceForm) and form.looked is not None and form.looked.is_outside:
        why = form.cleaned_data.get("outside_reason")
        if why and place.location is not None and place.commune is not None:
            accept(person(request), place, None, why)


def _page(request: HttpRequest, form: EditForm, status: int = 200) -> HttpResponse:
    record = form.record
    publishes = record is not None and may(person(request), Action.EDIT, spot_of(record)).allowed
    publishes = publishes or (record is None and may(person(request), Action.EDIT).allowed)
    context = {
        **frame(request),
        "form": form,
        "record": record,
        "kind": kind_at(record) if record is not None else "place",
        "publishes": publishes,
        "looked": getattr(form, "looked", None),
        "units": UNITS,
        "pin": _pin(form) if isinstance(form, PlaceForm) else None,
    }
    graph = modules.first_graph()
    response = render(request, "web/desk/edit.html", {**context, "modules": graph}, status=status)
    response.headers["Content-Security-Policy"] = policy(graph.import_map if graph is not None else "")
    return response


def _pin(form: PlaceForm) -> dict[str, Any]:
    """Return what the map of the form needs; it reads ``boot`` as the great map does."""
    before = form.base.values.get("location")
    commune = form.commune_before
    middle = commune.location if commune is not None else None
    return {
        "at": before["coordinates"][:2] if before else None,
        "middle": [middle.x, middle.y] if middle is not None else None,
        **pin_boot(),
    }


def _conflict(request: HttpRequest, form: EditForm, conflict: FieldConflict) -> HttpResponse:
    """Ask field by field whose value stays; all that was typed travels along."""
    differences = conflict.differences
    context = {
        **frame(request),
        "form": form,
        "record": conflict.record,
        "collisions": [one for one in differences if one.collides],
        "others": [one for one in differences if not one.collides],
        "saves": _saves(request, form, conflict),
        "typed": [
            (name, value) for name, value in form.typed() if name != "against" and not name.startswith("choice-")
        ],
    }
    return render(request, "web/desk/conflict.html", context, status=409)


def _saves(request: HttpRequest, form: EditForm, conflict: FieldConflict) -> list[Saved]:
    record, version = conflict.record, form.base.version
    assert isinstance(record, Subject)
    return meanwhile(person(request), record, version, form.base.at) if version is not None else []


@require_safe
@desk_page
def look(request: HttpRequest) -> HttpResponse:
    """Say where a position lies, as a piece of the form: for the map while the pin moves."""
    asked = request.GET
    place = None
    if asked.get("place"):
        found = record_at(asked["place"], "place")
        require(person(request), Action.PROPOSE, spot_of(found))
        place = found if isinstance(found, Place) else None
    commune, _candidates = commune_of(asked.get("commune", "")[:200], None)
    if commune is None and place is not None:
        commune = place.commune
    province = commune.parent if commune is not None else None
    try:
        looked = whereabouts(read_position(asked.get("position", "")[:200], province, commune), place, commune)
    except InvalidParameter as problem:
        return render(request, "web/desk/whereabouts.html", {"problem": problem.message}, status=400)
    return render(request, "web/desk/whereabouts.html", {"looked": looked})


@require_safe
@desk_page
def producers(request: HttpRequest) -> HttpResponse:
    """Suggest producers for what was typed so far, as options of the form."""
    return _options(request, Producer.objects.all(), producer_words)


@require_safe
@desk_page
def products(request: HttpRequest) -> HttpResponse:
    """Suggest products for what was typed so far, as options of the form."""
    return _options(request, Product.objects.select_related("producer"), product_words)


def _options(request: HttpRequest, rows: "QuerySet[Any]", written: Callable[[Any], str]) -> HttpResponse:
    """Return records whose names have every word that was typed."""
    words = fold(request.GET.get("q", "")[:100]).split()
    for word in words:
        rows = rows.filter(folded__contains=word)
    options = [written(one) for one in rows.order_by("folded")[:SUGGESTED]] if words else []
    return render(request, "web/desk/options.html", {"options": options})
