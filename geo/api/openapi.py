"""The OpenAPI 3.0 definition, made from the registries: what is described is what is served."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from geo.api import paging
from geo.api.exports import MOST_ROWS
from geo.api.formats import CSV, GEOJSON, HTML, JSON, XLSX, Format
from geo.api.views import changes
from geo.spatial.actions import Action
from geo.spatial.collections import Collection, Field, Parameter
from geo.spatial.tiles import MAX_ZOOM

API_VERSION = "1.0"
_SCHEMAS: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
    "array": {"type": "array", "items": {}},
    "object": {"type": "object"},
    "string": {"type": "string"},
}


def document(address: str, collections: Sequence[Collection[Any]], actions: Sequence[Action]) -> dict[str, Any]:
    """Return the definition in the active language; ``address`` is where the API stands."""
    paths: dict[str, Any] = {
        "/": _path("landing", _("Landing page"), "General", _json("LandingPage"), (JSON, HTML)),
        "/conformance": _path("conformance", _("Conformance"), "General", _json("Conformance"), (JSON, HTML)),
        "/collections": _path("collections", _("Collections"), "General", _json("Collections"), (JSON, HTML)),
    }
    for collection in collections:
        paths |= _collection_paths(collection)
    for action in actions:
        paths[f"/actions/{action.name}"] = _path(
            f"action.{action.name}",
            str(action.title),
            "Actions",
            _json("Object"),
            (JSON,),
            [_own(one) for one in action.parameters],
            str(action.description),
        )
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "ocopmap",
            "version": API_VERSION,
            "description": _("Places, products and producers of Viet Nam's programme One Commune One Product (OCOP)."),
            "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
        },
        "servers": [{"url": address.rstrip("/")}],
        "tags": [
            {"name": "General"},
            *({"name": one.id, "description": f"{one.title}: {one.description}"} for one in collections),
            *([{"name": "Actions"}] if actions else []),
        ],
        "paths": paths,
        "components": {
            "parameters": _shared_parameters(),
            "schemas": _shared_schemas() | {_schema_name(one): _feature_schema(one) for one in collections},
            "responses": _problems(),
        },
    }


def _collection_paths(collection: Collection[Any]) -> dict[str, Any]:
    base, tag, title = f"/collections/{collection.id}", collection.id, str(collection.title)
    own = [_own(one) for one in collection.parameters]
    feature = {"$ref": f"#/components/schemas/{_schema_name(collection)}"}
    page = {
        "allOf": [
            {"$ref": "#/components/schemas/FeaturePage"},
            {"type": "object", "properties": {"features": {"type": "array", "items": feature}}},
        ]
    }
    as_of = [one for one in own if one["name"] == "datetime"]
    paths = {
        base: _path(f"{tag}.describe", title, tag, _json("Collection"), (JSON, HTML), [], str(collection.description)),
        f"{base}/items": _path(
            f"{tag}.items",
            _("%(title)s: features") % {"title": title},
            tag,
            page,
            (GEOJSON, JSON, HTML, CSV, XLSX),
            [
                *own,
                *(_shared(name) for name in ("limit", "cursor", "properties", "crs", "bbox-crs")),
                _sortby(collection),
            ],
        ),
        f"{base}/items/{{featureId}}": _path(
            f"{tag}.item",
            _("%(title)s: one feature") % {"title": title},
            tag,
            feature,
            (GEOJSON, JSON, HTML),
            [_shared("featureId"), *as_of, _shared("properties"), _shared("crs")],
            missing=True,
        ),
    }
    if collection.facets is not None:
        paths[f"{base}/facets"] = _path(
            f"{tag}.facets", _("%(title)s: counts by value") % {"title": title}, tag, _json("Facets"), (JSON,), own
        )
    if collection.logged_as:
        paths[f"{base}/changes"] = _path(
            f"{tag}.changes",
            _("%(title)s: changes since a version") % {"title": title},
            tag,
            _json("Changes"),
            (JSON,),
            [_shared("since"), _shared("after"), _shared("changesLimit")],
        )
    if collection.cluster_kinds:
        paths[f"{base}/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"] = _path(
            f"{tag}.tile",
            _("%(title)s: map tile of clusters") % {"title": title},
            tag,
            _json("FeatureCollection"),
            (JSON, GEOJSON),
            [*(_shared(name) for name in ("tileMatrix", "tileRow", "tileCol")), *own, _shared("v")],
            missing=True,
        )
    return paths


def _path(
    operation: str,
    summary: str,
    tag: str,
    schema: dict[str, Any],
    formats: Sequence[Format],
    parameters: Sequence[dict[str, Any]] = (),
    description: str = "",
    missing: bool = False,
) -> dict[str, Any]:
    """Return a path with its GET operation."""
    content: dict[str, Any] = {}
    for one in formats:
        binary = {"type": "string", "format": "binary"} if one is XLSX else {"type": "string"}
        content[one.media_type] = {"schema": schema if one in (JSON, GEOJSON) else binary}
    names = list(dict.fromkeys(one.name for one in formats))
    language = [] if any(one.get("name") == "lang" for one in parameters) else [_shared("lang")]
    get: dict[str, Any] = {
        "operationId": operation,
        "summary": summary,
        "tags": [tag],
        "parameters": [*parameters, _format(names), *language],
        "responses": {
            "200": {"description": summary, "content": content},
            "304": {"description": _("Nothing has changed since the ETag of If-None-Match.")},
            "400": {"$ref": "#/components/responses/BadRequest"},
            **({"404": {"$ref": "#/components/responses/NotFound"}} if missing else {}),
            "406": {"$ref": "#/components/responses/NotAcceptable"},
            "500": {"$ref": "#/components/responses/ServerError"},
        },
    }
    if description:
        get["description"] = description
    return {"get": get}


def _own(parameter: Parameter) -> dict[str, Any]:
    """Return a collection's parameter; lists are written with commas."""
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": str(parameter.description),
        "schema": dict(parameter.schema),
    }
    if parameter.schema.get("type") == "array":
        described |= {"style": "form", "explode": False}
    if parameter.example and parameter.schema.get("type") == "string":
        described["example"] = parameter.example
    return described


