"""The calendar of the register: dates are those of Asia/Ho_Chi_Minh, whatever the server's clock zone is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_fixed: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)


def now() -> datetime:
    """Return the present moment, aware, in Viet Nam's time."""
    return _fixed.get() or datetime.now(ZONE)


def today() -> date:
    """Return today's date in Viet Nam."""
    return now().date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let ``now()`` answer ``moment`` inside the block: to see the register as of another day."""
    token = _fixed.set(moment.astimezone(ZONE))
    try:
        yield
    finally:
        _fixed.reset(token)
