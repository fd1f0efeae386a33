"""The actions of the API about saved plans: read with one of their secrets, all else with their key."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from geo.sourcing import bodies
from geo.sourcing.plans import services
from geo.sourcing.plans.definition import BODY
from geo.sourcing.plans.reading import Node
from geo.sourcing.plans.services import MOST_VERSIONS, Seen
from geo.sourcing.plans.telling import told
from geo.sourcing.routing.model import MOST_STOPS
from geo.spatial.actions import Action, Caller, register_action
from geo.spatial.problems import Forbidden, InvalidParameter

DEEDS = ("replan", "drop", "share", "revoke", "erase")


def pickup_plan(document: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Read a saved plan as it stands. Raises: NotFound."""
    return _told(services.find(_key(Node(document, "", ("key",)))), caller)


def change_pickup_plan(document: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Make a plan anew, without some stops or as asked, share it, or erase it.

    Raises: Conflict, Forbidden, InvalidParameter, NotFound.
    """
    node = Node(document, "", ("key", "do", "version", "pickups", "plan"))
    key, does = _key(node), bodies.deed(node, DEEDS)
    bodies.only_with(node, does, pickups=("drop",), plan=("replan",), version=("drop", "replan"))
    version = int(node.number("version", 1, MOST_VERSIONS)) if "version" in node else None
    dropped = _numbers(node) if does == "drop" else []
    if does == "replan" and not isinstance(node.value.get("plan"), dict):
        raise node.missing("plan")
    seen = services.find(key)
    if not seen.is_own:
        raise Forbidden(_g("With this link the plan can only be looked at."))
    if does == "drop":
        services.without(seen.plan, dropped, version)
    elif does == "replan":
        _replan(seen, node.value["plan"], version)
    elif does == "share":
        services.share(seen.plan)
    elif does == "erase":
        services.erase(seen.plan)
        return {"state": "erased"}
    else:
        services.revoke(seen.plan)
    return _told(seen, caller)


def _replan(seen: Seen, asked: dict[str, Any], version: int | None) -> None:
    try:
        services.change(seen.plan, asked, version)
    except InvalidParameter as problem:
        inside = "plan" if problem.name in ("", "body", "plan") else f"plan.{problem.name}"
        raise InvalidParameter(inside, problem.message, problem.candidates) from None


def _numbers(node: Node) -> list[int]:
    found = []
    for path, value in node.items("pickups", 1, MOST_STOPS):
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidParameter(path, _g("“%(name)s” must be a number.") % {"name": path})
        found.append(value)
    return found


def _key(node: Node) -> str:
    return bodies.needed(node, "key", bodies.LONGEST_SECRET)


def _told(seen: Seen, caller: Caller) -> dict[str, Any]:
    """Return a plan; who may only look learns no other secret of it than the one they have."""
    version = services.newest(seen.plan)
    secrets = {"own": seen.plan.key, "shared": seen.plan.link} if seen.is_own else {"shared": seen.plan.link}
    return {
        "title": seen.plan.title,
        "version": version.number,
        "made": version.made_at.isoformat(),
        "dropped": version.dropped,
        "asked": version.asked,
        **told(version.asked, version.found),
        "saved": {name: reverse("web:plan", args=[secret]) for name, secret in secrets.items() if secret},
    }


def register_actions() -> None:
    """Publish the actions in the kernel's registry."""
    register_action(
        Action(
            name="pickup-plan",
            title=_("Read a saved pickup plan"),
            description=_(
                "The plan that its key or its shared secret opens (the last part of its address): what was asked, the "
                "routes, what is left and why, and the pickups dropped by the last change."
            ),
            parameters=(),
            receive=pickup_plan,
            body=bodies.described(["key"], key=bodies.SECRET),
            secret=True,
        )
    )
    register_action(
        Action(
            name="change-pickup-plan",
            title=_("Change a saved pickup plan"),
            description=_(
                "“drop” makes it anew without some “pickups” (their numbers, from 0), “replan” as “plan” asks; “share” "
                "gives it a new secret to look at it, “revoke” takes that back, “erase” leaves nothing of it. It takes "
                "the plan's own key; at most 50 versions are kept of a plan."
            ),
            parameters=(),
            receive=change_pickup_plan,
            body=bodies.described(
                ["key", "do"],
                key=bodies.SECRET,
                do={"type": "string", "enum": list(DEEDS)},
                pickups={
                    "type": "array",
                    "items": {"type": "integer", "minimum": 0, "maximum": MOST_STOPS - 1},
                    "minItems": 1,
                    "maxItems": MOST_STOPS,
                },
                plan=BODY,
                version={
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MOST_VERSIONS,
                    "description": _("The version that was seen: a newer one is a conflict (409)."),
                },
            ),
            secret=True,
        )
    )
