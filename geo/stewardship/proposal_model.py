"""The table of proposals: changes that wait for somebody with the right to publish them. Never shown in public."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.divisions.models import Division
from geo.spatial.models import PublicId


class Proposal(models.Model):
    """A change of a record, or a new record, that somebody proposes and somebody else decides about.

    ``values`` are the wanted values by field, ``before`` those of the record when it was proposed, both as
    ``geo.stewardship.plain`` writes them. Of a merge, ``merged`` is the record that would be merged into ``subject``,
    and ``values`` says for each group of fields whose value stays (``merging.choices``). It waits for whoever may
    approve at ``province`` and ``commune``; ``agreed`` are the people (primary keys) whose right already covers the
    other divisions it touches.
    """

    class Kind(models.TextChoices):
        PLACE = "place", _("place")
        PRODUCT = "product", _("product")
        PRODUCER = "producer", _("producer")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        OUTDATED = "outdated", _("done otherwise meanwhile")

    PERSONAL: ClassVar = ("values", "before", "reason")
    """Fields that may hold personal data of a producer."""

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    subject = models.ForeignKey(
        PublicId, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("record")
    )
    merged = models.ForeignKey(
        PublicId, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("merged into it")
    )
    values = models.JSONField(_("proposed values"))
    before = models.JSONField(_("values before"), default=dict)
    version = models.PositiveIntegerField(_("version seen"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    province = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("province")
    )
    commune = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    agreed = models.JSONField(_("agreed by"), default=list)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ("-id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_at__isnull=True)
                | models.Q(~models.Q(state="waiting"), decided_at__isnull=False),
                name="stewardship_proposal_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(subject__isnull=True, version__isnull=True)
                | models.Q(subject__isnull=False, version__isnull=False),
                name="stewardship_proposal_version",
            ),
        ]
        indexes: ClassVar = [
            # Merges that wait, of a pair.
            models.Index(
                fields=["merged"],
                name="stewardship_proposal_merges",
                condition=models.Q(state="waiting", merged__isnull=False),
            ),
            # The list of what waits, the oldest first.
            models.Index(fields=["id"], name="stewardship_proposal_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id or ''} {self.state}"
