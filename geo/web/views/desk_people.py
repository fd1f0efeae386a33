"""People of an area, for its province: who may do what, who publishes at once, who stands in for whom."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from geo.access import invitations, roles
from geo.access.backends import named
from geo.access.models import Assignment, Cover, Role
from geo.access.permissions import may, require
from geo.access.rules import Action
from geo.access.welcome import welcome
from geo.spatial.problems import InvalidParameter, NotFound
from geo.stewardship.staff import absentees, assignments, covers
from geo.web.heads import site
from geo.web.private_pages import desk_page, person
from geo.web.staff_forms import CoverForm, OfficerForm
from geo.web.views.desk import area_of, frame

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def people(request: HttpRequest) -> HttpResponse:
    """Show the officers and producers of the area; a POST invites an officer."""
    user = person(request)
    require(user, Action.ASSIGN)
    area, _province = area_of(request)
    form = OfficerForm(request.POST if request.method == "POST" else None, area=area)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            welcomed = welcome(
                user,
                _("invited at the desk"),
                name=given["name"],
                email=given["email"],
                role=Role.COMMUNAL,
                division=given["commune"],
                publishes_at_once=given["publishes_at_once"],
            )
        except InvalidParameter as problem:
            form.add_error(problem.name if problem.name in form.fields else None, problem.message)
        else:
            return _invited(request, str(welcomed.user), welcomed.token)
    rows = Paginator(assignments(area), PER_PAGE).get_page(request.GET.get("page")) if not area.everywhere else None
    context = {**frame(request), "form": form, "page": rows, "here": request.get_full_path()}
    return render(request, "web/desk/people.html", context, status=422 if form.is_bound else 200)


def _invited(request: HttpRequest, name: str, token: str) -> HttpResponse:
    if not token:
        messages.success(request, _("%(name)s has the role now.") % {"name": name})
        return HttpResponseRedirect(request.get_full_path())
    link = invitations.link(token, site(request))
    return render(request, "web/desk/invited.html", {**frame(request), "name": name, "link": link})


@require_POST
@desk_page
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an officer publish at once or no longer, end a role, or make another invitation."""
    user = person(request)
    held = Assignment.objects.select_related("user", "division").filter(pk=pk).first()
    if held is None:
        raise NotFound(_("There is no such role."))
    doing = request.POST.get("do", "")
    if doing == "invite":
        roles.check_assignment(user, held)
        if not held.user.has_usable_password():
            return _invited(request, str(held.user), invitations.invite(held.user))
    elif doing == "end":
        roles.end(user, _("ended at the desk"), held)
    else:
        roles.change(user, _("changed at the desk"), held, publishes_at_once=doing == "publish")
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("web:desk-people") + _narrowed(request))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def cover(request: HttpRequest) -> HttpResponse:
    """Show who stands in for whom; a POST names a substitute."""
    user = person(request)
    area, _province = area_of(request)
    whose = area if may(user, Action.ASSIGN).allowed and not area.everywhere else None
    form = CoverForm(request.POST if request.method == "POST" else None, user=user, area=whose)
    if form.is_bound and form.is_valid() and _stand_in(request, form):
        messages.success(request, _("Noted."))
        return HttpResponseRedirect(request.get_full_path())
    shown = covers(absentees(user, whose).values_list("pk", flat=True))
    context: dict[str, Any] = {**frame(request), "form": form, "covers": shown}
    return render(request, "web/desk/cover.html", context, status=422 if form.is_bound else 200)


def _stand_in(request: HttpRequest, form: CoverForm) -> bool:
    given = form.cleaned_data
    acting = named(given["acting"])
    if acting is None or not acting.is_active:
        form.add_error("acting", _("There is no account with this address. Ask the province to invite the person."))
        return False
    try:
        roles.stand_in(
            person(request),
            given["reason"],
            given["absent"],
            acting,
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
        )
    except InvalidParameter as problem:
        form.add_error(problem.name if problem.name in form.fields else None, problem.message)
        return False
    return True


@require_POST
@desk_page
def end_cover(request: HttpRequest, pk: int) -> HttpResponse:
    """End a cover today."""
    found = Cover.objects.select_related("absent").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such role."))
    roles.end_cover(person(request), _("ended at the desk"), found)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("web:desk-cover") + _narrowed(request))


def _narrowed(request: HttpRequest) -> str:
    _area, province = area_of(request)
    return f"?in={province.code}" if province is not None else ""
