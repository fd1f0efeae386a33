"""Tables of requests for quotation. The buyer's words are personal data; of a place only its public id is kept."""

import secrets
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_key() -> str:
    """Return a secret of 192 random bits that fits into an address."""
    return secrets.token_urlsafe(24)


class QuotationRequest(models.Model):
    """What a buyer asks of several suppliers: ``quantity`` in ``unit`` in each of the ``months`` (their first days).

    Who has ``key`` follows and decides. Suppliers are told once it is confirmed (``confirmed_at``: at once, where a
    person sent a form) and may answer through ``expires_on``. ``sender`` and ``form`` are as in a report of the public.
    """

    PERSONAL: ClassVar = ("name", "email", "message", "delivery")

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    name = models.CharField(_("buyer"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    quantity = models.DecimalField(_("quantity a month"), max_digits=14, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20)
    months = ArrayField(models.DateField(), verbose_name=_("months"))
    delivery = models.CharField(_("place of delivery"), max_length=300, blank=True)
    message = models.TextField(_("message"), max_length=2000, blank=True)
    language = models.CharField(max_length=8, default="vi")
    expires_on = models.DateField(_("answers until"))
    created_at = models.DateTimeField(auto_now_add=True)
    sender = models.CharField(max_length=64, editable=False, blank=True)
    form = models.CharField(max_length=64, editable=False, null=True, blank=True, unique=True)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("request for quotation")
        verbose_name_plural = _("requests for quotation")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, unit__gt="", months__len__gt=0), name="sourcing_request_asks"
            ),
            models.CheckConstraint(
                condition=models.Q(name__gt="", email__gt="") | models.Q(erased_at__isnull=False),
                name="sourcing_request_reachable",
            ),
        ]
        indexes: ClassVar = [
            # The limit of requests by one sender in a day.
            models.Index(fields=["sender", "created_at"], name="sourcing_request_sender"),
            # Erasing what is past its keeping time.
            models.Index(fields=["expires_on"], name="sourcing_request_expires"),
            # Erasing what nobody confirmed.
            models.Index(
                fields=["created_at"],
                name="sourcing_request_unconfirmed",
                condition=models.Q(confirmed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} × {len(self.months)}"

    @property
    def last_month(self) -> date:
        """The first day of the last month asked for."""
        return max(self.months)


class Quotation(models.Model):
    """The part of one supplier in a request: whom it was sent to, what they answered, what the buyer decided.

    ``price`` is in VND for one ``unit`` of the request, good through ``valid_until``; ``quantity`` is for each month.
    """

    class To(models.TextChoices):
        PRODUCER = "producer", _("the producer")
        OFFICER = "officer", _("an officer of the area")
        NOBODY = "nobody", _("nobody")

    class State(models.TextChoices):
        ASKED = "asked", _("no answer yet")
        OFFERED = "offered", _("offered")
        REFUSED = "refused", _("can't deliver")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined by the buyer")
        WITHDRAWN = "withdrawn", _("withdrawn by the buyer")
        ENDED = "ended", _("ended")

    request = models.ForeignKey(QuotationRequest, on_delete=models.CASCADE, related_name="quotations")
    place = models.CharField(max_length=8)
    product = models.CharField(max_length=8)
    to = models.CharField(_("sent to"), max_length=8, choices=To.choices, default=To.NOBODY)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.ASKED)
    sent_at = models.DateTimeField(null=True, editable=False)
    quantity = models.DecimalField(_("quantity a month"), max_digits=14, decimal_places=3, null=True, blank=True)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=2, null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("answer"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        indexes: ClassVar = [
            # What waits for an answer at the places of an area; how often a supplier was asked in a day.
            models.Index(fields=["place", "state"], name="sourcing_quotation_place"),
        ]
        constraints: ClassVar = [
            # Also serves reading the quotations of a request.
            models.UniqueConstraint(fields=["request", "place", "product"], name="sourcing_quotation_once"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["offered", "accepted", "declined"])
                | models.Q(quantity__gt=0, price__gte=0, valid_until__isnull=False, answered_at__isnull=False),
                name="sourcing_quotation_offers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}-{self.product} {self.state}"
