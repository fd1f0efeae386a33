"""The parts of the OpenAPI definition that operations share: parameters, schemas, problems."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from geo.api import paging
from geo.api.exports import MOST_ROWS
from geo.api.views import changes
from geo.spatial.tiles import MAX_ZOOM


def reference(name: str) -> dict[str, Any]:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def _query(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _in_path(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def parameters() -> dict[str, Any]:
    """Return the parameters that several operations take."""
    zoom = {"type": "integer", "minimum": 0}
    return {
        "limit": _query(
            "limit",
            _(
                "Features in a page; more than the maximum means the maximum: %(whole)d, or with at most five"
                " properties %(light)d. In CSV and XLSX: rows, %(most)d at most."
            )
            % {"most": MOST_ROWS, "whole": paging.MAX_WHOLE, "light": paging.MAX_LIMIT},
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


def schemas() -> dict[str, Any]:
    """Return the schemas of answers that belong to no collection."""
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    links = {"type": "array", "items": reference("Link")}

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
            ["links", "collections"], links=links, collections={"type": "array", "items": reference("Collection")}
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
        "TileMatrixSets": thing(
            ["tileMatrixSets"], tileMatrixSets={"type": "array", "items": reference("Object")}, links=links
        ),
        "TileMatrixSet": thing(
            ["id", "crs", "tileMatrices"],
            id=text,
            title=text,
            uri=text,
            crs=text,
            tileMatrices={"type": "array", "items": reference("Object")},
        ),
        "TileSets": thing(["tilesets"], tilesets={"type": "array", "items": reference("TileSet")}, links=links),
        "TileSet": thing((), title=text, dataType=text, crs=text, tileMatrixSetURI=text, links=links),
        "Facets": thing(
            ["facets"],
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
                "items": thing(["id", "operation"], id=text, operation=operation, version=number, mergedInto=text),
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


def problems() -> dict[str, Any]:
    """Return the answers to requests that can't be answered."""
    content = {"application/problem+json": {"schema": reference("Problem")}}
    return {
        "BadRequest": {"description": _("A parameter is wrong or unknown; the problem names it."), "content": content},
        "NotFound": {"description": _("There is nothing at this address."), "content": content},
        "NotAcceptable": {"description": _("None of the formats asked for is offered."), "content": content},
        "ServerError": {"description": _("Something went wrong on our side."), "content": content},
    }
