"""Application configuration of the room ``geo.catalog``."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.catalog"
    label = "catalog"
