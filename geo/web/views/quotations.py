"""Requests for quotation: a form for several suppliers, the buyer's page, and the page by which a supplier answers."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geo.access.floods import TooManySent
from geo.access.form_tokens import issue
from geo.access.guessing import client_address
from geo.sourcing import wishes
from geo.sourcing.models import Commitment
from geo.sourcing.quantities import unit_of
from geo.sourcing.quotations import answering, deeds, mailing
from geo.sourcing.quotations.asking import MOST_SUPPLIERS, Chosen, chosen
from geo.sourcing.quotations.links import Opened, goods, opened
from geo.sourcing.quotations.models import Quotation, QuotationRequest
from geo.sourcing.unit_names import unit_name
from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.problems import Conflict, InvalidParameter, NotFound
from geo.web import words
from geo.web.heads import site
from geo.web.private_pages import private_page
from geo.web.report_forms import TRAP
from geo.web.sourcing_forms import AskForm, OfferForm, default_until
from geo.web.typed import plain

PREFILLED = ("quantity", "unit", "months")
State = Quotation.State


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form for the suppliers that ``supply`` names, filled with the demand of a search, or send it."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        suppliers = chosen(wishes.supply_keys({"supply": [str(value) for value in sent.getlist("supply")]}))
    except InvalidParameter as problem:
        return _nobody(request, problem.message)
    if not suppliers:
        return _nobody(request, "")
    if request.method != "POST":
        return _ask_page(request, AskForm(initial=_prefilled(request, suppliers)), suppliers, 200)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _ask_page(request, form, suppliers, 422)
    if request.POST.get(TRAP):
        return HttpResponseRedirect(reverse("web:map"))
    try:
        made = deeds.ask(form.said(), suppliers, client_address(request), site(request))
    except TooManySent as problem:
        form.add_error(None, problem.message)
        return _ask_page(request, form, suppliers, 429)
    except InvalidParameter as problem:
        form.add_error(problem.name if problem.name in form.fields else None, problem.message)
        return _ask_page(request, form, suppliers, 422)
    return HttpResponseRedirect(reverse("web:quotation-request", args=[made.key]))


def _prefilled(request: HttpRequest, suppliers: list[Chosen]) -> dict[str, str]:
    given = {name: request.GET[name] for name in PREFILLED if request.GET.get(name)}
    try:
        given["quantity"] = plain(Decimal(given.get("quantity", "")))
    except ArithmeticError:
        given.pop("quantity", None)
    own = unit_of(given.get("unit") or suppliers[0].supply.unit)
    return {**given, "unit": own.code if own else "kg"}


def _nobody(request: HttpRequest, problem: str) -> HttpResponse:
    asked = request.GET.copy()
    asked.pop("supply", None)
    back = reverse("web:sourcing") + (f"?{asked.urlencode()}" if asked else "")
    context = {"problem": problem, "home": reverse("web:map"), "most": MOST_SUPPLIERS, "back": back}
    return render(request, "web/sourcing/ask_nobody.html", context, status=422 if problem else 200)


def _ask_page(request: HttpRequest, form: AskForm, suppliers: list[Chosen], status: int) -> HttpResponse:
    context = {
        "form": form,
        "suppliers": suppliers,
        "home": reverse("web:map"),
        "trap": TRAP,
        "token": issue(),
    }
    return render(request, "web/sourcing/ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def quotation_request(request: HttpRequest, key: str) -> HttpResponse:
    """Show a buyer their request and the answers; by POST, accept, decline, end, or erase it all."""
    found = answering.find(key)
    if request.method == "POST" and found.erased_at is None:
        try:
            _decide(request, found)
        except (Conflict, InvalidParameter, TooManySent) as problem:
            messages.warning(request, problem.message)
        return HttpResponseRedirect(request.path)
    rows = [_row(one) for one in found.quotations.order_by("pk")]
    context = {
        "asked": found,
        "rows": rows,
        "months": mailing.months_text(found),
        "quantity": words.number(found.quantity, 3),
        "units": unit_name(found.unit, found.quantity),
        "unit": unit_name(found.unit),
        "is_over": answering.is_over(found),
        "expires": words.day(found.expires_on),
        "accepted": sum(row["state"] == State.ACCEPTED for row in rows),
        "home": reverse("web:map"),
    }
    return _secret(render(request, "web/sourcing/request.html", context))


def _decide(request: HttpRequest, found: QuotationRequest) -> None:
    do, number = request.POST.get("do", ""), request.POST.get("quotation", "")
    if do == "erase":
        deeds.withdraw(found, site(request))
    elif do == "confirm":
        deeds.confirm(found, site(request))
        messages.success(request, _("Your request is on its way to the suppliers."))
    elif number.isascii() and number.isdigit() and len(number) <= 18:
        deeds.decide(found, do, int(number), site(request))
    else:
        raise NotFound(_("There is no such quotation."))


def _row(one: Quotation) -> dict[str, Any]:
    found = goods(one)
    place, product = found if found is not None else (None, None)
    return {
        "number": one.pk,
        "state": one.state,
        "state_label": one.get_state_display(),
        "to": one.to,
        "place": place,
        "product": product,
        "href": reverse("web:record", args=[place.public_id]) if place is not None else "",
        "quantity": words.number(one.quantity, 3) if one.quantity is not None else "",
        "units": unit_name(one.request.unit, one.quantity or 0),
        "price": words.money(one.price, "VND") if one.price is not None else "",
        "until": words.day(one.valid_until) if one.valid_until else "",
        "note": one.note,
        "promised": [promised(row) for row in one.commitments.order_by("first_month")],
        "can_accept": one.state == State.OFFERED
        and one.valid_until is not None
        and one.valid_until >= calendar.today(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show a supplier or an officer what is asked; by POST, store the offer, the refusal, or the end."""
    link = opened(token)
    asked = link.quotation.request
    offers = request.method == "POST" and request.POST.get("do") == "offer"
    form = OfferForm(request.POST if offers else None, initial=_initial(link))
    status = 200
    if request.method == "POST":
        try:
            stored = _answered(request, link, form)
        except Conflict as problem:
            messages.warning(request, problem.message)
            return HttpResponseRedirect(request.path)
        if stored is not None:
            messages.success(request, _("Your answer has been sent to the buyer."))
            return HttpResponseRedirect(request.path)
        status = 422
    unit = unit_name(asked.unit)
    form.fields["quantity"].label = _("Quantity you deliver in each month (%(unit)s)") % {
        "unit": unit_name(asked.unit, 2)
    }
    form.fields["price"].label = _("Price for one %(unit)s (VND)") % {"unit": unit}
    context = {
        "link": link,
        "asked": asked,
        "form": form,
        "row": _row(link.quotation),
        "months": mailing.months_text(asked),
        "quantity": words.number(asked.quantity, 3),
        "units": unit_name(asked.unit, asked.quantity),
        "unit": unit,
        "expires": words.day(asked.expires_on),
        "is_open": link.quotation.state in answering.OPEN and not answering.is_over(asked),
        "is_over": answering.is_over(asked),
        "home": reverse("web:map"),
    }
    return _secret(render(request, "web/sourcing/answer.html", context, status=status))


