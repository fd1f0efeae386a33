"""Production sites of the real register: one for each producer (or product without one) and commune."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point

from geo.divisions.models import Division
from geo.places.models import Place, PlaceProduct
from geo.places.register.catalogue import PREFIX, Catalogue, sourced
from geo.places.register.files import Line, by_column, read
from geo.places.register.store import Store

WITHHELD = "Hộ kinh doanh (không nêu tên)"


def load_sites(store: Store, folder: Path, catalogue: Catalogue) -> None:
    """Load the sites and what each makes. Raises FixtureError."""
    mentions = by_column(read(folder, "register/mentions.csv"), "row_id")
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in read(folder, "register/products.csv"):
        owner = line.text("producer_id") or line.text("id")
        groups[f"{PREFIX}site/{owner}/{line.text('commune_code') or line.text('province_code')}"].append(line)
    wanted = {}
    for key, lines in groups.items():
        commune = store.commune("places", lines[0])
        wanted[key] = _site(lines, store.province(lines[0]), commune, catalogue, mentions)
    sites = store.records("places", Place, wanted)
    made = {}
    for key, site in sites.items():
        for line in groups[key]:
            product = catalogue.products.get(line.text("id"))
            if product is not None:
                ids = {"place_id": site.pk, "product_id": product.pk, "role": PlaceProduct.Role.MAKES.value}
                made[site.pk, product.pk, ids["role"]] = ids
    store.keyed("products at places", PlaceProduct, made, ("place_id", "product_id", "role"))


def _site(
    lines: list[Line], province: Division, commune: Division | None, catalogue: Catalogue, mentions: dict[str, Line]
) -> dict[str, Any]:
    first = lines[0]
    producer = catalogue.producers.get(first.text("producer_id"))
    named = producer is not None and producer.name != WITHHELD
    best = min(lines, key=lambda line: line.text("trust"))
    return {
        "kind": Place.Kind.PRODUCTION_SITE.value,
        "name": producer.name if producer is not None and named else f"Nơi sản xuất {first.text('name_vi')}",
        "producer_id": None if producer is None else producer.pk,
        "province_id": province.pk,
        "commune_id": None if commune is None else commune.pk,
        "address": as_written(first, mentions),
        **at_commune(commune),
        **sourced(best),
    }


def as_written(product: Line, mentions: dict[str, Line]) -> str:
    """Return the divisions as the source names them: ``xã Quảng Trực, huyện Tuy Đức, Đắk Nông``."""
    rows = [mentions[row] for row in product.text("row_ids").split() if row in mentions]
    chosen = next((row for row in rows if row.text("commune_as_written")), rows[0] if rows else None)
    if chosen is None:
        return ""
    parts = (chosen.text(f"{level}_as_written") for level in ("commune", "district", "province"))
    return ", ".join(part for part in parts if part)


def at_commune(commune: Division | None) -> dict[str, Any]:
    """Return the position columns of a place of which only the commune is known, or not even that."""
    if commune is None or commune.location is None:
        return {"location": None, "location_accuracy": Place.Accuracy.NONE.value, "location_source": ""}
    point = Point(commune.location.x, commune.location.y, srid=commune.location.srid)
    return {
        "location": point,
        "location_accuracy": Place.Accuracy.COMMUNE_POINT.value,
        "location_source": commune.location_source or "commune point",
    }
