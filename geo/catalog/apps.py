"""Application configuration of the room ``geo.catalog``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.catalog"
    label = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        """Say whose area a record is in, and that records have certificates."""
        from geo.access import parts
        from geo.catalog.areas import register_spots
        from geo.catalog.awards import CERTIFICATES

        register_spots()
        parts.register(CERTIFICATES)
