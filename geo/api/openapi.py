"""The OpenAPI 3.0 definition, made from the registries: what is described is what is served."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from geo.api import openapi_parts as parts
from geo.api import openapi_writing as writing
from geo.api.formats import CSV, GEOJSON, HTML, JSON, MVT, SCHEMA, TILEJSON, XLSX, Format
from geo.api.openapi_parts import reference
from geo.spatial.actions import Action
from geo.spatial.collections import Collection, Field, Parameter
from geo.spatial.tiles import TILE_MATRIX_SET

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
        "/": _path("landing", _("Landing page"), "General", reference("LandingPage"), (JSON, HTML)),
        "/conformance": _path("conformance", _("Conformance"), "General", reference("Conformance"), (JSON, HTML)),
        "/collections": _path("collections", _("Collections"), "General", reference("Collections"), (JSON, HTML)),
        "/tileMatrixSets": _path(
            "tileMatrixSets", _("Tile matrix sets"), "General", reference("TileMatrixSets"), (JSON, HTML)
        ),
        f"/tileMatrixSets/{TILE_MATRIX_SET}": _path(
            "tileMatrixSet", TILE_MATRIX_SET, "General", reference("TileMatrixSet"), (JSON, HTML)
        ),
    }
    for collection in collections:
        paths |= _collection_paths(collection)
    for action in actions:
        paths[f"/actions/{action.name}"] = _action_path(action)
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
            "parameters": parts.parameters() | writing.parameters(),
            "schemas": parts.schemas() | _schemas_of(collections),
            "responses": parts.problems() | writing.responses(),
            "securitySchemes": writing.security_schemes(),
        },
    }


def _action_path(action: Action) -> dict[str, Any]:
    """Return the path of an action: asked with parameters, sent a body, or both."""
    path = _path(
        f"action.{action.name}",
        str(action.title),
        "Actions",
        reference("Object"),
        (JSON,),
        [_own(one) for one in action.parameters],
        str(action.description),
    )
    if action.receive is not None:
        path["post"] = writing.sent(path["get"], f"action.{action.name}.post", action.body)
    if action.run is None:
        del path["get"]
    return path


def _schemas_of(collections: Sequence[Collection[Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in collections:
        found[_schema_name(one)] = _feature_schema(one)
        found |= writing.schemas(one, _schema_name(one))
    return found


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
        base: _path(
            f"{tag}.describe", title, tag, reference("Collection"), (JSON, HTML), [], str(collection.description)
        ),
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
    many, one = writing.operations(collection, _schema_name(collection))
    paths[f"{base}/items"] |= many
    paths[f"{base}/items/{{featureId}}"] |= one
    paths[f"{base}/schema"] = _path(
        f"{tag}.schema", _("%(title)s: schema") % {"title": title}, tag, reference("Object"), (SCHEMA,)
    )
    if collection.facets is not None:
        paths[f"{base}/facets"] = _path(
            f"{tag}.facets", _("%(title)s: counts by value") % {"title": title}, tag, reference("Facets"), (JSON,), own
        )
    if collection.logged_as:
        paths[f"{base}/changes"] = _path(
            f"{tag}.changes",
            _("%(title)s: changes since a version") % {"title": title},
            tag,
            reference("Changes"),
            (JSON,),
            [_shared("since"), _shared("after"), _shared("changesLimit")],
        )
    if collection.tile is not None:
        paths |= _tile_paths(base, tag, title, own)
    return paths


def _tile_paths(base: str, tag: str, title: str, own: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the paths of a collection's tiles and of what describes them."""
    in_path = [_shared(name) for name in ("tileMatrix", "tileRow", "tileCol")]
    tile_set = f"{base}/tiles/{TILE_MATRIX_SET}"
    return {
        f"{base}/tiles": _path(
            f"{tag}.tilesets",
            _("%(title)s: tile sets") % {"title": title},
            tag,
            reference("TileSets"),
            (JSON, HTML),
            own,
        ),
        tile_set: _path(
            f"{tag}.tileset",
            _("%(title)s: tile set WebMercatorQuad") % {"title": title},
            tag,
            reference("TileSet"),
            (JSON, TILEJSON, HTML),
            [*own, _shared("v")],
        ),
        f"{tile_set}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _path(
            f"{tag}.tile",
            _("%(title)s: map tile") % {"title": title},
            tag,
            reference("FeatureCollection"),
            (JSON, GEOJSON, MVT),
            [*in_path, *own, _shared("v")],
            _("Clusters with counts up to zoom 9, features beyond."),
            missing=True,
        ),
    }


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
        binary = {"type": "string", "format": "binary"} if one in (XLSX, MVT) else {"type": "string"}
        content[one.media_type] = {"schema": schema if one in (JSON, GEOJSON, TILEJSON, SCHEMA) else binary}
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
            "links": {"type": "array", "items": reference("Link")},
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
