"""The day rollover: what a new day changes without anybody writing.

Once a day, beside its first request or by ``manage.py roll_day``: opening periods are extended, places whose closing
day has come are closed, features whose certificates turned are logged as changed, their marks are made anew and their
texts dropped, and the versions of the collections are raised, so that no cached answer outlives its day. Doing it again
changes nothing; two servers can't do it at once.
"""

import logging
import threading
from collections.abc import Callable
from contextvars import copy_context
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse

from geo.access import outbox
from geo.access.history import audit
from geo.catalog.rules import ENDING_DAYS
from geo.places.feature_texts import BATCH, fill_features
from geo.places.late import settle_now_and_then
from geo.places.models import Place, Rollover
from geo.places.periods import ensure_periods, recompute_periods
from geo.places.photo_tidying import forget_unused_photos
from geo.places.tally import make_missing_tiles
from geo.spatial import calendar
from geo.spatial.versions import versions_of

ADVISORY_LOCK = 0x0C09_DA71
"""Key of the advisory lock held while a day is rolled."""
DATED_COLLECTIONS = ["places", "producers", "products"]
CHANGES = (Path(__file__).parent / "sql" / "roll_day.sql").read_text(encoding="utf-8")

PATIENCE_S = 1.0
"""Seconds that a request waits for the rollover. Until it is done, answers come from the facts: right, and slower."""

_MERGED_A_DAY = 100_000
"""Changes of counts by cells that are merged at the rollover, at most."""

_LOGGED = (
    "public_id IN (SELECT feature_id FROM spatial_change WHERE transaction = spatial_transaction() AND collection = %s)"
)

logger = logging.getLogger(__name__)
_guard = threading.Lock()
_hooks: list[Callable[[date], object]] = []
_done: date | None = None


def on_new_day(hook: Callable[[date], object]) -> None:
    """Let an upper room do what a new day asks of it: ``hook(day)`` runs inside the rollover's transaction."""
    _hooks.append(hook)


def roll_day(day: date | None = None) -> bool:
    """Do the rollover of ``day`` (today); return False when it was done before or somebody is doing it now."""
    day = day or calendar.today()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
            if not cursor.fetchone()[0] or _is_done(day):
                return False
            cursor.execute("SET LOCAL statement_timeout = 0")  # a request has a limit, the day has none
        with audit(None, "day rollover"):
            _roll(day)
    return True


def _is_done(day: date) -> bool:
    last = Rollover.objects.order_by("-day").first()
    return last is not None and last.day >= day and last.holidays_version == versions_of(["holidays"])[0]


def _roll(day: date) -> None:
    last = Rollover.objects.order_by("-day").first()
    holidays = versions_of(["holidays"])[0]
    if last is not None and last.holidays_version != holidays:
        recompute_periods(day=day)
    else:
        ensure_periods(day)
    Place.objects.filter(status=Place.Status.OPEN, closed_on__lte=day).update(status=Place.Status.CLOSED)
    for hook in _hooks:
        hook(day)
    before = last.day if last else day - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, {"before": min(before, day), "day": day, "ending": ENDING_DAYS})
        cursor.execute(
            "INSERT INTO spatial_changedcollection (transaction, collection)"
            " SELECT spatial_transaction(), unnest(%s) ON CONFLICT (transaction, collection) DO NOTHING",
            [DATED_COLLECTIONS],
        )
    Rollover.objects.update_or_create(day=day, defaults={"done_at": calendar.now(), "holidays_version": holidays})
    Rollover.objects.filter(day__lt=day - timedelta(days=400)).delete()
    _follow_marks(first=last is None)


def _follow_marks(*, first: bool) -> None:
    """Make the marks anew of the places logged as changed by this transaction; at the first rollover of all: all.

    Only now, since they show the states of the last day rolled.
    """
    which = "%s <> ''" if first else _LOGGED
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT places_follow(array_agg(place_id), NULL) FROM places_mark WHERE {which}", ["places"])
        cursor.execute(
            f"SELECT places_follow_catalog(places_catalog_ids(array_agg(id), NULL)) FROM catalog_product WHERE {which}",
            ["products"],
        )
        # What many imports at once left to others.
        cursor.execute("SELECT places_fold_tally(%s)", [_MERGED_A_DAY])


def roll_if_new_day() -> None:
    """Begin the rollover at the first request of a day, beside it, and wait a little; later ones cost no query."""
    if _done == calendar.today() or not _guard.acquire(blocking=False):
        return
    beside = threading.Thread(target=copy_context().run, args=(_roll_beside, calendar.today()), daemon=True)
    beside.start()
    beside.join(PATIENCE_S)


def _roll_beside(today: date) -> None:
    """Roll ``today``, make texts and tiles, tidy photos, on a connection of its own; gives ``_guard`` back.

    Mail that failed is tried again, by a thread of its own: without a timer it would wait for the next mail.
    """
    global _done
    try:
        if _is_done(today) or roll_day(today):
            _done = today
            fill_features(BATCH)
            make_missing_tiles()
            forget_unused_photos()
            outbox.wake()
    except DatabaseError:
        # The request itself will say what is wrong with the database; the next one tries again.
        logger.exception("the day rollover of %s failed", today)
    finally:
        connection.close()
        _guard.release()


class RolloverMiddleware:
    """Lets the first request of a day begin the rollover, and each process settle what stayed behind."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer ``request``, after the rollover if it is due and short; files are the same on every day."""
        if not request.path_info.startswith(settings.STATIC_URL):
            roll_if_new_day()
            settle_now_and_then()
        return self.get_response(request)
