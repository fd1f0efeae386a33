"""The record of a product: who makes it, where it is made and sold, its stars, online offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from geo.catalog.models import OCOP, Offer, Product, ProductCategory
from geo.places.conditions import distance_m
from geo.places.filters import PlaceFilter
from geo.places.models import Place, PlaceProduct
from geo.places.selectors import places
from geo.spatial.parameters import LonLat
from geo.web import directions, structured, words
from geo.web.records import common
from geo.web.records.checked import checked_words

LINES = 20
_SELLS = PlaceProduct.Role.SELLS


@dataclass(frozen=True)
class Nearby:
    """Where the visitor looks from: a position (degrees) and a radius in metres."""

    point: LonLat
    radius_m: float


@dataclass(frozen=True)
class OfferView:
    """An online offer as last seen; ``href`` is empty when its address is no ordinary web address."""

    href: str
    label: str
    price: str
    checked: str


@dataclass
class ProductRecord(common.Record):
    """A product."""

    producer: directions.Link | None = None
    producer_contact: common.Contact | None = None
    category: str = ""
    category_note: str = ""
    codes: Sequence[tuple[str, str]] = ()
    gtin: str = ""
    description: str = ""
    makers: Sequence[common.Line] = ()
    shops: Sequence[common.Line] = ()
    shop_beyond: Sequence[common.Line] = ()
    shops_note: str = ""
    shops_href: str = ""
    shops_link_text: str = ""
    offers: Sequence[OfferView] = ()


def product_rows() -> QuerySet[Product]:
    """Return products with what their record needs of their own."""
    return Product.objects.select_related("producer__province", "producer__commune", "category__parent__parent")


def product_record(product: Product, base: common.Base, nearby: Nearby | None = None) -> ProductRecord:
    """Return what the page of ``product`` shows, its shops nearest first when ``nearby`` is known."""
    certificates = common.certificates_of([product.public_id])[product.public_id]
    badge = common.badge_of(certificates)
    producer = product.producer
    contact = common.contact_of(producer) if producer else None
    sold = Place.objects.filter(_at(product, [_SELLS]), status=Place.Status.OPEN).select_related("province", "commune")
    record = ProductRecord(
        **base.of(product.public_id, "product"),
        checked=checked_words(product),
        kind="product",
        kind_label=_("OCOP product") if any(row.scheme_id == OCOP for row in certificates) else _("Product"),
        name=product.name,
        subtitle=product.name_en,
        subtitle_lang="en",
        source=common.source_of(product),
        is_sample=product.is_sample,
        badges=[badge] if badge else (),
        certificates=[common.certificate_view(row) for row in certificates],
        producer=directions.Link(common.record_href(producer.public_id), producer.name) if producer else None,
        producer_contact=contact if contact and (contact.known or contact.withheld) else None,
        category=_category(product.category),
        category_note=str(product.get_category_basis_display()) if product.category_basis == "derived" else "",
        codes=[pair for pair in (("GTIN", product.gtin), (_("Local code"), product.local_code)) if pair[1]],
        gtin=product.gtin,
        description=product.description,
        makers=_makers(product),
        offers=[_offer(row) for row in product.offers.order_by("platform", "url")],
    )
    if nearby is None:
        _shops_anywhere(record, sold)
    else:
        _shops_nearby(record, sold, nearby)
    record.summary = words.join((record.kind_label, producer.name if producer else "", badge.spoken if badge else ""))
    record.structured = structured.product(record)
    return record


def _at(product: Product, roles: Sequence[str]) -> Exists:
    return Exists(PlaceProduct.objects.filter(place_id=OuterRef("pk"), product=product, role__in=roles))


def _category(category: ProductCategory | None) -> str:
    trail = []
    while category is not None:
        trail.append(category.name_vi if words.is_vietnamese() else category.name_en or category.name_vi)
        category = category.parent
    return " › ".join(reversed(trail))


def _makers(product: Product) -> list[common.Line]:
    roles = [role for role in PlaceProduct.Role.values if role != _SELLS]
    rows = Place.objects.filter(_at(product, roles)).select_related("province", "commune").order_by("kind", "folded")
    return [common.place_line(row) for row in rows[:LINES]]


def _shops_anywhere(record: ProductRecord, sold: QuerySet[Place]) -> None:
    rows = sold.order_by("province__name", "folded", "public_id")
    record.shops = [common.place_line(row) for row in rows[:LINES]]
    if not record.shops:
        record.shops_note = _sentences(_("No point of sale is known yet."), _ways_left(record))
        return
    total = sold.count() if len(record.shops) == LINES else len(record.shops)
    record.shops_href = f"{reverse('web:map')}?product={record.id}&kind=point_of_sale"
    record.shops_link_text = _("Show %(places)s on the map") % {"places": words.places(total)}


def _shops_nearby(record: ProductRecord, sold: QuerySet[Place], nearby: Nearby) -> None:
    point = nearby.point.point()
    within: QuerySet[Any] = places(PlaceFilter(near=nearby.point, radius_m=nearby.radius_m)).filter(pk__in=sold)
    rows = within.select_related("province", "commune").order_by("distance_m", "public_id")
    record.shops = [common.place_line(row, row.distance_m) for row in rows[:LINES]]
    if record.shops:
        record.shops_href = (
            f"{reverse('web:map')}?product={record.id}&kind=point_of_sale"
            f"&near={nearby.point.lon:g},{nearby.point.lat:g}&radius={nearby.radius_m:g}"
        )
        record.shops_link_text = _("Show them on the map")
        return
    away = sold.filter(location__isnull=False).annotate(distance_m=distance_m(point))
    beyond = away.order_by(F("distance_m"), "public_id").first()
    record.shop_beyond = [common.place_line(beyond, beyond.distance_m)] if beyond else ()
    note = _("No point of sale within %(distance)s.") % {"distance": words.distance(nearby.radius_m)}
    record.shops_note = _sentences(note, _ways_left(record))


def _sentences(*sentences: str) -> str:
    """Join sentences with a space."""
    return " ".join(sentence for sentence in sentences if sentence)


def _ways_left(record: ProductRecord) -> str:
    if record.producer_contact and record.producer_contact.known and record.offers:
        return _("Ask the producer or look online, below.")
    if record.offers:
        return _("It is offered online, below.")
    if record.producer_contact and record.producer_contact.known:
        return _("Ask the producer, below.")
    return ""


def _offer(row: Offer) -> OfferView:
    price = words.price(row.price, row.currency, row.price_unit) if row.price is not None else ""
    seen = _("seen on %(day)s") % {"day": words.day(row.checked_on)}
    stock = "" if row.in_stock is None else _("in stock") if row.in_stock else _("out of stock")
    label = {
        "own_shop": _("the producer's own shop"),
        "marketplace": _("online marketplace"),
    }.get(row.platform, row.platform)
    sample = _("sample data") if row.is_sample else ""
    return OfferView(directions.web(row.url), capfirst(label), price, words.join((stock, seen, sample)))