def _format(names: list[str]) -> dict[str, Any]:
    return {
        "name": "f",
        "in": "query",
        "description": _("Format; without it, by the header Accept."),
        "schema": {"type": "string", "enum": names},
    }


def _sortby(collection: Collection[Any]) -> dict[str, Any]:
    names = [one.name for one in collection.fields if one.sortable]
    schema = {"type": "string", "enum": [f"{sign}{name}" for name in names for sign in ("", "+", "-")]}
    return {
        "name": "sortby",
        "in": "query",
        "style": "form",
        "explode": False,
        "description": _("Order of the features; “-” before a name turns it round. Not with “near”."),
        "schema": {"type": "array", "items": schema if names else {"type": "string"}},
    }


def _shared(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/parameters/{name}"}


def _json(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _query(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _in_path(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _shared_parameters() -> dict[str, Any]:
    zoom = {"type": "integer", "minimum": 0}
    return {
        "limit": _query(
            "limit",
            _("Features in a page; more than the maximum means the maximum. In CSV and XLSX: rows, %(most)d at most.")
            % {"most": MOST_ROWS},
            type="integer",
            minimum=1,
            maximum=paging.MAX_LIMIT,
            default=paging.DEFAULT_LIMIT,
        ),
        "cursor": _query("cursor", _("Where a page begins: only as found in a link “next”."), type="string"),
        "properties": {
            **_query("properties", _("Only these properties."), type="array", items={"type": "string"}),
            "style": "form",
            "explode": False,
        },
        "crs": _query(
            "crs", _("Reference system of the answer: longitude, latitude."), type="string", enum=[paging.CRS84]
        ),
        "bbox-crs": _query("bbox-crs", _("Reference system of bbox."), type="string", enum=[paging.CRS84]),
        "lang": _query("lang", _("Language; without it, by Accept-Language."), type="string", enum=["vi", "en"]),
        "featureId": _in_path("featureId", _("The feature's id."), type="string"),
        "since": {
            **_query("since", _("The version a copy was made at."), type="integer", minimum=0),
            "required": True,
        },
        "after": _query("after", _("Where a page begins: only as found in a link “next”."), type="string"),
        "changesLimit": _query(
            "limit",
            _("Changes in a page."),
            type="integer",
            minimum=1,
            maximum=changes.MAX_LIMIT,
            default=changes.DEFAULT_LIMIT,
        ),
        "tileMatrix": _in_path("tileMatrix", _("Zoom of the tile matrix."), **zoom, maximum=MAX_ZOOM),
        "tileRow": _in_path("tileRow", _("Row, counted from the north."), **zoom),
        "tileCol": _in_path("tileCol", _("Column, counted from the west."), **zoom),
        "v": _query("v", _("The state the map was made for: such a tile may be kept for ever."), type="string"),
    }


def _feature_schema(collection: Collection[Any]) -> dict[str, Any]:
    properties = {one.name: _field_schema(one) for one in collection.fields}
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": {"type": "object", "nullable": True, "description": "GeoJSON (RFC 7946)"},
            "properties": {"type": "object", "properties": properties},
            "links": {"type": "array", "items": _json("Link")},
        },
    }


def _field_schema(field: Field) -> dict[str, Any]:
    schema = {**_SCHEMAS[field.type], "title": str(field.title)}
    if not field.sortable:
        schema["nullable"] = True
    if field.description:
        schema["description"] = str(field.description)
    if field.format:
        schema["format"] = field.format
    if field.enum:
        # With "nullable", null must be among the values (OpenAPI 3.0.3).
        schema["enum"] = [*field.enum, *([None] if schema.get("nullable") else [])]
    return schema


def _schema_name(collection: Collection[Any]) -> str:
    return "".join(part.capitalize() for part in collection.id.split("-")) + "Feature"


def _shared_schemas() -> dict[str, Any]:
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    links = {"type": "array", "items": _json("Link")}

    def thing(required: Sequence[str] = (), **properties: Any) -> dict[str, Any]:
        return {"type": "object", **({"required": list(required)} if required else {}), "properties": properties}

    count = thing(["value", "count"], value=text, label=text, count=number, parent=text, selected={"type": "boolean"})
    operation = {"type": "string", "enum": ["insert", "update", "delete"]}
    features = {"type": "array", "items": {"type": "object"}}
    kind = {"type": "string", "enum": ["FeatureCollection"]}
    return {
        "Object": {"type": "object"},
        "Link": thing(["href", "rel"], href=text, rel=text, type=text, title=text),
        "LandingPage": thing(["links"], title=text, description=text, links=links),
        "Conformance": thing(["conformsTo"], conformsTo={"type": "array", "items": text}),
        "Collection": thing(["id", "links"], id=text, title=text, description=text, version=number, links=links),
        "Collections": thing(
            ["links", "collections"], links=links, collections={"type": "array", "items": _json("Collection")}
        ),
        "FeatureCollection": thing(["type", "features"], type=kind, features=features),
        "FeaturePage": thing(
            ["type", "features"],
            type=kind,
            features=features,
            numberMatched=number,
            numberReturned=number,
            timeStamp={"type": "string", "format": "date-time"},
            links=links,
        ),
        "Facets": thing(
            ["numberMatched", "facets"],
            numberMatched=number,
            facets={"type": "object", "additionalProperties": {"type": "array", "items": count}},
            summary={"type": "object", "additionalProperties": number},
            links=links,
        ),
        "Changes": thing(
            ["version", "changes"],
            version=number,
            numberReturned=number,
            changes={
                "type": "array",
                "items": thing(["id", "operation"], id=text, operation=operation, version=number),
            },
            touchedBy={"type": "array", "items": text},
            links=links,
        ),
        "Problem": thing(
            ["status", "title", "detail"],
            type=text,
            title=text,
            status={"type": "integer"},
            code=text,
            detail=text,
            parameter=text,
            candidates={"type": "array", "items": {"type": "object"}},
        ),
    }


def _problems() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _json("Problem")}}
    return {
        "BadRequest": {"description": _("A parameter is wrong or unknown; the problem names it."), "content": content},
        "NotFound": {"description": _("There is nothing at this address."), "content": content},
        "NotAcceptable": {"description": _("None of the formats asked for is offered."), "content": content},
        "ServerError": {"description": _("Something went wrong on our side."), "content": content},
    }
