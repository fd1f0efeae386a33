"""Application configuration of the room ``geo.divisions``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DivisionsConfig(AppConfig):
    """Registers the room under its short label and publishes its collections and its action."""

    name = "geo.divisions"
    label = "divisions"
    verbose_name = _("Divisions")

    def ready(self) -> None:
        """Publish downwards, in the registries of the kernel."""
        from geo.divisions.actions import register_actions
        from geo.divisions.collection import register_collections

        register_collections()
        register_actions()
