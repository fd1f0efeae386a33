"""Application configuration of the room ``geo.access``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.access"
    label = "access"
    verbose_name = _("Users and history")
