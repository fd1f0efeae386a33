"""Sample places, producers, certificates and offers: invented, marked as such, dated from the day of the load."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Model

from geo.catalog.models import Offer, Producer, Product
from geo.divisions.models import WGS84_SRID
from geo.places.models import Place, PlaceProduct
from geo.places.register.catalogue import Catalogue
from geo.places.register.files import Line, read
from geo.places.register.schedules import schedule_ids
from geo.places.register.store import Store
from geo.spatial.provenance import SourceKind

PREFIX = "sample/"
SOURCE = {
    "source_kind": SourceKind.SAMPLE.value,
    "source_name": "ocopmap sample data",
    "source_licence": "MIT",
}
STAYS = timedelta(days=30)
"""A date counted from the day of the load is moved only when it is off by more than this, so that loads settle."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample rows that certificates refer to, by the ids of the files."""

    producers: dict[str, Producer]
    products: dict[str, Product]
    places: dict[str, Place]


def load_sample(store: Store, folder: Path, catalogue: Catalogue) -> Sample:
    """Load the sample rows but for their certificates. Raises FixtureError."""
    producers = _producers(store, folder)
    products = _products(store, folder, catalogue, producers)
    places = _places(store, folder, producers)
    _place_products(store, folder, places, {**catalogue.products, **products})
    _offers(store, folder, products)
    return Sample(producers, products, places)


def _day(store: Store, line: Line, column: str, known: Model | None, field: str) -> date | None:
    """Return the day ``column`` days from today, or what ``known`` has in ``field`` while it is near enough."""
    offset = line.whole(column)
    if offset is None:
        return None
    stored: date | None = None if known is None else getattr(known, field)
    day = store.today + timedelta(days=offset)
    return stored if stored is not None and abs(stored - day) <= STAYS else day


def _unprefixed(rows: Mapping[str, Any]) -> dict[str, Any]:
    return {key.removeprefix(PREFIX): row for key, row in rows.items()}


def _producers(store: Store, folder: Path) -> dict[str, Producer]:
    known = {row.external_id: row for row in Producer.objects.filter(external_id__startswith=PREFIX)}
    wanted = {}
    for line in read(folder, "sample/producers.csv"):
        key = PREFIX + line.text("id")
        wanted[key] = {
            "name": line.text("name"),
            "kind": line.text("kind"),
            "province_id": store.province(line).pk,
            **{name: line.text(name) for name in ("phone", "email", "zalo", "website")},
            "contact_consent_on": _day(store, line, "consent_offset_days", known.get(key), "contact_consent_on"),
            **SOURCE,
        }
    return _unprefixed(store.records("producers", Producer, wanted))


def _products(store: Store, folder: Path, catalogue: Catalogue, producers: dict[str, Producer]) -> dict[str, Product]:
    wanted = {}
    for line in read(folder, "sample/products.csv"):
        producer = producers.get(line.text("producer_id"))
        category = catalogue.categories.get(line.text("category_code"))
        if category is None:
            store.refuse("products", f"{line.where}: no category {line.text('category_code')}")
            continue
        wanted[PREFIX + line.text("id")] = {
            "name": line.text("name_vi"),
            "producer_id": None if producer is None else producer.pk,
            "category_id": category.pk,
            "category_basis": Product.CategoryBasis.DERIVED.value,
            **SOURCE,
        }
    return _unprefixed(store.records("products", Product, wanted))


_KINDS = {
    "production_sites": Place.Kind.PRODUCTION_SITE,
    "processing_facilities": Place.Kind.PROCESSING_FACILITY,
    "points_of_sale": Place.Kind.POINT_OF_SALE,
}


