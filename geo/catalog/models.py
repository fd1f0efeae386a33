"""Tables of the catalogue: categories, producers, products, certificates, online offers."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.divisions.models import Division
from geo.spatial.models import PublicId
from geo.spatial.provenance import Sourced
from geo.spatial.public_ids import public_id_field


class Record(Sourced):
    """A record with a permanent public id, a version of its own (its ETag) and a source."""

    name = models.CharField(_("name"), max_length=200)
    folded = models.GeneratedField(
        expression=models.Func("name", function="spatial_fold"),
        output_field=models.TextField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class ProductCategory(models.Model):
    """A node of the official product catalogue of one decree: sector (ngành), group (nhóm) or set (bộ sản phẩm).

    ``code`` is a path: sector ``I``, its fourth group ``I.4``, set number 9 in it ``I.4.9``.
    """

    class Level(models.TextChoices):
        SECTOR = "SECTOR", _("sector")
        GROUP = "GROUP", _("group")
        SET = "SET", _("set")

    edition = models.CharField(_("decision"), max_length=40)
    level = models.CharField(_("level"), max_length=6, choices=Level.choices)
    code = models.CharField(_("code"), max_length=20)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name_vi = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    ministry = models.CharField(_("ministry in charge"), max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")
        ordering = ("edition", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "code"], name="catalog_productcategory_code"),
            models.CheckConstraint(
                condition=Q(level="SECTOR", parent__isnull=True) | Q(~Q(level="SECTOR"), parent__isnull=False),
                name="catalog_productcategory_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_vi}"


class Contactable(models.Model):
    """Where somebody can be reached; a person's contacts are public only since ``contact_consent_on``."""

    address = models.CharField(_("address as written"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    zalo = models.CharField(_("Zalo"), max_length=40, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    contact_consent_on = models.DateField(_("contact may be shown since"), null=True, blank=True)

    class Meta:
        abstract = True


class Producer(Record, Contactable):
    """Chủ thể OCOP: who makes OCOP products. Contacts of a person are public only with recorded consent."""

    class Kind(models.TextChoices):
        COOPERATIVE = "cooperative", _("co-operative")
        COOPERATIVE_GROUP = "cooperative_group", _("co-operative group")
        COMPANY = "company", _("company")
        HOUSEHOLD = "household", _("household business")
        ESTABLISHMENT = "establishment", _("production base")
        UNKNOWN = "unknown", _("kind not stated")

    PERSONAL: ClassVar = ("name", "address", "phone", "email", "zalo", "website")
    """Fields that are personal data when the producer is a household or production base (Law 91/2025/QH15)."""

    public_id = public_id_field("producer")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.UNKNOWN)
    province = models.ForeignKey(
        Division,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("province"),
    )
    commune = models.ForeignKey(
        Division,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("commune"),
    )

    class Meta:
        verbose_name = _("producer")
        verbose_name_plural = _("producers")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(name__gt=""), name="catalog_producer_named"),
            models.UniqueConstraint(
                fields=["source_kind", "external_id"],
                condition=Q(external_id__gt=""),
                name="catalog_producer_external",
            ),
        ]
        indexes: ClassVar = [
            # Suggestions while typing, and q on producers.
            GinIndex(
                fields=["folded"],
                opclasses=["gin_trgm_ops"],
                name="catalog_producer_folded",
            ),
            # Suggestions while typing: names that begin with what was typed, whatever the database's collation.
            models.Index(fields=["folded"], opclasses=["text_pattern_ops"], name="catalog_producer_begins"),
        ]

    @property
    def is_personal(self) -> bool:
        """Whether the contacts are a person's: households, bases, and whoever we can't tell."""
        return self.kind not in {
            self.Kind.COMPANY,
            self.Kind.COOPERATIVE,
            self.Kind.COOPERATIVE_GROUP,
        }

    @property
    def contact_is_public(self) -> bool:
        """Whether phone, e-mail, Zalo and address may be shown to everybody."""
        return not self.is_personal or self.contact_consent_on is not None


class Product(Record):
    """Sản phẩm: what a producer makes. Its category is the deepest one known, which may be none."""

    class CategoryBasis(models.TextChoices):
        SOURCE = "source", _("as in the source")
        DERIVED = "derived", _("assigned by the editors")

    public_id = public_id_field("product")
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    producer = models.ForeignKey(
        Producer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
        verbose_name=_("producer"),
    )
    category = models.ForeignKey(
        ProductCategory,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
        verbose_name=_("category"),
    )
    category_basis = models.CharField(_("basis"), max_length=8, choices=CategoryBasis.choices, blank=True)
    description = models.TextField(_("description"), blank=True, max_length=4000)
    gtin = models.CharField("GTIN", max_length=14, blank=True)
    local_code = models.CharField(_("local product code"), max_length=60, blank=True)
    note = models.TextField(_("note of the editors"), blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(name__gt=""), name="catalog_product_named"),
            models.CheckConstraint(
                condition=Q(category__isnull=True, category_basis="")
                | Q(category__isnull=False, category_basis__in=["source", "derived"]),
                name="catalog_product_category_basis",
            ),
            models.CheckConstraint(
                condition=Q(gtin="") | Q(gtin__regex=r"^\d{8,14}$"),
                name="catalog_product_gtin",
            ),
            models.UniqueConstraint(
                fields=["source_kind", "external_id"],
                condition=Q(external_id__gt=""),
                name="catalog_product_external",
            ),
        ]
        indexes: ClassVar = [
            # Suggestions while typing, and q on products.
            GinIndex(
                fields=["folded"],
                opclasses=["gin_trgm_ops"],
                name="catalog_product_folded",
            ),
            # Suggestions while typing: names that begin with what was typed, whatever the database's collation.
            models.Index(fields=["folded"], opclasses=["text_pattern_ops"], name="catalog_product_begins"),
            # Products of the same GTIN, which are the same product (similar_products.sql).
            models.Index(fields=["gtin"], condition=Q(gtin__gt=""), name="catalog_product_by_gtin"),
        ]


