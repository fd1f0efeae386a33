"""Whether two servers answer a question with the same features: nothing is timed before that is sure."""

import json
from collections.abc import Mapping
from typing import Any

from workshop.steps import Refusal

from benchmark.speed.mvt import points

EXTENT = 4096
EDGE = 2
"""Units beside the edge of a tile in which a rounded point may be on one side or the other."""
Positions = Mapping[str, tuple[float, ...] | None]


class Different(Refusal):
    """Two servers answer differently: measuring them against each other would mean nothing."""


def positions_of_geojson(body: bytes) -> dict[str, tuple[float, ...] | None]:
    """Return the position of each feature of a collection, or of the one feature, by id (6 decimals)."""
    document = json.loads(body)
    features: list[dict[str, Any]] = document.get("features", [document])
    return {
        str(one["id"]): tuple(round(value, 6) for value in one["geometry"]["coordinates"]) if one["geometry"] else None
        for one in features
    }


def positions_of_tile(body: bytes) -> dict[str, tuple[float, ...] | None]:
    """Return the place in the tile of each point by id, without those at its edge and in its buffer."""
    inside = range(EDGE, EXTENT - EDGE)
    found = [(one.properties.get("id") or one.properties.get("public_id"), one) for one in points(body)]
    return {str(name): (one.x, one.y) for name, one in found if one.x in inside and one.y in inside}


def check(question: str, ours: Positions, peer: str, theirs: Positions, tolerance: float) -> None:
    """Raise Different unless both have the same ids, each at the same position within ``tolerance``."""
    if missing := sorted(set(ours) ^ set(theirs)):
        raise Different(
            f"{question}: {len(ours)} features are ours, {len(theirs)} {peer}'s; only one has {', '.join(missing[:5])}"
        )
    for name, position in ours.items():
        if not _near(position, theirs[name], tolerance):
            raise Different(f"{question}: {name} is at {position}, for {peer} at {theirs[name]}")


def _near(one: tuple[float, ...] | None, other: tuple[float, ...] | None, tolerance: float) -> bool:
    if one is None or other is None:
        return one is other
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def check_counts(question: str, clusters: bytes, cells: bytes) -> None:
    """Raise Different unless our clusters and the plain project's cells hold equally many places."""
    ours = sum(one["properties"]["count"] for one in json.loads(clusters)["features"])
    theirs = sum(one["count"] for one in json.loads(cells)["cells"])
    if ours != theirs:
        raise Different(f"{question}: {ours} places are in our clusters, {theirs} in the plain project's")
