"""Decisions about certificates, as plain functions: how long stars last and what state a certificate is in on a day.

Sources: OCOP stars and their 36 months after the decision: Decision 1048/QĐ-TTg (2019) and its successors 148/QĐ-TTg
(2023), 26/2026/QĐ-TTg. ``state_expression`` of ``geo.catalog.selectors`` says the same in SQL; a test holds the two
together.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

ENDING_DAYS = 60
"""A valid certificate with at most this many days left is said to be ending."""

OCOP_MONTHS = 36
"""Months that an OCOP certificate is valid from the date of the decision."""


class CertificateState(StrEnum):
    """What can be said of a certificate on a day."""

    VALID = "valid"
    ENDING = "ending"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    UPCOMING = "upcoming"


IN_FORCE = frozenset({CertificateState.VALID, CertificateState.ENDING})
"""States that count as valid."""


class Dated(Protocol):
    """Whatever has the dates of a certificate: a row of the table, or ``CertificateDates``."""

    @property
    def valid_from(self) -> date | None:
        """First day it holds."""

    @property
    def valid_until(self) -> date | None:
        """First day it no longer holds."""

    @property
    def revoked_on(self) -> date | None:
        """Day it was revoked."""

    @property
    def decision_year(self) -> int | None:
        """Year of the decision, when no more is known."""

    @property
    def validity_months(self) -> int | None:
        """Months of validity of its scheme."""


@dataclass(frozen=True)
class CertificateDates:
    """The dates of a certificate; ``valid_until`` is the first day it no longer holds."""

    valid_from: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None
    decision_year: int | None = None
    validity_months: int | None = None


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later, or the last day of that month when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def expired_for_certain_from(decision_year: int, validity_months: int) -> date:
    """Return the first day on which a certificate of ``decision_year`` has ended, on whatever day it was decided."""
    return add_months(date(decision_year + 1, 1, 1), validity_months)


def certificate_state(dates: Dated, day: date) -> CertificateState:
    """Return the state on ``day``. A certificate of unknown date is UNKNOWN until it has expired for certain."""
    if dates.revoked_on is not None and dates.revoked_on <= day:
        return CertificateState.REVOKED
    if dates.valid_until is not None:
        if dates.valid_until <= day:
            return CertificateState.EXPIRED
        if dates.valid_from is not None and dates.valid_from > day:
            return CertificateState.UPCOMING
        if dates.valid_until <= day + timedelta(days=ENDING_DAYS):
            return CertificateState.ENDING
        return CertificateState.VALID
    if (
        dates.valid_from is None
        and dates.decision_year is not None
        and dates.validity_months is not None
        and expired_for_certain_from(dates.decision_year, dates.validity_months) <= day
    ):
        return CertificateState.EXPIRED
    return CertificateState.UNKNOWN


def days_left(dates: Dated, day: date) -> int | None:
    """Return on how many days, ``day`` included, the certificate still holds; ``None`` when its end isn't known."""
    return None if dates.valid_until is None else max(0, (dates.valid_until - day).days)
