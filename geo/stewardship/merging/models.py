"""Tables of merging: what was merged into what, and which pairs of records may be one."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from geo.spatial.models import PublicId


class Merge(models.Model):
    """One record merged into another: ``dropped`` is gone and its number leads to ``kept``.

    The rows themselves are in the history under ``batch``; ``moved`` names what pointed to the dropped record and now
    points to the kept one, as [model, field, [primary keys]], so that it can all be taken back. ``source_kind`` and
    ``external_id`` are those of the dropped record: who knows it by them finds the kept one.
    """

    kind = models.CharField(_("kind"), max_length=8)
    kept = models.ForeignKey(PublicId, on_delete=models.PROTECT, related_name="+", verbose_name=_("kept"))
    dropped = models.ForeignKey(PublicId, on_delete=models.PROTECT, related_name="+", verbose_name=_("merged into it"))
    batch = models.CharField(max_length=50, unique=True)
    moved = models.JSONField(default=list)
    source_kind = models.CharField(max_length=12, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    merged_at = models.DateTimeField(_("merged"), auto_now_add=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("merged by"),
    )
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(kept=F("dropped")), name="stewardship_merge_two"),
            # A record is merged once at a time; also finds the merge behind an old number.
            models.UniqueConstraint(
                fields=["dropped"], condition=Q(undone_at__isnull=True), name="stewardship_merge_once"
            ),
        ]
        indexes: ClassVar = [
            # Imports: the kept record of one they know by its id in the source.
            models.Index(
                fields=["external_id"],
                condition=Q(external_id__gt="", undone_at__isnull=True),
                name="stewardship_merge_external",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dropped_id} → {self.kept_id}"


class Lookalike(models.Model):
    """Two records of a kind that may be one; ``first`` is the smaller id. Pairs called different stay so for ever."""

    class State(models.TextChoices):
        OPEN = "open", _("perhaps the same")
        DIFFERENT = "different", _("not the same")

    first = models.ForeignKey(PublicId, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(PublicId, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, default="place")
    score = models.FloatField()
    metres = models.IntegerField(null=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("likely pair")
        verbose_name_plural = _("likely pairs")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="stewardship_lookalike_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="stewardship_lookalike_ordered"),
        ]
        indexes: ClassVar = [
            # The desk's list, the likeliest first.
            models.Index(fields=["state", "-score"], name="stewardship_lookalike_open"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"


class LookalikeState(models.Model):
    """How far the list of likely pairs has followed the change log of a collection."""

    collection = models.CharField(primary_key=True, max_length=40)
    version = models.BigIntegerField(default=0)
    after = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.collection} {self.version}"
