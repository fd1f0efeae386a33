"""Loading the stated ferries that are shipped."""

from pathlib import Path

from django.contrib.gis.geos import Point

from geo.places.register.files import read
from geo.places.register.store import Store
from geo.sourcing.models import Ferry
from geo.spatial.provenance import SourceKind


def load_ferries(store: Store, folder: Path, _sample: bool) -> None:
    """Store the ferries of ``roads/ferries.csv``: each a fact with its source."""
    wanted = {}
    for line in read(folder, "roads/ferries.csv"):
        wanted[line.text("id")] = {
            "name": line.text("name"),
            "port": _point(line.text("port_lon"), line.text("port_lat")),
            "landing": _point(line.text("landing_lon"), line.text("landing_lat")),
            "commune": store.commune("ferries", line),
            "minutes": line.whole("minutes"),
            "stated_on": line.day("stated_on"),
            "note": line.text("note"),
            "source_kind": SourceKind.PRESS,
            "source_name": line.text("source"),
            "source_url": line.text("source_url"),
            "source_licence": "facts",
        }
    store.records("ferries", Ferry, wanted)


def _point(lon: str, lat: str) -> Point:
    return Point(float(lon), float(lat), srid=4326)
