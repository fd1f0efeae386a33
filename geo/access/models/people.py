"""People who sign in."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in. ``subject`` is the identity given by an outside provider (OIDC), if there is one."""

    PERSONAL: ClassVar = ("username", "first_name", "last_name", "email", "subject")
    """Fields that name a person."""

    subject = models.CharField(_("identity at the provider"), max_length=255, null=True, blank=True, unique=True)

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            # Signing in and password reset by e-mail: one address is one person, in whatever case it is written.
            models.UniqueConstraint(Lower("email"), condition=models.Q(email__gt=""), name="access_user_email"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username
