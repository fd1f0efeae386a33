"""Application configuration of the room ``geo.access``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Registers the room under its short label."""

    name = "geo.access"
    label = "access"
    verbose_name = _("Users and history")

    def ready(self) -> None:
        """Let every session know when it began."""
        from django.contrib.auth.signals import user_logged_in

        from geo.access.sessions import start_clock

        user_logged_in.connect(start_clock, dispatch_uid="geo.access.sessions.start_clock")
