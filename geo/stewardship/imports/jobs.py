"""Jobs of imports: a small one is done at once, a large one by a process of its own that outlives the request.

A job is asked for in the import's row and done under a lock of the database that ends with its process. So whoever
looks can tell a job that runs from one that was interrupted; what it had not committed is not there.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from geo.access.models import User
from geo.access.records import require_reason
from geo.spatial import calendar
from geo.spatial.problems import Conflict, Problem
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.checking import check
from geo.stewardship.imports.models import Import, ImportRow
from geo.stewardship.imports.reverting import revert_import

JOB, SLOT = 7_103, 7_104
"""First keys of advisory locks: of the job of an import (the second is the import's), and of a place to work in."""

SLOTS = 2
"""Jobs done at the same time; others wait their turn."""

SMALL_BYTES = 60_000
SMALL_ROWS = 300
"""Files and imports up to this size are worked on within the request: a second or two."""

STARTING = timedelta(seconds=30)
"""A process that hasn't begun by then never will."""

_TURN_S = 0.3
logger = logging.getLogger(__name__)


def ask(actor: User | None, batch: Import, job: str, reason: str = "") -> Import:
    """Let ``job`` be done for ``actor``: at once when it is small, else begun. Raises: Conflict, InvalidParameter.

    Whether it succeeded is told by the import's state and ``job_problem``.
    """
    said = require_reason(reason) if job != Import.Job.CHECK else ""
    free = Q(job="") if is_running(batch) else Q()
    asked = Import.objects.filter(free, pk=batch.pk).update(
        job=job, job_by=actor, job_reason=said[:300], job_asked_at=calendar.now(), job_begun_at=None, job_problem=""
    )
    if not asked:
        raise Conflict(_("This import is being worked on at this moment."))
    if _is_small(batch, job):
        run(batch.pk)
    else:
        _start(batch)
    batch.refresh_from_db()
    return batch


def is_running(batch: Import) -> bool:
    """Tell whether a job is being done, or about to begin."""
    if not batch.job or batch.job_asked_at is None:
        return False
    if batch.job_begun_at is None and calendar.now() - batch.job_asked_at < STARTING:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [JOB, batch.pk],
        )
        return bool(cursor.fetchone()[0])


def was_interrupted(batch: Import) -> bool:
    """Tell whether a job was begun and its process ended before it was done."""
    return bool(batch.job) and not is_running(batch)


def run(pk: int) -> None:
    """Do the job that was asked for. What goes wrong is kept for whoever asked; nothing is then half done."""
    with _held(JOB, pk) as mine:
        batch = Import.objects.select_related("job_by", "created_by").get(pk=pk)
        if not mine or not batch.job:
            return
        with _slot():
            Import.objects.filter(pk=pk).update(job_begun_at=calendar.now())
            problem = _done(batch)
        Import.objects.filter(pk=pk).update(job="", job_problem=problem[:500])


def _done(batch: Import) -> str:
    """Do the job; return in words why it wasn't done."""
    try:
        if batch.job == Import.Job.CHECK:
            check(batch)
        elif batch.job == Import.Job.APPLY:
            apply_import(batch.job_by, batch.job_reason, batch)
        else:
            revert_import(batch.job_by, batch.job_reason, batch)
    except Problem as problem:
        return problem.message
    except Exception:
        logger.exception("import %s: %s failed", batch.pk, batch.job)
        return _("Something went wrong, and nothing was changed. Try again; if it stays so, tell the operator.")
    return ""


def _is_small(batch: Import, job: str) -> bool:
    if job == Import.Job.CHECK:
        return batch.file_size <= SMALL_BYTES
    written = (ImportRow.Verdict.NEW, ImportRow.Verdict.CHANGED)
    return int(sum(batch.counts.get(verdict, 0) for verdict in written)) <= SMALL_ROWS


def _start(batch: Import) -> None:
    """Start ``manage.py run_import`` apart from this process: its end doesn't end the job."""
    kept = {name: value for name, value in os.environ.items() if name != "PGOPTIONS"}  # requests have a time limit
    command = [sys.executable, "-m", "django", "run_import", str(batch.pk)]
    command += ["--language", translation.get_language() or settings.LANGUAGE_CODE]
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=kept, stdin=subprocess.DEVNULL, start_new_session=True
    )
    threading.Thread(target=process.wait, daemon=True).start()


@contextmanager
def _held(kind: int, key: int) -> Iterator[bool]:
    """Hold an advisory lock of this session, if it is free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [kind, key])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine and connection.connection is not None and not connection.connection.closed:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [kind, key])


@contextmanager
def _slot() -> Iterator[None]:
    """Wait for one of the few places to work in."""
    number = 0
    while True:
        with _held(SLOT, number) as mine:
            if mine:
                yield
                return
        number = (number + 1) % SLOTS
        if number == 0:
            time.sleep(_TURN_S)
