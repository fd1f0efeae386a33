"""Pages that take a file from anybody: too large a request is refused before any of it is read."""

import functools

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from geo.spatial.problems import InvalidParameter
from geo.web.security import View, public_page

SLACK = 100_000
"""What the other fields of a form may take, in bytes."""


def bounded(most: int, view: View) -> View:
    """Let requests to the public page ``view`` be at most ``most`` bytes and some; forged forms are refused as ever."""
    guarded = csrf_protect(public_page(view))

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > most + SLACK:
            return refused(request)
        return guarded(request, *args, **kwargs)

    return csrf_exempt(answer)


@public_page
def refused(_request: HttpRequest) -> HttpResponse:
    """Say that the file is too large. Raises: InvalidParameter."""
    raise InvalidParameter("photo", _("The file is too large. Choose a smaller photo."))
