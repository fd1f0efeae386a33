"""Application configuration of the room ``geo.stewardship``."""

from django.apps import AppConfig


class StewardshipConfig(AppConfig):
    """Registers the room under its short label, and its lists on the desk."""

    name = "geo.stewardship"
    label = "stewardship"

    def ready(self) -> None:
        """Publish downwards, in the registry of the kernel, and put the lists of its parts on the desk."""
        from geo.stewardship.freshness.collection import register_collections
        from geo.stewardship.merging import task as merging

        register_collections()
        merging.register()
