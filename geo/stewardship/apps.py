"""Application configuration of the room ``geo.stewardship``."""

from django.apps import AppConfig


class StewardshipConfig(AppConfig):
    """Registers the room under its short label, and its lists on the desk."""

    name = "geo.stewardship"
    label = "stewardship"

    def ready(self) -> None:
        """Publish downwards, in the registry of the kernel, put lists on the desk, follow decrees at midnight."""
        from geo.access import outbox, records, trails
        from geo.places import photo_tidying
        from geo.places.rollover import on_new_day
        from geo.stewardship import asked, notices, proposals
        from geo.stewardship.claims import task as claims
        from geo.stewardship.decrees import task as decrees
        from geo.stewardship.decrees.following import follow_all
        from geo.stewardship.freshness.collection import register_collections
        from geo.stewardship.imports import origins
        from geo.stewardship.merging import task as merging

        register_collections()
        merging.register()
        decrees.register()
        on_new_day(follow_all)
        outbox.on_sent(notices.ABOUT, notices.note_sent)
        claims.register()
        asked.register()
        records.HOLDERS.append(origins.holder)
        trails.ORIGINS.append(origins.origins)
        photo_tidying.NEEDED.append(proposals.photos_of)
