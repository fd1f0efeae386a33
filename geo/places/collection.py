"""What places publish: the collections of places by kind, products where they are made, producers where they work."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib.gis.db.models import PointField
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import JSONObject, NullIf
from django.utils.translation import gettext_lazy as _

from geo.catalog.models import OCOP, Producer, Product
from geo.catalog.selectors import current_certificates, with_stars
from geo.places import facets, selectors
from geo.places.filters import STATES, PlaceFilter, place_filter
from geo.places.models import Place, PlaceProduct
from geo.places.parameters import PARAMETERS
from geo.spatial import calendar
from geo.spatial.collections import Collection, Field, Text, register
from geo.spatial.parameters import Query
from geo.spatial.provenance import SourceKind

VERSIONS = ("places", "products", "producers", "divisions")
_PERSONAL_KINDS = (
    Producer.Kind.HOUSEHOLD,
    Producer.Kind.ESTABLISHMENT,
    Producer.Kind.UNKNOWN,
)
_MAKING = tuple(role for role in PlaceProduct.Role.values if role != PlaceProduct.Role.SELLS)


def text(name: str) -> Expression:
    """Return a text column, null when it is empty."""
    return NullIf(F(name), Value(""), output_field=CharField())


def public_contact(name: str) -> Expression:
    """Return a contact of a place, null unless it may be shown to everybody (``Place.contact_is_public``)."""
    consent = (
        Q(kind=Place.Kind.POINT_OF_SALE)
        | Q(contact_consent_on__isnull=False)
        | Q(producer__contact_consent_on__isnull=False)
        | (Q(producer__isnull=False) & ~Q(producer__kind__in=_PERSONAL_KINDS))
    )
    return Case(When(consent, then=text(name)), default=Value(None), output_field=CharField())


def _stars(subject: str, column: str) -> Subquery:
    current = current_certificates(calendar.today()).filter(subject_id=OuterRef(subject), scheme_id=OCOP)
    return Subquery(current.values(column)[:1])


def products_of_place() -> ArraySubquery:
    """Return what a place grows, makes or sells, with the stars of each product, as a JSON array."""
    rows = PlaceProduct.objects.filter(place_id=OuterRef("pk")).order_by("product__folded", "role")
    return ArraySubquery(
        rows.values(
            json=JSONObject(
                id=F("product__public_id"),
                name=F("product__name"),
                role=F("role"),
                category=F("product__category__code"),
                stars=_stars("product__public_id", "stars"),
                certificate=_stars("product__public_id", "state"),
            )
        )
    )


SOURCED_FIELDS = (
    Field("source", text("source_name"), "string", _("source"), item_only=True),
    Field("source_url", text("source_url"), "string", _("source address"), format="uri"),
    Field(
        "source_kind",
        F("source_kind"),
        "string",
        _("kind of source"),
        enum=tuple(SourceKind.values),
    ),
    Field("licence", text("source_licence"), "string", _("licence"), item_only=True),
    Field("trust", text("trust"), "string", _("trust"), item_only=True),
    Field("is_sample", F("is_sample"), "boolean", _("sample data")),
)

PLACE_FIELDS = (
    Field("name", F("name"), "string", _("name"), sortable=True, sort_expression=F("folded")),
    Field(
        "kind",
        F("kind"),
        "string",
        _("kind"),
        enum=tuple(Place.Kind.values),
        sortable=True,
    ),
    Field(
        "outlet",
        text("outlet"),
        "string",
        _("kind of outlet"),
        enum=tuple(Place.Outlet.values),
    ),
    Field(
        "status",
        F("status"),
        "string",
        _("status"),
        enum=tuple(Place.Status.values),
        sortable=True,
    ),
    Field("moved_to", F("moved_to__public_id"), "string", _("moved to"), item_only=True),
    Field("province", F("province__full_name"), "string", _("province")),
    Field(
        "province_code",
        F("province__code"),
        "string",
        _("province code"),
        sortable=True,
    ),
    Field("commune", F("commune__full_name"), "string", _("commune")),
    Field("commune_code", F("commune__code"), "string", _("commune code")),
    Field("address", text("address"), "string", _("address as written")),
    Field(
        "location_accuracy",
        F("location_accuracy"),
        "string",
        _("accuracy of the position"),
        enum=tuple(Place.Accuracy.values),
    ),
    Field("producer", F("producer__name"), "string", _("producer")),
    Field("producer_id", F("producer__public_id"), "string", _("producer id")),
    Field("products", products_of_place, "array", _("products"), tabular=False),
    Field(
        "opening_hours",
        F("schedule__expression"),
        "string",
        _("opening hours (OSM syntax)"),
    ),
    Field("phone", public_contact("phone"), "string", _("phone")),
    Field("email", public_contact("email"), "string", _("e-mail"), item_only=True),
    Field("zalo", public_contact("zalo"), "string", _("Zalo"), item_only=True),
    Field(
        "website",
        public_contact("website"),
        "string",
        _("website"),
        format="uri",
        item_only=True,
    ),
    Field("opened_on", F("opened_on"), "date", _("opened on"), item_only=True),
    Field("closed_on", F("closed_on"), "date", _("closed since"), item_only=True),
    Field("checked_on", F("checked_on"), "date", _("last checked on")),
    *SOURCED_FIELDS,
)


def distance_field(asked: PlaceFilter) -> tuple[Field, ...]:
    """Return the distance from the centre asked for, when there is one."""
    if asked.near is None:
        return ()
    return (Field("distance_m", F("distance_m"), "number", _("distance in metres")),)


def by_distance(asked: PlaceFilter) -> tuple[F, ...]:
    """Return the order a filter asks for: nearest first when it has a centre."""
    return (F("distance_m"),) if asked.near else ()


def understood(asked: PlaceFilter) -> dict[str, Any]:
    """Return what was made of the parameters, for the answer to tell."""
    told: dict[str, Any] = {}
    if asked.open_at:
        told["open_at"] = asked.open_at.isoformat()
    for name, scope in (("province", asked.province), ("commune", asked.commune)):
        if scope:
            told[name] = [{"code": code, "name": label} for code, label in zip(scope.codes, scope.names, strict=True)]
    return told


def _of_kind(kind: str) -> Callable[[Query], PlaceFilter]:
    def read(query: Query) -> PlaceFilter:
        return replace(place_filter(query), kinds=(kind,))

    return read


def _places(collection_id: str, title: Text, description: Text, kind: str | None = None) -> Collection[PlaceFilter]:
    return Collection(
        id=collection_id,
        title=title,
        description=description,
        fields=PLACE_FIELDS,
        parameters=tuple(parameter for parameter in PARAMETERS if kind is None or parameter.name != "kind"),
        parse=place_filter if kind is None else _of_kind(kind),
        select=selectors.places,
        versions=VERSIONS,
        logged_as="places",
        version_field="version",
        default_sort=("name",),
        order=by_distance,
        extra_fields=distance_field,
        echo=understood,
        facets=facets.place_facets,
        summary=lambda asked: selectors.counted(selectors.places(asked)),
        cluster_kinds=tuple(Place.Kind.values),
        page=lambda public_id: f"/p/{public_id}",
    )


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
    rows = with_stars(selectors.products(asked), calendar.today())
    return _inside(rows.annotate(location=_site_of("product")), asked)


def producer_rows(asked: PlaceFilter) -> QuerySet[Producer]:
    """Return the producers that fit, each with its position."""
    return _inside(selectors.producers(asked).annotate(location=_site_of("producer")), asked)


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
    consent = Q(contact_consent_on__isnull=False) | ~Q(kind__in=_PERSONAL_KINDS)
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

COLLECTIONS: tuple[Collection[PlaceFilter], ...] = (
    _places(
        "places",
        _("Places"),
        _("Production sites, processing facilities and points of sale."),
    ),
    _places(
        "production-sites",
        _("Production sites"),
        _("Where OCOP products are grown or made."),
        Place.Kind.PRODUCTION_SITE,
    ),
    _places(
        "processing-facilities",
        _("Processing facilities"),
        _("Where OCOP products are processed."),
        Place.Kind.PROCESSING_FACILITY,
    ),
    _places(
        "points-of-sale",
        _("Points of sale"),
        _("Where OCOP products are shown and sold."),
        Place.Kind.POINT_OF_SALE,
    ),
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
        page=lambda public_id: f"/p/{public_id}",
    ),
)


def register_collections() -> None:
    """Publish the collections of this room."""
    for collection in COLLECTIONS:
        register(collection)
