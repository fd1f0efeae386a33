"""From a public id to the record behind it, whatever its kind; merged ids lead to the record they became."""

from django.utils.translation import gettext as _

from geo.spatial.models import PublicId
from geo.spatial.problems import NotFound
from geo.web.records.common import Base, Record
from geo.web.records.place import place_record, place_rows
from geo.web.records.producer import producer_record, producer_rows
from geo.web.records.product import Nearby, product_record, product_rows

LONGEST_CHAIN = 20


def resolve(public_id: str) -> PublicId:
    """Return the entry of an id, merges followed. Raises: NotFound."""
    entry = PublicId.objects.filter(pk=public_id).first()
    for _step in range(LONGEST_CHAIN):
        if entry is None or entry.merged_into_id is None:
            break
        entry = PublicId.objects.filter(pk=entry.merged_into_id).first()
    if entry is None:
        raise NotFound(_("There is no record with the number %(id)s.") % {"id": public_id})
    return entry


def read_record(public_id: str, base: Base, nearby: Nearby | None = None) -> Record:
    """Return the record of a valid id. Raises: NotFound when there is none that is public."""
    entry = resolve(public_id)
    if entry.kind == "place" and (place := place_rows().filter(public_id=entry.pk).first()):
        return place_record(place, base)
    if entry.kind == "product" and (product := product_rows().filter(public_id=entry.pk).first()):
        return product_record(product, base, nearby)
    if entry.kind == "producer" and (producer := producer_rows().filter(public_id=entry.pk).first()):
        return producer_record(producer, base)
    raise NotFound(_("There is no record with the number %(id)s.") % {"id": public_id})
