"""Making the table of freshness anew: when the register has changed, once for all who ask."""

import time
from datetime import datetime, timedelta

from django.db import connection, transaction

import geo.stewardship
from geo.spatial import calendar
from geo.spatial.sql_files import SqlFiles
from geo.spatial.versions import token
from geo.stewardship.freshness import rules
from geo.stewardship.freshness.models import Freshness, FreshnessState

SQL = SqlFiles(geo.stewardship.__file__)
VERSIONS = ("places", "divisions", "reports")
"""The collections whose changes change it; ``reports`` is raised by the table of reports."""
ADVISORY_LOCK = 4_807_215
REST = 20
"""A page makes it anew at most every so many times as long as that took last: 0.2 s, every 4 s."""


def ensure(*, exactly: bool = False) -> datetime:
    """Make the table anew if the register has changed since; return when it was made.

    Unless it is asked for ``exactly``, a table made a moment ago will do, or one that somebody is just replacing.
    """
    state = FreshnessState.objects.first()
    wanted = token(VERSIONS)
    if state is not None:
        rested = calendar.now() - state.made_at > timedelta(milliseconds=state.took_ms * REST)
        if state.token == wanted or not (exactly or rested):
            return state.made_at
    return refresh(wait=exactly or state is None)


def refresh(*, wait: bool = True) -> datetime:
    """Make the table anew; return when it was made. Without ``wait``, leave it to who is doing it already."""
    with transaction.atomic(), connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT true FROM (SELECT pg_advisory_xact_lock(%s)) AS waited", [ADVISORY_LOCK])
        else:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        state = FreshnessState.objects.first()
        wanted = token(VERSIONS)
        if state is not None and (state.token == wanted or not cursor.fetchone()[0]):
            return state.made_at
        begun = time.monotonic()
        today = calendar.today()
        Freshness.objects.all().delete()
        cursor.execute(
            SQL.statement("freshness"),
            {
                "day": today,
                "since": today - rules.CHECK_EVERY,
                "checked": rules.CHECKED,
                "filled": rules.FILLED,
                "positioned": rules.POSITIONED,
                "unreported": rules.UNREPORTED,
            },
        )
        values = {"token": wanted, "made_at": calendar.now(), "took_ms": int((time.monotonic() - begun) * 1000)}
        return FreshnessState.objects.update_or_create(pk=1, defaults=values)[0].made_at
