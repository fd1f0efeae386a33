"""Application configuration of the room ``geo.sourcing``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcingConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.sourcing"
    label = "sourcing"
    verbose_name = _("Sourcing")
