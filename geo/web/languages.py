"""The language of a page is the first part of its address: ``/vi/…`` and ``/en/…``; everything else stays the same."""

import re

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

_PREFIX = re.compile(r"^/(?:{})(?=/|$)".format("|".join(code for code, _ in settings.LANGUAGES)))


def same_page(path: str, code: str) -> str:
    """Return ``path`` (with its query) in the language ``code``; the front page when it has no language."""
    if not _PREFIX.match(path):
        return f"/{code}/"
    return _PREFIX.sub(f"/{code}", path, count=1)


def preferred(request: HttpRequest) -> str:
    """Return the language to greet a visitor in: the browser's if we have it, else Vietnamese."""
    found = translation.get_language_from_request(request)
    return found if found in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
