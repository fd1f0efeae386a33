"""Application configuration of the room ``geo.api``."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.api"
    label = "api"
