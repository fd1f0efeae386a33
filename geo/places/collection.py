"""What places publish: one collection of all, and one for each kind."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    Exists,
    Expression,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from geo.catalog.models import OCOP
from geo.catalog.selectors import current_certificates
from geo.places import counts, facets, feature_texts, marks, selectors
from geo.places.fields import PERSONAL_KINDS, SOURCED_FIELDS, VERSIONS, text, understood
from geo.places.filters import PlaceFilter, place_filter
from geo.places.listed import certificates_field, goods_field
from geo.places.makers import MAKERS
from geo.places.marked import alike, corners, marked
from geo.places.models import LatePlace, Place, PlaceItem, PlaceMark, PlaceProduct
from geo.places.nearest import nearest
from geo.places.parameters import PARAMETERS
from geo.places.receivables import place_writing
from geo.places.tiles import TILE_FIELDS, tiles_of
from geo.spatial import calendar
from geo.spatial.collections import Collection, Field, Narrow, Text, register
from geo.spatial.parameters import Query


def public_contact(name: str) -> Expression:
    """Return a contact of a place, null unless it may be shown to everybody (``Place.contact_is_public``)."""
    own_shop = Q(producer__isnull=False, outlet=Place.Outlet.PRODUCER_SHOP)
    consent = (
        (Q(kind=Place.Kind.POINT_OF_SALE) & ~own_shop)
        | Q(contact_consent_on__isnull=False)
        | Q(producer__contact_consent_on__isnull=False)
        | (Q(producer__isnull=False) & ~Q(producer__kind__in=PERSONAL_KINDS))
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
    Field("address", public_contact("address"), "string", _("address as written")),
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
    goods_field(),
    certificates_field(),
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


def to_centimetres(metres: Expression | F) -> Func:
    """Return metres as they are shown: more digits would say nothing."""
    return Func(metres, template="round((%(expressions)s)::numeric, 2)::float8", output_field=FloatField())


_DISTANCE = (Field("distance_m", to_centimetres(F("distance_m")), "number", _("distance in metres")),)
_BY_DISTANCE = (F("distance_m"),)


def distance_field(asked: PlaceFilter) -> tuple[Field, ...]:
    """Return the distance from the centre asked for, when there is one."""
    return _DISTANCE if asked.near else ()


def by_distance(asked: PlaceFilter) -> tuple[F, ...]:
    """Return the order a filter asks for: nearest first when it has a centre."""
    return _BY_DISTANCE if asked.near else ()


def narrow(asked: PlaceFilter) -> Narrow | None:
    """Return the marks of the places asked for and their stored texts, on a day whose states they show."""
    if not marks.current():
        return None
    return Narrow(
        rows=lambda: marked(asked),
        key="place_id",
        columns={"name": "folded", "public_id": "public_id"},
        texts="places_feature",
        shape=feature_texts.texts().shape,
        alike=alike(asked),
        given=corners(asked.bbox) if asked.bbox else (),
    )


def kept_items(kind: str | None) -> "QuerySet[PlaceItem] | None":
    """Return the whole features kept of places of a kind, on a day whose states they show.

    A place that a writer passed over is left out until it is settled: nothing that was withdrawn is shown once more.
    """
    if not marks.current():
        return None
    late = LatePlace.objects.filter(place_id=OuterRef("pk"))
    rows = PlaceItem.objects.filter(~Exists(late), shape=feature_texts.texts().whole_shape)
    return rows if kind is None else rows.filter(kind=PlaceMark.KINDS.index(kind))


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
        summary=facets.summary,
        tile=tiles_of(collection_id),
        tile_fields=TILE_FIELDS,
        count=counts.count,
        narrow=narrow,
        nearest=nearest,
        kept=lambda: kept_items(kind),
        writing=place_writing(kind),
        page=lambda public_id: f"/p/{public_id}",
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
    *MAKERS,
)


def register_collections() -> None:
    """Publish the collections of this room."""
    for collection in COLLECTIONS:
        register(collection)
