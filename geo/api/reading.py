"""The short way of public reads: they need no session, no user, no token against forgery and no messages."""

from collections.abc import Callable

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve

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
        if not getattr(getattr(found.func, "view_class", None), "public_read", False):
            return self.get_response(request)
        request.resolver_match = found
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        return response
