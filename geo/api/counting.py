"""Numbers of features, counted once per state of the data and filter."""

import hashlib
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from geo.spatial.collections import Collection

_TOO_MANY = -1


def matched(state: str, filter_hash: str, collection: Collection[Any], asked: Any) -> int | None:
    """Return how many features there are, exactly; ``None`` when counting them all would take long.

    ``state`` is the token read before: with it the number can be kept.
    """
    key = f"count:{hashlib.sha256(f'{state} {filter_hash}'.encode()).hexdigest()}"
    known: int | None = cache.get(key)
    if known is None:
        count = collection.count(asked) if collection.count else collection.select(asked).order_by().count()
        known = _TOO_MANY if count is None else count
        cache.set(key, known, timeout=None)
    return None if known == _TOO_MANY else known


def more_than(rows: QuerySet[Any], most: int) -> bool:
    """Return whether there are more than ``most`` rows."""
    return rows.order_by()[most : most + 1].exists()
