"""The collections of products, at the place where each is made, and of producers, where they work."""

from typing import Any

from django.contrib.gis.db.models import PointField
from django.db.models import Case, CharField, Expression, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from geo.catalog.models import Producer, Product
from geo.catalog.selectors import with_stars
from geo.places import marks
from geo.places.catalog_marks import FACTS, Kind, counted, located_in, narrow, of_places, records
from geo.places.fields import PERSONAL_KINDS, SOURCED_FIELDS, VERSIONS, text, understood
from geo.places.filters import STATES, PlaceFilter, place_filter
from geo.places.listed import certificates_field
from geo.places.maker_receivables import PRODUCER_WRITING, PRODUCT_WRITING
from geo.places.models import CatalogMark, Place, PlaceProduct
from geo.places.parameters import PARAMETERS
from geo.spatial import calendar
from geo.spatial.collections import Collection, Field

_MAKING = tuple(role for role in PlaceProduct.Role.values if role != PlaceProduct.Role.SELLS)


def _site_of(subject: Kind) -> Subquery:
    """Return where a product is made, or a producer works: the best known position of its own sites."""
    sites = Place.objects.filter(location__isnull=False).order_by("kind", "pk")
    if subject == "product":
        sites = sites.filter(place_products__product_id=OuterRef("pk"), place_products__role__in=_MAKING)
    else:
        sites = sites.filter(producer_id=OuterRef("pk")).exclude(kind=Place.Kind.POINT_OF_SALE)
    return Subquery(sites.values("location")[:1], output_field=PointField())


def product_rows(asked: PlaceFilter) -> QuerySet[Product]:
    """Return the products that fit, each with its position and its stars today."""
    return with_stars(_rows("product", Product.objects.all(), asked), calendar.today())


def producer_rows(asked: PlaceFilter) -> QuerySet[Producer]:
    """Return the producers that fit, each with its position."""
    return _rows("producer", Producer.objects.all(), asked)


def _rows(kind: Kind, every: QuerySet[Any], asked: PlaceFilter) -> QuerySet[Any]:
    """Return the records that fit with their position, as their marks say; from the facts on a day not rolled yet."""
    if not marks.current():
        return rows_by_facts(kind, asked)
    of_record = CatalogMark.objects.filter(public_id=OuterRef("public_id")).values("location")
    location = Subquery(of_record[:1], output_field=PointField())
    rows: QuerySet[Any] = records(kind, every, asked).annotate(location=location)
    return rows


def rows_by_facts(kind: Kind, asked: PlaceFilter) -> QuerySet[Any]:
    """Return the records that fit with their position, whatever the marks say: right on any day, and slow."""
    rows: QuerySet[Any] = FACTS[kind](of_places(asked)).annotate(location=_site_of(kind))
    return rows.filter(located_in(asked.bbox)) if asked.bbox else rows


def producer_contact(name: str) -> Expression:
    """Return a contact of a producer, null unless it may be shown to everybody (``Producer.contact_is_public``)."""
    consent = Q(contact_consent_on__isnull=False) | ~Q(kind__in=PERSONAL_KINDS)
    return Case(When(consent, then=text(name)), default=Value(None), output_field=CharField())


PRODUCT_FIELDS = (
    Field("name", F("name"), "string", _("name"), sortable=True, sort_expression=F("folded")),
    Field("name_en", text("name_en"), "string", _("English name")),
    Field("producer", F("producer__name"), "string", _("producer")),
    Field("producer_id", F("producer__public_id"), "string", _("producer id")),
    Field("province", F("producer__province__full_name"), "string", _("province")),
    Field("province_code", F("producer__province__code"), "string", _("province code")),
    Field("category", F("category__code"), "string", _("product category")),
    Field("category_name", F("category__name_vi"), "string", _("name of the category")),
    Field(
        "category_basis",
        text("category_basis"),
        "string",
        _("basis of the category"),
        item_only=True,
    ),
    Field("stars", F("stars"), "integer", _("stars")),
    Field(
        "certificate",
        F("star_state"),
        "string",
        _("state of the certificate"),
        enum=STATES,
    ),
    Field("description", text("description"), "string", _("description"), item_only=True),
    Field("gtin", text("gtin"), "string", "GTIN", item_only=True),
    certificates_field(),
    *SOURCED_FIELDS,
)

PRODUCER_FIELDS = (
    Field("name", F("name"), "string", _("name"), sortable=True, sort_expression=F("folded")),
    Field(
        "kind",
        F("kind"),
        "string",
        _("kind"),
        enum=tuple(Producer.Kind.values),
        sortable=True,
    ),
    Field("province", F("province__full_name"), "string", _("province")),
    Field("province_code", F("province__code"), "string", _("province code")),
    Field("commune", F("commune__full_name"), "string", _("commune")),
    Field("commune_code", F("commune__code"), "string", _("commune code")),
    *(
        Field(name, producer_contact(name), "string", title)
        for name, title in (
            ("address", _("address as written")),
            ("phone", _("phone")),
            ("email", _("e-mail")),
            ("zalo", _("Zalo")),
            ("website", _("website")),
        )
    ),
    certificates_field(),
    *SOURCED_FIELDS,
)

MAKERS: tuple[Collection[PlaceFilter], ...] = (
    Collection(
        id="products",
        title=_("Products"),
        description=_("OCOP products, at the place where each is made."),
        fields=PRODUCT_FIELDS,
        parameters=tuple(parameter for parameter in PARAMETERS if parameter.name not in {"near", "radius"}),
        parse=place_filter,
        select=product_rows,
        versions=VERSIONS,
        count=counted("product", product_rows),
        narrow=narrow("product"),
        logged_as="products",
        version_field="version",
        default_sort=("name",),
        echo=understood,
        writing=PRODUCT_WRITING,
        page=lambda public_id: f"/p/{public_id}",
    ),
    Collection(
        id="producers",
        title=_("Producers"),
        description=_("Who makes OCOP products, where they work."),
        fields=PRODUCER_FIELDS,
        parameters=tuple(parameter for parameter in PARAMETERS if parameter.name not in {"near", "radius"}),
        parse=place_filter,
        select=producer_rows,
        versions=VERSIONS,
        count=counted("producer", producer_rows),
        narrow=narrow("producer"),
        logged_as="producers",
        version_field="version",
        default_sort=("name",),
        echo=understood,
        writing=PRODUCER_WRITING,
        page=lambda public_id: f"/p/{public_id}",
    ),
)
