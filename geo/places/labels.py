"""Words for what filters and pages show of places."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo.catalog.rules import CertificateState

STATE_LABELS: dict[str, Promise] = {
    CertificateState.VALID: _("certificate valid"),
    CertificateState.ENDING: _("ends within 60 days"),
    CertificateState.EXPIRED: _("expired"),
    CertificateState.REVOKED: _("revoked"),
    CertificateState.UNKNOWN: _("date unknown"),
    CertificateState.UPCOMING: _("not valid yet"),
    "none": _("no certificate known"),
}
"""States of a certificate, as the filter names them."""

UNASSIGNED = _("category not assigned yet")
LOCATED = _("with a position")
UNLOCATED = _("no position yet")
OPEN_NOW = _("Open now")