def _initial(link: Opened) -> dict[str, Any]:
    one = link.quotation
    if one.quantity is None or one.price is None:
        return {"quantity": plain(one.request.quantity), "valid_until": default_until()}
    return {
        "quantity": plain(one.quantity),
        "price": plain(one.price),
        "valid_until": one.valid_until,
        "note": one.note,
    }


def _answered(request: HttpRequest, link: Opened, form: OfferForm) -> Quotation | None:
    do = request.POST.get("do")
    if do == "refuse":
        return deeds.refuse(link, nfc(request.POST.get("note", ""))[:500], site(request))
    if do == "end":
        return deeds.end(link, nfc(request.POST.get("reason", ""))[:300], site(request))
    if not form.is_valid():
        return None
    try:
        return deeds.offer(link, form.said(), site(request))
    except InvalidParameter as problem:
        form.add_error(problem.name if problem.name in form.fields else None, problem.message)
        return None


def promised(row: Commitment) -> str:
    """Say what is promised in a line: how much in which months, and since when no longer."""
    said = _("Promised: %(quantity)s %(unit)s a month, %(months)s.") % {
        "quantity": words.number(row.quantity, 3),
        "unit": unit_name(row.unit, row.quantity),
        "months": words.month_span(row.first_month, row.last_month),
    }
    return f"{said} {_('Ended on %(day)s.') % {'day': words.day(row.released_on)}}" if row.released_on else said


def _secret(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
