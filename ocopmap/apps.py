"""Application configuration of the wiring: it only brings the system checks of the settings."""

from importlib import import_module

from django.apps import AppConfig


class OcopmapConfig(AppConfig):
    """Registers the checks of ``ocopmap.checks``."""

    name = "ocopmap"

    def ready(self) -> None:
        """Import the checks, which register themselves."""
        import_module("ocopmap.checks")
