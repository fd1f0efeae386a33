"""The table of doubtful conversions: records of which nobody knows yet where a decree has put them."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.divisions.models import Division
from geo.spatial.models import PublicId


class Doubt(models.Model):
    """A place or producer whose division was split, without anything that says into which part it fell.

    ``candidates`` are the primary keys of what the division is today. Until it is settled the record has a province
    but no commune.
    """

    class How(models.TextChoices):
        OFFICER = "officer", _("by an officer")
        BOUNDARY = "boundary", _("by boundaries loaded later")

    subject = models.ForeignKey(PublicId, on_delete=models.CASCADE, related_name="+", verbose_name=_("record"))
    former = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="+", verbose_name=_("former division"))
    candidates = ArrayField(models.BigIntegerField(), verbose_name=_("candidates"))
    found_at = models.DateTimeField(_("found"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("settled by"),
    )
    settled_to = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("settled as")
    )
    how = models.CharField(max_length=8, choices=How.choices, blank=True)

    class Meta:
        verbose_name = _("doubtful conversion")
        verbose_name_plural = _("doubtful conversions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "former"], name="stewardship_doubt_once"),
        ]
        indexes: ClassVar = [
            # The desk's list: open doubts of which a candidate is in the area.
            GinIndex(fields=["candidates"], name="stewardship_doubt_open", condition=Q(settled_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id}: {self.former_id}"
