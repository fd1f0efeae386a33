"""Tables of imports: the file, what was understood of its rows, what became of them. Never shown in public."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.spatial.provenance import SourceKind


class Import(models.Model):
    """One uploaded table, from the file to what it changed; ``audit_batch`` names it in the history of records."""

    class Kind(models.TextChoices):
        PLACES = "places", _("Places")
        PRODUCTS = "products", _("Products")
        CERTIFICATES = "certificates", _("Certificates")
        SUPPLY = "supply", _("Supply")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        UNREADABLE = "unreadable", _("can't be read")
        WAITING = "waiting", _("waits for approval")
        DECLINED = "declined", _("not approved")
        APPLIED = "applied", _("applied")
        REVERTED = "reverted", _("taken back")

    class Job(models.TextChoices):
        CHECK = "check", _("check")
        APPLY = "apply", _("apply")
        REVERT = "revert", _("take back")

    kind = models.CharField(_("what it holds"), max_length=12, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECEIVED)
    file_name = models.CharField(_("file"), max_length=200)
    file_hash = models.CharField(max_length=64, help_text=_("SHA-256 of the file."))
    file_size = models.PositiveIntegerField()
    source_kind = models.CharField(
        _("kind of source"), max_length=12, choices=SourceKind.choices, default=SourceKind.SURVEY
    )
    source_name = models.CharField(_("source"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="imports"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    sheet = models.CharField(max_length=100, blank=True)
    columns = models.JSONField(default=list, help_text=_("Letter, title and field of each column."))
    refusal = models.JSONField(null=True, help_text=_("Why the file as a whole can't be used."))
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="applied_imports"
    )
    reverted_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True, help_text=_("When the file and its rows were erased."))
    spots = models.JSONField(default=list, help_text=_("Province and commune of all that it would write, by id."))
    answers = models.JSONField(
        default=dict, help_text=_("By row number: which record the row is, and among which it was asked.")
    )
    outcome = models.JSONField(default=dict, help_text=_("What taking it back restored, removed and left."))
    # The job somebody has asked for: done at once, or by a process of its own.
    job = models.CharField(max_length=6, choices=Job.choices, blank=True)
    job_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="asked_imports"
    )
    job_reason = models.CharField(max_length=300, blank=True)
    job_asked_at = models.DateTimeField(null=True)
    job_begun_at = models.DateTimeField(null=True)
    job_problem = models.CharField(max_length=500, blank=True, help_text=_("Why the last job was not done."))
    # Sent to whoever may publish there, and their answer.
    sent_at = models.DateTimeField(null=True)
    sent_note = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="answered_imports"
    )
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-created_at",)
        indexes: ClassVar = [
            # The list of one's own imports, the newest first.
            models.Index(fields=["created_by", "-created_at"], name="stewardship_import_own"),
            # Imports that wait for an approval, the oldest first.
            models.Index(fields=["sent_at"], condition=models.Q(state="waiting"), name="stewardship_import_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"

    @property
    def audit_batch(self) -> str:
        """The name of this import in the history of records."""
        return f"import:{self.pk}"


class ImportFile(models.Model):
    """The file itself, apart from the list of imports: private, erasable, in the same backup as what it changed."""

    batch = models.OneToOneField(Import, models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()

    PERSONAL: ClassVar = ("content",)

    def __str__(self) -> str:
        return f"file of {self.batch_id}"


class ImportRow(models.Model):
    """One row of the file: what it said, what was made of it, which record it became.

    ``wanted`` are the columns to write; ``changes`` the fields as (from, to); ``problems`` say column, field, reason
    and its facts; ``candidates`` are the records a doubtful row may be the same as.
    """

    class Verdict(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        SAME = "same", _("the same")
        REFUSED = "refused", _("refused")
        DOUBTFUL = "doubtful", _("perhaps a duplicate")
        CONFLICT = "conflict", _("changed by somebody else meanwhile")

    PERSONAL: ClassVar = ("cells", "wanted", "changes", "problems", "notes")

    batch = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    record = models.BigIntegerField(null=True)
    record_version = models.PositiveIntegerField(null=True)
    cells = models.JSONField(default=list)
    wanted = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    candidates = models.JSONField(default=list)
    spots = models.JSONField(default=list, help_text=_("Province and commune of what the row writes, by id."))
    applied = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="stewardship_importrow_once"),
        ]
        indexes: ClassVar = [
            # The table of the preview, one verdict at a time, and the rows to apply.
            models.Index(fields=["batch", "verdict", "number"], name="stewardship_importrow_verdict"),
            # From a change in the history (batch and record) to the row of the file.
            models.Index(fields=["batch", "record"], name="stewardship_importrow_record"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number} {self.verdict}"
