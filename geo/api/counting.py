"""Numbers of rows, counted once per state of the data and filter."""

import hashlib
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet


def matched(state: str, filter_hash: str, rows: QuerySet[Any]) -> int:
    """Return how many rows there are. ``state`` is the token read before: with it the number can be kept."""
    key = f"count:{hashlib.sha256(f'{state} {filter_hash}'.encode()).hexdigest()}"
    known: int | None = cache.get(key)
    if known is None:
        known = rows.order_by().count()
        cache.set(key, known, timeout=None)
    return known
