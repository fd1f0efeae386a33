"""The actions of the API about watched searches: saved with an e-mail, confirmed by the link in a mail, ended."""

from typing import Any

from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from geo.sourcing import bodies
from geo.sourcing.asking import NAMES
from geo.sourcing.parameters import DEMAND
from geo.sourcing.plans.reading import Node
from geo.sourcing.watching import services
from geo.sourcing.watching.looking import months_left
from geo.sourcing.watching.models import Watch
from geo.spatial import parameters as parse
from geo.spatial.actions import Action, Caller, register_action
from geo.spatial.problems import InvalidParameter

LONGEST = 2000
"""Characters of one parameter of a search, as in an address."""
DEEDS = ("confirm", "end")


def watch_search(document: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Store a search that waits to be confirmed; say the same whoever the address belongs to."""
    node = Node(document, "", ("email", "title", "search"))
    email, title = bodies.email(node), node.text("title", 120)
    if "search" not in node:
        raise node.missing("search")
    services.ask(
        email,
        title,
        _search(node.value["search"]),
        address=caller.address,
        site=caller.site,
        language=bodies.language(),
    )
    return {"state": "unconfirmed", "confirm_within_days": services.UNCONFIRMED_DAYS}


def _search(value: Any) -> dict[str, list[str]]:
    """Return the parameters of a search as an address has them; numbers may be numbers."""
    node = Node(value, "search", NAMES)
    found = {}
    for name, one in node.value.items():
        if isinstance(one, bool) or not isinstance(one, str | int | float):
            raise InvalidParameter(node.at(name), _g("“%(name)s” must be text.") % {"name": node.at(name)})
        found[name] = [parse.text(node.at(name), str(one), LONGEST)]
    return found


def watched_search(document: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Read a watched search. Raises: NotFound."""
    return _told(services.find(_key(Node(document, "", ("key",)))))


def change_watched_search(document: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Confirm a watched search, or end it. Raises: Conflict, InvalidParameter, NotFound."""
    node = Node(document, "", ("key", "do"))
    key, does = _key(node), bodies.deed(node, DEEDS)
    if does == "end":
        services.end(key)
        return {"state": "ended"}
    return _told(services.confirm(services.find(key)))


def _key(node: Node) -> str:
    return bodies.needed(node, "key", bodies.LONGEST_SECRET)


def _told(watch: Watch) -> dict[str, Any]:
    state = "unconfirmed" if watch.confirmed_at is None else "watched" if months_left(watch.query) else "over"
    return {
        "state": state,
        "title": watch.title,
        "email": watch.email,
        "search": watch.query,
        "told": watch.said_at.isoformat() if watch.said_at is not None else None,
    }


def register_actions() -> None:
    """Publish the actions in the kernel's registry."""
    search = {one.name: {**one.schema, "description": one.description} for one in DEMAND if one.name in NAMES}
    register_action(
        Action(
            name="watch-search",
            title=_("Watch a search of supply"),
            description=_(
                "Mail when a supplier's certificate in a search has 60 days left, a quantity changes, or a "
                "supplier is new or gone. Nothing is sent before the link in a first mail is opened. The answer is the "
                "same for every e-mail address. At most 5 a day from one connection (429), 20 for one "
                "address."
            ),
            parameters=(),
            receive=watch_search,
            body=bodies.described(
                ["email", "search"],
                email=bodies.EMAIL,
                title=bodies.text_schema(120),
                search={"type": "object", "properties": search, "additionalProperties": False},
            ),
        )
    )
    register_action(
        Action(
            name="watched-search",
            title=_("Read a watched search"),
            description=_("The search that the secret in its mails opens."),
            parameters=(),
            receive=watched_search,
            body=bodies.described(["key"], key=bodies.SECRET),
            secret=True,
        )
    )
    register_action(
        Action(
            name="change-watched-search",
            title=_("Confirm or end a watched search"),
            description=_("“confirm” begins to watch; “end” erases it with its address. Asked twice, it is done once."),
            parameters=(),
            receive=change_watched_search,
            body=bodies.described(["key", "do"], key=bodies.SECRET, do={"type": "string", "enum": list(DEEDS)}),
            secret=True,
        )
    )
