"""Claims at the desk: let a producer have their record, or refuse; and what a producer has."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geo.access import areas, invitations
from geo.access.permissions import require
from geo.access.rules import Action
from geo.access.spots import spot_of
from geo.catalog.models import Producer, Product
from geo.places.models import Place
from geo.spatial import public_ids
from geo.spatial.problems import InvalidParameter, NotFound
from geo.stewardship.claims.models import Claim
from geo.stewardship.claims.services import accept, refuse
from geo.web.heads import site
from geo.web.private_pages import desk_page, person
from geo.web.records.common import Base
from geo.web.records.reading import read_record
from geo.web.views.desk import frame

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a claim, and take the decision."""
    rows = Claim.objects.select_related("producer", "settled_by", "user")
    claim = rows.filter(public_id=public_ids.parse(reference)).first()
    if claim is None:
        raise NotFound(_("There is no claim with this number."))
    user = person(request)
    require(user, Action.ADMIT, spot_of(claim.producer))
    wrong = ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "accept":
                return _accepted(request, claim, accept(user, claim))
            refuse(user, claim, request.POST.get("answer", ""))
        except InvalidParameter as problem:
            wrong = problem.message
        else:
            messages.success(request, _("The claim is answered."))
            return HttpResponseRedirect(reverse("web:desk-task", args=["claims"]))
    record = read_record(claim.producer_id, Base(site(request)))
    context = {**frame(request, "claims"), "claim": claim, "record": record, "wrong": wrong}
    return render(request, "web/desk/claim.html", context, status=422 if wrong else 200)


def _accepted(request: HttpRequest, claim: Claim, token: str) -> HttpResponse:
    if token:
        link = invitations.link(token, site(request))
        return render(request, "web/desk/invited.html", {**frame(request), "name": claim.name, "link": link})
    messages.success(request, _("%(name)s has the role now.") % {"name": claim.name})
    return HttpResponseRedirect(reverse("web:desk-task", args=["claims"]))


@require_safe
@desk_page
def mine(request: HttpRequest) -> HttpResponse:
    """Show a producer their own records: the producer, its places, its products."""
    ids = sorted(record for grant in areas.grants_of(person(request)) for record in grant.records)
    producers = list(Producer.objects.filter(public_id__in=ids))
    context = {
        **frame(request, "mine"),
        "producers": producers,
        "places": Place.objects.filter(producer__in=producers).select_related("commune", "province", "producer")[
            :SHOWN
        ],
        "products": Product.objects.filter(producer__in=producers).order_by("folded")[:SHOWN],
        "here": request.get_full_path(),
        "may_check": True,
    }
    return render(request, "web/desk/mine.html", context)
