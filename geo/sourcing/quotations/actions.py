"""The actions of the API about requests for quotation. Secrets travel in bodies, never in addresses (and logs)."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from geo.sourcing import asking as demands
from geo.sourcing import bodies, wishes
from geo.sourcing.plans.reading import Node
from geo.sourcing.quantities import UNITS
from geo.sourcing.quotations import answering, deeds
from geo.sourcing.quotations.answering import Offer
from geo.sourcing.quotations.asking import MOST_SUPPLIERS, USUAL_DAYS, Chosen, NewRequest, chosen
from geo.sourcing.quotations.describing import for_buyer, for_supplier
from geo.sourcing.quotations.links import opened
from geo.sourcing.quotations.mailing import UNCONFIRMED_DAYS
from geo.spatial import calendar
from geo.spatial.actions import Action, Caller, register_action
from geo.spatial.problems import Conflict, InvalidParameter

ASK = ("supply", "quantity", "unit", "months", "delivery", "message", "name", "email", "expires_on")
MOST_PRICE = 10**11
DECISIONS = (*deeds.DECISIONS, "confirm", "withdraw")
ANSWERS = ("offer", "refuse", "end")

_SUPPLY = {"type": "string", "pattern": r"^[0-9A-Za-z]+-[0-9A-Za-z]+$", "description": "place-product, as in a search"}
_DAY = {"type": "string", "format": "date"}
_QUANTITY = {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": demands.MOST_QUANTITY}


def ask_suppliers(document: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Store a request that waits for its buyer; say the same whoever the address belongs to."""
    node = Node(document, "", ASK)
    suppliers = _suppliers(node)
    said = _said(node)
    made = deeds.ask(said, suppliers, caller.address, caller.site, confirmed=False)
    return {
        "state": "unconfirmed",
        "suppliers": len(suppliers),
        "expires_on": made.expires_on.isoformat(),
        "confirm_within_days": UNCONFIRMED_DAYS,
    }


def _suppliers(node: Node) -> list[Chosen]:
    named = []
    for path, value in node.items("supply", 1, MOST_SUPPLIERS):
        if not isinstance(value, str) or len(value) > 40 or "," in value:
            raise InvalidParameter(path, _g("“%(name)s” must be text.") % {"name": path})
        named.append(value)
    return chosen(wishes.supply_keys({"supply": named}))


def _said(node: Node) -> NewRequest:
    until = node.day("expires_on") if "expires_on" in node else calendar.today() + timedelta(days=USUAL_DAYS)
    return NewRequest(
        name=bodies.needed(node, "name", 150),
        email=bodies.email(node),
        quantity=bodies.amount(node, "quantity", demands.MOST_QUANTITY, "0.001"),
        unit=demands.unit(node.text("unit", 20) or "kg"),
        months=demands.months({"months": bodies.needed(node, "months", 120)}),
        delivery=bodies.needed(node, "delivery", 300),
        message=bodies.lines(node, "message", 2000),
        expires_on=until,
        language=bodies.language(),
    )


