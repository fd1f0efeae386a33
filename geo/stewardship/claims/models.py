"""The table of claims. Never shown in public; nearly all of it is personal data."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.spatial.models import PublicId
from geo.spatial.public_ids import public_id_field


class Claim(models.Model):
    """Somebody's word that a producer's record is theirs; ``user`` is who got the role when it was accepted.

    ``sender`` and ``form`` are as in a report.
    """

    class State(models.TextChoices):
        NEW = "new", _("new")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    PERSONAL: ClassVar = ("name", "phone", "email", "proof")

    public_id = public_id_field("claim")
    producer = models.ForeignKey(PublicId, on_delete=models.PROTECT, related_name="claims", verbose_name=_("producer"))
    name = models.CharField(_("name"), max_length=150)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    proof = models.TextField(_("how it can be checked"), max_length=1000)
    sender = models.CharField(max_length=64, editable=False, blank=True)
    form = models.CharField(max_length=64, editable=False, null=True, blank=True, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.NEW)
    created_at = models.DateTimeField(_("received"), auto_now_add=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="claims"
    )
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(phone__gt="") | models.Q(email__gt="") | models.Q(erased_at__isnull=False),
                name="stewardship_claim_reachable",
            ),
            models.CheckConstraint(
                condition=models.Q(state="new", settled_at__isnull=True)
                | models.Q(~models.Q(state="new"), settled_at__isnull=False),
                name="stewardship_claim_settled",
            ),
        ]
        indexes: ClassVar = [
            # The limit of claims by one sender in a day.
            models.Index(fields=["sender", "created_at"], name="stewardship_claim_sender"),
            # The officers' list of what is new.
            models.Index(fields=["state", "created_at"], name="stewardship_claim_state"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.producer_id}"