def _places(store: Store, folder: Path, producers: dict[str, Producer]) -> dict[str, Place]:
    files = {name: read(folder, f"sample/{name}.csv") for name in _KINDS}
    schedules = schedule_ids(store, {line.text("opening_hours") for lines in files.values() for line in lines})
    known = {place.external_id: place for place in Place.objects.filter(external_id__startswith=PREFIX)}
    wanted = {}
    moved: dict[str, str] = {}
    for name, lines in files.items():
        for line in lines:
            key = PREFIX + line.text("id")
            values = _place(store, line, known.get(key), producers)
            values["schedule_id"] = schedules.get(line.text("opening_hours"))
            wanted[key] = {"kind": _KINDS[name].value, **values}
            if line.values.get("moved_to"):
                moved[key] = PREFIX + line.text("moved_to")
    first = {key: {**values, "moved_to_id": None} for key, values in wanted.items() if key not in moved}
    places = store.records("places", Place, first)
    last = {key: {**wanted[key], "moved_to_id": places[to].pk} for key, to in moved.items() if to in places}
    places.update(store.records("places", Place, last))
    return _unprefixed(places)


def _place(store: Store, line: Line, known: Place | None, producers: dict[str, Producer]) -> dict[str, Any]:
    lon, lat = line.number("lon"), line.number("lat")
    located = lon is not None and lat is not None
    producer = producers.get(line.values.get("producer_id") or "")
    optional = {name: line.values.get(name) or "" for name in ("phone", "email", "zalo", "website")}
    commune = store.commune("places", line)
    return {
        "name": line.text("name_vi"),
        "outlet": line.values.get("outlet_type") or "",
        "producer_id": None if producer is None else producer.pk,
        "status": line.text("status"),
        "closed_on": _day(store, line, "status_offset_days", known, "closed_on")
        if line.values.get("status_offset_days")
        else None,
        "location": Point(float(lon), float(lat), srid=WGS84_SRID) if lon is not None and lat is not None else None,
        "location_accuracy": line.text("location_accuracy") if located else Place.Accuracy.NONE.value,
        "location_source": "sample" if located else "",
        "province_id": store.province(line).pk,
        "commune_id": None if commune is None else commune.pk,
        "address": line.text("address"),
        "checked_on": _day(store, line, "checked_offset_days", known, "checked_on"),
        **optional,
        **SOURCE,
    }


def _place_products(store: Store, folder: Path, places: dict[str, Place], products: dict[str, Product]) -> None:
    known = {
        (row.place_id, row.product_id, row.role): row
        for row in PlaceProduct.objects.filter(place__in=[place.pk for place in places.values()])
    }
    wanted = {}
    for line in read(folder, "sample/place_products.csv"):
        place, product = places.get(line.text("place_id")), products.get(line.text("product_id"))
        if place is None or product is None:
            store.refuse("products at places", f"{line.where}: no place or product of that id")
            continue
        key = (place.pk, product.pk, line.text("role"))
        row = known.get(key)
        wanted[key] = {
            "place_id": place.pk,
            "product_id": product.pk,
            "role": line.text("role"),
            "price": line.number("price_vnd"),
            "price_unit": line.text("price_unit"),
            "price_on": _day(store, line, "price_offset_days", row, "price_on"),
            "in_stock": line.yes("in_stock"),
            "stock_on": _day(store, line, "stock_offset_days", row, "stock_on"),
            "quantity": line.number("quantity"),
            "unit": line.text("quantity_unit"),
            "period": line.text("quantity_period"),
            "months": [int(month) for month in line.text("months").split()],
            "quantity_on": _day(store, line, "as_of_offset_days", row, "quantity_on"),
            "minimum_order": line.number("minimum_order"),
            "lead_days": line.whole("lead_days"),
            "piece_kg": line.number("piece_kg"),
            "said_by": line.text("said_by"),
        }
    store.keyed("products at places", PlaceProduct, wanted, ("place_id", "product_id", "role"))


def _offers(store: Store, folder: Path, products: dict[str, Product]) -> None:
    known = {offer.external_id: offer for offer in Offer.objects.filter(external_id__startswith=PREFIX)}
    wanted = {}
    for line in read(folder, "sample/offers.csv"):
        key = PREFIX + line.text("id")
        row, product = known.get(key), products.get(line.text("product_id"))
        if product is None:
            continue
        wanted[key] = {
            "product_id": product.pk,
            "platform": line.text("platform"),
            "url": line.text("url"),
            "price": line.number("price_vnd"),
            "price_unit": line.text("price_unit"),
            "checked_on": _day(store, line, "checked_offset_days", row, "checked_on"),
            **SOURCE,
        }
    store.records("offers", Offer, wanted)
