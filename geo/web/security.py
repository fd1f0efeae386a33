"""What every public page is sent with: a content security policy, its language and problems as readable pages."""

import base64
import functools
import hashlib
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.gzip import gzip_page

from geo.spatial.problems import Problem, document
from geo.web.views import errors

View = Callable[..., HttpResponse]


def policy(*inline: str) -> str:
    """Return the content security policy: everything from this site only; ``inline`` scripts by their hash."""
    hashes = "".join(f" 'sha256-{_digest(text)}'" for text in inline if text)
    raster = getattr(settings, "TILE_URL", "")
    tiles = f" {_origin(raster)}" if raster else ""
    return (
        f"default-src 'self'; script-src 'self'{hashes}; worker-src 'self'; style-src 'self'; "
        f"img-src 'self' data:{tiles}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _origin(url: str) -> str:
    parts = urlsplit(url.replace("{s}", "*"))
    return f"{parts.scheme}://{parts.netloc}"


def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer a person with a page, a module that asked for a fragment with problem details."""
    if not (request.headers.get("X-Fragment") or request.GET.get("fragment")):
        return errors.problem_page(request, problem)
    status, members = document(problem)
    return JsonResponse(members, status=status, content_type="application/problem+json")


def public_page(view: View) -> View:
    """Send a page with its headers; a ``Problem`` becomes a page that says what is wrong and what to do."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Problem as problem:
            response = _problem(request, problem)
        response.headers.setdefault("Content-Security-Policy", policy())
        response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        response.headers.setdefault("Cache-Control", "no-cache")
        patch_vary_headers(response, ["X-Fragment"])
        return response

    return gzip_page(answer)
