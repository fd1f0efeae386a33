"""The collections of products, at the place where each is made, and of producers, where they work."""

from typing import Any

from django.contrib.gis.db.models import PointField
from django.db.models import Case, CharField, Expression, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from geo.catalog.models import Producer, Product
from geo.catalog.selectors import with_stars
from geo.places import selectors
from geo.places.fields import PERSONAL_KINDS, SOURCED_FIELDS, VERSIONS, text, understood
from geo.places.filters import OF_PRODUCTS, STATES, PlaceFilter, place_filter
from geo.places.maker_receivables import PRODUCER_WRITING, PRODUCT_WRITING
from geo.places.models import Place, PlaceProduct
from geo.places.parameters import PARAMETERS
from geo.spatial import calendar
from geo.spatial.collections import Collection, Field

_MAKING = tuple(role for role in PlaceProduct.Role.values if role != PlaceProduct.Role.SELLS)


def _site_of(subject: str) -> Subquery:
    """Return where a product is made, or a producer works: the best known position of its own sites."""
    sites = Place.objects.filter(location__isnull=False).order_by("kind", "pk")
    if subject == "product":
        sites = sites.filter(place_products__product_id=OuterRef("pk"), place_products__role__in=_MAKING)
    else:
        sites = sites.filter(producer_id=OuterRef("pk")).exclude(kind=Place.Kind.POINT_OF_SALE)
    return Subquery(sites.values("location")[:1], output_field=PointField())


def product_rows(asked: PlaceFilter) -> QuerySet[Product]:
    """Return the products that fit, each with its position and its stars today."""
    rows = with_stars(selectors.products(_elsewhere(asked)), calendar.today())
    return _inside(rows.annotate(location=_site_of("product")), asked)


def producer_rows(asked: PlaceFilter) -> QuerySet[Producer]:
    """Return the producers that fit, each with its position."""
    return _inside(selectors.producers(_elsewhere(asked)).annotate(location=_site_of("producer")), asked)


def _elsewhere(asked: PlaceFilter) -> PlaceFilter:
    """Return the filter without a box, when that is all that is asked of places.

    What has its own position in the box has a place there: nobody has to look for one.
    """
    alone = asked.without(*OF_PRODUCTS, "words", "bbox") == PlaceFilter()
    return asked.without("bbox") if alone else asked


def _inside(rows: QuerySet[Any], asked: PlaceFilter) -> QuerySet[Any]:
    """Keep the rows whose own position lies in the box: a shop elsewhere that sells a product doesn't bring it in."""
    if asked.bbox is None:
        return rows
    inside = Q()
    for box in asked.bbox.polygons():
        inside |= Q(location__bboverlaps=box)
    return rows.filter(inside)


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
        logged_as="producers",
        version_field="version",
        default_sort=("name",),
        echo=understood,
        writing=PRODUCER_WRITING,
        page=lambda public_id: f"/p/{public_id}",
    ),
)
