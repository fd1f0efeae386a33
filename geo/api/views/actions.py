"""Actions: questions registered by the rooms."""

from collections.abc import Collection as Names
from collections.abc import Iterable

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from geo.api.asking import Ask
from geo.api.endpoint import Endpoint, json_response
from geo.api.formats import JSON
from geo.spatial.actions import Action, find_action
from geo.spatial.problems import NotFound


class ActionView(Endpoint):
    """``/api/actions/{name}``."""

    formats = (JSON,)
    strong = True
    action: Action

    def locate(self, **path: str) -> None:
        """Find the action."""
        found = find_action(path["name"])
        if found is None:
            raise NotFound(_("There is no action “%(name)s”.") % {"name": path["name"][:60]})
        self.action = found

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
        return json_response(ask, self.action.run({name: list(v) for name, v in ask.query.items() if name in own}))
