"""Tables of pickup plans. They hold what was asked and what came out, and of a place only its public id."""

import secrets
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


def new_token() -> str:
    """Return a secret of 128 random bits that fits into an address."""
    return secrets.token_urlsafe(16)


class Plan(models.Model):
    """A pickup plan. Who has ``key`` may change it; who has ``link`` may look at it (null: shared with nobody).

    ``sender`` is as in a report of the public.
    """

    key = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    link = models.CharField(max_length=32, unique=True, null=True, default=new_token, editable=False)  # noqa: DJ001
    title = models.CharField(_("title"), max_length=120, blank=True)
    day = models.DateField(_("day"))
    made_at = models.DateTimeField(auto_now_add=True)
    opened_on = models.DateField(auto_now_add=True)
    sender = models.CharField(max_length=64, editable=False, blank=True)

    class Meta:
        verbose_name = _("pickup plan")
        verbose_name_plural = _("pickup plans")
        indexes: ClassVar = [
            # Erasing what nobody has opened for a long time.
            models.Index(fields=["opened_on"], name="sourcing_plan_opened"),
            # The limit of new ones by one sender in a day.
            models.Index(fields=["sender", "made_at"], name="sourcing_plan_sender"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.day)


class PlanVersion(models.Model):
    """One computing of a plan: what was ``asked``, what was ``found``, and the stops ``dropped`` since."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    asked = models.JSONField()
    found = models.JSONField()
    dropped = models.JSONField(default=list)

    class Meta:
        verbose_name = _("version of a plan")
        verbose_name_plural = _("versions of a plan")
        constraints: ClassVar = [
            # Also serves finding the newest version of a plan.
            models.UniqueConstraint(fields=["plan", "number"], name="sourcing_planversion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"
