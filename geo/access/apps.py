"""Application configuration of the room ``geo.access``."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.access"
    label = "access"
