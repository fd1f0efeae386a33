"""Tables of places: production sites, processing facilities, points of sale, and what each grows, makes or sells."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from geo.catalog.models import Contactable, Producer, Product, Record
from geo.divisions.models import Division
from geo.places.read_model import CatalogMark as CatalogMark
from geo.places.read_model import LateCatalogMark as LateCatalogMark
from geo.places.read_model import LatePlace as LatePlace
from geo.places.read_model import PlaceFeature as PlaceFeature
from geo.places.read_model import PlaceItem as PlaceItem
from geo.places.read_model import PlaceMark as PlaceMark
from geo.places.tally_model import PlaceClusterTile as PlaceClusterTile
from geo.places.tally_model import PlaceTally as PlaceTally
from geo.places.tally_model import PlaceTallyDelta as PlaceTallyDelta
from geo.spatial.public_ids import public_id_field


class Holiday(models.Model):
    """A public holiday of Viet Nam, as dated data: Tết and Giỗ Tổ follow the moon, swap days are decreed each year."""

    class Kind(models.TextChoices):
        TET = "tet", _("Lunar New Year")
        PUBLIC = "public", _("public holiday")
        SWAP = "swap", _("day off in exchange")

    day = models.DateField(_("day"), primary_key=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name_vi = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100)
    basis = models.CharField(_("basis"), max_length=10, default="decided")
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.name_vi}"


class OpeningSchedule(models.Model):
    """One set of opening hours in the OSM syntax, shared by all places that keep it.

    ``computed_until`` is the day up to which its periods are stored; the day rollover moves it on.
    """

    expression = models.CharField(_("opening hours"), max_length=500, unique=True)
    computed_from = models.DateField(null=True)
    computed_until = models.DateField(null=True)

    def __str__(self) -> str:
        return self.expression


class OpeningPeriod(models.Model):
    """One stretch of time in which the places of a schedule are open."""

    schedule = models.ForeignKey(OpeningSchedule, on_delete=models.CASCADE, related_name="periods")
    period = DateTimeRangeField()

    class Meta:
        indexes: ClassVar = [
            # open_at: the schedules open at a moment.
            GistIndex(fields=["period"], name="places_openingperiod_period"),
        ]

    def __str__(self) -> str:
        return str(self.period)


class Place(Record, Contactable):
    """A place of the OCOP programme: cơ sở sản xuất, cơ sở chế biến or điểm giới thiệu và bán sản phẩm.

    ``location`` (EPSG:4326) is null when nobody knows it; ``location_accuracy`` says what the position is worth.
    ``province`` and ``commune`` are the divisions of today; ``address`` is kept as it was written.
    """

    class Kind(models.TextChoices):
        PRODUCTION_SITE = "production_site", _("production site")
        PROCESSING_FACILITY = "processing_facility", _("processing facility")
        POINT_OF_SALE = "point_of_sale", _("point of sale")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        MOVED = "moved", _("moved")

    class Accuracy(models.TextChoices):
        SURVEYED = "surveyed", _("surveyed")
        GPS = "gps", _("by GPS")
        ADDRESS = "address", _("by address")
        COMMUNE_POINT = "commune_point", _("somewhere in the commune")
        NONE = "none", _("no position yet")

    class Outlet(models.TextChoices):
        OCOP_CENTRE = "ocop_centre", _("OCOP centre")
        OCOP_SHOP = "ocop_shop", _("OCOP shop")
        SUPERMARKET = "supermarket", _("supermarket")
        MARKET = "market", _("market")
        REST_STOP = "rest_stop", _("rest stop")
        STATION = "station", _("station")
        AIRPORT = "airport", _("airport")
        CRAFT_VILLAGE = "craft_village", _("craft village")
        TOURIST_SITE = "tourist_site", _("tourist site")
        POST_OFFICE = "post_office", _("post office")
        PRODUCER_SHOP = "producer_shop", _("producer's own shop")

    public_id = public_id_field("place")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    outlet = models.CharField(_("kind of outlet"), max_length=20, choices=Outlet.choices, blank=True)
    producer = models.ForeignKey(
        Producer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="places",
        verbose_name=_("producer"),
    )
    status = models.CharField(_("status"), max_length=6, choices=Status.choices, default=Status.OPEN)
    moved_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="moved_from",
        verbose_name=_("moved to"),
    )
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed since"), null=True, blank=True)
    location = models.PointField(_("position"), srid=4326, null=True, blank=True)
    location_accuracy = models.CharField(_("accuracy"), max_length=14, choices=Accuracy.choices, default=Accuracy.NONE)
    location_source = models.CharField(_("source of the position"), max_length=200, blank=True)
    province = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("province"))
    commune = models.ForeignKey(
        Division,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("commune"),
    )
    schedule = models.ForeignKey(
        OpeningSchedule,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="places",
        verbose_name=_("hours"),
    )
    checked_on = models.DateField(_("last checked on"), null=True, blank=True)
    photo = models.ImageField(_("photo"), upload_to="places/", null=True, blank=True)
    photo_credit = models.CharField(_("photo by"), max_length=200, blank=True)
    products: "models.ManyToManyField[Product, PlaceProduct]" = models.ManyToManyField(
        Product, through="PlaceProduct", related_name="places"
    )

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(name__gt=""), name="places_place_named"),
            models.CheckConstraint(
                condition=Q(location__isnull=True, location_accuracy="none")
                | Q(Q(location__isnull=False), ~Q(location_accuracy="none")),
                name="places_place_accuracy",
            ),
            models.CheckConstraint(
                condition=Q(moved_to__isnull=True) | Q(Q(status="moved"), ~Q(moved_to=F("id"))),
                name="places_place_moved",
            ),
            models.CheckConstraint(
                condition=Q(opened_on__isnull=True) | Q(closed_on__isnull=True) | Q(opened_on__lt=F("closed_on")),
                name="places_place_span",
            ),
            models.CheckConstraint(
                condition=Q(photo__isnull=True) | Q(photo="") | Q(photo_credit__gt=""),
                name="places_place_photo_credit",
            ),
            models.CheckConstraint(
                condition=Q(outlet="") | Q(kind="point_of_sale"),
                name="places_place_outlet",
            ),
            models.UniqueConstraint(
                fields=["source_kind", "external_id"],
                condition=Q(external_id__gt=""),
                name="places_place_external",
            ),
        ]
        indexes: ClassVar = [
            # The default order of lists (keyset: folded name, then public id).
            models.Index(fields=["folded", "public_id"], name="places_place_name"),
            # Filters by province and commune, newest divisions' ids.
            models.Index(fields=["province", "kind"], name="places_place_province"),
            models.Index(fields=["commune"], name="places_place_commune"),
            # Suggestions while typing: names that begin with what was typed, whatever the database's collation.
            models.Index(fields=["folded"], opclasses=["text_pattern_ops"], name="places_place_begins"),
            # open_at: places of the schedules that are open.
            models.Index(fields=["schedule"], name="places_place_schedule"),
            # Whose photo a file is, before it is served.
            models.Index(fields=["photo"], name="places_place_photo", condition=Q(photo__gt="")),
        ]

    @property
    def contact_is_public(self) -> bool:
        """Whether address, contacts and photo may be shown: a shop's yes, a person's own place only with consent.

        A production site of nobody known may be a person's home; a producer's own shop is the producer's place.
        """
        if self.contact_consent_on is not None:
            return True
        if self.producer is not None:
            own_shop = self.outlet == self.Outlet.PRODUCER_SHOP
            is_elsewhere = self.kind == self.Kind.POINT_OF_SALE and not own_shop
            return is_elsewhere or self.producer.contact_is_public
        return self.kind == self.Kind.POINT_OF_SALE


class PlaceProduct(models.Model):
    """What a place grows, makes, processes or sells: how much, when, at what price, in stock on which day.

    ``quantity`` is per ``period`` in ``unit``, in the ``months`` (1–12) of its season, as known on ``quantity_on`` from
    whom ``said_by`` names. ``minimum_order`` is the least one delivery takes, in ``unit``; ``lead_days`` the days from
    the order to the goods; ``piece_kg`` the net weight of one piece (kg), without which pieces never count as weight.
    """

    class Role(models.TextChoices):
        GROWS = "grows", _("grows")
        MAKES = "makes", _("makes")
        PROCESSES = "processes", _("processes")
        SELLS = "sells", _("sells")

    class Period(models.TextChoices):
        DAY = "day", _("a day")
        MONTH = "month", _("a month")
        SEASON = "season", _("a season")
        YEAR = "year", _("a year")

    class SaidBy(models.TextChoices):
        OFFICER = "officer", _("an officer")
        PRODUCER = "producer", _("the producer")

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="place_products")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="place_products")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    period = models.CharField(_("per"), max_length=8, choices=Period.choices, blank=True)
    months = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("months"),
        default=list,
        blank=True,
    )
    quantity_on = models.DateField(_("as of"), null=True, blank=True)
    minimum_order = models.DecimalField(_("minimum order"), max_digits=14, decimal_places=3, null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("days of notice"), null=True, blank=True)
    piece_kg = models.DecimalField(
        _("net weight of a piece (kg)"), max_digits=9, decimal_places=4, null=True, blank=True
    )
    said_by = models.CharField(
        _("said by"), max_length=8, choices=SaidBy.choices, blank=True, default="", db_default=""
    )
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="VND")
    price_unit = models.CharField(_("price per"), max_length=40, blank=True)
    price_on = models.DateField(_("price as of"), null=True, blank=True)
    in_stock = models.BooleanField(_("in stock"), null=True, blank=True)
    stock_on = models.DateField(_("stock as of"), null=True, blank=True)

    class Meta:
        verbose_name = _("product at a place")
        verbose_name_plural = _("products at a place")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "product", "role"], name="places_placeproduct_once"),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True)
                | Q(
                    quantity__gt=0,
                    unit__gt="",
                    period__gt="",
                    quantity_on__isnull=False,
                ),
                name="places_placeproduct_quantity",
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gt=0, price_unit__gt="", price_on__isnull=False),
                name="places_placeproduct_price",
            ),
            models.CheckConstraint(
                condition=Q(in_stock__isnull=True) | Q(stock_on__isnull=False),
                name="places_placeproduct_stock",
            ),
            models.CheckConstraint(
                condition=Q(months__contained_by=list(range(1, 13))),
                name="places_placeproduct_months",
            ),
            models.CheckConstraint(
                condition=Q(minimum_order__isnull=True) | Q(minimum_order__gt=0, unit__gt=""),
                name="places_placeproduct_minimum_order",
            ),
            models.CheckConstraint(
                condition=Q(piece_kg__isnull=True) | Q(piece_kg__gt=0, piece_kg__lte=2000),
                name="places_placeproduct_piece_kg",
            ),
            models.CheckConstraint(
                condition=Q(lead_days__isnull=True) | Q(lead_days__lte=730),
                name="places_placeproduct_lead_days",
            ),
            models.CheckConstraint(
                condition=Q(said_by__in=["", "officer", "producer"]),
                name="places_placeproduct_said_by",
            ),
        ]
        indexes: ClassVar = [
            # From a product to its places: the product filter and the product page.
            models.Index(fields=["product", "place"], name="places_placeproduct_product"),
            # Where a product is made (its position in lists), among the many places that sell it.
            models.Index(
                fields=["product", "place"],
                name="places_placeproduct_made",
                condition=Q(role="grows") | Q(role="makes") | Q(role="processes"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.product_id}"


class PlaceSearch(models.Model):
    """The folded words a place is found by: its name, products, producer, divisions; kept by triggers."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, primary_key=True, related_name="search")
    words = models.TextField()

    class Meta:
        indexes: ClassVar = [
            # q: every word typed must occur.
            GinIndex(
                fields=["words"],
                opclasses=["gin_trgm_ops"],
                name="places_placesearch_words",
            ),
        ]

    def __str__(self) -> str:
        return self.words


class Rollover(models.Model):
    """One day the rollover has been done for: what the calendar changes without a write has been applied."""

    day = models.DateField(primary_key=True)
    done_at = models.DateTimeField()
    holidays_version = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.day)
