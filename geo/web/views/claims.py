"""“This is my place”: a form by which a producer asks for their record, and what became of it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from geo.access.floods import TooManySent
from geo.access.form_tokens import issue
from geo.access.guessing import client_address
from geo.spatial import public_ids
from geo.spatial.folding import nfc
from geo.spatial.problems import NotFound
from geo.stewardship.claims.models import Claim
from geo.stewardship.claims.services import NewClaim, claimable, receive_claim
from geo.web.heads import site
from geo.web.records.common import Base
from geo.web.records.reading import read_record, resolve
from geo.web.report_forms import TRAP, OnceForm
from geo.web.security import public_page

LEAST_DIGITS = 9


class ClaimForm(OnceForm):
    """Who asks, how to reach them, and how it can be checked that it is them."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=150)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), required=False, help_text=gettext_lazy("Phone or e-mail: one is enough.")
    )
    proof = forms.CharField(
        label=gettext_lazy("How can the officer make sure that it is you?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: number of the business licence or of the OCOP decision, who knows you."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for one way to reach them."""
        given = super().clean() or {}
        digits = [letter for letter in given.get("phone", "") if letter.isdigit()]
        if given.get("phone") and len(digits) < LEAST_DIGITS:
            self.add_error("phone", _("This is not a whole telephone number."))
        elif not digits and not given.get("email") and "email" not in self.errors:
            self.add_error("phone", _("Write a phone number or an e-mail address."))
        return given

    def said(self) -> NewClaim:
        """Return what a valid form says."""
        given = self.cleaned_data
        return NewClaim(nfc(given["name"]), given["phone"], given["email"], nfc(given["proof"]), given["token"])


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the form about a producer, or of a place's producer, or store what it says."""
    producer = claimable(resolve(public_ids.parse(public_id)))
    record = read_record(producer.pk, Base(site(request)))
    form = ClaimForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            if request.POST.get(TRAP):
                return HttpResponseRedirect(record.page_href)
            try:
                stored = receive_claim(producer, form.said(), client_address(request))
            except TooManySent as problem:
                form.add_error(None, problem.message)
                status = 429
            else:
                return HttpResponseRedirect(reverse("web:claim-state", args=[stored.public_id]))
    context = {"record": record, "form": form, "home": reverse("web:map"), "trap": TRAP, "token": issue()}
    response = render(request, "web/claim.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@public_page
def state(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what became of a claim, to whoever has its number; never who asked."""
    found = Claim.objects.filter(public_id=public_ids.parse(reference)).first()
    if found is None:
        raise NotFound(_("There is no claim with this number."))
    record = read_record(found.producer_id, Base(site(request)))
    response = render(request, "web/claim_state.html", {"claim": found, "record": record, "home": reverse("web:map")})
    response.headers["Cache-Control"] = "private, no-store"
    return response
