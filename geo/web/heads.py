"""Addresses for the head of a page: the canonical one and the same page in the other languages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from geo.web import languages


def site(request: HttpRequest) -> str:
    """Return the site's own address (scheme and host): the public one the operator names, else that of the request."""
    return str(settings.PUBLIC_URL) or request.build_absolute_uri("/").rstrip("/")


def addresses(request: HttpRequest) -> dict[str, Any]:
    """Return ``canonical`` and ``alternates`` (language, address) of the page, without the query."""
    own = site(request)
    others = [(code, own + languages.same_page(request.path, code)) for code, _ in settings.LANGUAGES]
    default = own + languages.same_page(request.path, settings.LANGUAGE_CODE)
    return {"canonical": own + request.path, "alternates": [*others, ("x-default", default)]}
