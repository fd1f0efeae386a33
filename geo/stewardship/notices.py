"""Mail to officers about new reports: one each, a digest, or none. Nobody's words or contacts are in a mail.

``OCOPMAP_REPORT_MAIL`` is ``each`` (the default), ``digest`` (``manage.py mail_reports``, once a day) or ``off``.
Without a mail server nothing is sent, and nothing fails.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.access import outbox
from geo.access.areas import officers_of
from geo.access.models import User
from geo.spatial import calendar
from geo.stewardship.desk import spot_of_report
from geo.stewardship.models import Report

LANGUAGE = "vi"
ABOUT = "reports"


def configured() -> bool:
    """Whether mail goes anywhere: a server is named."""
    return settings.REPORT_MAIL != "off" and not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def tell_at_once(report: Report, site: str) -> None:
    """Mail the officers of ``report`` if the setting says ``each``; ``site`` is scheme and host. Raises nothing."""
    if configured() and settings.REPORT_MAIL == "each":
        mail([report], site)


def waiting() -> list[Report]:
    """Return the reports that nobody was told about, and no mail that waits tells of."""
    told = {int(pk) for keys in outbox.waiting(ABOUT) for pk in keys.split(",")}
    rows = Report.objects.filter(state=Report.State.NEW, mailed_at=None).exclude(pk__in=told)
    return list(rows.select_related("subject"))


@transaction.atomic
def mail(reports: Iterable[Report], site: str) -> int:
    """Write one mail to each officer in whose area some of these are; return how many that are."""
    by_officer: dict[User, list[Report]] = defaultdict(list)
    for report in reports:
        spot = spot_of_report(report)
        for officer in officers_of(spot.commune, spot.province):
            if officer.email:
                by_officer[officer].append(report)
    for officer, theirs in by_officer.items():
        _post(officer, theirs, site)
    return len(by_officer)


def note_sent(keys: str) -> None:
    """Note that an officer was told of these reports."""
    Report.objects.filter(pk__in=[int(pk) for pk in keys.split(",")]).update(mailed_at=calendar.now())


def _post(officer: User, reports: list[Report], site: str) -> None:
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
    outbox.post(officer.email, subject, text, about=f"{ABOUT}:{','.join(str(report.pk) for report in reports)}")
