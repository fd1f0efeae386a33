"""History that nothing escapes: statement triggers write it, an audit context says who and why."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.migrations import RunSQL

from geo.access.models import RecordVersion, User
from geo.spatial.triggers import statement_triggers


@contextmanager
def audit(actor: User | None, reason: str, batch: str = "") -> Iterator[None]:
    """Run the block in one transaction whose changes are recorded under ``actor``, ``reason`` and ``batch``.

    What triggers do is planned for its values again, where the session's reads are not (``geo.spatial.statements``).
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('ocopmap.actor', %s, true), set_config('ocopmap.reason', %s, true),"
                " set_config('ocopmap.batch', %s, true), set_config('plan_cache_mode', 'auto', true)",
                ["" if actor is None else str(actor.pk), reason[:300], batch[:100]],
            )
        yield


def record_history(table: str, *, key: str = "id", without: Sequence[str] = ()) -> RunSQL:
    """Migration operation: put ``table`` with the primary key ``key`` under history, the columns ``without`` left out.

    Left out are secrets, and what is derived from other columns.
    """
    arguments = ", ".join(f"'{name}'" for name in (key, *without)) if without or key != "id" else ""
    return statement_triggers(table, "history", f"access_record_history({arguments})")


def trail(table: str, record: int) -> list[RecordVersion]:
    """Return the history of one row, newest first."""
    return list(RecordVersion.objects.filter(table=table, record=str(record)).order_by("-id"))
