"""The short way of public reads: they need no session, no user, no token against forgery and no messages.

A write with a token takes it as well; one without goes the long way, where a session may say who writes.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import get_resolver

from geo.api.callers import SAFE

PREFIX = "/api/"
_URLS = "geo.api.urls"


class PublicReads:
    """Middleware in front of the others: answers what is marked ``public_read`` and passes everything else on.

    What the middleware behind it for safety does is done here, too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.security = SecurityMiddleware(get_response)
        self.framing = XFrameOptionsMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            found = get_resolver(_URLS).resolve(request.path_info[len(PREFIX) - 1 :])
        except Http404:
            return self.get_response(request)
        view = getattr(found.func, "view_class", None)
        if not getattr(view, "public_read", False) or _may_have_session(view, request):
            return self.get_response(request)
        moved = self.security.process_request(request)
        response: Any = moved or found.func(request, *found.args, **found.kwargs)
        self.security.process_response(request, response)
        found_response: HttpResponseBase = self.framing.process_response(request, response)
        return found_response


def _may_have_session(view: object, request: HttpRequest) -> bool:
    """Whether a session may say who asks: for a write, when there is no token."""
    writes = request.method not in SAFE and getattr(view, "writes", False)
    return bool(writes) and "HTTP_AUTHORIZATION" not in request.META
