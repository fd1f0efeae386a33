"""A request for a plan around Hà Nội, with whatever differs."""

from typing import Any

from django.contrib.gis.geos import Point

from geo.places.models import Place
from tests import factories as make

DAY = "2026-11-25"
"""A Wednesday."""


def ground() -> None:
    """Land where the lorries start."""
    make.commune(
        "Hoàn Kiếm",
        "00070",
        "phường",
        parent=make.province("Hà Nội", "01", "thành phố"),
        location=Point(105.85, 21.03, srid=4326),
    )


def producer(name: str = "Xưởng", lon: float = 105.9, lat: float = 21.05, **values: Any) -> Place:
    place = make.place(
        name, kind="processing_facility", location=Point(lon, lat, srid=4326), location_accuracy="gps", **values
    )
    place.refresh_from_db()
    return place


def spot(name: str = "Kho", lon: float = 105.88, lat: float = 21.1, kg: float = 100, **values: Any) -> dict[str, Any]:
    return {"name": name, "lon": lon, "lat": lat, "load_kg": kg, **values}


def request(*pickups: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {
        "date": DAY,
        "depot": {"lon": 105.85, "lat": 21.03},
        "vehicles": [{"name": "Xe 1", "capacity_kg": 1000, "cost": {"per_km": 5000}}],
        "pickups": list(pickups) or [spot()],
        **values,
    }
