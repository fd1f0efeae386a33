"""The API as plain web pages: the same links and values, readable without a program."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from geo.api.asking import Ask
from geo.api.endpoint import body_response
from geo.spatial.collections import Collection, Field

_RELS_AS_BUTTONS = ("alternate", "next", "prev")
_LONGEST_CELL = 120
_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
    "img-src 'self' data:"
)


def _render(ask: Ask, template: str, context: dict[str, Any]) -> HttpResponse:
    whole = {"ask": ask, "crumbs": [(ask.url("landing", {"f": "html"}), "API")], **context}
    response = body_response(ask, render_to_string(f"api/{template}.html", whole).encode())
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _to_html(ask: Ask, links: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return links of a description that a person follows, each leading to a page where there is one."""
    return [one for one in links if one["rel"] not in ("self", *_RELS_AS_BUTTONS)]


def _buttons(links: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [one for one in links if one["rel"] in _RELS_AS_BUTTONS]


def landing(ask: Ask, members: dict[str, Any]) -> HttpResponse:
    """Return the landing page."""
    return _render(
        ask,
        "links",
        {
            "title": _("The API of ocopmap"),
            "description": members["description"],
            "links": _to_html(ask, members["links"]),
            "buttons": _buttons(members["links"]),
            "crumbs": [],
        },
    )


def conformance(ask: Ask, members: dict[str, Any]) -> HttpResponse:
    """Return the requirements classes."""
    links = [{"href": uri, "title": uri} for uri in members["conformsTo"]]
    return _render(ask, "links", {"title": _("Conformance"), "links": links})


def collections(ask: Ask, members: dict[str, Any]) -> HttpResponse:
    """Return the list of collections."""
    links = [
        {
            "href": ask.url("collection", {"f": "html"}, collection_id=one["id"]),
            "title": one["title"],
            "note": one["description"],
        }
        for one in members["collections"]
    ]
    context = {"title": _("Collections"), "links": links, "buttons": _buttons(members["links"])}
    return _render(ask, "links", context)


def actions(ask: Ask, members: dict[str, Any]) -> HttpResponse:
    """Return the list of actions."""
    links = [
        {"href": one["links"][0]["href"], "title": one["title"], "note": one["description"]}
        for one in members["actions"]
    ]
    return _render(ask, "links", {"title": _("Actions"), "links": links})


def listed(ask: Ask, title: str, links: Sequence[dict[str, str]], about: Collection[Any] | None = None) -> HttpResponse:
    """Return a page of links under a title; ``about`` a collection or the whole."""
    shown = [{**one, "title": one.get("title") or one["href"]} for one in links if "templated" not in one]
    notes = [{"href": "", "title": one["href"]} for one in links if "templated" in one]
    crumbs = _collection_crumbs(ask, about) if about else [(ask.url("landing", {"f": "html"}), "API")]
    return _render(ask, "links", {"title": title, "links": shown, "templates": notes, "crumbs": crumbs})


def _collection_crumbs(ask: Ask, collection: Collection[Any] | None = None) -> list[tuple[str, str]]:
    crumbs = [
        (ask.url("landing", {"f": "html"}), "API"),
        (ask.url("collections", {"f": "html"}), _("Collections")),
    ]
    if collection is not None:
        address = ask.url("collection", {"f": "html"}, collection_id=collection.id)
        crumbs.append((address, str(collection.title)))
    return crumbs


def collection(ask: Ask, described: Collection[Any], members: dict[str, Any]) -> HttpResponse:
    """Return the description of a collection with its fields."""
    links = [
        {**one, "title": f"{one.get('title', one['rel'])} ({one['type'].split(';')[0]})"}
        for one in _to_html(ask, members["links"])
    ]
    return _render(
        ask,
        "collection",
        {
            "title": described.title,
            "description": described.description,
            "links": links,
            "fields": described.fields,
            "parameters": described.parameters,
            "crumbs": _collection_crumbs(ask),
        },
    )


def items(
    ask: Ask, collection: Collection[Any], fields: Sequence[Field], text: bytes, members: dict[str, Any]
) -> HttpResponse:
    """Return a page of features as a table."""
    rows = [
        (
            ask.url("item", {"f": "html"}, collection_id=collection.id, feature_id=one["id"]),
            one["id"],
            [_shown(one["properties"].get(field.name)) for field in fields],
        )
        for one in json.loads(b"[" + text + b"]")
    ]
    return _render(
        ask,
        "items",
        {
            "title": collection.title,
            "fields": fields,
            "rows": rows,
            "matched": members.get("numberMatched"),
            "returned": members["numberReturned"],
            "buttons": _buttons(members["links"]),
            "crumbs": _collection_crumbs(ask, collection),
        },
    )


def item(
    ask: Ask, collection: Collection[Any], fields: Sequence[Field], text: bytes, links: Sequence[dict[str, str]]
) -> HttpResponse:
    """Return one feature."""
    feature = json.loads(text)
    geometry = feature["geometry"]
    shown = [(field, _shown(feature["properties"].get(field.name))) for field in fields]
    name = feature["properties"].get("name") or feature["id"]
    page = next((one["href"] for one in links if one["rel"] == "canonical"), None)
    return _render(
        ask,
        "item",
        {
            "title": name,
            "feature": feature,
            "position": _shown(geometry["coordinates"]) if geometry and geometry["type"] == "Point" else None,
            "shown": shown,
            "page": page,
            "buttons": _buttons(links),
            "crumbs": _collection_crumbs(ask, collection),
        },
    )


def _shown(value: Any) -> str:
    """Return a value as text for people."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and value and all(isinstance(one, dict) and "name" in one for one in value):
        return "; ".join(str(one["name"]) for one in value)
    if isinstance(value, list | dict):
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"
    return str(value)


def docs(ask: Ask, document: dict[str, Any]) -> HttpResponse:
    """Return the page on which every operation can be tried."""
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]].append(_operation(document, path, method, operation))
    return _render(ask, "docs", {"title": _("Try the API"), "groups": list(groups.items())})


def _operation(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Return what a form needs to know of one operation; what it may send is shown as an example."""
    shared = document["components"]["parameters"]
    parameters = [_parameter(one, shared) for one in operation["parameters"]]
    content = operation.get("requestBody", {}).get("content", {})
    media = next(iter(content), "")
    return {
        "id": operation["operationId"].replace(".", "-"),
        "method": method.upper(),
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "path": path,
        "action": document["servers"][0]["url"] + path,
        "parameters": parameters,
        "in_path": any(one["in"] == "path" for one in parameters),
        "media": media,
        "example": _EXAMPLES.get(media, ""),
    }


_EXAMPLES = {
    "application/geo+json": '{"type": "Feature", "geometry": null, "properties": {"name": ""}}',
    "application/merge-patch+json": '{"properties": {}}',
}


def _parameter(described: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """Return what a form field needs to know of a parameter."""
    if "$ref" in described:
        described = shared[described["$ref"].rsplit("/", 1)[-1]]
    schema = described["schema"]
    single = schema.get("enum", [])
    if schema.get("type") == "boolean":
        single = ["true", "false"]
    return {
        **described,
        "choices": single,
        "hint": ", ".join(map(str, schema.get("items", {}).get("enum", [])[:8])) or described.get("example", ""),
        "number": schema.get("type") == "integer",
        "minimum": schema.get("minimum"),
        "maximum": schema.get("maximum"),
        "default": schema.get("default"),
    }
