"""Too large a request is refused before any of it is read, everywhere; pages that take a file say so themselves."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from geo.spatial.problems import InvalidParameter, TooLarge, document
from geo.stewardship.imports.reading import limits
from geo.web.security import View, public_page

SLACK = 100_000
"""What the other fields of a form may take, in bytes."""


LARGEST = limits.MAX_BYTES + SLACK
"""No page takes more, in bytes: the largest is a table to import."""


def exceeds(request: HttpRequest, most: int) -> bool:
    """Tell whether a request announces more than ``most`` bytes, or a length that is none."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not (length.isascii() and length.isdigit()) or int(length) > most


def says_so_itself(view: View) -> View:
    """Mark a view that answers a request which is too large, and reads nothing of it before."""
    view.says_so_itself = True  # type: ignore[attr-defined]
    return view


class BodyLimit:
    """Middleware before the one that looks for the token of a form in the body: that puts files on disk to find it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; what is too large is found once it is known which view would answer."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: View, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Answer instead of the view what is larger than any view takes."""
        if not exceeds(request, LARGEST) or getattr(view, "says_so_itself", False):
            return None
        response = _problem(request) if request.path.startswith("/api/") else _page(request)
        response.headers["Connection"] = "close"
        return response


def _too_large() -> TooLarge:
    return TooLarge(
        _("At most %(megabytes)d MB are taken at once.") % {"megabytes": limits.MAX_BYTES // limits.MEGABYTE}
    )


def _problem(_request: HttpRequest) -> HttpResponse:
    status, members = document(_too_large())
    return JsonResponse(members, status=status, content_type="application/problem+json")


@public_page
def _page(_request: HttpRequest) -> HttpResponse:
    raise _too_large()


def bounded(most: int, view: View) -> View:
    """Let requests to the public page ``view`` be at most ``most`` bytes and some; forged forms are refused as ever."""
    guarded = csrf_protect(public_page(view))

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        return refused(request) if exceeds(request, most + SLACK) else guarded(request, *args, **kwargs)

    return says_so_itself(csrf_exempt(answer))


@public_page
def refused(_request: HttpRequest) -> HttpResponse:
    """Say that the file is too large. Raises: InvalidParameter."""
    raise InvalidParameter("photo", _("The file is too large. Choose a smaller photo."))
