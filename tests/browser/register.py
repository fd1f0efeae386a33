"""What the site knows, asked through its own API: so that tests name no record that a new fixture could rename."""

import json
import urllib.request
from collections import Counter
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode


@cache
def places(site: str, **query: str) -> list[dict[str, Any]]:
    """Return the places of a query, as GeoJSON features."""
    address = f"{site}/api/collections/places/items?{urlencode({**query, 'limit': '1000'})}"
    features: list[dict[str, Any]] = json.load(urllib.request.urlopen(address))["features"]
    return features


def count(site: str, **query: str) -> int:
    """Return how many places match."""
    return len(places(site, **query))


def count_now(site: str, **query: str) -> int:
    """Return how many places match at this moment, after what a test has written."""
    address = f"{site}/api/collections/places/items?{urlencode({**query, 'limit': '1'})}"
    return int(json.load(urllib.request.urlopen(address)).get("numberMatched", 0))


def located(site: str, **query: str) -> int:
    """Return how many matching places have a position."""
    return sum(feature["geometry"] is not None for feature in places(site, **query))


def stack(site: str) -> tuple[float, float, int]:
    """Return the point that most places share, with their number."""
    points = Counter(tuple(f["geometry"]["coordinates"]) for f in places(site) if f["geometry"])
    (lon, lat), number = points.most_common(1)[0]
    return lon, lat, number


def one(site: str, *wanted: str, **query: str) -> dict[str, Any]:
    """Return the first place of a query that has the wanted properties; fails when the fixtures have none."""
    for feature in places(site, **query):
        if all(feature["properties"].get(name) for name in wanted):
            return feature
    raise AssertionError(f"no place with {wanted} among {query}")


def path_of(feature: dict[str, Any], language: str = "vi") -> str:
    """Return the address of a record's page."""
    return f"/{language}/p/{quote(feature['id'])}"
