"""The outbox: mail is written with the change it tells of, sent beside the request, tried again, never twice."""

import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected
from threading import Event
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings

from geo.access import outbox
from geo.access.models import OutgoingMail
from geo.places import rollover
from geo.spatial import calendar

TO = "lan@example.vn"
SEND = "django.core.mail.EmailMessage.send"


def write(to: str = TO, **more: Any) -> OutgoingMail:
    return outbox.post(to, "Chào\nBcc: x@example.vn", "Nội dung", **more)


def failing(error: Exception) -> Any:
    """A mail server that answers every mail with this error."""

    def fails(message: mail.EmailMessage, **options: bool) -> int:
        raise error

    return patch(SEND, fails)


def waits_for(done: Callable[[], bool]) -> bool:
    until = time.monotonic() + 20
    while not done() and time.monotonic() < until:
        time.sleep(0.02)
    return done()


@pytest.mark.django_db
def test_a_mail_is_sent_whole_and_its_row_is_gone() -> None:
    write(reply_to=["mua@example.vn"], headers={"List-Unsubscribe": "<https://x>"})
    (sent,) = mail.outbox
    assert (sent.to, sent.reply_to, sent.body) == ([TO], ["mua@example.vn"], "Nội dung")
    assert "\n" not in sent.subject
    assert sent.extra_headers["List-Unsubscribe"] == "<https://x>"
    assert sent.extra_headers["Message-ID"].endswith("@localhost>")
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("outbox_thread")
def test_a_slow_server_holds_up_nobody_and_what_is_rolled_back_is_not_sent() -> None:
    answers, begun = Event(), Event()
    real = mail.EmailMessage.send

    def slow(message: mail.EmailMessage, **options: bool) -> int:
        begun.set()
        assert answers.wait(20)
        return real(message, **options)

    with patch(SEND, slow):
        start = time.monotonic()
        with transaction.atomic():
            write()
        with transaction.atomic():
            write("khac@example.vn")
            transaction.set_rollback(True)
        assert begun.wait(20)
        write("sau@example.vn")
        assert time.monotonic() - start < 15
        assert not mail.outbox
        answers.set()
        assert waits_for(lambda: len(mail.outbox) == 2 and not OutgoingMail.objects.exists())
    assert [message.to for message in mail.outbox] == [[TO], ["sau@example.vn"]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("outbox_thread")
@override_settings(MIDDLEWARE=["geo.places.rollover.RolloverMiddleware"])
def test_the_first_request_of_a_day_tries_what_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with failing(SMTPException("busy")):
        write()
        assert waits_for(lambda: OutgoingMail.objects.filter(attempts=1, held_until=None).exists())
    monkeypatch.setattr(rollover, "_done", None)
    client.get("/nothing-here")
    with rollover._guard:
        assert not mail.outbox
    OutgoingMail.objects.update(next_at=calendar.now())
    monkeypatch.setattr(rollover, "_done", None)
    client.get("/nothing-here")
    assert waits_for(lambda: len(mail.outbox) == 1 and not OutgoingMail.objects.exists())


@pytest.mark.django_db
@pytest.mark.usefixtures("outbox_thread")
def test_what_one_sender_holds_no_other_has() -> None:
    write()
    taken = outbox._taken(calendar.now(), True, [])
    assert taken is not None
    assert outbox.deliver(only_due=False).sent == 0
    with calendar.at(calendar.now() + outbox.HELD + timedelta(seconds=1)):
        assert outbox.deliver().sent == 1
    assert len(mail.outbox) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("outbox_thread")
def test_what_fails_is_tried_later_and_later_and_given_up() -> None:
    write()
    with failing(SMTPException("busy")):
        for attempt, pause in enumerate(outbox.PAUSES, 1):
            done = outbox.deliver()
            assert (done.failed, done.given_up) == ((1, 0) if attempt < len(outbox.PAUSES) else (0, 1))
            assert outbox.deliver().failed == 0
            later = calendar.at(calendar.now() + pause)
            later.__enter__()
    assert not OutgoingMail.objects.exists()
    for _pause in outbox.PAUSES:
        later.__exit__(None, None, None)


@pytest.mark.django_db
@pytest.mark.usefixtures("outbox_thread")
def test_a_server_that_is_down_is_asked_once() -> None:
    for number in range(3):
        write(f"{number}@example.vn")
    with failing(SMTPServerDisconnected("gone")):
        done = outbox.deliver()
    assert (done.failed, done.reached) == (1, False)
    assert outbox.deliver(only_due=False).sent == 3


@pytest.mark.django_db
@pytest.mark.usefixtures("outbox_thread")
def test_an_address_that_is_refused_for_good_is_not_tried_again() -> None:
    write()
    with failing(SMTPRecipientsRefused({TO: (550, b"no such user")})):
        assert outbox.deliver().given_up == 1
    write()
    with failing(SMTPRecipientsRefused({TO: (451, b"later")})):
        assert outbox.deliver().failed == 1
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("outbox_thread")
def test_a_mail_that_has_come_too_late_is_not_sent() -> None:
    write(good_for=timedelta(hours=1))
    with calendar.at(calendar.now() + timedelta(hours=2)):
        assert outbox.deliver().given_up == 1
    assert not mail.outbox


@pytest.mark.django_db
@pytest.mark.usefixtures("outbox_thread")
def test_who_waits_for_a_mail_is_told_when_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setitem(outbox._sent_hooks, "thing", told.append)
    write(about="thing:7")
    assert outbox.waits("thing:7")
    assert outbox.waiting("thing") == ["7"]
    outbox.deliver()
    assert (told, outbox.waits("thing:7")) == (["7"], False)


@pytest.mark.django_db
@pytest.mark.usefixtures("outbox_thread")
def test_what_waits_can_be_taken_back() -> None:
    write(about="thing:7")
    write("LAN@example.vn")
    write("khac@example.vn")
    assert outbox.drop(["thing:7"]) == 1
    assert outbox.forget(TO) == 1
    assert OutgoingMail.objects.get().to == "khac@example.vn"


@pytest.mark.django_db
@pytest.mark.usefixtures("outbox_thread")
def test_the_command_sends_what_is_due_and_says_what_waits() -> None:
    write()
    with failing(SMTPException("busy")), pytest.raises(CommandError):
        call_command("deliver_mail", stdout=StringIO())
    said = StringIO()
    call_command("deliver_mail", stdout=said)
    assert "1 wait" in said.getvalue()
    call_command("deliver_mail", "--now", stdout=said)
    assert "1 sent" in said.getvalue()
    assert "0 wait" in said.getvalue()
    assert len(mail.outbox) == 1
