"""Mail about decisions: who gets one, in which words, and that nothing depends on it."""

from typing import Any

import pytest
from django.core import mail
from django.core.mail.message import EmailMessage
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from geo.access.models import User
from geo.places.models import Place
from geo.spatial import calendar
from geo.stewardship import proposals
from geo.stewardship.imports import approving
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.models import Import
from geo.stewardship.merging.asking import ask_to_merge
from geo.stewardship.merging.services import merge
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mails(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PUBLIC_URL = "https://ocop.example"


def people() -> tuple[User, User, User]:
    """Who sends, who decides in the same province, and somebody of another one."""
    where = make.commune()
    sender = make.officer("communal", where, email="lan@example.vn", first_name="Lan")
    decider = make.officer("provincial", where.parent, email="minh@example.vn", first_name="Minh")
    make.officer("provincial", make.province("Hà Nội", "01", "thành phố"), email="xa@example.vn")
    return sender, decider, make.officer("national", email="bo@example.vn")


def waiting_import(sender: User) -> Import:
    where = make.commune()
    return make.uploaded(where, sender, checked_at=calendar.now())


def told(expected: int = 1) -> EmailMessage:
    assert len(mail.outbox) == expected
    return mail.outbox[-1]


def test_an_import_that_waits_is_told_to_the_province(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sender, decider, _national = people()
    batch = waiting_import(sender)
    with django_capture_on_commit_callbacks(execute=True):
        approving.send(sender, "danh sách của bà Tư", batch)
    sent = told()
    assert sent.to == [decider.email]
    assert sent.subject == "Bản đồ OCOP: có tệp nhập đang chờ anh/chị"
    assert sent.body.count(f"https://ocop.example/vi/desk/imports/{batch.pk}") == 1
    assert sent.body.count(f"https://ocop.example/en/desk/imports/{batch.pk}") == 1
    assert "was sent to you to be approved" in sent.body
    assert "bà Tư" not in sent.body


def test_where_no_province_decides_the_country_is_told(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sender, decider, national = people()
    decider.is_active = False
    decider.save()
    with django_capture_on_commit_callbacks(execute=True):
        approving.send(sender, "danh sách", waiting_import(sender))
    assert told().to == [national.email]


@pytest.mark.parametrize(("decision", "words"), [("decline", "chưa được duyệt"), ("apply", "đã được duyệt")])
def test_whoever_sent_an_import_is_told_what_became_of_it(
    decision: str, words: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sender, decider, _national = people()
    batch = waiting_import(sender)
    approving.send(sender, "danh sách", batch)
    assert told().to == [decider.email]
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        if decision == "apply":
            apply_import(decider, "đúng", batch)
        else:
            approving.decline(decider, "bà Tư đã nghỉ bán", batch)
    sent = told()
    assert sent.to == [sender.email]
    assert words in sent.body
    assert "bà Tư" not in sent.body


def test_whoever_applies_their_own_import_is_told_nothing(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    _sender, decider, _national = people()
    with django_capture_on_commit_callbacks(execute=True):
        apply_import(decider, "của mình", waiting_import(decider))
    assert mail.outbox == []


def proposed(sender: User) -> Any:
    place = make.place("Cửa hàng", commune=make.commune())
    place.refresh_from_db()
    return proposals.submit(sender, "đổi tên", place, {"name": "Cửa hàng bà Tư"}, version=place.version)


def test_a_decided_proposal_is_told(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    sender, decider, _national = people()
    with django_capture_on_commit_callbacks(execute=True):
        proposals.refuse(decider, proposed(sender), "bà Tư không đồng ý")
    assert (told().to, "was refused" in told().body, "bà Tư" in told().body) == ([sender.email], True, False)
    with django_capture_on_commit_callbacks(execute=True):
        proposals.approve(decider, proposed(sender))
    assert "is accepted" in told(2).body
    with django_capture_on_commit_callbacks(execute=True):
        proposals.withdraw(sender, proposed(sender))
    told(2)


def test_a_merge_that_was_asked_for_is_told_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sender, decider, _national = people()
    kept, dropped, third = (make.place("Cửa hàng", commune=make.commune()) for _each in range(3))
    for one in (kept, dropped, third):
        one.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        proposals.approve(decider, ask_to_merge(sender, "một nơi", kept, dropped, {}))
    told(1)
    ask_to_merge(sender, "một nơi", kept, third, {})
    with django_capture_on_commit_callbacks(execute=True):
        merge(decider, "trùng", Place.objects.get(pk=kept.pk), third, {})
    assert "is accepted" in told(2).body


def test_a_broken_or_missing_mail_server_stops_nothing(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sender, decider, _national = people()
    for backend in ("console", "smtp"):
        settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        with django_capture_on_commit_callbacks(execute=True):
            assert proposals.refuse(decider, proposed(sender), "không").state == "refused"
    assert mail.outbox == []
