"""``numberMatched``: exact, and counted once per state of the data and filter."""

from collections import OrderedDict
from threading import Lock
from typing import Any

from django.db.models import QuerySet

_MOST = 2000
_known: "OrderedDict[tuple[str, str], int]" = OrderedDict()
_lock = Lock()


def matched(state: str, filter_hash: str, rows: QuerySet[Any]) -> int:
    """Return how many rows there are. ``state`` is the token read before: with it the number can be kept."""
    key = (state, filter_hash)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    count = rows.order_by().count()
    with _lock:
        _known[key] = count
        while len(_known) > _MOST:
            _known.popitem(last=False)
    return count
