"""Application configuration of the room ``geo.spatial``."""

from django.apps import AppConfig


class SpatialConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.spatial"
    label = "spatial"
