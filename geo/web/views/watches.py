"""Watched searches: asked for with an e-mail, confirmed and ended by links."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from geo.access.floods import TooManySent
from geo.access.form_tokens import issue
from geo.access.guessing import client_address
from geo.catalog.models import MARKS
from geo.sourcing import asking
from geo.sourcing.demand import Demand
from geo.sourcing.unit_names import unit_name
from geo.sourcing.watching import services
from geo.sourcing.watching.looking import months_left
from geo.sourcing.watching.rules import NOTICE_DAYS
from geo.spatial.problems import Conflict, InvalidParameter
from geo.web import words
from geo.web.heads import site
from geo.web.private_pages import private_page
from geo.web.report_forms import TRAP
from geo.web.sourcing.form import scheme_names
from geo.web.sourcing_forms import WatchForm


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def new(request: HttpRequest) -> HttpResponse:
    """Show the form for the search that the query names, or store it and send the link that confirms it."""
    given = {name: [str(value) for value in request.GET.getlist(name)] for name in asking.NAMES if name in request.GET}
    asked = asking.demand(given)
    form = WatchForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            if request.POST.get(TRAP):
                return HttpResponseRedirect(reverse("web:watch-sent"))
            try:
                services.ask(
                    form.cleaned_data["email"],
                    form.cleaned_data["title"],
                    given,
                    address=client_address(request),
                    site=site(request),
                    language=(get_language() or "vi")[:2],
                    form=form.cleaned_data["token"],
                )
            except TooManySent as problem:
                form.add_error(None, problem.message)
                status = 429
            except InvalidParameter as problem:
                form.add_error(problem.name if problem.name in form.fields else None, problem.message)
            else:
                return HttpResponseRedirect(reverse("web:watch-sent"))
    context = {"form": form, "trap": TRAP, "token": issue(), "notice_days": NOTICE_DAYS, **_told(asked, given)}
    return _page(request, "watch_new", context, status)


def _marks(asked: Demand, given: dict[str, list[str]]) -> str:
    """Say which geographical indications or marks are asked for."""
    names = scheme_names()
    kinds = "" if set(asked.marks) == set(MARKS) else words.join(names.get(one, one) for one in asked.marks)
    return words.join((kinds or _("any geographical indication or mark"), *given.get("mark_name", [])[:1]))


def _told(asked: Demand, given: dict[str, list[str]]) -> dict[str, Any]:
    goods = ", ".join(given[name][0] for name in ("q", "category", "product") if given.get(name))
    return {
        "goods": goods,
        "quantity": words.number(float(asked.quantity), 3),
        "unit": unit_name(asked.unit.code, asked.quantity),
        "months": words.join(words.month(month.first) for month in asked.months),
        "stars": asked.min_stars,
        "marks": _marks(asked, given) if asked.marks else "",
        "province": asked.told.get("province", ""),
        "depot": asked.depot.label if asked.depot is not None else "",
    }


@require_safe
@private_page
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way."""
    return _page(request, "watch_sent", {})


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def watch(request: HttpRequest, key: str) -> HttpResponse:
    """Show a watched search to its owner; by POST, confirm it."""
    found = services.find(key)
    if request.method == "POST":
        try:
            services.confirm(found)
        except Conflict as problem:
            messages.warning(request, problem.message)
        return HttpResponseRedirect(request.path)
    left = months_left(found.query)
    told: dict[str, Any] = {}
    if left:
        given = {name: [value] for name, value in {**found.query, "months": left}.items()}
        told = _told(asking.demand(given), given)
    return _page(request, "watch", {"watch": found, "notice_days": NOTICE_DAYS, **told})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Ask whether to end it; by POST, end it and erase the address.

    The secret in the address is the right to do so: mail programs post here by themselves (RFC 8058), with no cookie.
    """
    if request.method == "POST":
        services.end(key)
        return _page(request, "watch_ended", {})
    return _page(request, "watch_end", {"watch": services.find(key)})


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, f"web/sourcing/{name}.html", {"home": reverse("web:map"), **context}, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
