"""The query parameters of places, described for OpenAPI; ``geo.places.filters`` reads them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from geo.places.filters import DEFAULT_RADIUS_M, KINDS, MAX_RADIUS_M, STATES, STATUSES
from geo.spatial.collections import Parameter


def _list_of(values: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": list(values)}}


_TEXT: dict[str, Any] = {"type": "string", "maxLength": 200}
_NUMBERS: dict[str, Any] = {"type": "array", "items": {"type": "number"}}

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "bbox",
        {**_NUMBERS, "minItems": 4, "maxItems": 6},
        _("West, south, east, north in degrees (CRS84)."),
        "102,8,110,24",
    ),
    Parameter(
        "datetime",
        {"type": "string"},
        _("In operation on a day or in an interval start/end."),
        "2026-11-21",
    ),
    Parameter(
        "province",
        _TEXT,
        _("Province: code or name, of today or from before a merger."),
        "91",
    ),
    Parameter(
        "commune",
        _TEXT,
        _("Commune: code or name, of today or from before a merger."),
        "Phú Quốc",
    ),
    Parameter(
        "category",
        _TEXT,
        _("Product sector, group or set by code, with all below it; none: without one."),
        "I.4",
    ),
    Parameter(
        "stars",
        {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 5}},
        _("Stars of the current certificate of a product."),
        "4,5",
    ),
    Parameter(
        "certificate",
        _list_of(STATES),
        _("State today of a product's current certificate; valid includes ending; none: never certified."),
        "valid",
    ),
    Parameter(
        "scheme",
        _TEXT,
        _("Scheme of certificates; certificate and stars mean OCOP when it is not given."),
        "OCOP",
    ),
    Parameter("product", _TEXT, _("Public ids of products."), ""),
    Parameter("producer", _TEXT, _("Public id of the producer."), ""),
    Parameter("kind", _list_of(KINDS), _("Kinds of place."), "point_of_sale"),
    Parameter("status", _list_of(STATUSES), _("Open, closed or moved."), "open"),
    Parameter(
        "q",
        _TEXT,
        _("Words that occur in names of place, products, producer or division; accents not needed."),
        "nuoc mam",
    ),
    Parameter(
        "near",
        {**_NUMBERS, "minItems": 2, "maxItems": 2},
        _("Longitude, latitude: nearest first."),
        "105.85,21.03",
    ),
    Parameter(
        "radius",
        {
            "type": "number",
            "minimum": 1,
            "maximum": MAX_RADIUS_M,
            "default": DEFAULT_RADIUS_M,
        },
        _("Largest distance from near, in metres."),
        "20000",
    ),
    Parameter(
        "open_at",
        {"type": "string"},
        _("Open at a moment, or now; rounded down to 5 minutes, Viet Nam's time."),
        "now",
        momentary=True,
    ),
    Parameter(
        "located",
        {"type": "boolean"},
        _("With a position, or without one yet."),
        "true",
    ),
    Parameter(
        "reach",
        {"type": "string", "maxLength": 60},
        _(
            "Longitude, latitude, minutes: what a lorry reaches from there by road, in at most 120 minutes. Only where "
            "the site has roads that can tell; the area is that of the action reach."
        ),
        "",
    ),
    Parameter("sample", {"type": "boolean"}, _("Sample data, or real data."), "false"),
)
