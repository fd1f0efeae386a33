"""The registry of actions: questions that are not collections (resolve a name, suggest while typing)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geo.spatial.collections import Parameter, Text
from geo.spatial.parameters import Query


@dataclass(frozen=True)
class Action:
    """What is published at ``/api/actions/<name>`` (GET).

    ``run(query)`` returns a JSON object or raises a ``Problem``; ``versions`` as in a collection, for the ETag.
    """

    name: str
    title: Text
    description: Text
    parameters: tuple[Parameter, ...]
    run: Callable[[Query], dict[str, Any]]
    versions: tuple[str, ...] = ()


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
