"""The schema of a collection's features (OGC API – Features, Part 5): what is returned, what is received."""

import json
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from geo.api.asking import Ask
from geo.api.endpoint import body_response
from geo.api.formats import SCHEMA, Format
from geo.api.subjects import CollectionEndpoint
from geo.spatial.collections import Collection, Field
from geo.spatial.writing import Receivable

_POINTS = "geometry-point"
_TYPES: dict[str, dict[str, Any]] = {
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
}


class Schema(CollectionEndpoint):
    """``/api/collections/{collectionId}/schema``: JSON Schema, the same for both directions."""

    formats: tuple[Format, ...] = (SCHEMA,)
    strong = True

    def names(self) -> tuple[str, ...]:
        """A schema takes no filter."""
        return ()

    def depends_on(self) -> tuple[str, ...]:
        """It changes with the release alone."""
        return ()

    def answer(self, ask: Ask) -> HttpResponseBase:
        """Return it."""
        address = ask.url("schema", collection_id=self.collection.id)
        return body_response(ask, json.dumps(schema_of(self.collection, address), ensure_ascii=False).encode())


def schema_of(collection: Collection[Any], address: str) -> dict[str, Any]:
    """Return the schema: read-only what can't be written, write-only what isn't public."""
    received = dict(collection.writing.named()) if collection.writing is not None else {}
    lists = {one.name: one.schema() for one in collection.writing.lists} if collection.writing is not None else {}
    position = collection.writing is not None and collection.writing.position is not None
    properties: dict[str, Any] = {"id": {"type": "string", "readOnly": True, "x-ogc-role": "id", "title": _("number")}}
    if collection.geometry is not None:
        properties["geometry"] = {
            "title": _("position"),
            "x-ogc-role": "primary-geometry",
            "format": _POINTS,
            **({} if position else {"readOnly": True}),
        }
    for one in collection.fields:
        if one.name in lists:
            properties[one.name] = lists[one.name]
            continue
        written = received.pop(one.name, None)
        properties[one.name] = _both(one, written) if written is not None else {**_shown(one), "readOnly": True}
    for name, unseen in received.items():
        properties[name] = {**receivable_schema(unseen), "writeOnly": True}
    for number, described in enumerate(properties.values(), 1):
        described["x-ogc-propertySeq"] = number
    required = [one.name for one in collection.writing.receivables if one.required] if collection.writing else []
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": str(collection.title),
        "description": str(collection.description),
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _shown(field: Field) -> dict[str, Any]:
    found = {**_TYPES.get(field.type, {"type": field.type}), "title": str(field.title)}
    if field.format:
        found["format"] = field.format
    if field.enum:
        found["enum"] = list(field.enum)
    return found


def _both(field: Field, written: Receivable) -> dict[str, Any]:
    return {**_shown(field), **receivable_schema(written), "title": str(field.title)}


def receivable_schema(one: Receivable) -> dict[str, Any]:
    """Return the JSON Schema of one property that is written."""
    found: dict[str, Any] = {"type": one.type, "title": str(one.title)}
    if one.format:
        found["format"] = one.format
    if one.enum:
        found["enum"] = list(one.enum)
    if one.longest:
        found["maxLength"] = one.longest
    if one.description:
        found["description"] = str(one.description)
    return found
