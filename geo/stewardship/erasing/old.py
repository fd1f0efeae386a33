"""Erasing what has been kept long enough: reports and claims that were answered, imports, requests for
quotation that are over."""

from datetime import timedelta

from geo.sourcing.quotations.erasing import erase_old_requests, erase_unconfirmed
from geo.sourcing.watching.services import sweep
from geo.spatial import calendar
from geo.stewardship.erasing.people import erase_claims, erase_reports
from geo.stewardship.imports import erasing as imports
from geo.stewardship.models import Claim, Report

REPORTS_KEPT_DAYS = 365
"""Days after its answer in which a report is kept as it came."""


def erase_old_reports(days: int = REPORTS_KEPT_DAYS) -> int:
    """Erase words, contacts and photos of reports answered more than ``days`` ago; return how many."""
    before = calendar.now() - timedelta(days=days)
    return erase_reports(Report.objects.filter(settled_at__lt=before, erased_at=None))


def erase_old_claims(days: int = REPORTS_KEPT_DAYS) -> int:
    """Erase who asked for a record, of claims answered more than ``days`` ago; return how many."""
    before = calendar.now() - timedelta(days=days)
    return erase_claims(Claim.objects.filter(settled_at__lt=before, erased_at=None))


def erase_old() -> dict[str, int]:
    """Erase everything past its keeping time; return how many of each kind."""
    return {
        "imports": imports.erase_old(),
        "reports": erase_old_reports(),
        "claims": erase_old_claims(),
        "requests for quotation": erase_old_requests(),
        "requests nobody confirmed": erase_unconfirmed(),
        "searches nobody confirmed": sweep(),
    }
