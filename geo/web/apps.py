"""Application configuration of the room ``geo.web``."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.web"
    label = "web"
