"""Application configuration of the room ``geo.sourcing``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcingConfig(AppConfig):
    """Registers the room under its short label and publishes its actions."""

    name = "geo.sourcing"
    label = "sourcing"
    verbose_name = _("Sourcing")

    def ready(self) -> None:
        """Publish downwards, in the registry of the kernel: actions, and the ferries that roads lead on by.

        Note also what was mailed.
        """
        from geo.access import outbox
        from geo.places.register.load import also_load
        from geo.sourcing.actions import register_actions
        from geo.sourcing.ferries import read
        from geo.sourcing.plans import actions as plans
        from geo.sourcing.plans import secret_actions as own_plans
        from geo.sourcing.quotations import actions as quotations
        from geo.sourcing.quotations import mailing
        from geo.sourcing.shipping import load_ferries
        from geo.sourcing.watching import actions as watching
        from geo.spatial.roads.ferries import stated_by

        register_actions()
        for room in (plans, own_plans, quotations, watching):
            room.register_actions()
        outbox.on_sent(mailing.ASKED, mailing.note_asked)
        outbox.on_sent(mailing.TOLD, mailing.note_told)
        stated_by(read)
        also_load(load_ferries)
