"""Addresses for the head of a page: the canonical one and the same page in the other languages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from geo.web import languages


def addresses(request: HttpRequest) -> dict[str, Any]:
    """Return ``canonical`` and ``alternates`` (language, address) of the page, without the query."""
    others = [
        (code, request.build_absolute_uri(languages.same_page(request.path, code))) for code, _ in settings.LANGUAGES
    ]
    default = request.build_absolute_uri(languages.same_page(request.path, settings.LANGUAGE_CODE))
    return {
        "canonical": request.build_absolute_uri(request.path),
        "alternates": [*others, ("x-default", default)],
    }