def quotation_request(document: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Read a request and its answers. Raises: NotFound."""
    return for_buyer(answering.find(bodies.needed(Node(document, "", ("key",)), "key", bodies.LONGEST_SECRET)))


def change_quotation_request(document: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Confirm or withdraw a request, or decide about one answer. Raises: Conflict, InvalidParameter, NotFound."""
    node = Node(document, "", ("key", "do", "quotation"))
    key, does = bodies.needed(node, "key", bodies.LONGEST_SECRET), bodies.deed(node, DECISIONS)
    bodies.only_with(node, does, quotation=tuple(deeds.DECISIONS))
    number = node.number("quotation", 1, 2**53) if does in deeds.DECISIONS else 0
    if number % 1:
        raise InvalidParameter("quotation", _g("“%(name)s” must be a number.") % {"name": "quotation"})
    found = answering.find(key)
    if found.erased_at is not None:
        raise Conflict(_g("This request has been erased."))
    if does == "confirm":
        deeds.confirm(found, caller.site)
    elif does == "withdraw":
        deeds.withdraw(found, caller.site)
    else:
        deeds.decide(found, does, int(number), caller.site)
    return for_buyer(answering.find(key))


def quotation(document: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Read what one supplier is asked, with the secret of the link they were mailed. Raises: Forbidden, NotFound."""
    return for_supplier(opened(bodies.needed(Node(document, "", ("token",)), "token", bodies.LONGEST_SECRET)))


def answer_quotation(document: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Answer for one supplier. Raises: Conflict, Forbidden, InvalidParameter, NotFound."""
    node = Node(document, "", ("token", "do", "quantity", "price_vnd", "valid_until", "note"))
    token, does = bodies.needed(node, "token", bodies.LONGEST_SECRET), bodies.deed(node, ANSWERS)
    bodies.only_with(node, does, quantity=("offer",), price_vnd=("offer",), valid_until=("offer",))
    note = node.text("note", 500 if does != "end" else 300)
    link = opened(token)
    if does == "offer":
        deeds.offer(link, _offer(node, note), caller.site)
    elif does == "refuse":
        deeds.refuse(link, note, caller.site)
    else:
        deeds.end(link, note, caller.site)
    return for_supplier(opened(token))


def _offer(node: Node, note: str) -> Offer:
    return Offer(
        quantity=bodies.amount(node, "quantity", demands.MOST_QUANTITY, "0.001"),
        price=bodies.amount(node, "price_vnd", MOST_PRICE, "0.01", free=True),
        valid_until=node.day("valid_until"),
        note=note,
    )


def register_actions() -> None:
    """Publish the actions in the kernel's registry."""
    key = {"key": bodies.SECRET}
    register_action(
        Action(
            name="ask-suppliers",
            title=_("Ask suppliers for quotations"),
            description=_(
                "Asks at most 10 suppliers at once. Nobody is asked before the buyer has confirmed it by the "
                "link in a mail; what isn't confirmed within 7 days is erased. The answer is the same for every "
                "e-mail address. At most 5 requests a day come from one connection, and 20 reach one "
                "place (429)."
            ),
            parameters=(),
            receive=ask_suppliers,
            body=bodies.described(
                ["supply", "quantity", "months", "delivery", "name", "email"],
                supply={"type": "array", "items": _SUPPLY, "minItems": 1, "maxItems": MOST_SUPPLIERS},
                quantity={**_QUANTITY, "description": "a month"},
                unit={"type": "string", "enum": sorted(UNITS), "default": "kg"},
                months=bodies.text_schema(120, example="3-6"),
                delivery=bodies.text_schema(300),
                message=bodies.text_schema(2000),
                name=bodies.text_schema(150),
                email=bodies.EMAIL,
                expires_on={
                    **_DAY,
                    "description": _("Answers until this day: in 1 to 60 days; in 14 unless told."),
                },
            ),
        )
    )
    register_action(
        Action(
            name="quotation-request",
            title=_("Read a request for quotation"),
            description=_("The request that the buyer's secret opens, with all answers and what is promised."),
            parameters=(),
            receive=quotation_request,
            body=bodies.described(["key"], **key),
            secret=True,
        )
    )
    register_action(
        Action(
            name="change-quotation-request",
            title=_("Decide about quotations"),
            description=_(
                "“confirm” sends a request to its suppliers, “accept”, “decline” and “end” decide about one of its "
                "quotations, “withdraw” ends and erases it all. What is accepted is promised and lowers what others "
                "see. Asked twice, it is done once; what can no longer be done is a conflict (409)."
            ),
            parameters=(),
            receive=change_quotation_request,
            body=bodies.described(
                ["key", "do"],
                **key,
                do={"type": "string", "enum": list(DECISIONS)},
                quotation={"type": "integer", "minimum": 1, "maximum": 2**53},
            ),
            secret=True,
        )
    )
    register_action(
        Action(
            name="quotation",
            title=_("Read what a supplier is asked"),
            description=_("With the token of the link that the supplier, or an officer of the area, was mailed."),
            parameters=(),
            receive=quotation,
            body=bodies.described(["token"], token=bodies.SECRET),
            secret=True,
        )
    )
    register_action(
        Action(
            name="answer-quotation",
            title=_("Answer a request for quotation"),
            description=_(
                "“offer” (with quantity a month, price and until when it holds), “refuse”, or “end” what was accepted; "
                "the buyer is told by mail. It may be answered anew until the buyer decides or the time is over (409)."
            ),
            parameters=(),
            receive=answer_quotation,
            body=bodies.described(
                ["token", "do"],
                token=bodies.SECRET,
                do={"type": "string", "enum": list(ANSWERS)},
                quantity=_QUANTITY,
                price_vnd={"type": "number", "minimum": 0, "maximum": MOST_PRICE, "description": "for one unit"},
                valid_until=_DAY,
                note=bodies.text_schema(500),
            ),
            secret=True,
        )
    )
