"""The short way of public reads: they need no session, no user, no token against forgery and no messages.

A write with a token takes it as well; one without goes the long way, where a session may say who writes.
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve

from geo.api.callers import SAFE

PREFIX = "/api/"


class PublicReads:
    """Middleware in front of that of sessions: answers what is marked ``public_read`` and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            found = resolve(request.path_info)
        except Http404:
            return self.get_response(request)
        view = getattr(found.func, "view_class", None)
        if not getattr(view, "public_read", False) or _may_have_session(view, request):
            return self.get_response(request)
        request.resolver_match = found
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        return response


def _may_have_session(view: object, request: HttpRequest) -> bool:
    """Whether a session may say who asks: for a write, when there is no token."""
    writes = request.method not in SAFE and getattr(view, "writes", False)
    return bool(writes) and "HTTP_AUTHORIZATION" not in request.META
