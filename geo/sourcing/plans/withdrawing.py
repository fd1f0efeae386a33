"""Positions that a plan keeps and the map no longer says: withdrawn by who lives there, or erased.

A plan was made with what everybody might know on its day. What is shown of it later is what everybody may know then: a
position that has become the commune's, or none, is shown as that, and the ways to and from the stop are left out.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from geo.places.models import Place
from geo.sourcing.plans.models import PlanVersion


def as_known_now(found: Mapping[str, Any], places: Mapping[str, Place]) -> dict[str, Any]:
    """Return what was found without the positions that were withdrawn since; ``places`` by public id."""
    gone = {
        number: places.get(one["place"])
        for number, one in enumerate(found["stops"])
        if is_withdrawn(one, places.get(one["place"]))
    }
    return _without(found, gone) if gone else dict(found)


def is_withdrawn(kept: Mapping[str, Any], place: Place | None) -> bool:
    """Return whether the map says less of where a stop is than the plan keeps."""
    if not kept["place"] or kept["lon"] is None:
        return False
    if place is None or place.location is None:
        return True
    return place.location_accuracy == Place.Accuracy.COMMUNE_POINT and not kept["approximate"]


@transaction.atomic
def forget(ids: Collection[str]) -> int:
    """Take the positions of these places, and the ways to them, out of every plan; return how many versions had one."""
    done = 0
    for one in sorted(ids):
        holding = PlanVersion.objects.select_for_update().filter(found__stops__contains=[{"place": one}])
        for version in holding.order_by("pk"):
            stops = enumerate(version.found["stops"])
            version.found = _without(version.found, {number: None for number, stop in stops if stop["place"] == one})
            version.save(update_fields=["found"])
            done += 1
    return done


def _without(found: Mapping[str, Any], gone: Mapping[int, Place | None]) -> dict[str, Any]:
    """Return what was found with the stops of these numbers where the map has their places now, null: nowhere."""
    stops = [_elsewhere(one, gone[number]) if number in gone else one for number, one in enumerate(found["stops"])]
    return {**found, "stops": stops, "routes": [_without_ways(route, gone) for route in found["routes"]]}


def _elsewhere(kept: Mapping[str, Any], place: Place | None) -> dict[str, Any]:
    point = place.location if place is not None else None
    at = {"lon": None, "lat": None} if point is None else {"lon": round(point.x, 6), "lat": round(point.y, 6)}
    return {**kept, **at, "approximate": True}


def _without_ways(route: Mapping[str, Any], gone: Mapping[int, Place | None]) -> dict[str, Any]:
    """Empty the parts of a line that end or begin at a stop: the part of a visit leads to it, the next one away."""
    hidden = {at + step for at, visit in enumerate(route["visits"]) if visit["stop"] in gone for step in (0, 1)}
    parts = route["line"]["parts"]
    steps = route["line"].get("of", range(len(parts)))
    parts = [[] if step in hidden else part for step, part in zip(steps, parts, strict=False)]
    return {**route, "line": {**route["line"], "parts": parts}}
