"""Application configuration of the room ``geo.sourcing``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcingConfig(AppConfig):
    """Registers the room under its short label and publishes its actions."""

    name = "geo.sourcing"
    label = "sourcing"
    verbose_name = _("Sourcing")

    def ready(self) -> None:
        """Publish downwards, in the registry of the kernel: actions, and the ferries that roads lead on by."""
        from geo.places.register.load import also_load
        from geo.sourcing.actions import register_actions
        from geo.sourcing.ferries import read
        from geo.sourcing.plans.actions import register_actions as register_plans
        from geo.sourcing.shipping import load_ferries
        from geo.spatial.roads.ferries import stated_by

        register_actions()
        register_plans()
        stated_by(read)
        also_load(load_ferries)
