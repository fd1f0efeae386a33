"""Tables of sourcing: what of a supply is promised to somebody."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from geo.catalog.models import Product
from geo.places.models import Place
from geo.sourcing.plans.models import Plan as Plan
from geo.sourcing.plans.models import PlanVersion as PlanVersion
from geo.sourcing.quotations.models import Quotation as Quotation
from geo.sourcing.quotations.models import QuotationRequest as QuotationRequest
from geo.sourcing.watching.models import Watch as Watch


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
