"""The account of whoever is signed in: password, second factor, recovery codes, who stands in."""

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from geo.access import areas, guessing, second_factor, sessions, tokens
from geo.access.models import Cover, SignInAttempt, User
from geo.access.permissions import area_words
from geo.spatial import calendar
from geo.web.account_forms import ChangePasswordForm, CodeForm
from geo.web.private_pages import form_page, person, private_page, signed_in_page
from geo.web.views.signing import PENDING, pending


@require_safe
@signed_in_page
def account(request: HttpRequest) -> HttpResponse:
    """Show who one is, what one looks after, and how one signs in."""
    user = person(request)
    context = {
        "home": reverse("web:map"),
        "person": user,
        "area": area_words(user),
        "roles": areas.held(user),
        "notes": areas.notes(user),
        "has_factor": second_factor.is_set(user),
        "must_have_factor": second_factor.is_required(user),
        "tokens": len(tokens.living(user)),
        "codes_left": second_factor.codes_left(user),
        "covers": Cover.objects.filter(absent=user, ends_on__gte=calendar.today()).select_related("acting"),
    }
    return render(request, "web/account/account.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; other sessions of the same person end."""
    user = person(request)
    form = ChangePasswordForm(user, request.POST if request.method == "POST" else None)
    status = 0
    if request.method == "POST" and form.is_valid():
        status = check_present(user, form, "present")
        if not status:
            user.set_password(form.cleaned_data["password"])
            user.save(update_fields=["password"])
            update_session_auth_hash(request, user)
            messages.success(request, _("Your password is changed. Other sessions of yours have ended."))
            return HttpResponseRedirect(reverse("web:account"))
    return form_page(request, form, status, title=_("Change the password"), button=_("Change"), back="web:account")


def check_present(user: User, form: forms.Form, name: str) -> int:
    """Compare the present password, as carefully as at the door; return the status of a refusal."""
    try:
        noted = guessing.attempt(SignInAttempt.Kind.PASSWORD, str(user.pk), None)
    except guessing.TooManyAttempts as problem:
        form.add_error(None, problem.message)
        return 429
    if not user.check_password(form.cleaned_data[name]):
        form.add_error(name, _("This isn't your present password."))
        return 422
    guessing.succeeded(noted)
    return 0


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def set_up_at_sign_in(request: HttpRequest) -> HttpResponse:
    """Set up the second factor that the role asks for, before the first page."""
    waiting = pending(request)
    if waiting is None or second_factor.is_set(waiting[0]):
        return HttpResponseRedirect(reverse("web:sign-in"))
    user, wanted = waiting
    codes = _set_up(request, user)
    if isinstance(codes, HttpResponse):
        return codes
    request.session.pop(PENDING, None)
    sessions.enter(request, user)
    return _codes_page(request, codes, wanted)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up a second factor."""
    if second_factor.is_set(person(request)):
        return HttpResponseRedirect(reverse("web:account"))
    codes = _set_up(request, person(request))
    return codes if isinstance(codes, HttpResponse) else _codes_page(request, codes, reverse("web:account"))


def _set_up(request: HttpRequest, user: User) -> HttpResponse | list[str]:
    """Show the QR code until a right code was typed; then return the recovery codes."""
    device = second_factor.begin(user)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_factor.confirm(user, form.cleaned_data["code"])
        except guessing.TooManyAttempts as problem:
            form.add_error(None, problem.message)
            codes = []
        if codes:
            return codes
        if not form.errors:
            form.add_error("code", _("This code isn't right. Is the clock of the phone right?"))
    label = second_factor.label(device, user)
    return form_page(
        request,
        form,
        template="web/account/set_up.html",
        picture=segno.make(label, error="m").svg_data_uri(scale=5, light="#fff", border=3),
        secret=second_factor.secret(device),
        label=label,
        must=second_factor.is_required(user),
    )


def _codes_page(request: HttpRequest, codes: list[str], wanted: str) -> HttpResponse:
    context = {"codes": codes, "next": wanted, "home": reverse("web:map")}
    return render(request, "web/account/codes.html", context)


class PasswordForm(forms.Form):
    """The present password, before something about signing in changes."""

    present = forms.CharField(
        max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.fields["present"].label = _("Present password")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes."""
    user = person(request)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    status = 0
    if request.method == "POST" and form.is_valid() and second_factor.is_set(user):
        status = check_present(user, form, "present")
        if not status:
            return _codes_page(request, second_factor.new_codes(user), reverse("web:account"))
    return form_page(
        request,
        form,
        status,
        title=_("New recovery codes"),
        lead=_("Codes you have from before will no longer work."),
        button=_("Make new codes"),
        back="web:account",
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def remove_factor(request: HttpRequest) -> HttpResponse:
    """Take the second factor away; where it must be, a new phone is set up at the next sign-in."""
    user = person(request)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    status = 0
    if request.method == "POST" and form.is_valid():
        status = check_present(user, form, "present")
        if not status:
            second_factor.remove(user)
            messages.success(request, _("The second factor is removed."))
            return HttpResponseRedirect(reverse("web:account"))
    return form_page(
        request,
        form,
        status,
        title=_("Remove the second factor"),
        lead=_("For example before you change phones. If your role needs one, you set it up again when you sign in."),
        button=_("Remove"),
        back="web:account",
    )
