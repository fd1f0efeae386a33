"""Tables of sourcing: what of a supply is promised to somebody, and ferries whose time is stated."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db.models import PointField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from geo.catalog.models import Product
from geo.divisions.models import Division
from geo.places.models import Place
from geo.sourcing.plans.models import Plan as Plan
from geo.sourcing.plans.models import PlanVersion as PlanVersion
from geo.sourcing.quotations.models import Quotation as Quotation
from geo.sourcing.quotations.models import QuotationRequest as QuotationRequest
from geo.sourcing.watching.models import Watch as Watch
from geo.spatial.provenance import Sourced


class Commitment(models.Model):
    """A quantity a month that a place has promised of a product, from ``first_month`` to ``last_month`` (first days).

    It names place and product, not the row of supply: the promise outlives a row that is written anew. Who it is for
    (``purpose``) is never public; the quantity lowers what others see. ``released_on``: given back since that day.
    ``quotation``: the accepted one that it comes from.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="commitments", verbose_name=_("place"))
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="commitments", verbose_name=_("product")
    )
    quantity = models.DecimalField(_("quantity a month"), max_digits=14, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20)
    first_month = models.DateField(_("first month"))
    last_month = models.DateField(_("last month"))
    purpose = models.CharField(_("for whom or what"), max_length=300, blank=True)
    quotation = models.ForeignKey(
        Quotation, null=True, blank=True, on_delete=models.SET_NULL, related_name="commitments"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("written by"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    released_on = models.DateField(_("released on"), null=True, blank=True)

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0, unit__gt=""), name="sourcing_commitment_quantity"),
            models.CheckConstraint(
                condition=Q(first_month__lte=F("last_month"), first_month__day=1, last_month__day=1),
                name="sourcing_commitment_months",
            ),
        ]
        indexes: ClassVar = [
            # What is promised of the supplies that were found: by place and product, those still standing.
            models.Index(
                fields=["place", "product"],
                name="sourcing_commitment_standing",
                condition=Q(released_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} {self.first_month:%m/%Y}–{self.last_month:%m/%Y}"


class Ferry(Sourced):
    """A ferry that carries lorries between a ``port`` and the ``landing`` of an island, both ways, in ``minutes``.

    The time is what the source states, of the crossing alone: when it runs is not known. Another statement is another
    row, of which the latest speaks; one that runs no longer has ``ended_on``, the first day without it.
    """

    LONGEST_MIN = 2_880

    name = models.CharField(_("name"), max_length=120)
    port = PointField(_("port"), srid=4326)
    landing = PointField(_("landing on the island"), srid=4326)
    commune = models.ForeignKey(
        Division,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("commune it leads to"),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes of the crossing"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MIN)]
    )
    stated_on = models.DateField(_("stated on"))
    ended_on = models.DateField(_("runs no longer since"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("ferry")
        verbose_name_plural = _("ferries")
        ordering = ("name", "-stated_on")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minutes__range=(1, 2_880)), name="sourcing_ferry_minutes"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("stated_on")),
                name="sourcing_ferry_span",
                violation_error_message=_("The ferry would end before it was stated."),
            ),
            models.CheckConstraint(
                condition=Q(source_name__gt="") | Q(source_url__gt=""),
                name="sourcing_ferry_source",
                violation_error_message=_("Say who states this time."),
            ),
            models.UniqueConstraint(
                fields=["source_kind", "external_id"], condition=Q(external_id__gt=""), name="sourcing_ferry_external"
            ),
        ]

    def __str__(self) -> str:
        return self.name
