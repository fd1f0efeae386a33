"""Signing in and out: password, then the second factor where there is one or must be one."""

import time

from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.access import guessing, outside, second_factor, sessions
from geo.access.models import SignInAttempt, User
from geo.spatial.problems import NotFound
from geo.web.account_forms import CodeForm, SignInForm
from geo.web.heads import site
from geo.web.private_pages import form_page, private_page, safe_next

PENDING = "pending"
PENDING_S = 600
"""Time to type the code, after the password was right."""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password."""
    wanted = safe_next(request, request.POST.get("next") or request.GET.get("next"))
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(wanted)
        return _page(request, SignInForm(), wanted)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, wanted)
    given = form.cleaned_data
    try:
        noted = guessing.attempt(SignInAttempt.Kind.PASSWORD, given["username"], guessing.client_address(request))
    except guessing.TooManyAttempts as problem:
        form.add_error(None, problem.message)
        return _page(request, form, wanted, 429)
    user = authenticate(request, username=given["username"], password=given["password"])
    if not isinstance(user, User):
        form.add_error(None, _("Name or password is wrong."))
        return _page(request, form, wanted)
    guessing.succeeded(noted)
    return proceed(request, user, wanted)


def _page(request: HttpRequest, form: SignInForm, wanted: str, status: int = 0) -> HttpResponse:
    known = outside.provider()
    ended = getattr(request, "session_has_ended", False)
    return form_page(
        request,
        form,
        status,
        template="web/account/sign_in.html",
        next=wanted,
        provider=known.label if known else "",
        ended=ended,
    )


def proceed(request: HttpRequest, user: User, wanted: str, proven_twice: bool = False) -> HttpResponse:
    """Go on after the first proof: to the second factor if there is one or must be one, else in."""
    if not proven_twice and (second_factor.is_set(user) or second_factor.is_required(user)):
        request.session.flush()
        request.session[PENDING] = {"user": user.pk, "at": int(time.time()), "next": wanted}
        return HttpResponseRedirect(reverse("web:sign-in-code" if second_factor.is_set(user) else "web:sign-in-set-up"))
    sessions.enter(request, user)
    return HttpResponseRedirect(wanted)


def pending(request: HttpRequest) -> tuple[User, str] | None:
    """Return who has given the right password and waits for the second factor, and where they want to go."""
    noted = request.session.get(PENDING)
    if not noted or time.time() - noted["at"] > PENDING_S:
        return None
    user = User.objects.filter(pk=noted["user"], is_active=True).first()
    return (user, str(noted["next"])) if user is not None else None


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the second factor."""
    waiting = pending(request)
    if waiting is None:
        return HttpResponseRedirect(reverse("web:sign-in"))
    user, wanted = waiting
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 0
    if request.method == "POST" and form.is_valid():
        try:
            if second_factor.verify(user, form.cleaned_data["code"]):
                sessions.enter(request, user)
                return HttpResponseRedirect(wanted)
            form.add_error("code", _("This code isn't right, or it has been used. Wait for the next one."))
        except guessing.TooManyAttempts as problem:
            form.add_error(None, problem.message)
            status = 429
    return form_page(
        request,
        form,
        status,
        title=_("Second step"),
        lead=_("Type the six digits that the app on your phone shows, or one of your recovery codes."),
        button=_("Sign in"),
    )


@require_POST
@private_page
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return HttpResponseRedirect(reverse("web:sign-in"))


@require_safe
@private_page
def provider_begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the outside provider."""
    known = _provider()
    request.session["provider_next"] = safe_next(request, request.GET.get("next"))
    return known.begin(request, site(request) + reverse("web:sign-in-provider-back"))


@require_http_methods(["GET", "POST"])
@private_page
def provider_back(request: HttpRequest) -> HttpResponse:
    """Go on with whom the provider names."""
    identity = _provider().finish(request)
    wanted = safe_next(request, request.session.pop("provider_next", None))
    return proceed(request, outside.person_of(identity), wanted, identity.second_factor)


def _provider() -> outside.Provider:
    known = outside.provider()
    if known is None:
        raise NotFound(_("No outside sign-in is set up here."))
    return known
