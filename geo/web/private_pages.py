"""Pages for people who sign in: never stored by any cache, problems as readable pages, a way to the sign-in page."""

import functools
from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from geo.access.models import User
from geo.access.permissions import require
from geo.access.rules import Action
from geo.access.sessions import PRIVATE
from geo.spatial.problems import Problem
from geo.web.security import policy
from geo.web.views import errors

View = Callable[..., HttpResponse]


def private_page(view: View) -> View:
    """Send a page with the headers of a private one; a ``Problem`` becomes a page that says what to do."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Problem as problem:
            response = errors.problem_page(request, problem)
        response.headers.setdefault("Content-Security-Policy", policy())
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = PRIVATE
        return response

    return answer


def signed_in_page(view: View) -> View:
    """Let in who is signed in; others sign in first and come back."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
            return HttpResponseRedirect(f"{reverse('web:sign-in')}?{urlencode({'next': back})}")
        return view(request, *args, **kwargs)

    return private_page(answer)


def desk_page(view: View) -> View:
    """Let in who may see the officers' desk."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(person(request), Action.DESK)
        return view(request, *args, **kwargs)

    return signed_in_page(answer)


def person(request: HttpRequest) -> User:
    """Return who is signed in, on a page that only they reach."""
    return cast(User, request.user)


def safe_next(request: HttpRequest, wanted: str | None) -> str:
    """Return where to go after signing in: an address of this site, else the officers' desk."""
    own = {request.get_host()}
    if wanted and url_has_allowed_host_and_scheme(wanted, own, require_https=request.is_secure()):
        return wanted
    return reverse("web:desk")


def form_page(request: HttpRequest, form: Any, status: int = 0, **context: Any) -> HttpResponse:
    """Show a form in the usual frame; one that was sent and is wrong gets 422."""
    chosen = status or (422 if form.is_bound and not form.is_valid() else 200)
    context = {"form": form, "home": reverse("web:map"), **context}
    return render(request, context.pop("template", "web/account/form.html"), context, status=chosen)
