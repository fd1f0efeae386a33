"""The officers' desk: what needs somebody's attention in their area, and the press that says “still right”."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from geo.access import areas
from geo.access.permissions import area_words, may
from geo.access.rules import Action
from geo.catalog.models import Producer, Product
from geo.divisions.models import Division
from geo.divisions.selectors import province_by_code, provinces
from geo.places.areas import spot
from geo.places.models import Place
from geo.spatial import public_ids
from geo.spatial.problems import InvalidParameter, NotFound
from geo.stewardship import desk as services
from geo.stewardship.imports.rights import waiting_for
from geo.stewardship.unit import COUNTED_TO, TASKS, Area, Task, count, task_named
from geo.web.heads import site
from geo.web.private_pages import desk_page, person, safe_next

PER_PAGE = 10
PATIENCE_S = 1.5
"""Seconds in which a list is brought up to date before it is shown as far as it is."""


def area_of(request: HttpRequest) -> tuple[Area, Division | None]:
    """Return the area of the desk, narrowed to the province with the code ``in``. Raises: InvalidParameter."""
    grants = areas.grants_of(person(request))
    code = request.GET.get("in", "")
    province = province_by_code(code) if code else None
    if code and province is None:
        raise InvalidParameter("in", _("There is no province with the code “%(code)s”.") % {"code": code})
    return Area(grants, province.pk if province is not None else None), province


def frame(request: HttpRequest, current: str = "") -> dict[str, Any]:
    """Return what every page of the desk shows: the tasks with their counts."""
    user = person(request)
    area, province = area_of(request)
    narrowed = f"?{urlencode({'in': province.code})}" if province is not None else ""
    shown = [] if area.everywhere else [(task, _counted(task, area)) for task in TASKS]
    if area.everywhere:
        shown = [(task, _counted(task, area)) for task in TASKS if task.everywhere]
    return {
        "home": reverse("web:map"),
        "area": area_words(user),
        "province": province,
        "narrowed": narrowed,
        "notes": areas.notes(user),
        "may_propose": may(user, Action.PROPOSE).allowed,
        "current": current,
        "has_records": any(grant.records for grant in area.grants),
        "may_assign": may(user, Action.ASSIGN).allowed,
        "tasks": [{"task": task, "count": text, "current": task.name == current} for task, text in shown],
        "provinces": provinces() if any(grant.everywhere for grant in area.grants) else [],
        "imports": {"current": current == "imports", "waiting": len(waiting_for(user))}
        if may(user, Action.IMPORT).allowed
        else None,
    }


def _counted(task: Task, area: Area) -> str:
    found = count(task, area)
    return f"{COUNTED_TO}+" if found > COUNTED_TO else str(found)


@require_safe
@desk_page
def desk(request: HttpRequest) -> HttpResponse:
    """Show what there is to do, counted."""
    for one in TASKS:
        if one.prepare is not None:
            one.prepare(0.0)
    return render(request, "web/desk/desk.html", frame(request))


@require_safe
@desk_page
def task(request: HttpRequest, name: str) -> HttpResponse:
    """Show one list, ten at a time, each entry with what settles it."""
    found = task_named(name)
    if found is None:
        raise NotFound(_("There is no such list."))
    area, _province = area_of(request)
    if area.everywhere and not found.everywhere:
        return HttpResponseRedirect(reverse("web:desk"))
    unfinished = found.prepare is not None and found.prepare(PATIENCE_S)
    page = Paginator(found.rows(area)[: COUNTED_TO + 1], PER_PAGE).get_page(request.GET.get("page"))
    user = person(request)
    context = {
        **frame(request, name),
        "task": found,
        "page": page,
        "rows": _entries(found, area, list(page)),
        "unfinished": unfinished,
        "here": request.get_full_path(),
        "may_check": may(user, Action.CHECK).allowed,
        "may_settle": may(user, Action.SETTLE).allowed,
    }
    return render(request, "web/desk/task.html", context)


def _entries(task: Task, area: Area, rows: list[Any]) -> list[Any]:
    if task.entries is not None:
        return task.entries(rows, area)
    return rows if task.kind == "places" else with_subjects(rows)


def with_subjects(rows: list[Any]) -> list[dict[str, Any]]:
    """Give reports, proposals and certificates the records they are about."""
    wanted = {row.subject_id for row in rows}
    names: dict[str, Any] = {}
    for model in (Place, Product, Producer):
        names |= {one.public_id: one for one in model._default_manager.filter(public_id__in=wanted)}
    return [_about(row, names) for row in rows]


def _about(row: Any, names: dict[str, Any]) -> dict[str, Any]:
    found = names.get(row.subject_id)
    return {"row": row, "subject": found, "name": _name(row, names), "edit_href": _form(found)}


def _form(record: Any) -> str:
    """Return where a record is edited."""
    if record is None:
        return ""
    return reverse(f"web:edit-{type(record)._meta.model_name}", args=[record.public_id])


def _name(row: Any, names: dict[str, Any]) -> str:
    """Return what a row is about: the record's name, that of a new one, else the number."""
    record = names.get(row.subject_id)
    wanted = getattr(row, "values", None)
    return record.name if record is not None else (wanted or {}).get("name") or row.subject_id or ""


def place_at(public_id: str) -> Place:
    """Return the place with that id. Raises: NotFound."""
    rows = Place.objects.select_related("commune", "province", "producer")
    found = rows.filter(public_id=public_ids.parse(public_id)).first()
    if found is None:
        raise NotFound(_("There is no record with the number %(id)s.") % {"id": public_id})
    return found


@require_POST
@desk_page
def still_right(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note that a place is right as it stands, and go on with the list."""
    place = place_at(public_id)
    version = request.POST.get("version", "")
    services.still_right(person(request), place, int(version) if version.isascii() and version.isdigit() else None)
    messages.success(request, _("Noted: “%(name)s” is still right.") % {"name": place.name})
    return HttpResponseRedirect(safe_next(request, request.POST.get("next")))


@require_POST
@desk_page
def link(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a link that asks somebody else whether a place is still right."""
    place = place_at(public_id)
    token = services.make_link(person(request), place)
    context = {
        **frame(request),
        "place": place,
        "link": site(request) + reverse("web:check", args=[token]),
        "back": safe_next(request, request.POST.get("next")),
        "may_check": may(person(request), Action.CHECK, spot(place)).allowed,
    }
    return render(request, "web/desk/link.html", context)
