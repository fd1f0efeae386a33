"""Mail that a change causes: written beside the change in its transaction, sent after the commit by nobody's request.

``post`` writes a row; what is rolled back tells nobody, what is committed is never lost. After the commit a thread of
the process sends what waits, so that a slow mail server holds up no page. What fails is tried again later and later, by
the next mail's thread, the first request of a day, or ``manage.py deliver_mail`` (and ``send_alerts``,
``mail_reports``), until it is given up.
A row is gone once its mail is sent. Two senders never have the same mail at the same time.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPServerDisconnected,
)
from threading import Lock, Thread
from uuid import UUID

from django.conf import settings
from django.core import mail
from django.core.mail import BadHeaderError, EmailMessage
from django.db import connections, transaction
from django.db.models import Q, QuerySet

from geo.access.models import OutgoingMail
from geo.spatial import calendar
from geo.spatial.folding import nfc

logger = logging.getLogger(__name__)

TIMEOUT_S = 5
"""Seconds that the mail server may take for one step of one mail."""
AT_ONCE, AT_ONCE_S = 50, 60.0
"""Mails that a process tries after a commit, and seconds in which it begins with one more."""
HELD = timedelta(minutes=10)
"""As long a mail that somebody tries is nobody else's; longer than all steps of one mail may take."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440, 1440))
"""How long a mail waits after each attempt that failed; then it is given up."""
_LOST = (SMTPServerDisconnected, SMTPConnectError, SMTPAuthenticationError)
"""Troubles of the server, not of one mail."""

_sent_hooks: dict[str, Callable[[str], object]] = {}
_sending = Lock()


@dataclass
class Delivered:
    """What became of the mails that were tried; ``reached`` is false when the mail server didn't answer."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    reached: bool = True


def on_sent(kind: str, hook: Callable[[str], object]) -> None:
    """Let a room note that mail about ``kind:key`` was sent: ``hook(key)``, in the transaction that removes the row."""
    _sent_hooks[kind] = hook


def post(
    to: str,
    subject: str,
    body: str,
    *,
    reply_to: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
    about: str = "",
    good_for: timedelta | None = None,
) -> OutgoingMail:
    """Write a mail, to be sent once the transaction has ended; ``subject`` becomes one line.

    ``good_for``: how long it is of use; later it is given up.
    """
    now = calendar.now()
    made = OutgoingMail.objects.create(
        to=to,
        reply_to=list(reply_to),
        subject=nfc(subject)[:250],
        body=body,
        headers=dict(headers or {}),
        about=about,
        written_at=now,
        next_at=now,
        good_until=now + good_for if good_for is not None else None,
    )
    schedule()
    return made


def waits(about: str) -> bool:
    """Return whether mail about something was written and not yet sent."""
    return OutgoingMail.objects.filter(about=about).exists()


def waiting(kind: str) -> list[str]:
    """Return the keys of all ``kind:key`` that mail waits to be sent about."""
    rows = OutgoingMail.objects.filter(about__startswith=f"{kind}:").values_list("about", flat=True)
    return [about.partition(":")[2] for about in rows]


def forget(address: str) -> int:
    """Remove what waits to be sent to an address; return how many."""
    return OutgoingMail.objects.filter(to__iexact=address).delete()[0]


def drop(abouts: Sequence[str]) -> int:
    """Remove mail about these things that waits to be sent; return how many."""
    return OutgoingMail.objects.filter(about__in=abouts).delete()[0]


def schedule() -> None:
    """Have what is written sent once the transaction has ended."""
    transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Send what is due beside the request, unless this process is doing so already: then it goes on with what is new.

    Raises nothing.
    """
    if _sending.acquire(blocking=False):
        Thread(target=_send_all, name="outbox", daemon=True).start()


def _send_all() -> None:
    try:
        deliver()
    except Exception:
        logger.exception("mail could not be looked through")
    finally:
        connections.close_all()
        _sending.release()
    # What was committed while the last look ended found the lock taken.
    if _due(calendar.now(), only_due=True).filter(attempts=0).exists():
        wake()
    connections.close_all()


def deliver(most: int = AT_ONCE, seconds: float = AT_ONCE_S, *, only_due: bool = True) -> Delivered:
    """Try mails, each once, those that wait longest first; with ``only_due`` false also those whose pause isn't over.

    Ends after ``most`` mails, when ``seconds`` are over, and when the server doesn't answer.
    """
    done, until, begun = Delivered(), time.monotonic() + seconds, calendar.now()
    tried: list[UUID] = []
    while len(tried) < most and time.monotonic() < until and done.reached:
        row = _taken(begun, only_due, tried)
        if row is None:
            break
        tried.append(row.pk)
        _try(row, done)
    return done


def _due(now: datetime, only_due: bool) -> "QuerySet[OutgoingMail]":
    free = OutgoingMail.objects.filter(Q(held_until=None) | Q(held_until__lt=now))
    return free.filter(next_at__lte=now) if only_due else free


@transaction.atomic
def _taken(now: datetime, only_due: bool, tried: Sequence[UUID]) -> OutgoingMail | None:
    """Return the next mail, held for this sender: its attempt counts before it is made."""
    rows = _due(now, only_due).exclude(pk__in=tried).order_by("next_at", "pk")
    row = rows.select_for_update(skip_locked=True).first()
    if row is not None:
        row.attempts += 1
        row.held_until = calendar.now() + HELD
        row.save(update_fields=["attempts", "held_until"])
    return row


def _try(row: OutgoingMail, done: Delivered) -> None:
    if row.good_until is not None and row.good_until < calendar.now():
        row.delete()
        done.given_up += 1
        return
    try:
        _send(row)
    except (OSError, SMTPException, BadHeaderError, ValueError) as error:
        logger.warning("mail %s (%s) could not be sent, attempt %d", row.pk, row.about, row.attempts, exc_info=True)
        done.reached = isinstance(error, SMTPException | BadHeaderError | ValueError) and not isinstance(error, _LOST)
        if _is_hopeless(row, error):
            logger.error("mail %s (%s) is given up", row.pk, row.about)
            row.delete()
            done.given_up += 1
        else:
            row.held_until, row.next_at = None, calendar.now() + PAUSES[row.attempts - 1]
            row.save(update_fields=["held_until", "next_at"])
            done.failed += 1
    else:
        done.sent += 1
        kind, _colon, key = row.about.partition(":")
        with transaction.atomic():
            row.delete()
            if kind in _sent_hooks:
                _sent_hooks[kind](key)


def _is_hopeless(row: OutgoingMail, error: Exception) -> bool:
    """Whether trying again can't help: the address is refused for good, or it was tried often enough."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, BadHeaderError | ValueError) or row.attempts >= len(PAUSES)


def _send(row: OutgoingMail) -> None:
    host = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].strip("> ") or "localhost"
    headers = {"Message-ID": f"<{row.pk}@{host}>", **row.headers}
    connection = mail.get_connection(timeout=TIMEOUT_S)
    EmailMessage(
        row.subject, row.body, None, [row.to], reply_to=row.reply_to, headers=headers, connection=connection
    ).send()
