"""Parts that the three kinds of record share: contact, source, certificates, lines of linked records, QR code."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import segno
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from geo.catalog.models import OCOP, Certificate, CertificateScheme, Producer, Product
from geo.catalog.rules import certificate_state, days_left
from geo.divisions.models import Division
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.provenance import Sourced, Trust
from geo.web import directions, words
from geo.web.badges import Badge, star_badge

STATE_TEXT = {
    "valid": "valid",
    "ending": "ending soon",
    "expired": "expired",
    "revoked": "revoked",
    "unknown": "validity unknown",
}
_BEST_FIRST = ("valid", "ending", "unknown", "expired", "revoked")


@dataclass(frozen=True)
class Contact:
    """How to reach somebody, as far as it is public; ``withheld`` when there is something that may not be shown."""

    phone: str = ""
    phone_href: str = ""
    zalo: str = ""
    zalo_href: str = ""
    email: str = ""
    website: str = ""
    withheld: bool = False

    @property
    def known(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.phone or self.zalo_href or self.email or self.website)


@dataclass(frozen=True)
class Source:
    """Where a record comes from."""

    name: str
    url: str = ""
    licence: str = ""
    trust: str = ""
    date: str = ""


@dataclass(frozen=True)
class CertificateView:
    """A certificate with its decision, dates and source in words."""

    scheme: str
    state: str
    state_text: str
    badge: Badge | None
    rows: tuple[tuple[str, str], ...]
    source: Source
    subject: str = ""
    is_sample: bool = False


@dataclass(frozen=True)
class Line:
    """One linked record in a list."""

    href: str
    name: str
    detail: str = ""
    kind: str = ""
    kind_label: str = ""
    distance: str = ""
    badge: Badge | None = None
    is_sample: bool = False


@dataclass
class Record:
    """What every record has; the three kinds add their own parts."""

    id: str
    template: str
    kind: str
    kind_label: str
    name: str
    source: Source
    permanent_url: str
    page_href: str
    report_href: str
    map_href: str
    is_sample: bool = False
    subtitle: str = ""
    subtitle_lang: str = ""
    summary: str = ""
    badges: Sequence[Badge] = ()
    certificates: Sequence[CertificateView] = ()
    status_note: str = ""
    moved_to: directions.Link | None = None
    directions: Sequence[directions.Link] = ()
    position: Any = None
    contact: Contact = field(default_factory=Contact)
    checked: str = ""
    structured: dict[str, Any] = field(default_factory=dict)
    qr: SafeString = field(default_factory=SafeString)


def contact_of(row: Place | Producer) -> Contact:
    """Return the public contact of a place or producer: nothing of a person without recorded consent."""
    if not row.contact_is_public:
        return Contact(withheld=any((row.phone, row.email, row.zalo, row.website)))
    return Contact(
        phone=row.phone,
        phone_href=directions.telephone(row.phone),
        zalo=row.zalo,
        zalo_href=directions.zalo(row.zalo),
        email=row.email,
        website=directions.web(row.website),
    )


def source_of(row: Sourced) -> Source:
    """Return the source of a row in words."""
    name = row.source_name or row.get_source_kind_display()
    return Source(
        name=str(name),
        url=directions.web(row.source_url),
        licence=row.source_licence,
        trust=str(Trust(row.trust).label) if row.trust else "",
        date=words.day(row.source_date) if row.source_date else "",
    )


def scheme_name(scheme: CertificateScheme) -> str:
    """Return the name of a scheme in the page's language."""
    return scheme.name_vi if words.is_vietnamese() else scheme.name_en


def certificates_of(subjects: Iterable[str]) -> dict[str, list[Certificate]]:
    """Return the certificates that may be shown (those with a source) by subject, best and newest first. One query."""
    rows = Certificate.objects.filter(subject_id__in=list(subjects)).select_related("scheme")
    found: dict[str, list[Certificate]] = defaultdict(list)
    today = calendar.today()
    for row in rows:
        if row.source_name or row.source_url or row.is_sample:
            found[row.subject_id].append(row)
    for certificates in found.values():
        certificates.sort(key=lambda row: _rank(row, today))
    return found


