"""Which schedules are open at a moment, answered from the stored periods by an index."""

from datetime import datetime

from django.db.models import QuerySet

from geo.places.models import OpeningPeriod


def open_schedules(moment: datetime) -> "QuerySet[OpeningPeriod, int]":
    """Return the ids of the schedules that are open at ``moment`` (aware), as a subquery for ``schedule_id__in``."""
    return OpeningPeriod.objects.filter(period__contains=moment).values_list("schedule_id", flat=True)
