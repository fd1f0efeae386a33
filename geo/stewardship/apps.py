"""Application configuration of the room ``geo.stewardship``."""

from django.apps import AppConfig


class StewardshipConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.stewardship"
    label = "stewardship"

    def ready(self) -> None:
        """Publish downwards, in the registry of the kernel."""
        from geo.stewardship.freshness.collection import register_collections

        register_collections()
