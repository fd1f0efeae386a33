"""Requests for quotation whose supplier shows no address: officers of the area answer for them, from the desk too."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from geo.access.rules import Action
from geo.catalog.models import Producer, Product
from geo.places.models import Place
from geo.sourcing.models import Commitment
from geo.sourcing.quotations.links import goods
from geo.sourcing.quotations.mailing import months_text
from geo.sourcing.quotations.models import Quotation
from geo.spatial import calendar
from geo.spatial.models import PublicId
from geo.stewardship.unit import Area, Task, add_task

TO_OFFICERS = (Quotation.To.OFFICER, Quotation.To.NOBODY)


@dataclass(frozen=True, slots=True)
class Asked:
    """A quotation with what it is about; null once that is no longer in the register.

    ``supplier`` is who is to be asked; ``is_own``: their record, which says how to reach them, is in the same area.
    """

    row: Quotation
    place: Place | None
    product: Product | None
    supplier: Producer | None = None
    is_own: bool = False

    @property
    def months(self) -> str:
        """The months asked for, in words."""
        return months_text(self.row.request)

    @property
    def days_left(self) -> int:
        """How many days there are to answer after today."""
        return (self.row.request.expires_on - calendar.today()).days


def waiting(area: Area) -> "QuerySet[Quotation]":
    """Return the quotations that wait for an officer of ``area`` to answer, the first to end first."""
    able = Area(tuple(grant for grant in area.grants if grant.allows(Action.SETTLE)), area.province)
    rows = Quotation.objects.filter(
        state=Quotation.State.ASKED,
        to__in=TO_OFFICERS,
        request__confirmed_at__isnull=False,
        request__erased_at=None,
        request__expires_on__gte=calendar.today(),
    )
    rows = rows.select_related("request").order_by("request__expires_on", "pk")
    if not able.grants:
        return rows.none()
    if able.everywhere:
        return rows
    places = Place.objects.filter(able.places()).values("public_id")
    merged = PublicId.objects.filter(merged_into__in=places).values("id")
    return rows.filter(Q(place__in=places) | Q(place__in=merged))


def promised(area: Area) -> "QuerySet[Commitment]":
    """Return what places of ``area`` have promised and not given back, from this month on, the first to end first."""
    rows = Commitment.objects.filter(
        place__in=Place.objects.filter(area.places()),
        released_on=None,
        last_month__gte=calendar.today().replace(day=1),
    )
    rows = rows.select_related("place__commune", "place__province", "place__producer", "product", "quotation__request")
    return rows.order_by("last_month", "pk")


def _entries(rows: list[Any], area: Area) -> list[Asked]:
    found = [(row, *(goods(row) or (None, None))) for row in rows]
    suppliers = [
        place.producer or product.producer if place is not None and product is not None else None
        for _row, place, product in found
    ]
    own = Producer.objects.filter(area.producers(), pk__in=[one.pk for one in suppliers if one is not None])
    inside = set(own.values_list("pk", flat=True))
    return [
        Asked(row, place, product, supplier, supplier is not None and supplier.pk in inside)
        for (row, place, product), supplier in zip(found, suppliers, strict=True)
    ]


TASK = Task(
    "quotations",
    _("Buyers who wait for an answer"),
    _("These producers show no e-mail. Ask them what they can deliver, then answer the buyer for them."),
    waiting,
    "quotations",
    template="web/desk/quotation_row.html",
    entries=_entries,
    everywhere=True,
)


def register() -> None:
    """Put the list on the desk."""
    add_task(TASK)
