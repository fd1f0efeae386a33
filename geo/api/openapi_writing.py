"""What the definition says of writing: the operations of a collection that receives features, and what they answer."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from geo.api.bodies import LARGEST, PATCH_TYPES
from geo.api.openapi_parts import reference
from geo.spatial.collections import Collection
from geo.spatial.writing import Receivable, Writing

SECURITY: list[dict[str, list[str]]] = [{"token": []}, {"session": [], "forgery": []}]


def security_schemes() -> dict[str, Any]:
    """Return how a writer proves who they are."""
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": _("A token for programs, made on the page of one's account."),
        },
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        "forgery": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
    }


def parameters() -> dict[str, Any]:
    """Return the parameters that writes take."""
    return {
        "ifMatch": {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "description": _("The ETag of the feature as it was read; “*”: whatever its state."),
            "schema": {"type": "string"},
        },
        "reason": {
            "name": "reason",
            "in": "query",
            "description": _("Why: it stays in the history. In the body too, as a member of the feature."),
            "schema": {"type": "string", "maxLength": 300},
        },
    }


def responses() -> dict[str, Any]:
    """Return the answers to writes that can't be done."""
    content = {"application/problem+json": {"schema": reference("Problem")}}
    said = {
        "Unauthorized": _("No token, or one that doesn't hold."),
        "Forbidden": _("Outside of one's area, or not for this role; the problem says whose it is."),
        "Conflict": _("A record with this id in its source is there already, and differs: Location."),
        "PreconditionFailed": _("The feature has changed since: read it again."),
        "TooLarge": _("More than %(most)d kB.") % {"most": LARGEST // 1024},
        "UnsupportedMediaType": _("Another format than GeoJSON or JSON Merge Patch."),
        "PreconditionRequired": _("If-Match is missing."),
        "TooManyRequests": _("Too many tokens that don't exist: Retry-After."),
    }
    return {name: {"description": text, "content": content} for name, text in said.items()}


def schemas(collection: Collection[Any], name: str) -> dict[str, Any]:
    """Return the schemas of what is received: a whole feature, and a patch of one."""
    writing = collection.writing
    if writing is None:
        return {}
    required = [one.name for one in writing.receivables if one.required]
    properties = {one.name: _property(one) for one in writing.receivables}
    properties |= {one.name: {**one.schema(), "nullable": True} for one in writing.lists}
    whole = {"type": "object", "properties": properties, "required": required}
    members = {"geometry": _geometry(writing), "reason": {"type": "string", "maxLength": 300}}
    return {
        f"{name}Received": {
            "type": "object",
            "required": ["type", "geometry", "properties"],
            "properties": {"type": {"type": "string", "enum": ["Feature"]}, **members, "properties": whole},
        },
        f"{name}Patch": {
            "type": "object",
            "properties": {**members, "properties": {"type": "object", "properties": properties}},
        },
        "ProposalMade": {
            "type": "object",
            "properties": {"proposal": {"type": "integer"}, "state": {"type": "string"}},
        },
    }


def _geometry(writing: Writing) -> dict[str, Any]:
    where = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    described: dict[str, Any] = {"type": "object", "nullable": True, "description": _("Longitude, latitude (CRS84).")}
    if writing.position is None:
        return {**described, "description": _("It follows from the places: null, or as it was read.")}
    return {
        **described,
        "required": ["type", "coordinates"],
        "properties": {"type": {"type": "string", "enum": ["Point"]}, "coordinates": where},
    }


def _property(one: Receivable) -> dict[str, Any]:
    found: dict[str, Any] = {"type": one.type, "title": str(one.title)}
    nullable = not (one.required or one.keeps)
    if nullable:
        found["nullable"] = True
    if one.format:
        found["format"] = one.format
    if one.longest:
        found["maxLength"] = one.longest
    if one.enum:
        found["enum"] = [*one.enum, *([None] if nullable else [])]
    if one.description:
        found["description"] = str(one.description)
    return found


def operations(collection: Collection[Any], name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the operations on the features of a collection and on one of them."""
    writing = collection.writing
    if writing is None:
        return {}, {}
    title = {"title": collection.title}
    many = {
        "post": _operation(
            collection, name, "create", _("%(title)s: add a feature") % title, f"{name}Received", ("201", "409")
        )
    }
    one = {
        "put": _operation(collection, name, "replace", _("%(title)s: replace a feature") % title, f"{name}Received"),
        "patch": _operation(
            collection, name, "update", _("%(title)s: change a feature (JSON Merge Patch)") % title, f"{name}Patch"
        ),
    }
    if writing.removal is not None:
        one["delete"] = _operation(collection, name, "delete", _("%(title)s: close a feature") % title, "")
        one["delete"]["description"] = _("The record stays at its address for ever and says since when it is closed.")
    return many, one


def _operation(
    collection: Collection[Any], name: str, what: str, summary: str, schema: str, more: tuple[str, ...] = ()
) -> dict[str, Any]:
    feature = {"application/geo+json": {"schema": reference(name)}}
    made = what == "create"
    answers: dict[str, Any] = {
        "200": {"description": _("The feature as it is now, with its ETag."), "content": feature},
        "202": {
            "description": _("It waits as a proposal for whoever may publish it: Location."),
            "content": {"application/json": {"schema": reference("ProposalMade")}},
        },
        **{status: _problem(kind) for status, kind in _PROBLEMS.items() if _applies(status, made, more)},
    }
    if made:
        answers["201"] = {"description": _("It is there: Location."), "content": feature}
    shared = ["reason"] if made else ["featureId", "ifMatch", "reason"]
    described: dict[str, Any] = {
        "operationId": f"{collection.id}.{what}",
        "summary": summary,
        "tags": [collection.id],
        "parameters": [{"$ref": f"#/components/parameters/{one}"} for one in [*shared, "lang"]],
        "responses": dict(sorted(answers.items())),
        "security": SECURITY,
    }
    if schema:
        types = ("application/geo+json",) if schema.endswith("Received") else PATCH_TYPES[:1]
        content = {media: {"schema": reference(schema)} for media in types}
        described["requestBody"] = {"required": True, "content": content}
    return described


_PROBLEMS = {
    "400": "BadRequest",
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "NotFound",
    "409": "Conflict",
    "412": "PreconditionFailed",
    "413": "TooLarge",
    "415": "UnsupportedMediaType",
    "428": "PreconditionRequired",
    "429": "TooManyRequests",
}


def _applies(status: str, made: bool, more: tuple[str, ...]) -> bool:
    if status == "409":
        return status in more
    return not (made and status in ("404", "412", "428"))


def _problem(kind: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{kind}"}


def sent(asked: dict[str, Any], operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the operation that takes ``body`` as JSON and answers as the one that is ``asked``."""
    answers = {status: answer for status, answer in asked["responses"].items() if status not in {"304", "404"}}
    answers |= {status: {"$ref": f"#/components/responses/{name}"} for status, name in _SENT.items()}
    return {
        **asked,
        "operationId": operation,
        "parameters": [one for one in asked["parameters"] if one.get("name") == "f" or "$ref" in one],
        "requestBody": {"required": True, "content": {"application/json": {"schema": dict(body)}}},
        "responses": answers,
    }


_SENT = {"413": "TooLarge", "415": "UnsupportedMediaType"}
