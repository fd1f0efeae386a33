"""Tables of stewardship: what the public reports (“Báo sai”), and links that ask whether a place is still right."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from geo.divisions.models import Division
from geo.spatial.models import PublicId
from geo.spatial.public_ids import public_id_field
from geo.stewardship.claims.models import Claim
from geo.stewardship.decrees.models import Doubt
from geo.stewardship.freshness.models import Freshness, FreshnessState
from geo.stewardship.imports.models import Import, ImportFile, ImportRow
from geo.stewardship.merging.models import Lookalike, LookalikeState, Merge
from geo.stewardship.positions.models import AcceptedPosition
from geo.stewardship.proposal_model import Proposal

__all__ = [
    "AcceptedPosition",
    "Claim",
    "Doubt",
    "Freshness",
    "FreshnessState",
    "Import",
    "ImportFile",
    "ImportRow",
    "Lookalike",
    "LookalikeState",
    "Merge",
    "Proposal",
    "Report",
    "ReportPhoto",
]


class Report(models.Model):
    """A visitor's word that a record is wrong, or that a place is missing. Never shown in public.

    What is missing has no ``subject`` but a ``name``, a ``province``, perhaps a ``commune`` and a ``location``
    (EPSG:4326). ``sender`` is a keyed hash of the sender's address and the day: it slows floods down and finds nobody.
    ``form`` is the hash of the form that was sent, which is good once.
    """

    class Kind(models.TextChoices):
        CLOSED = "closed", _("it has closed")
        MOVED = "moved", _("it has moved")
        WRONG = "wrong", _("something on the page is wrong")
        OTHER = "other", _("something else")
        NEW = "new", _("a place is missing on the map")

    class State(models.TextChoices):
        NEW = "new", _("new")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    PERSONAL: ClassVar = ("contact", "text", "name")
    """Fields that may name a person."""

    public_id = public_id_field("report")
    subject = models.ForeignKey(
        PublicId,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
        verbose_name=_("record"),
    )
    name = models.CharField(_("name of the place"), max_length=200, blank=True)
    location = models.PointField(_("position"), srid=4326, null=True, blank=True, spatial_index=False)
    province = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("province")
    )
    commune = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    kind = models.CharField(_("what is wrong"), max_length=8, choices=Kind.choices)
    text = models.TextField(_("in your words"), max_length=2000, blank=True)
    contact = models.CharField(_("how to reach you"), max_length=200, blank=True)
    sender = models.CharField(max_length=64, editable=False, blank=True)
    form = models.CharField(max_length=64, editable=False, null=True, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.NEW)
    created_at = models.DateTimeField(_("received"), auto_now_add=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("settled by"),
    )
    mailed_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["closed", "moved", "new"])
                | models.Q(text__gt="")
                | models.Q(erased_at__isnull=False),
                name="stewardship_report_says",
            ),
            models.CheckConstraint(
                condition=models.Q(~models.Q(kind="new"), subject__isnull=False, name="", province__isnull=True)
                | models.Q(models.Q(name__gt="") | models.Q(erased_at__isnull=False), kind="new", subject__isnull=True)
                & models.Q(province__isnull=False),
                name="stewardship_report_about",
            ),
            models.CheckConstraint(
                condition=models.Q(state="new", settled_at__isnull=True)
                | models.Q(~models.Q(state="new"), settled_at__isnull=False),
                name="stewardship_report_settled",
            ),
        ]
        indexes: ClassVar = [
            # The limit of reports by one sender in a day.
            models.Index(fields=["sender", "created_at"], name="stewardship_report_sender"),
            # The officers' list of what is new.
            models.Index(fields=["state", "created_at"], name="stewardship_report_state"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.kind}"


class ReportPhoto(models.Model):
    """The photo that came with a report, as WebP without EXIF: in the database, where only officers' pages read it."""

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="photo")
    content = models.BinaryField()

    PERSONAL: ClassVar = ("content",)

    def __str__(self) -> str:
        return f"photo of {self.report_id}"


class CheckLink(models.Model):
    """A link that asks whether a place is still right: good once, for thirty days; only its hash is stored.

    Whoever presses the button there confirms in the name of ``made_by``, who sent it to somebody they know.
    """

    place = models.ForeignKey(PublicId, on_delete=models.CASCADE, related_name="+", verbose_name=_("place"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="stewardship_checklink_span"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.expires_at:%Y-%m-%d}"
