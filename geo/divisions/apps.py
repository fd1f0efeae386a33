"""Application configuration of the room ``geo.divisions``."""

from django.apps import AppConfig


class DivisionsConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.divisions"
    label = "divisions"
