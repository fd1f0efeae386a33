"""Application configuration of the room ``geo.places``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    """Registers the room under its short label and publishes its collections."""

    name = "geo.places"
    label = "places"
    verbose_name = _("Places")

    def ready(self) -> None:
        """Publish downwards, in the registry of the kernel, and follow the divisions."""
        from geo.access import parts, trails
        from geo.divisions.loading import after_retitling
        from geo.places.areas import register_spots
        from geo.places.collection import register_collections
        from geo.places.goods import GOODS
        from geo.places.hours_words import hours_in_words
        from geo.places.models import OpeningSchedule
        from geo.places.retitling import follow_divisions
        from geo.places.suggest import ACTION
        from geo.spatial.actions import register_action

        register_collections()
        register_spots()
        parts.register(GOODS)
        trails.SAID[OpeningSchedule] = lambda schedule: hours_in_words(schedule.expression)
        register_action(ACTION)
        after_retitling(follow_divisions)
