"""Members of JSON bodies that several actions of sourcing share, read and described."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from geo.sourcing.plans.reading import Node
from geo.spatial.folding import nfc
from geo.spatial.problems import InvalidParameter

LONGEST_EMAIL = 254
LONGEST_SECRET = 200


def described(required: list[str], **properties: Any) -> dict[str, Any]:
    """Return the schema of an object with these members and no others."""
    return {"type": "object", "properties": properties, "additionalProperties": False, "required": required}


def text_schema(longest: int, **more: Any) -> dict[str, Any]:
    """Return the schema of a text."""
    return {"type": "string", "maxLength": longest, **more}


SECRET = text_schema(LONGEST_SECRET, minLength=1, example="x3M0s2JvXb1")
EMAIL = {"type": "string", "format": "email", "maxLength": LONGEST_EMAIL, "example": "mua@example.vn"}


def needed(node: Node, name: str, longest: int) -> str:
    """Return a text of one line that must be there."""
    found = node.text(name, longest)
    if not found:
        raise node.missing(name)
    return found


def lines(node: Node, name: str, longest: int) -> str:
    """Return a text whose lines are kept; empty when it is left out."""
    node.text(name, longest)
    return "\n".join(nfc(line) for line in str(node.value.get(name) or "").splitlines()).strip()


def email(node: Node, name: str = "email") -> str:
    """Return an e-mail address that must be there."""
    found = needed(node, name, LONGEST_EMAIL)
    try:
        validate_email(found)
    except ValidationError:
        raise InvalidParameter(node.at(name), _("“%(name)s” is not an e-mail address.") % {"name": name}) from None
    return found


def amount(node: Node, name: str, most: float, step: str, *, free: bool = False) -> Decimal:
    """Return a number of at most so many decimals as ``step`` has; 0 only where it is ``free``."""
    found = Decimal(str(node.number(name, 0, most))).quantize(Decimal(step))
    if not found and not free:
        raise InvalidParameter(node.at(name), _("“%(name)s” must be more than 0.") % {"name": node.at(name)})
    return found


def deed(node: Node, names: tuple[str, ...]) -> str:
    """Return the member ``do``: one of these. Raises: InvalidParameter."""
    found = node.text("do", 20)
    if found not in names:
        raise InvalidParameter(
            node.at("do"),
            _("“%(name)s” must be one of: %(allowed)s.") % {"name": node.at("do"), "allowed": ", ".join(names)},
        )
    return found


def only_with(node: Node, does: str, **members: tuple[str, ...]) -> None:
    """Refuse members that mean nothing to what is asked: each is named with the deeds that take it."""
    for name, deeds in members.items():
        if name in node and does not in deeds:
            raise InvalidParameter(
                node.at(name),
                _("“%(name)s” goes with “%(deeds)s” only.") % {"name": node.at(name), "deeds": ", ".join(deeds)},
            )


def language() -> str:
    """Return the language of the request, in which its mails are written."""
    return (get_language() or "vi")[:2]
