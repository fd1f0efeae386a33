"""What a request for a plan looks like, for the API's definition: the limits are those that are checked."""

from typing import Any

from geo.sourcing.plans.asking import LONGEST_NAME, MOST_BREAKS, MOST_COST, MOST_KG, MOST_M3, MOST_SPANS, SERVICE_MIN
from geo.sourcing.routing.model import MOST_STOPS, MOST_VEHICLES

_CLOCK = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"}


def _number(low: float, high: float, **more: Any) -> dict[str, Any]:
    return {"type": "number", "minimum": low, "maximum": high, **more}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    found = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": required} if required else found


def _list(items: dict[str, Any], least: int, most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


_DEPOT = _object(
    ["lon", "lat"], lon=_number(100, 120), lat=_number(5, 25), name={"type": "string", "maxLength": LONGEST_NAME}
)
_VEHICLE = _object(
    ["capacity_kg"],
    name={"type": "string", "maxLength": 60},
    capacity_kg=_number(1, MOST_KG),
    capacity_m3=_number(0.1, MOST_M3),
    depot=_DEPOT,
    **{"from": {**_CLOCK, "default": "06:00"}},
    until={**_CLOCK, "default": "18:00"},
    breaks=_list(
        _object(["from", "until", "minutes"], **{"from": _CLOCK}, until=_CLOCK, minutes=_number(5, 240)), 0, MOST_BREAKS
    ),
    cost=_object([], fixed=_number(0, MOST_COST), per_km=_number(0, MOST_COST), per_hour=_number(0, MOST_COST)),
)
_PICKUP = _object(
    ["load_kg"],
    place={"type": "string", "description": "Public id of a place; or else lon and lat."},
    name={"type": "string", "maxLength": LONGEST_NAME},
    lon=_number(100, 120),
    lat=_number(5, 25),
    load_kg=_number(0, MOST_KG),
    volume_m3=_number(0, MOST_M3, default=0),
    service_min=_number(0, 600, default=SERVICE_MIN),
    opening=_list({"type": "array", "items": _CLOCK, "minItems": 2, "maxItems": 2}, 0, MOST_SPANS),
)
BODY = _object(
    ["date", "vehicles", "pickups"],
    title={"type": "string", "maxLength": LONGEST_NAME},
    date={"type": "string", "format": "date"},
    depot=_DEPOT,
    vehicles=_list(_VEHICLE, 1, MOST_VEHICLES),
    pickups=_list(_PICKUP, 1, MOST_STOPS),
    split={"type": "boolean", "default": False},
    save={"type": "boolean", "default": False},
)
