"""Cards of the list: places in two lines, from a handful of queries a page whatever the number of cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.places.conditions import fitting_products
from geo.places.filters import PlaceFilter
from geo.places.models import Place, PlaceProduct
from geo.web import words
from geo.web.badges import Badge
from geo.web.opening import Opening, States, opening_of, states_of
from geo.web.queries import PageQuery
from geo.web.records import common

PRODUCTS_NAMED = 3


@dataclass(frozen=True)
class Card:
    """A place as the list shows it; ``lon``, ``lat`` in degrees, written for attributes."""

    id: str
    kind: str
    kind_label: str
    name: str
    href: str
    what: str
    where: str
    status: str
    status_label: str
    badge: Badge | None
    opening: Opening | None
    price: str
    distance: str
    lon: str | None
    lat: str | None
    is_sample: bool


def cards(places: Sequence[Place], query: PageQuery) -> list[Card]:
    """Return the cards of ``places`` (read by ``records.place.place_rows``). Four queries."""
    goods = _goods(places, query.asked)
    certificates = common.certificates_of(rows[0].product.public_id for rows in goods.values())
    states = states_of(places)
    made = []
    for place in places:
        rows = goods.get(place.pk, [])
        first = rows[0] if rows else None
        distance = getattr(place, "distance_m", None)
        at = place.location
        made.append(
            Card(
                id=place.public_id,
                kind=place.kind,
                kind_label=capfirst(str(place.get_kind_display())),
                name=place.name,
                href=query.href(open=place.public_id),
                what=_what(rows),
                where=_where(place),
                status=place.status,
                status_label="" if place.status == Place.Status.OPEN else capfirst(str(place.get_status_display())),
                badge=common.badge_of(certificates.get(first.product.public_id, [])) if first else None,
                opening=_opening(place, states),
                price=_price(first),
                distance=common.distance_of(place, distance),
                lon=f"{at.x:.6f}" if at else None,
                lat=f"{at.y:.6f}" if at else None,
                is_sample=place.is_sample,
            )
        )
    return made


def _goods(places: Sequence[Place], asked: PlaceFilter) -> dict[int, list[Any]]:
    """Return up to three products of each place, those that fit the filter and most words first, with the total."""
    fits: Any = Value(value=False, output_field=BooleanField())
    if asked.asks_product:
        fits = Exists(fitting_products(asked).filter(pk=OuterRef("product_id")))
    said: Any = Value(0)
    for word in asked.words:
        said = said + Case(When(product__folded__contains=word, then=Value(1)), default=Value(0))
    rows: QuerySet[Any] = (
        PlaceProduct.objects.filter(place__in=places)
        .annotate(fits=fits, said=said)
        .annotate(
            place_rank=Window(
                RowNumber(),
                partition_by=F("place_id"),
                order_by=[F("fits").desc(), F("said").desc(), F("product__folded").asc(), F("pk").asc()],
            ),
            total=Window(Count("pk"), partition_by=F("place_id")),
        )
        .filter(place_rank__lte=PRODUCTS_NAMED)
        .select_related("product")
        .order_by("place_id", "place_rank")
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.place_id, []).append(row)
    return found


def _what(rows: Sequence[Any]) -> str:
    """Name what a place grows, makes or sells: “Grows: tea, honey and 4 more”."""
    if not rows:
        return ""
    names = words.join(dict.fromkeys(row.product.name for row in rows))
    rest = rows[0].total - len(rows)
    if rest > 0:
        names = ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", rest) % {
            "names": names,
            "count": rest,
        }
    return names


def _where(place: Place) -> str:
    line = common.division_line(place.commune, place.province)
    if place.location is None:
        return f"{line} · {_('no position yet')}"
    if place.location_accuracy == Place.Accuracy.COMMUNE_POINT:
        return f"{line} · {_('position: commune only')}"
    return line


def _opening(place: Place, states: States) -> Opening | None:
    """Say the hours of shops, and of others when they are known; a closed place says so elsewhere."""
    if place.status != Place.Status.OPEN or (place.schedule is None and place.kind != Place.Kind.POINT_OF_SALE):
        return None
    return opening_of(place, states)


def _price(row: Any) -> str:
    if row is None or row.price is None:
        return ""
    price = words.price(row.price, row.currency, row.price_unit)
    return f"{price} ({words.day(row.price_on)})" if row.price_on else price
