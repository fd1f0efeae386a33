"""Against floods through forms that anybody may send: so many a day from one network address, which is never stored."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from geo.spatial import calendar
from geo.spatial.problems import TooManyRequests

A_DAY = 24 * 60


class TooManySent(TooManyRequests):
    """The sender has reached the day's limit."""

    code = "too-many-sent"

    def __init__(self, message: str) -> None:
        super().__init__(message, A_DAY)


def sender_of(address: str) -> str:
    """Return the keyed hash of a network address and today's date: the same all day, another one tomorrow."""
    message = f"{calendar.today().isoformat()} {address}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


def admitted(
    rows: "QuerySet[Any]", address: str, most: int, said: str = "", *, since_column: str = "created_at"
) -> str:
    """Return the sender of one more row, whose columns ``sender`` and ``since_column`` tell how many there were.

    Raises: TooManySent, in the words ``said``, when ``most`` of the rows came from there within a day.
    """
    sender, since = sender_of(address), calendar.now() - timedelta(days=1)
    if rows.filter(sender=sender, **{f"{since_column}__gte": since}).count() >= most:
        raise TooManySent(said or _("Many reports have come from this connection today. Please try again tomorrow."))
    return sender
