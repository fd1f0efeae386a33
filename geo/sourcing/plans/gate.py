"""How many plans are worked out at the same time: few, so that the map stays quick for everybody else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext as _

from geo.spatial.problems import Unavailable

AT_ONCE = 2
PATIENCE_S = 5.0
LOCK = 0x5048
"""The first half of the advisory locks; the second is the number of the turn."""


class Busy(Unavailable):
    """All turns are taken."""

    code = "busy"

    def headers(self) -> dict[str, str]:
        """Say when to come back, in seconds."""
        return {"Retry-After": "10"}


@contextmanager
def working() -> Iterator[None]:
    """Hold one of the turns of this database's servers. Raises: Busy after ``PATIENCE_S``."""
    turn = _turn()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, turn])


def _turn() -> int:
    until = time.monotonic() + PATIENCE_S
    while True:
        for turn in range(AT_ONCE):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, turn])
                if cursor.fetchone()[0]:
                    return turn
        if time.monotonic() > until:
            raise Busy(_("Many plans are being worked out just now. Please try again in a moment."))
        time.sleep(0.1)
