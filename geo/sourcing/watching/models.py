"""The table of watched searches. It is erased whole when its owner ends it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.sourcing.quotations.models import new_key


class Watch(models.Model):
    """A search (parameters of a demand, its months dated) about whose suppliers somebody wants mail.

    Nothing is sent before ``confirmed_at``. ``said`` is what the owner was told last, by supplier. Who has ``key``
    confirms and ends it. ``sender`` and ``form`` are as in a report of the public.
    """

    PERSONAL: ClassVar = ("email", "title")

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    email = models.EmailField(_("e-mail"))
    title = models.CharField(_("title"), max_length=120, blank=True)
    query = models.JSONField()
    language = models.CharField(max_length=8, default="vi")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    said = models.JSONField(default=dict)
    said_at = models.DateTimeField(null=True, editable=False)
    sender = models.CharField(max_length=64, editable=False, blank=True)
    form = models.CharField(max_length=64, editable=False, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("watched search")
        verbose_name_plural = _("watched searches")
        indexes: ClassVar = [
            # The limit of new ones by one sender in a day.
            models.Index(fields=["sender", "created_at"], name="sourcing_watch_sender"),
            # Erasing what nobody confirmed.
            models.Index(
                fields=["created_at"], name="sourcing_watch_unconfirmed", condition=models.Q(confirmed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.pk)
