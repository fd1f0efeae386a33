"""Keys by which programs act for people. No key is ever readable again."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.access.models.people import User


class ApiToken(models.Model):
    """A key for a program, made by a person for themselves; only its hash is stored.

    It holds until ``expires_at``, until it is revoked, and no longer than the password it was made under
    (``password_stamp``). ``proven``: the person showed their second factor when they made it.
    """

    class Scope(models.TextChoices):
        READ = "read", _("read my unit and my proposals")
        WRITE = "write", _("write records")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=12)
    scopes = ArrayField(models.CharField(max_length=8, choices=Scope.choices), verbose_name=_("may"))
    password_stamp = models.CharField(max_length=64)
    proven = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(name__gt=""), name="access_apitoken_named"),
            models.CheckConstraint(condition=models.Q(scopes__len__gt=0), name="access_apitoken_scopes"),
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("made_at")), name="access_apitoken_span"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.name}"
