"""The stored opening periods: what makes "open at" an index question.

A schedule's periods cover the days of ``opening.window``, each cut at midnight, so that a new day is added without
touching the others. Whoever writes schedules or holidays by the way of SQL calls ``ensure_periods`` or
``recompute_periods`` after it.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet

from geo.places import hours
from geo.places.models import OpeningPeriod, OpeningSchedule
from geo.places.opening import holiday_calendar, window
from geo.spatial import calendar

BATCH = 5000


@transaction.atomic
def ensure_periods(day: date | None = None) -> int:
    """Store what is missing of the window of ``day`` (today) and drop what is older; return how many schedules changed.

    Doing it twice changes nothing.
    """
    first, after = window(day or calendar.today())
    behind = OpeningSchedule.objects.select_for_update().filter(
        Q(computed_until__isnull=True) | Q(computed_until__lt=after) | Q(computed_from__gt=first)
    )
    fresh: list[OpeningSchedule] = []
    extended: list[OpeningSchedule] = []
    for schedule in behind.order_by("pk"):
        begins, ends = schedule.computed_from, schedule.computed_until
        (extended if begins and ends and begins <= first <= ends else fresh).append(schedule)
    OpeningPeriod.objects.filter(schedule__in=fresh).delete()
    _store(((schedule, first) for schedule in fresh), after)
    _store(((schedule, schedule.computed_until or first) for schedule in extended), after)
    changed = [schedule.pk for schedule in (*fresh, *extended)]
    OpeningSchedule.objects.filter(pk__in=changed).update(computed_from=first, computed_until=after)
    OpeningPeriod.objects.filter(period__endswith__lte=hours.midnight(first)).delete()
    return len(changed)


@transaction.atomic
def recompute_periods(schedules: "QuerySet[OpeningSchedule] | None" = None, day: date | None = None) -> int:
    """Make the periods of ``schedules`` (all) anew: after their expression or the holidays have changed."""
    chosen = OpeningSchedule.objects.all() if schedules is None else schedules
    chosen.filter(Q(computed_from__isnull=False) | Q(computed_until__isnull=False)).update(
        computed_from=None, computed_until=None
    )
    return ensure_periods(day)


def _store(missing: Iterable[tuple[OpeningSchedule, date]], after: date) -> None:
    """Insert the open periods of each schedule from its first missing day up to ``after`` (excluded)."""
    pairs, _holidays = holiday_calendar(calendar.today() - timedelta(days=400), after + timedelta(days=400))
    rows = (
        OpeningPeriod(schedule=schedule, period=DateTimeTZRange(span.start, span.end, "[)"))
        for schedule, first in missing
        for span in hours.by_midnight(hours.spans(schedule.expression, pairs, first, after))
        if span.kind == "open"
    )
    OpeningPeriod.objects.bulk_create(rows, batch_size=BATCH)
