"""The map page: complete without JavaScript, and in fragments for the browser's modules."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.spatial import parameters as parse
from geo.web import languages
from geo.web.boot import boot, version
from geo.web.chips import chips
from geo.web.filter_form import filter_form
from geo.web.heads import addresses, site
from geo.web.listing import Counted, listing
from geo.web.modules import first_graph
from geo.web.queries import PageQuery, page_query
from geo.web.records.common import Base
from geo.web.records.product import Nearby
from geo.web.records.reading import read_record
from geo.web.security import policy, public_page

FRAGMENTS = {
    "list": "web/parts/list.html",
    "filters": "web/parts/filters.html",
    "record": "web/parts/record.html",
    "chips": "web/parts/chips.html",
}


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the map in the language of their browser, with the query they came with."""
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(f"/{languages.preferred(request)}/" + (f"?{query}" if query else ""))
    response.headers["Vary"] = "Accept-Language"
    return response


@require_safe
@public_page
def map_page(request: HttpRequest) -> HttpResponse:
    """Answer the map page, or only the fragments that ``X-Fragment`` (or ``fragment=``) names, parted by commas."""
    query, changed = page_query(request.GET)
    wanted = request.headers.get("X-Fragment") or request.GET.get("fragment", "")
    if wanted:
        names = parse.some_of("fragment", wanted, FRAGMENTS)
        return HttpResponse(_fragments(request, query, names))
    if changed:
        return HttpResponseRedirect(query.href(page=query.get("page")))
    return _whole_page(request, query)


def _context(request: HttpRequest, query: PageQuery, names: frozenset[str]) -> dict[str, Any]:
    """Return what the named fragments need and no more."""
    context: dict[str, Any] = {"query": query, "home": reverse("web:map"), "list_href": query.href("open"), "h": "h3"}
    if "list" in names:
        context["version"] = version()
    if names & {"list", "filters"}:
        context["count"], context["page"] = listing(query)
    if "filters" in names:
        context["form"] = filter_form(query, context["count"].places)
    if "chips" in names:
        context["chips"] = chips(query)
    if "record" in names and query.open_id:
        base = Base(site(request))
        nearby = Nearby(query.asked.near, query.asked.radius_m) if query.asked.near else None
        context["record"] = read_record(query.open_id, base, nearby)
    return context


def _fragments(request: HttpRequest, query: PageQuery, names: tuple[str, ...]) -> str:
    context = _context(request, query, frozenset(names))
    return "\n".join(render_to_string(FRAGMENTS[name], context, request) for name in names)


def _whole_page(request: HttpRequest, query: PageQuery) -> HttpResponse:
    context = _context(request, query, frozenset(FRAGMENTS))
    record = context.get("record")
    counted: Counted = context["count"]
    site = _("OCOP map of Viet Nam")
    context |= addresses(request)
    context |= {
        "title": f"{record.name} · {site}" if record else f"{query.asked.text} · {site}" if query.asked.text else site,
        "indexed": not query.values,
        "near": query.asked.near,
        "kept": [(name, value) for name, value in query.filters.items() if name != "q"],
        "boot": {**boot(), "count": counted.total},
        "modules": first_graph(),
    }
    response = render(request, "web/map.html", context)
    modules = context["modules"]
    response.headers["Content-Security-Policy"] = policy(modules.import_map if modules else "")
    return response
