"""Choosing a password: by an invitation, or by a link mailed to whoever forgot theirs."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from geo.access import guessing, invitations, outbox
from geo.access.models import SignInAttempt, User
from geo.spatial.problems import NotFound
from geo.web.account_forms import AddressForm, NewPasswordForm
from geo.web.heads import site
from geo.web.private_pages import form_page, private_page
from geo.web.views.signing import proceed


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person choose a password, and in."""
    found = invitations.invited(token)
    form = NewPasswordForm(found.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = invitations.accept(token, form.cleaned_data["password"])
        return proceed(request, user, reverse("web:desk"))
    return form_page(
        request,
        form,
        title=_("Welcome, %(name)s") % {"name": found.user},
        lead=_("Choose a password. You sign in with it and with “%(name)s”.")
        % {"name": found.user.email or found.user.username},
        button=_("Choose this password"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def forgotten(request: HttpRequest) -> HttpResponse:
    """Mail a link; the answer is the same whether there is such an account or not."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    status = 0
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        try:
            guessing.attempt(SignInAttempt.Kind.RESET, address, guessing.client_address(request))
        except guessing.TooManyAttempts as problem:
            form.add_error(None, problem.message)
            status = 429
        else:
            _mail(request, address)
            return HttpResponseRedirect(reverse("web:password-sent"))
    return form_page(
        request,
        form,
        status,
        title=_("Forgotten password"),
        lead=_("We mail you a link by which you choose a new one. It is good for an hour."),
        button=_("Send the link"),
        back="web:sign-in",
    )


def _mail(request: HttpRequest, address: str) -> None:
    user = User.objects.filter(email__iexact=address, is_active=True).first()
    if user is None or not user.has_usable_password():
        return
    path = reverse(
        "web:password-reset",
        args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)],
    )
    text = render_to_string("web/account/reset_mail.txt", {"person": user, "link": site(request) + path})
    lasts = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    outbox.post(user.email, _("OCOP map: a new password"), text, good_for=lasts)


@require_safe
@private_page
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, if the address is known."""
    return render(request, "web/account/sent.html", {"home": reverse("web:map")})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def reset(request: HttpRequest, who: str, token: str) -> HttpResponse:
    """Let somebody who came by the mailed link choose a new password; the second factor stays asked."""
    user = _user_of(who)
    if user is None or not default_token_generator.check_token(user, token):
        raise NotFound(_("This link has been used or has expired. Ask for a new one."))
    form = NewPasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["password"])
        messages.success(request, _("Your password is changed. Sign in with it."))
        return HttpResponseRedirect(reverse("web:sign-in"))
    return form_page(request, form, title=_("Choose a new password"), button=_("Choose this password"))


def _user_of(who: str) -> User | None:
    try:
        return User.objects.filter(pk=int(urlsafe_base64_decode(who)), is_active=True).first()
    except (ValueError, OverflowError):
        return None
