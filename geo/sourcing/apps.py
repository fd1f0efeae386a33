"""Application configuration of the room ``geo.sourcing``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcingConfig(AppConfig):
    """Registers the room under its short label and publishes its actions."""

    name = "geo.sourcing"
    label = "sourcing"
    verbose_name = _("Sourcing")

    def ready(self) -> None:
        """Publish downwards, in the registry of the kernel."""
        from geo.sourcing.actions import register_actions
        from geo.sourcing.plans.actions import register_actions as register_plans

        register_actions()
        register_plans()
