"""Who checked a place last, in words that name no person; when anything of a producer or product was looked at."""

from datetime import date

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from geo.access.models import Assignment, RecordVersion, Role
from geo.catalog.models import Producer, Product
from geo.places.models import Place, PlaceProduct


def checked_by(place: Place) -> str:
    """Return in words what whoever made the last check is to the register; empty when the history doesn't tell.

    Reads the history of one record (index access_recordversion_record).
    """
    if place.checked_on is None:
        return ""
    noted = RecordVersion.objects.filter(table=Place._meta.db_table, record=str(place.pk), operation="U")
    noted = noted.filter(after__checked_on=place.checked_on.isoformat())
    actor = noted.order_by("-id").values_list("actor", flat=True).first()
    return _in_words(actor, place.checked_on) if actor is not None else ""


def _in_words(actor: int, on: date) -> str:
    held = Assignment.objects.filter(user=actor, starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gt=on))
    roles = set(held.values_list("role", flat=True))
    if Role.COMMUNAL in roles:
        return _("an officer of the commune")
    if Role.PROVINCIAL in roles:
        return _("an officer of the province")
    if Role.PRODUCER in roles:
        return _("the producer")
    return _("the register's office")


def last_check(record: Producer | Product) -> date | None:
    """Return the latest check of the open places of a producer, or of those where a product is made."""
    places = Place.objects.filter(status=Place.Status.OPEN)
    if isinstance(record, Producer):
        places = places.filter(producer=record)
    else:
        made = PlaceProduct.objects.filter(product=record).exclude(role=PlaceProduct.Role.SELLS)
        places = places.filter(pk__in=made.values("place"))
    found: date | None = places.aggregate(last=Max("checked_on"))["last"]
    return found
