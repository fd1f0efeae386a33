"""The table of freshness: one row for each province and commune of today, made by one statement."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.divisions.models import Division


class Freshness(models.Model):
    """What was counted in a division (``rules.Counts``) and its score; ``province`` of a commune, null of a province.

    Nobody writes here: ``refreshing.refresh`` makes the whole table anew.
    """

    division = models.OneToOneField(Division, models.CASCADE, primary_key=True, related_name="freshness")
    province = models.ForeignKey(Division, models.CASCADE, null=True, related_name="+")
    places = models.PositiveIntegerField(_("open places"))
    samples = models.PositiveIntegerField(_("sample places among them"))
    checked = models.PositiveIntegerField(_("checked within a year"))
    positioned = models.PositiveIntegerField(_("with a position of their own"))
    asked = models.PositiveIntegerField(_("fields asked for"))
    known = models.PositiveIntegerField(_("fields filled in"))
    reports = models.PositiveIntegerField(_("reports without an answer"))
    score = models.PositiveSmallIntegerField(_("score"), null=True)

    class Meta:
        verbose_name = _("freshness")
        verbose_name_plural = _("freshness")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__lte=100), name="stewardship_freshness_score"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_id} {self.score}"


class FreshnessState(models.Model):
    """Of which state of the register the table is (one row): its token, when it was made and how long that took."""

    token = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.token} {self.made_at}"
