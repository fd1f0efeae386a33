"""Mail to officers about new reports: one each, a digest, or none. Nobody's words or contacts are in a mail.

``OCOPMAP_REPORT_MAIL`` is ``each`` (the default), ``digest`` (``manage.py mail_reports``, once a day) or ``off``.
Without a mail server nothing is sent, and nothing fails.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.access.areas import officers_of
from geo.access.models import User
from geo.spatial import calendar
from geo.stewardship.desk import spot_of_report
from geo.stewardship.models import Report

logger = logging.getLogger(__name__)
LANGUAGE = "vi"


def configured() -> bool:
    """Whether mail goes anywhere: a server is named."""
    return settings.REPORT_MAIL != "off" and not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def tell_at_once(report: Report, site: str) -> None:
    """Mail the officers of ``report`` if the setting says ``each``; ``site`` is scheme and host. Raises nothing."""
    if configured() and settings.REPORT_MAIL == "each":
        mail([report], site)


def waiting() -> list[Report]:
    """Return the reports that nobody was told about."""
    return list(Report.objects.filter(state=Report.State.NEW, mailed_at=None).select_related("subject"))


def mail(reports: Iterable[Report], site: str) -> int:
    """Send one mail to each officer in whose area some of these are; return how many were sent."""
    by_officer: dict[User, list[Report]] = defaultdict(list)
    for report in reports:
        spot = spot_of_report(report)
        for officer in officers_of(spot.commune, spot.province):
            if officer.email:
                by_officer[officer].append(report)
    sent = 0
    for officer, theirs in by_officer.items():
        if _sent(officer, theirs, site):
            sent += 1
            Report.objects.filter(pk__in=[report.pk for report in theirs]).update(mailed_at=calendar.now())
    return sent


def _sent(officer: User, reports: list[Report], site: str) -> bool:
    with translation.override(LANGUAGE):
        subject = ngettext(
            "OCOP map: %(count)d report of the public", "OCOP map: %(count)d reports of the public", len(reports)
        ) % {"count": len(reports)}
        lines = [
            {
                "what": report.get_kind_display(),
                "about": report.subject_id or _("a new place"),
                "href": site + reverse("web:desk-report", args=[report.public_id]),
            }
            for report in reports
        ]
        context = {"officer": officer, "lines": lines, "desk": site + reverse("web:desk")}
        text = render_to_string("stewardship/reports_mail.txt", context)
    try:
        return bool(send_mail(subject, text, None, [officer.email]))
    except (OSError, SMTPException):
        logger.exception("a mail about reports could not be sent")
        return False
