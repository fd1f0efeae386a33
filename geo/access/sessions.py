"""Sessions that end: after an idle time, and after some hours in any case; private answers to who is signed in."""

import time
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user, login
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from geo.access.models import User

ENTERED, SEEN = "entered_at", "seen_at"
NOTED_EVERY_S = 60
"""The session is written at most so often for having been used."""
PRIVATE = "private, no-store"


def enter(request: HttpRequest, user: User) -> None:
    """Sign ``user`` in, in a new session."""
    login(request, user, backend="geo.access.backends.NationalBackend")


def start_clock(request: HttpRequest, **_signal: Any) -> None:
    """Note when a session was entered; called whenever Django signs somebody in, through whatever door."""
    request.session[ENTERED] = request.session[SEEN] = int(time.time())


def _ended(request: HttpRequest) -> bool:
    now = int(time.time())
    entered, seen = request.session.get(ENTERED, 0), request.session.get(SEEN, 0)
    return bool(now - entered > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_S)


def person(request: Any) -> User | AnonymousUser:
    """Return who is signed in; one whose session has ended is signed out."""
    if not hasattr(request, "_cached_user"):
        found = get_user(request)
        if isinstance(found, User):
            if _ended(request):
                request.session.flush()
                request.session_has_ended = True
                found = AnonymousUser()
            elif time.time() - request.session[SEEN] > NOTED_EVERY_S:
                request.session[SEEN] = int(time.time())
        request._cached_user = found
    known: User | AnonymousUser = request._cached_user
    return known


class SignedInMiddleware(AuthenticationMiddleware):
    """Django's, with sessions that end. Nothing is read unless somebody asks who is signed in."""

    def process_request(self, request: HttpRequest) -> None:
        """Name the person when asked."""
        request.user = SimpleLazyObject(lambda: person(request))  # type: ignore[assignment]
        request.auser = sync_to_async(lambda: person(request))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Keep what was answered to a person signed in out of every cache."""
        found = getattr(request, "_cached_user", None)
        if found is not None and found.is_authenticated:
            response.headers["Cache-Control"] = PRIVATE
        return response
