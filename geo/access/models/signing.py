"""How people come in: attempts that failed, invitations, recovery codes. No password and no secret is ever readable."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.access.models.people import User


class SignInAttempt(models.Model):
    """An attempt to prove who one is, noted before it is checked; one that succeeds is removed again.

    ``name`` is a keyed hash of what was typed (people type passwords into the wrong field), ``address`` the network.
    """

    class Kind(models.TextChoices):
        PASSWORD = "password", _("password")
        CODE = "code", _("code")
        RESET = "reset", _("password reset")
        TOKEN = "token", _("token")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            # How often this person was tried of late.
            models.Index(fields=["name", "at"], name="access_attempt_name"),
            # How often this network tried of late.
            models.Index(fields=["address", "at"], name="access_attempt_address"),
            # Forgetting old ones.
            models.Index(fields=["at"], name="access_attempt_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Invitation(models.Model):
    """A link by which a new person sets their own password, once, until ``expires_at``; only its hash is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.expires_at:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """A code that stands in for the second factor once; only its hash is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "digest"], name="access_recoverycode_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
