"""Application configuration of the room ``geo.places``."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.places"
    label = "places"
