"""Marks of places as readers use them: whether they hold today, and what a filter asks of them."""

from datetime import date

from django.db import connection, transaction

from geo.places.generation.bulk import indexes_rebuilt
from geo.places.models import Rollover
from geo.spatial import calendar

_rolled: date | None = None


def current() -> bool:
    """Return whether the marks show the certificate states of today: its rollover is done.

    Until then, and for a register seen as of another day, only the facts themselves answer.
    """
    global _rolled
    today = calendar.today()
    if _rolled != today:
        last = Rollover.objects.order_by("-day").values_list("day", flat=True).first()
        if last != today:
            return False
        _rolled = today
    return True


def forget() -> None:
    """Forget which day was seen rolled: the next question asks the database again."""
    global _rolled
    _rolled = None


def rebuild() -> int:
    """Make all marks anew, at once, and what is derived from them; return how many there are. Others wait meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE places_mark DISABLE TRIGGER USER")
        with indexes_rebuilt(("places_mark",)):
            cursor.execute("SELECT places_rebuild_marks()")
            (written,) = cursor.fetchone()
        cursor.execute("ALTER TABLE places_mark ENABLE TRIGGER USER")
        cursor.execute("ANALYZE places_mark")
        cursor.execute("SELECT to_regprocedure('places_rebuild_tally()') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT places_rebuild_tally()")
    return int(written)


def differences() -> dict[str, int]:
    """Return how many marks and stored texts differ from what the facts say: 0 and 0, unless a trigger was off."""
    from geo.places.feature_texts import wrong_texts

    with connection.cursor() as cursor:
        cursor.execute("SELECT places_wrong_marks()")
        (wrong,) = cursor.fetchone()
    return {"marks": int(wrong), "texts": wrong_texts()}
