"""Application configuration of the room ``geo.stewardship``."""

from django.apps import AppConfig


class StewardshipConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.stewardship"
    label = "stewardship"
