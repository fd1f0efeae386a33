"""Schema.org descriptions (JSON-LD) of the public records, from what their pages show and nothing more."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.web.records.place import PlaceRecord
    from geo.web.records.producer import ProducerRecord
    from geo.web.records.product import ProductRecord

CONTEXT = "https://schema.org"


def place(record: "PlaceRecord") -> dict[str, Any]:
    """Describe a place; a point of sale is a store."""
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Store" if record.kind == "point_of_sale" else "Place",
        "@id": record.permanent_url,
        "name": record.name,
        "address": record.address_now,
    }
    if record.position is not None and not record.position.is_rough:
        found["geo"] = {"@type": "GeoCoordinates", "latitude": record.position.lat, "longitude": record.position.lon}
    if record.contact.phone_href:
        found["telephone"] = record.contact.phone_href.removeprefix("tel:")
    return found


def product(record: "ProductRecord") -> dict[str, Any]:
    """Describe a product with its maker."""
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Product",
        "@id": record.permanent_url,
        "name": record.name,
    }
    if record.producer:
        found["manufacturer"] = {"@type": "Organization", "name": record.producer.label}
    if record.gtin:
        found["gtin"] = record.gtin
    return found


def producer(record: "ProducerRecord") -> dict[str, Any]:
    """Describe a producer."""
    return {
        "@context": CONTEXT,
        "@type": "Organization",
        "@id": record.permanent_url,
        "name": record.name,
        "address": record.address_now,
    }
