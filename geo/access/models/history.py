"""The history of records."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordVersion(models.Model):
    """One change of one row, written by the database itself, whatever door the change came through.

    ``before`` and ``after`` hold the changed columns of an update, the whole row of a delete (before); an insert holds
    neither, since the row and its later changes tell them. ``record`` is the primary key as text.
    """

    class Operation(models.TextChoices):
        INSERT = "I", _("added")
        UPDATE = "U", _("changed")
        DELETE = "D", _("removed")

    table = models.CharField(max_length=63)
    record = models.CharField(max_length=40)
    operation = models.CharField(max_length=1, choices=Operation.choices)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    batch = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    transaction = models.UUIDField()

    class Meta:
        verbose_name = _("change of a record")
        verbose_name_plural = _("changes of records")
        indexes: ClassVar = [
            # The audit trail of one record, newest first.
            models.Index(fields=["table", "record", "-id"], name="access_recordversion_record"),
            # Everything one batch (an import) did, to revert it.
            models.Index(fields=["batch"], name="access_recordversion_batch", condition=models.Q(batch__gt="")),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.table}/{self.record}"
