"""Whose area a record of the catalogue is in: that of its producer."""

from geo.access import spots
from geo.access.rules import Spot
from geo.catalog.models import Producer, Product

_NOWHERE = Spot()


def producer_spot(producer: Producer | None) -> Spot:
    """Return where ``producer`` belongs; without one, nowhere: that is for those who may everywhere."""
    if producer is None:
        return _NOWHERE
    return Spot(producer.province_id, producer.commune_id, _known(producer.public_id))


def product_spot(product: Product) -> Spot:
    """Return where ``product`` belongs."""
    at = producer_spot(product.producer)
    return Spot(at.province, at.commune, at.records | _known(product.public_id))


def _known(public_id: object) -> frozenset[str]:
    """A record that isn't stored yet has no id: the database will make it."""
    return frozenset([public_id]) if isinstance(public_id, str) and public_id else frozenset()


def _find_producer(public_id: str) -> Spot | None:
    producer = Producer.objects.filter(public_id=public_id).first()
    return producer_spot(producer) if producer is not None else None


def _find_product(public_id: str) -> Spot | None:
    product = Product.objects.select_related("producer").filter(public_id=public_id).first()
    return product_spot(product) if product is not None else None


def register_spots() -> None:
    """Let the permissions know where producers and products belong."""
    spots.register("producer", _find_producer)
    spots.register_names("producer", _name_producer)
    spots.register("product", _find_product)


def _name_producer(public_id: str) -> str:
    return Producer.objects.filter(public_id=public_id).values_list("name", flat=True).first() or ""