class CertificateScheme(models.Model):
    """A scheme of certificates: OCOP stars, food safety, VietGAP, HACCP, organic, halal …"""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    name_vi = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120)
    validity_months = models.PositiveSmallIntegerField(_("months of validity"), null=True, blank=True)
    legal_source = models.CharField(_("legal source"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("certificate scheme")
        verbose_name_plural = _("certificate schemes")
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.name_vi


OCOP = "OCOP"
"""Code of the scheme of OCOP stars."""

MARKS = ("gi", "collective_mark", "certification_mark")
"""Codes of the schemes of names that many use: geographical indication (chỉ dẫn địa lý), collective mark (nhãn hiệu
tập thể), certification mark (nhãn hiệu chứng nhận). A certificate of one is the right to use it: ``scope`` says the
name, ``number`` the registration, and its dates those of the right."""


class Certificate(Sourced):
    """A certificate of a product, place, producer or area (``subject``: its public id). Without a source it isn't
    shown.

    ``valid_from`` and ``valid_until`` are half-open. When only the year of the decision is known, both are null and
    ``decision_year`` is set: then nothing but "expired for certain" can be said, and it never counts as valid.
    """

    scheme = models.ForeignKey(CertificateScheme, on_delete=models.PROTECT, related_name="certificates")
    subject = models.ForeignKey(PublicId, on_delete=models.PROTECT, related_name="certificates")
    stars = models.PositiveSmallIntegerField(_("stars"), null=True, blank=True)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True, blank=True)
    number = models.CharField(_("certificate number"), max_length=80, blank=True)
    decision_number = models.CharField(_("decision number"), max_length=120, blank=True)
    decision_date = models.DateField(_("date of the decision"), null=True, blank=True)
    decision_year = models.PositiveSmallIntegerField(
        _("year of the decision"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2018), MaxValueValidator(2100)],
    )
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_reason = models.CharField(_("reason of revocation"), max_length=300, blank=True)
    scope = models.CharField(_("scope"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__range=(1, 5), scheme="OCOP"),
                name="catalog_certificate_stars",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 100)),
                name="catalog_certificate_score",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lt=models.F("valid_until")),
                name="catalog_certificate_span",
            ),
            models.UniqueConstraint(
                fields=["source_kind", "external_id"],
                condition=Q(external_id__gt=""),
                name="catalog_certificate_external",
            ),
        ]
        indexes: ClassVar = [
            # Certificates of a subject in the product list and the "one and the same product" filter.
            models.Index(
                fields=["subject", "scheme", "stars"],
                name="catalog_certificate_subject",
            ),
            # What ends soon, and the day rollover.
            models.Index(fields=["valid_until"], name="catalog_certificate_until"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.stars or ''} {self.subject_id}"

    @property
    def validity_months(self) -> int | None:
        """Months of validity of the scheme (``select_related("scheme")``)."""
        return self.scheme.validity_months


class Offer(Sourced):
    """An online offer of a product: the producer's own shop or a marketplace, as seen on ``checked_on``."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="offers")
    platform = models.CharField(_("platform"), max_length=60)
    url = models.URLField(_("address"), max_length=1000)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="VND")
    price_unit = models.CharField(_("per"), max_length=40, blank=True)
    checked_on = models.DateField(_("checked on"))
    in_stock = models.BooleanField(_("in stock"), null=True, blank=True)

    class Meta:
        verbose_name = _("online offer")
        verbose_name_plural = _("online offers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "url"], name="catalog_offer_once"),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gt=0),
                name="catalog_offer_price",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform}: {self.url}"


class CurrentCertificate(models.Model):
    """A row of the view ``catalog_currentcertificate``: the certificate that speaks today for a subject, by scheme."""

    id = models.BigIntegerField(primary_key=True)
    subject = models.ForeignKey(PublicId, on_delete=models.DO_NOTHING, related_name="+")
    scheme = models.ForeignKey(CertificateScheme, on_delete=models.DO_NOTHING, related_name="+")
    stars = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    revoked_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "catalog_currentcertificate"

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.subject_id}"
