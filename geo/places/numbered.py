"""Suggesting the record whose number was typed, also by the number of one that was merged into it."""

from django.db.models import Model

from geo.catalog.models import Producer, Product
from geo.places.models import Place
from geo.places.suggested import Found
from geo.spatial import public_ids
from geo.spatial.merged import followed


def numbered(asked: str) -> list[Found]:
    """Return the record with the number ``asked`` (folded), if it is one that is known."""
    try:
        number = followed([public_ids.parse(asked)])[0]
    except public_ids.InvalidPublicId:
        return []
    if place := Place.objects.filter(public_id=number).first():
        return [Found("place", place.pk, place.name, 1, (number,))]
    if product := Product.objects.select_related("producer").filter(public_id=number).first():
        return [Found("product", product.pk, product.name, 1, (number,), _named(product.producer))]
    if producer := Producer.objects.select_related("province").filter(public_id=number).first():
        return [Found("producer", producer.pk, producer.name, 1, (number,), _named(producer.province))]
    return []


def _named(what: Model | None) -> str:
    return str(what) if what is not None else ""
