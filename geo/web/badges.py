"""The star badge: what a certificate is worth today, in one line.

valid “★★★★ · until 05/2028” filled · ending “45 days left” outlined · expired “expired 03/2025” hollow stars ·
date unknown “validity unknown” dashed · revoked “revoked” struck out. Never colour alone.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from geo.catalog.models import Certificate
from geo.catalog.rules import CertificateState
from geo.web import words


@dataclass(frozen=True)
class Badge:
    """A badge as the templates draw it."""

    state: str
    glyphs: str
    text: str
    spoken: str
    title: str = ""


def star_badge(row: Certificate, state: CertificateState, today: date, title: str = "") -> Badge:
    """Return the badge of a certificate of OCOP stars that is in ``state`` today."""
    count = row.stars or 0
    over = state in {CertificateState.EXPIRED, CertificateState.REVOKED}
    spoken = words.stars(count) if count else _("no stars stated")
    return Badge(state.value, ("☆" if over else "★") * count, _validity(row, state, today), spoken, title)


def _validity(row: Certificate, state: CertificateState, today: date) -> str:
    """Say until when it holds; ``valid_until`` is the first day it no longer does."""
    last = row.valid_until - timedelta(days=1) if row.valid_until else None
    if state == CertificateState.REVOKED:
        return _("revoked")
    if state == CertificateState.EXPIRED:
        return (
            _("expired %(month)s") % {"month": words.month(last)}
            if last
            else _("expired (decided in %(year)s)") % {"year": row.decision_year}
        )
    if state == CertificateState.UPCOMING and row.valid_from:
        return _("from %(month)s") % {"month": words.month(row.valid_from)}
    if state == CertificateState.ENDING and row.valid_until:
        return _("%(days)s left") % {"days": words.days((row.valid_until - today).days)}
    if state == CertificateState.VALID and last:
        return _("until %(month)s") % {"month": words.month(last)}
    return _("validity unknown")
