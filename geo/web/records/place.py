"""The record of a place: where it is, whether it is open, what it grows, makes or sells, how to get there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from geo.catalog.models import Certificate
from geo.places.models import Place, PlaceProduct
from geo.spatial import calendar
from geo.web import directions, structured, words
from geo.web.badges import Badge
from geo.web.opening import DayHours, Opening, opening_of, states_of, week_of
from geo.web.records import common
from geo.web.records.addresses import Address, address_of
from geo.web.records.checked import checked_words

GOODS_SHOWN = 60
ROLES = (
    PlaceProduct.Role.GROWS,
    PlaceProduct.Role.MAKES,
    PlaceProduct.Role.PROCESSES,
    PlaceProduct.Role.SELLS,
)


@dataclass(frozen=True)
class Position:
    """A position (degrees, EPSG:4326) with what it is worth."""

    lon: float
    lat: float
    accuracy: str
    accuracy_text: str

    @property
    def is_rough(self) -> bool:
        """Whether only the commune is known."""
        return self.accuracy == Place.Accuracy.COMMUNE_POINT

    @property
    def text(self) -> str:
        """Latitude, longitude as people write them."""
        return f"{self.lat:.5f}, {self.lon:.5f}"


@dataclass(frozen=True)
class Month:
    """A cell of the season strip."""

    number: int
    on: bool
    now: bool


@dataclass(frozen=True)
class Fact:
    """A quantity, price or stock with the day it was true."""

    text: str
    date: str = ""


@dataclass(frozen=True)
class Good:
    """A product at a place."""

    name: str
    href: str
    badge: Badge | None
    category: str
    months_text: str
    months: Sequence[Month]
    facts: Sequence[Fact]


@dataclass(frozen=True)
class GoodsGroup:
    """What a place grows, makes, processes or sells."""

    title: str
    goods: Sequence[Good]
    more: str = ""


@dataclass(frozen=True)
class Photo:
    """A photo with its credit."""

    href: str
    credit: str


@dataclass
class PlaceRecord(common.Record):
    """A place."""

    address: Address = field(default_factory=Address)
    position_text: str = ""
    opening: Opening | None = None
    week: Sequence[DayHours] = ()
    outlet_label: str = ""
    producer: directions.Link | None = None
    goods: Sequence[GoodsGroup] = ()
    photo: Photo | None = None

    @property
    def address_now(self) -> str:
        """The address with today's divisions."""
        return self.address.now

    @property
    def address_written(self) -> str:
        """The address as written in the source."""
        return self.address.written

    @property
    def formerly(self) -> str:
        """What the commune and province were before."""
        return self.address.formerly


def place_rows() -> QuerySet[Place]:
    """Return places with what a card or record needs of their own."""
    return Place.objects.select_related("producer", "province", "commune", "schedule", "moved_to")


def accuracy_text(accuracy: str) -> str:
    """Say what a position is worth."""
    return {
        Place.Accuracy.SURVEYED: _("surveyed: exact to a few metres"),
        Place.Accuracy.GPS: _("by GPS: exact to some ten metres"),
        Place.Accuracy.ADDRESS: _("from the address: somewhere along the street"),
        Place.Accuracy.COMMUNE_POINT: _("only the commune is known; the point is the commune's, not the place's"),
    }.get(Place.Accuracy(accuracy), _("no position yet"))