def _rank(row: Certificate, today: date) -> tuple[int, int, int]:
    newest = row.decision_date.toordinal() if row.decision_date else (row.decision_year or 0) * 366
    return row.scheme.position, _BEST_FIRST.index(certificate_state(row, today)), -newest


def badge_of(certificates: Sequence[Certificate]) -> Badge | None:
    """Return the star badge of the best OCOP certificate among ``certificates`` (of one subject)."""
    for row in certificates:
        if row.scheme_id == OCOP and row.stars:
            return _badge(row, calendar.today())
    return None


def _badge(row: Certificate, today: date) -> Badge:
    title = words.join(
        (
            _("Decision %(number)s") % {"number": row.decision_number} if row.decision_number else "",
            row.issuer,
            source_of(row).name,
        )
    )
    until = row.valid_until - timedelta(days=1) if row.valid_until else None
    state = certificate_state(row, today)
    return star_badge(row.stars, state, until, days_left(row, today), row.decision_year, title)


def certificate_view(row: Certificate, subject: str = "") -> CertificateView:
    """Return a certificate in words."""
    today = calendar.today()
    state = certificate_state(row, today)
    rows = [
        (_("Certificate number"), row.number),
        (_("Decision number"), row.decision_number),
        (_("Decided on"), words.day(row.decision_date) if row.decision_date else _year_only(row)),
        (_("Issued by"), row.issuer),
        (_("Valid until"), _valid_until(row, state)),
        (_("Score"), words.number(row.score, 2) if row.score is not None else ""),
        (_("Scope"), row.scope),
        (_("Revoked on"), words.join((words.day(row.revoked_on), row.revoked_reason)) if row.revoked_on else ""),
    ]
    return CertificateView(
        scheme=scheme_name(row.scheme),
        state=state,
        state_text=state_text(state),
        badge=_badge(row, today) if row.scheme_id == OCOP else None,
        rows=tuple((label, value) for label, value in rows if value),
        source=source_of(row),
        subject=subject,
        is_sample=row.is_sample,
    )


def state_text(state: str) -> str:
    """Say the state of a certificate."""
    return {
        "valid": _("valid"),
        "ending": _("ending soon"),
        "expired": _("expired"),
        "revoked": _("revoked"),
    }.get(state, _("validity unknown"))


def _year_only(row: Certificate) -> str:
    return _("in %(year)s (day unknown)") % {"year": row.decision_year} if row.decision_year else ""


def _valid_until(row: Certificate, state: str) -> str:
    if row.valid_until:
        return words.day(row.valid_until - timedelta(days=1))
    if state == "expired":
        return _("over for certain: 36 months have passed since %(year)s") % {"year": row.decision_year}
    return _("unknown: the source doesn't state the day of the decision")


def division_line(commune: Division | None, province: Division | None) -> str:
    """Write today's divisions from small to large, with their types."""
    return words.join(row.full_name if words.is_vietnamese() else (row.name_en or row.full_name) for row in (commune, province) if row)


def record_href(public_id: str) -> str:
    """Return the page of a record in the active language."""
    return reverse("web:record", args=[public_id])


def qr_code(url: str) -> SafeString:
    """Draw ``url`` as a QR code (inline SVG, for paper)."""
    svg = segno.make(url, error="m").svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 - drawn by segno from modules, no text of the address is in it


def product_line(product: Product, certificates: Sequence[Certificate], detail: str = "") -> Line:
    """Return a product as a line with its badge."""
    return Line(
        href=record_href(product.public_id),
        name=product_name(product),
        detail=detail,
        badge=badge_of(certificates),
        is_sample=product.is_sample,
    )


def product_name(product: Product) -> str:
    """Return the product's name: a name is not translated, the English one stands beside it on its page."""
    return product.name


def place_line(place: Place, distance_m: float | None = None) -> Line:
    """Return a place as a line with its divisions and, when known, the distance."""
    status = "" if place.status == Place.Status.OPEN else str(place.get_status_display())
    return Line(
        href=record_href(place.public_id),
        name=place.name,
        detail=words.join((status, division_line(place.commune, place.province))),
        kind=place.kind,
        kind_label=str(place.get_kind_display()),
        distance=words.distance(distance_m) if distance_m is not None else "",
        is_sample=place.is_sample,
    )
