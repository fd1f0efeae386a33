"""Pages that say what went wrong and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from geo.access.models import User
from geo.access.records import Overtaken
from geo.spatial import problems
from geo.stewardship.meanwhile import meanwhile
from geo.stewardship.writers import Subject
from geo.web import languages


def problem_page(request: HttpRequest, problem: problems.Problem) -> HttpResponse:
    """Return the page for a problem: its message names the field; candidates are offered as links to try."""
    status, members = problems.document(problem)
    name = str(members.get("parameter", ""))
    titles = {
        400: _("This address can't be read"),
        403: _("This isn't yours to do"),
        404: _("There is nothing here"),
    }
    context = {
        "status": status,
        "heading": titles.get(status, _("This can't be done")),
        "message": problem.message,
        "parameter": name,
        "candidates": [_candidate(request, name, found) for found in members.get("candidates", ())],
        "without": _without(request, name) if status == 400 else "",
        "at_desk": "/desk" in request.path_info,
        **_overtaken(request, problem),
    }
    return _page(request, context)


def _overtaken(request: HttpRequest, problem: problems.Problem) -> dict[str, object]:
    """Say who has saved a record meanwhile, to whoever may read its history."""
    if not isinstance(problem, Overtaken) or not isinstance(problem.record, Subject):
        return {}
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    saves = meanwhile(user, problem.record, problem.version)
    return {"saves": saves, "record": problem.record} if saves else {}


def _candidate(request: HttpRequest, name: str, found: dict[str, str]) -> dict[str, str]:
    query = request.GET.copy()
    query[name] = str(found.get("code", ""))
    parts = (found.get("name"), found.get("within"))
    return {"label": ", ".join(part for part in parts if part), "href": f"{request.path}?{query.urlencode()}"}


def _without(request: HttpRequest, name: str) -> str:
    """Return the same address without the parameter that is wrong."""
    query = request.GET.copy()
    if name not in query:
        return ""
    del query[name]
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _page(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    with translation.override(_language(request)):
        context["home"] = f"/{translation.get_language()}/"
        return render(request, "web/error.html", context, status=int(str(context["status"])))


def _language(request: HttpRequest) -> str:
    return translation.get_language_from_path(request.path_info) or languages.preferred(request)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for an address that doesn't exist."""
    with translation.override(_language(request)):
        message = _("The address may be mistyped, or the page has moved.")
        return problem_page(request, problems.NotFound(message))


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for our own mistake; it needs neither database nor session."""
    with translation.override(_language(request)):
        return _page(
            request,
            {
                "status": 500,
                "heading": _("Something went wrong on our side"),
                "message": _("Try again in a minute. Nothing you did is lost on your side."),
            },
        )
