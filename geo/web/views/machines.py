"""For machines: robots.txt, the sitemap, the web app manifest."""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from geo.catalog.models import Producer, Product
from geo.places.models import Place
from geo.spatial.models import PublicId
from geo.web.heads import site

PER_FILE = 20_000
"""Records in one sitemap file; each has an address per language, and 50,000 addresses are allowed."""

_URLSET = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let everything public be found; filtered lists are endless and add nothing."""
    own = site(request)
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /api/",
        *(f"Disallow: /{code}/?" for code, _ in settings.LANGUAGES),
        *(f"Disallow: /{code}/bao-sai/" for code, _ in settings.LANGUAGES),
        f"Sitemap: {own}{reverse('site:sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@gzip_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the files of the sitemap: a first one of pages, then the records, so many a file."""
    own = site(request)
    names = ["".join((own, reverse("site:sitemap-part", args=[part]))) for part in range(_files() + 1)]
    body = "".join(f"<sitemap><loc>{escape(name)}</loc></sitemap>" for name in names)
    return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</sitemapindex>')


@require_safe
@gzip_page
def sitemap_part(request: HttpRequest, part: int) -> HttpResponse:
    """List the addresses of one file."""
    if part > _files():
        raise Http404
    own = site(request)
    if part == 0:
        paths = [reverse(name) for name in ("web:map", "web:sourcing", "web:about", "web:help", "web:data")]
        tails = [path.split("/", 2)[2] for path in paths]
    else:
        start = (part - 1) * PER_FILE
        ids = list(_records().values_list("pk", flat=True)[start : start + PER_FILE])
        tails = [f"p/{public_id}" for public_id in ids]
    return _xml(f"<urlset {_URLSET}>{''.join(_urls(own, tails))}</urlset>")


def _records() -> QuerySet[PublicId]:
    """Return the ids of real records: what is invented needs no finding."""
    real = (
        rows.filter(is_sample=False).values("public_id") for rows in (Place.objects, Product.objects, Producer.objects)
    )
    known = reduce(or_, (Q(pk__in=ids) for ids in real))
    return PublicId.objects.filter(known, merged_into__isnull=True).order_by("pk")


def _files() -> int:
    """Return how many files hold records; a first one of pages stands before them."""
    return -(-_records().count() // PER_FILE)


def _urls(own: str, tails: list[str]) -> Iterator[str]:
    codes = [code for code, _ in settings.LANGUAGES]
    for tail in tails:
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(f"{own}/{code}/{tail}")}"/>' for code in codes
        )
        for code in codes:
            yield f"<url><loc>{escape(f'{own}/{code}/{tail}')}</loc>{links}</url>"


def _xml(body: str) -> HttpResponse:
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>{body}', content_type="application/xml; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the old address to the icon."""
    return HttpResponseRedirect(static("app/icon.svg"))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the site as an application that can stand on a phone's first screen."""
    found = {
        "name": "Bản đồ OCOP Việt Nam",
        "short_name": "Bản đồ OCOP",
        "lang": "vi",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#00664f",
        "icons": [{"src": static("app/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    response = JsonResponse(found, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
