"""The table of mail that waits to be sent. A row is gone once its mail is sent, or given up."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import HashIndex
from django.db import models


class OutgoingMail(models.Model):
    """One mail to one address, written in the transaction that it tells of.

    ``about`` says what it tells (``quotation:12``), for whoever waits for it to be sent. It is tried from ``next_at``
    on; while somebody tries, nobody else does until ``held_until``; after ``good_until`` it would be of no use. The
    key is also the mail's own Message-ID, so that a mail program shows it once, should a server die between sending
    and noting it.
    """

    PERSONAL: ClassVar = ("to", "reply_to", "subject", "body", "headers")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.EmailField()
    reply_to = ArrayField(models.EmailField(), default=list, blank=True)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    headers = models.JSONField(default=dict, blank=True)
    about = models.TextField(blank=True)
    written_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)
    good_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "outgoing mail"
        verbose_name_plural = "outgoing mail"
        indexes: ClassVar = [
            # The next mail to be tried, the one that waits longest first.
            models.Index(fields=["next_at"], name="access_outgoing_next"),
            # Whether mail about something still waits.
            HashIndex(fields=["about"], name="access_outgoing_about"),
        ]

    def __str__(self) -> str:
        return self.subject
