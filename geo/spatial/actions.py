"""The registry of actions: questions that are not collections (resolve a name, suggest while typing, plan a route)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from geo.spatial.collections import Parameter, Text
from geo.spatial.parameters import Query


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a body: their network address; and the site's own address (scheme and host), for links in mails."""

    address: str
    site: str


@dataclass(frozen=True)
class Action:
    """What is published at ``/api/actions/<name>``.

    GET: ``run(query)`` returns a JSON object or raises a ``Problem``; ``versions`` as in a collection, for the ETag.
    POST, where there is ``receive``: it takes the JSON object that was sent, described by ``body`` (an OpenAPI
    schema with its limits), and the caller, and knows nobody's session. An action has one of the two, or both.
    ``secret``: the body names a secret, which may open nothing (404), or no longer what is asked for (409).
    """

    name: str
    title: Text
    description: Text
    parameters: tuple[Parameter, ...]
    run: Callable[[Query], dict[str, Any]] | None = None
    versions: tuple[str, ...] = ()
    receive: Callable[[dict[str, Any], Caller], dict[str, Any]] | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    secret: bool = False


_actions: dict[str, Action] = {}


def register_action(action: Action) -> None:
    """Publish ``action``. Raises ValueError when its name is taken."""
    if action.name in _actions:
        raise ValueError(f"action {action.name} is registered twice")
    _actions[action.name] = action


def actions() -> tuple[Action, ...]:
    """Return all actions, in the order of registration."""
    return tuple(_actions.values())


def find_action(name: str) -> Action | None:
    """Return the action with that name, if there is one."""
    return _actions.get(name)
