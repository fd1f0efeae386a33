"""Who calls: a program with a token, or a page of this site with a session. Reading needs neither."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from geo.access import tokens
from geo.access.guessing import client_address
from geo.access.models import ApiToken, User
from geo.spatial.problems import Forbidden, Unauthorized

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST = 300


@dataclass(frozen=True)
class Caller:
    """Somebody who may be asked what they may; ``program`` names their token, empty for a session."""

    user: User
    program: str = ""


class _Forgery(CsrfViewMiddleware):
    """Tells whether a request with a session was made by a page of ours."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def caller_of(request: HttpRequest, *scopes: str) -> Caller:
    """Return who calls, for something that needs one of ``scopes``.

    Raises: Unauthorized; Forbidden for a token without it, or a session whose request isn't ours.
    """
    said = request.META.get("HTTP_AUTHORIZATION", "")
    if said:
        return _by_token(request, said, scopes)
    user = getattr(request, "user", None)
    if not isinstance(user, User) and not getattr(user, "is_authenticated", False):
        raise Unauthorized(_("Sign in, or send a token: “Authorization: Bearer …”."))
    check = _Forgery(lambda _request: None)  # type: ignore[arg-type]  # never called
    check.process_request(request)
    if request.method not in SAFE and check.process_view(request, None, (), {}):  # type: ignore[arg-type]
        raise Forbidden(_("This request doesn't come from a page of ours: send the header X-CSRFToken, or a token."))
    return Caller(User.objects.get(pk=user.pk))  # type: ignore[union-attr]


def _by_token(request: HttpRequest, said: str, scopes: tuple[str, ...]) -> Caller:
    scheme, _space, presented = said[:_LONGEST].partition(" ")
    if scheme.lower() != "bearer" or not presented.strip():
        raise Unauthorized(_("Send a token: “Authorization: Bearer …”. Passwords are not taken here."))
    token = tokens.read(presented, client_address(request))
    if set(scopes).isdisjoint(token.scopes):
        label = dict(ApiToken.Scope.choices)[scopes[0]]
        raise Forbidden(_("This token may not do that; it would have to be made for: %(scope)s.") % {"scope": label})
    return Caller(token.user, token.name)