def place_record(place: Place, base: common.Base) -> PlaceRecord:
    """Return what the page of ``place`` shows."""
    rows = list(
        PlaceProduct.objects.filter(place=place)
        .select_related("product__category__parent")
        .order_by("product__folded", "product_id")[: GOODS_SHOWN + 1]
    )
    certificates = common.certificates_of([place.public_id, *(row.product.public_id for row in rows)])
    position = position_of(place)
    contact = common.contact_of(place)
    record = PlaceRecord(
        **base.of(place.public_id, "place"),
        kind=place.kind,
        kind_label=capfirst(str(place.get_kind_display())),
        name=place.name,
        source=common.source_of(place),
        is_sample=place.is_sample,
        badges=[badge for badge in [common.badge_of(certificates[place.public_id])] if badge],
        certificates=[common.certificate_view(row) for row in certificates[place.public_id]],
        status_note=_status_note(place),
        moved_to=_moved_to(place),
        directions=directions.directions(position.lon, position.lat, place.name) if position else (),
        position=position,
        position_text=capfirst(accuracy_text(place.location_accuracy)),
        contact=contact,
        checked=checked_words(place),
        claim_href=reverse("web:claim", args=[place.public_id]) if place.producer else "",
        address=address_of(place.commune, place.province, place.address if place.contact_is_public else ""),
        opening=opening_of(place, states_of([place])),
        week=week_of(place),
        outlet_label=capfirst(str(place.get_outlet_display())) if place.outlet else "",
        producer=directions.Link(common.record_href(place.producer.public_id), place.producer.name)
        if place.producer
        else None,
        goods=_goods(rows, certificates),
        photo=Photo(place.photo.url, place.photo_credit) if place.photo and place.contact_is_public else None,
    )
    record.summary = words.join((record.kind_label, common.division_line(place.commune, place.province)))
    record.structured = structured.place(record)
    return record


def position_of(place: Place) -> Position | None:
    """Return the position of a place with its accuracy, ``None`` when nobody knows it."""
    if place.location is None:
        return None
    text = capfirst(accuracy_text(place.location_accuracy))
    return Position(place.location.x, place.location.y, place.location_accuracy, text)


def _status_note(place: Place) -> str:
    if place.status == Place.Status.CLOSED:
        if place.closed_on:
            return _("Closed since %(day)s.") % {"day": words.day(place.closed_on)}
        return _("This place has closed.")
    if place.status == Place.Status.MOVED:
        return (
            _("This place has moved to:") if place.moved_to else _("This place has moved; the new address isn't known.")
        )
    return ""


def _moved_to(place: Place) -> directions.Link | None:
    target = place.moved_to
    return directions.Link(common.record_href(target.public_id), target.name) if target else None


def _goods(rows: Sequence[PlaceProduct], certificates: dict[str, list[Certificate]]) -> list[GoodsGroup]:
    groups = []
    shown = rows[:GOODS_SHOWN]
    titles = {
        PlaceProduct.Role.GROWS: _("What it grows"),
        PlaceProduct.Role.MAKES: _("What it makes"),
        PlaceProduct.Role.PROCESSES: _("What it processes"),
        PlaceProduct.Role.SELLS: _("What it sells"),
    }
    more = _("Only the first %(count)d are shown.") % {"count": GOODS_SHOWN} if len(rows) > GOODS_SHOWN else ""
    for role in ROLES:
        goods = [good_of(row, certificates.get(row.product.public_id, [])) for row in shown if row.role == role]
        if goods:
            groups.append(GoodsGroup(titles[role], goods, more))
    return groups


def good_of(row: PlaceProduct, certificates: Sequence[Certificate]) -> Good:
    """Return a product at a place with its season, quantity, price and stock."""
    this_month = calendar.today().month
    category = row.product.category
    facts = []
    if row.quantity is not None:
        text = words.quantity(row.quantity, row.unit, str(row.get_period_display()))
        facts.append(Fact(text, _as_of(row.quantity_on)))
    if row.price is not None:
        facts.append(Fact(words.price(row.price, row.currency, row.price_unit), _as_of(row.price_on)))
    if row.in_stock is not None:
        facts.append(Fact(_("in stock") if row.in_stock else _("out of stock"), _as_of(row.stock_on)))
    return Good(
        name=row.product.name,
        href=common.record_href(row.product.public_id),
        badge=common.badge_of(certificates),
        category=(category.name_vi if words.is_vietnamese() else category.name_en or category.name_vi)
        if category
        else "",
        months_text=words.months(row.months),
        months=[Month(number, number in row.months, number == this_month) for number in range(1, 13)],
        facts=facts,
    )


def _as_of(day: date | None) -> str:
    return _("on %(day)s") % {"day": words.day(day)} if day else ""
