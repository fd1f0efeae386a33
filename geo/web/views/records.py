"""Record pages at their permanent addresses."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geo.places.filters import DEFAULT_RADIUS_M, MAX_RADIUS_M
from geo.spatial import parameters as parse
from geo.spatial import public_ids
from geo.spatial.merged import merged_into
from geo.web import languages
from geo.web.heads import addresses, site
from geo.web.records.common import Base
from geo.web.records.product import Nearby
from geo.web.records.reading import read_record, resolve
from geo.web.security import public_page


@require_safe
def permanent(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send ``/p/<id>``, the address on paper and in QR codes, to the page in the visitor's language.

    The number of a merged record leads for ever to that of the one it became.
    """
    if now := _leads_to(public_id):
        led = HttpResponsePermanentRedirect(reverse("site:permanent", args=[now]))
        # Asked again every time: a merge can be taken back.
        led.headers["Cache-Control"] = "no-cache"
        return led
    response = HttpResponseRedirect(f"/{languages.preferred(request)}/p/{public_id}")
    response.headers["Vary"] = "Accept-Language"
    return response


def _leads_to(public_id: str) -> str | None:
    try:
        number = public_ids.parse(public_id)
    except public_ids.InvalidPublicId:
        return None
    return merged_into([number]).get(number)


@require_safe
@public_page
def record_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer the page of a place, product or producer; a merged or carelessly written id leads to the right address."""
    entry = resolve(public_ids.parse(public_id))
    if entry.pk != public_id:
        query = request.META.get("QUERY_STRING", "")
        target = reverse("web:record", args=[entry.pk])
        return HttpResponsePermanentRedirect(f"{target}?{query}" if query else target)
    record = read_record(entry.pk, Base(site(request)), _nearby(request))
    context = {"record": record, "on_page": True, "h": "h2", "home": reverse("web:map"), **addresses(request)}
    return render(request, "web/record_page.html", context)


def _nearby(request: HttpRequest) -> Nearby | None:
    query = {name: request.GET.getlist(name) for name in ("near", "radius")}
    near, radius = parse.single(query, "near"), parse.single(query, "radius")
    if near is None:
        return None
    metres = parse.number("radius", radius, 1, MAX_RADIUS_M) if radius else DEFAULT_RADIUS_M
    return Nearby(parse.lonlat("near", near), metres)
