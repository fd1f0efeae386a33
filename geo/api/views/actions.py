"""Actions: questions registered by the rooms."""

from collections.abc import Callable, Iterable
from collections.abc import Collection as Names
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from geo.access.guessing import client_address
from geo.access.sessions import PRIVATE
from geo.api import bodies
from geo.api.asking import Ask
from geo.api.endpoint import READING, Endpoint, MethodNotAllowed, json_response
from geo.api.formats import JSON
from geo.spatial.actions import Action, Caller, find_action
from geo.spatial.problems import NotFound

JSON_TYPES = ("application/json",)


@method_decorator(csrf_exempt, name="dispatch")
class ActionView(Endpoint):
    """``/api/actions/{name}``. Whatever is sent to it, no session is looked for."""

    http_method_names: ClassVar[list[str]] = [*Endpoint.http_method_names, "post"]  # type: ignore[misc]
    formats = (JSON,)
    strong = True
    action: Action

    def locate(self, **path: str) -> None:
        """Find the action."""
        found = find_action(path["name"])
        if found is None:
            raise NotFound(_("There is no action “%(name)s”.") % {"name": path["name"][:60]})
        self.action = found

    def _handler(self, request: HttpRequest) -> Callable[..., HttpResponseBase]:
        handler = super()._handler(request)
        action = find_action(self.kwargs["name"])
        method = "POST" if request.method == "POST" else "GET"
        if action is not None and request.method != "OPTIONS" and method not in _methods(action):
            raise MethodNotAllowed(_allowed(action))
        return handler

    def options(self, request: HttpRequest, *args: Any, **path: Any) -> HttpResponse:
        """Say what may be sent from other origins."""
        self.locate(**path)
        response = super().options(request)
        response.headers["Access-Control-Allow-Methods"] = _allowed(self.action)
        if "POST" in _methods(self.action):
            response.headers["Access-Control-Allow-Headers"] += ", Content-Type"
        return response

    def post(self, request: HttpRequest, **path: str) -> HttpResponseBase:
        """Run it on what was sent."""
        self.locate(**path)
        ask = self.ask(request)
        assert self.action.receive is not None
        response = json_response(ask, self.action.receive(bodies.json_object(request, JSON_TYPES), _caller(request)))
        response.headers["Cache-Control"] = PRIVATE
        return response

    def names(self) -> Names[str]:
        """Return the action's parameters."""
        return [one.name for one in self.action.parameters]

    def momentary(self) -> Names[str]:
        """Return its parameters that may mean the present moment."""
        return [one.name for one in self.action.parameters if one.momentary]

    def depends_on(self) -> Iterable[str]:
        """Return the collections it reads."""
        return self.action.versions

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Run it."""
        own = set(self.names())
        assert self.action.run is not None
        return json_response(ask, self.action.run({name: list(v) for name, v in ask.query.items() if name in own}))


def _caller(request: HttpRequest) -> Caller:
    site = str(settings.PUBLIC_URL) or request.build_absolute_uri("/").rstrip("/")
    return Caller(client_address(request), site)


def _methods(action: Action) -> tuple[str, ...]:
    return tuple(name for name, does in (("GET", action.run), ("POST", action.receive)) if does is not None)


def _allowed(action: Action) -> str:
    reading = READING if action.run is not None else "OPTIONS"
    return f"{reading}, POST" if action.receive is not None else reading
