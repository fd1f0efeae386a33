"""Marks of places as readers use them: whether they hold today, and what a filter asks of them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction

from geo.places.generation.bulk import indexes_rebuilt
from geo.places.models import PlaceMark, Rollover
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
    """Forget which day was seen rolled and how common atoms are: the next question asks the database again."""
    global _rolled, _statistics_read
    _rolled = _statistics_read = None


@dataclass(frozen=True)
class Statistics:
    """What the planner knows of the marks: about how many there are, the shares of those with an atom and of a kind."""

    number: float = 0
    shares: Mapping[int, float] = field(default_factory=dict)
    kinds: Mapping[int, float] = field(default_factory=dict)

    def share_of(self, wanted: Sequence[int]) -> float:
        """Return about which share of the places has one of the atoms, at most 1; 1 when nothing is known."""
        return min(1.0, sum(self.shares.get(one, 0.0) for one in wanted)) if self.shares else 1.0

    def share_of_kinds(self, wanted: Sequence[int]) -> float:
        """Return about which share of the places is of one of the kinds; 1 when none is named or nothing is known."""
        return sum(self.kinds.get(one, 0.0) for one in wanted) if self.kinds and wanted else 1.0


_STATISTICS_HOLD_S = 300
_statistics = Statistics()
_statistics_read: float | None = None


def statistics() -> Statistics:
    """Return the statistics of the marks, at most five minutes old."""
    global _statistics, _statistics_read
    if _statistics_read is None or time.monotonic() - _statistics_read > _STATISTICS_HOLD_S:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples, shelf.most_common_elems::text::int[], shelf.most_common_elem_freqs,"
                " kind.most_common_vals::text::int[], kind.most_common_freqs FROM pg_class"
                " LEFT JOIN pg_stats AS shelf ON shelf.schemaname = current_schema() AND shelf.tablename = relname"
                " AND shelf.attname = 'shelf'"
                " LEFT JOIN pg_stats AS kind ON kind.schemaname = current_schema() AND kind.tablename = relname"
                " AND kind.attname = 'kind'"
                " WHERE oid = 'places_mark'::regclass"
            )
            number, elements, shares, kinds, of_kinds = cursor.fetchone()
        _statistics = Statistics(
            number,
            dict(zip(elements or (), shares or (), strict=False)),
            dict(zip(kinds or (), of_kinds or (), strict=True)),
        )
        _statistics_read = time.monotonic()
    return _statistics


_STEP = 4.0


def is_rare(wanted: Sequence[int], kinds: Sequence[str], number: int, step: float = _STEP) -> bool:
    """Return whether gathering all places with one of the atoms is quicker than looking about until enough are found.

    ``number`` places are wanted. Looking at one more costs as much as gathering and measuring ``step``.
    """
    known = statistics()
    on_shelf = known.share_of(wanted)
    of_kinds = known.share_of_kinds([PlaceMark.KINDS.index(kind) for kind in kinds])
    return on_shelf * on_shelf * of_kinds * known.number < step * number


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
        with indexes_rebuilt(("places_catalogmark",)):
            cursor.execute("SELECT places_rebuild_catalog_marks()")
    return int(written)


def differences() -> dict[str, int]:
    """Return how many marks and stored texts differ from what the facts say: 0 and 0, unless a trigger was off.

    The marks are those of places, products and producers.
    """
    from geo.places.feature_texts import wrong_texts

    with connection.cursor() as cursor:
        cursor.execute("SELECT places_wrong_marks() + places_wrong_catalog_marks()")
        (wrong,) = cursor.fetchone()
    return {"marks": int(wrong), "texts": wrong_texts()}
