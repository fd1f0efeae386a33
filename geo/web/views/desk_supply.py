"""Supply at the desk: answering buyers for producers who show no address, and what is promised of the area's supply."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from geo.access.permissions import may, require
from geo.access.rules import Action
from geo.places.areas import spot
from geo.sourcing.models import Commitment
from geo.sourcing.quotations import deeds
from geo.sourcing.quotations.links import goods, opened, token_for
from geo.sourcing.quotations.models import Quotation
from geo.sourcing.services import release
from geo.spatial.folding import nfc
from geo.spatial.problems import InvalidParameter, NotFound
from geo.stewardship.asked import promised
from geo.web import words
from geo.web.heads import site
from geo.web.private_pages import desk_page, person
from geo.web.views.desk import area_of, frame

PER_PAGE = 20


@require_safe
@desk_page
def quotation(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the page by which this officer answers a buyer for a producer. Raises: Forbidden, NotFound."""
    found = Quotation.objects.filter(pk=pk, request__erased_at=None, request__confirmed_at__isnull=False).first()
    about = goods(found) if found is not None else None
    if found is None or about is None:
        raise NotFound(_("There is no such quotation."))
    user = person(request)
    require(user, Action.SETTLE, spot(about[0]))
    return HttpResponseRedirect(reverse("web:quotation-answer", args=[token_for(found, user)]))


@require_safe
@desk_page
def commitments(request: HttpRequest) -> HttpResponse:
    """Show what is promised of the supply of an area, to whom and until when."""
    area, _province = area_of(request)
    page = Paginator(promised(area), PER_PAGE).get_page(request.GET.get("page"))
    context = {**frame(request, "commitments"), "page": page, "rows": [_row(request, one) for one in page]}
    return render(request, "web/desk/commitments.html", context)


def _row(request: HttpRequest, one: Commitment) -> dict[str, Any]:
    quotation = one.quotation
    asked = quotation.request if quotation is not None else None
    may_end = may(person(request), _needed(one), spot(one.place)).allowed
    return {
        "row": one,
        "months": words.month_span(one.first_month, one.last_month),
        # Who buys is told to those who may answer for the producer, not to whoever sees the desk.
        "buyer": asked.name if asked is not None and may_end else "",
        "email": asked.email if asked is not None and may_end else "",
        "may_end": may_end,
    }


def _needed(one: Commitment) -> Action:
    return Action.SETTLE if one.quotation_id else Action.EDIT


@require_POST
@desk_page
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End what is promised, with a reason; a buyer who was promised it is told. Raises: Forbidden, NotFound."""
    one = Commitment.objects.select_related("place", "quotation").filter(pk=pk).first()
    if one is None:
        raise NotFound(_("There is no such promise."))
    user = person(request)
    require(user, _needed(one), spot(one.place))
    reason = nfc(request.POST.get("reason", ""))[:300]
    try:
        if not reason:
            raise InvalidParameter("reason", _("Say why: the buyer reads it, and it stays in the history."))
        if one.quotation is not None and one.quotation.state == Quotation.State.ACCEPTED:
            deeds.end(opened(token_for(one.quotation, user)), reason, site(request))
        else:
            release(user, reason, one)
    except InvalidParameter as problem:
        messages.warning(request, problem.message)
    else:
        messages.success(request, _("Ended: this quantity is free again."))
    return HttpResponseRedirect(reverse("web:commitments"))
