"""Writes of stewardship: receiving the public's reports."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from geo.spatial import calendar
from geo.spatial.models import PublicId
from geo.spatial.problems import Problem
from geo.stewardship.models import Report

REPORTS_A_DAY = 20
"""Reports one address may send in a day: many phones of one network share an address."""


class TooManyReports(Problem):
    """The sender has reached the day's limit."""

    code = "too-many-reports"


@dataclass(frozen=True)
class NewReport:
    """What a visitor says about a record."""

    kind: str
    text: str = ""
    contact: str = ""


def sender_of(address: str) -> str:
    """Return the keyed hash of a network address and today's date: the same all day, another one tomorrow."""
    message = f"{calendar.today().isoformat()} {address}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


@transaction.atomic
def receive_report(subject: PublicId, said: NewReport, address: str) -> Report:
    """Store a report about ``subject`` and return it with its reference. Raises: TooManyReports."""
    sender = sender_of(address)
    since = calendar.now() - timedelta(days=1)
    if Report.objects.filter(sender=sender, created_at__gte=since).count() >= REPORTS_A_DAY:
        raise TooManyReports(_("Many reports have come from this connection today. Please try again tomorrow."))
    report = Report.objects.create(subject=subject, kind=said.kind, text=said.text, contact=said.contact, sender=sender)
    report.refresh_from_db(fields=["public_id"])
    return report
