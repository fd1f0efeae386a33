"""Tokens of the own account: made, shown once, listed, revoked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from geo.access import guessing, second_factor, tokens
from geo.access.models import ApiToken, User
from geo.spatial.problems import InvalidParameter
from geo.web.private_pages import form_page, person, signed_in_page
from geo.web.token_form import TokenForm
from geo.web.views.account import check_present


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def token_list(request: HttpRequest) -> HttpResponse:
    """List one's tokens, and make one."""
    user = person(request)
    if second_factor.is_required(user) and not second_factor.is_set(user):
        return HttpResponseRedirect(reverse("web:second-factor"))
    form = TokenForm(user, request.POST if request.method == "POST" else None)
    status = 0
    if request.method == "POST" and form.is_valid():
        status = _prove(user, form)
        made = "" if status else _made(user, form)
        if made:
            return render(request, "web/account/token.html", {"token": made, "home": reverse("web:map")})
        status = status or 422
    return form_page(request, form, status, template="web/account/tokens.html", **_listed(user))


def _listed(user: User) -> dict[str, Any]:
    scopes = dict(ApiToken.Scope.choices)
    shown = [{"token": one, "scopes": [scopes[name] for name in one.scopes]} for one in tokens.living(user)]
    return {"tokens": shown}


def _prove(user: User, form: TokenForm) -> int:
    """Ask who it is as carefully as at the door; return the status of a refusal."""
    if "present" in form.fields and (status := check_present(user, form, "present")):
        return status
    if "code" not in form.fields:
        return 0
    try:
        right = second_factor.verify(user, form.cleaned_data["code"])
    except guessing.TooManyAttempts as problem:
        form.add_error(None, problem.message)
        return 429
    if not right:
        form.add_error("code", _("This code isn't right. Is the clock of the phone right?"))
        return 422
    return 0


def _made(user: User, form: TokenForm) -> str:
    given = form.cleaned_data
    try:
        return tokens.make(user, given["name"], given["scopes"], given["days"], proven="code" in form.fields)
    except InvalidParameter as problem:
        form.add_error(problem.name if problem.name in form.fields else None, problem.message)
        return ""


@require_POST
@signed_in_page
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a token now."""
    ended = tokens.revoke(person(request), number)
    messages.success(request, _("The token “%(name)s” no longer works.") % {"name": ended.name})
    return HttpResponseRedirect(reverse("web:tokens"))
