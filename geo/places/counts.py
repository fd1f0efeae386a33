"""How many places a filter asks for: read from the tally when it can answer, else counted from the marks."""

from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from geo.places import tally
from geo.places.filters import PlaceFilter
from geo.places.marked import marked
from geo.places.selectors import places

MOST_COUNTED = 10_000
"""Places that are counted one by one for a page; nobody needs to know how many more there are."""

_UNLOCATED = ExpressionWrapper(Q(point__isnull=True), output_field=BooleanField())


def count(asked: PlaceFilter) -> int | None:
    """Return how many places there are; ``None`` for more than ``MOST_COUNTED`` of which no count is kept."""
    question = tally.question(asked)
    if question is not None:
        return tally.totals(question)[0]
    if tally.are_more_than(asked, MOST_COUNTED):
        return None
    found = marked(asked).order_by()[: MOST_COUNTED + 1].count()
    return found if found <= MOST_COUNTED else None


def total(asked: PlaceFilter) -> int:
    """Return how many places there are, however many."""
    return summary(asked)["total"]


def summary(asked: PlaceFilter) -> dict[str, int]:
    """Return how many places there are and how many of them have no position yet."""
    question = tally.question(asked, boxed=True)
    if question is not None:
        found, unlocated = tally.totals(question)
    elif asked.open_at and not asked.asks_product:
        # The hours of a place are its own: its mark would only be looked up beside it.
        numbers = places(asked).order_by().aggregate(found=Count("pk"), located=Count("location"))
        found, unlocated = numbers["found"], numbers["found"] - numbers["located"]
    else:
        numbers = marked(asked).aggregate(found=Count("pk"), located=Count("point"))
        found, unlocated = numbers["found"], numbers["found"] - numbers["located"]
    return {"total": found, "unlocated": unlocated}


def unlocated(asked: PlaceFilter) -> int:
    """Return how many places there are that have no position yet."""
    question = tally.question(asked, boxed=True)
    if question is not None:
        return tally.totals(question)[1]
    return marked(asked).filter(point__isnull=True).count()


def by_columns(asked: PlaceFilter, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return rows of values of ``columns`` of marks with the number of their places.

    ``columns`` are of kind, status, province_id and unlocated.
    """
    question = tally.question(asked, boxed=True)
    if question is not None:
        return tally.by_columns(question, columns)
    rows = marked(asked).annotate(unlocated=_UNLOCATED).order_by().values_list(*columns)
    return list(rows.annotate(Count("pk")))
