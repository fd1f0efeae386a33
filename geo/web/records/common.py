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
from geo.catalog.rules import CertificateState, certificate_state
from geo.divisions.models import Division
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.provenance import Sourced, Trust
from geo.web import words
from geo.web.badges import Badge, star_badge
from geo.web.directions import Link, telephone, web, zalo


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
    edit_href: str
    map_href: str
    is_sample: bool = False
    subtitle: str = ""
    subtitle_lang: str = ""
    summary: str = ""
    badges: Sequence[Badge] = ()
    certificates: Sequence[CertificateView] = ()
    status_note: str = ""
    moved_to: Link | None = None
    directions: Sequence[Link] = ()
    position: Any = None
    contact: Contact = field(default_factory=Contact)
    checked: str = ""
    claim_href: str = ""
    printed: str = ""
    structured: dict[str, Any] = field(default_factory=dict)
    qr: SafeString = field(default_factory=SafeString)


@dataclass(frozen=True)
class Base:
    """Where the page stands: the site's own address (scheme and host)."""

    site: str

    def of(self, public_id: str, template: str) -> dict[str, Any]:
        """Return the members every record has because of its id."""
        permanent = f"{self.site}/p/{public_id}"
        return {
            "id": public_id,
            "template": f"web/record/{template}.html",
            "permanent_url": permanent,
            "page_href": record_href(public_id),
            "report_href": reverse("web:report", args=[public_id]),
            "edit_href": reverse(f"web:edit-{template}", args=[public_id]),
            "map_href": f"{reverse('web:map')}?open={public_id}",
            "qr": qr_code(permanent),
            "printed": _("As of %(day)s") % {"day": words.day(calendar.today())},
        }


def contact_of(row: Place | Producer) -> Contact:
    """Return the public contact of a place or producer: nothing of a person without recorded consent."""
    if not row.contact_is_public:
        return Contact(withheld=any((row.phone, row.email, row.zalo, row.website)))
    return Contact(
        phone=row.phone,
        phone_href=telephone(row.phone),
        zalo=row.zalo,
        zalo_href=zalo(row.zalo),
        email=row.email,
        website=web(row.website),
    )


def source_of(row: Sourced) -> Source:
    """Return the source of a row in words."""
    name = row.source_name or row.get_source_kind_display()
    return Source(
        name=str(name),
        url=web(row.source_url),
        licence=_("facts, not under copyright") if row.source_licence == "facts" else row.source_licence,
        trust=str(Trust(row.trust).label) if row.trust else "",
        date=words.day(row.source_date) if row.source_date else "",
    )


def scheme_name(scheme: CertificateScheme) -> str:
    """Return the name of a scheme in the page's language."""
    return scheme.name_vi if words.is_vietnamese() else scheme.name_en


def certificates_of(subjects: Iterable[str]) -> dict[str, list[Certificate]]:
    """Return the certificates that may be shown (those with a source) by subject, newest first. One query."""
    rows = Certificate.objects.filter(subject_id__in=list(subjects)).select_related("scheme")
    found: dict[str, list[Certificate]] = defaultdict(list)
    for row in rows:
        if row.source_name or row.source_url:
            found[row.subject_id].append(row)
    for certificates in found.values():
        certificates.sort(key=_newest_first)
    return found


def _newest_first(row: Certificate) -> tuple[int, int, int, int]:
    """Order as the view ``catalog_currentcertificate`` does: the first of a scheme is the one that speaks today."""
    decided = row.decision_date or row.valid_from
    ordinal = decided.toordinal() if decided else date(row.decision_year, 1, 1).toordinal() if row.decision_year else 0
    return row.scheme.position, -ordinal, -(row.stars or 0), -row.pk


def state_of(row: Certificate) -> CertificateState:
    """Return the state of a certificate today."""
    return certificate_state(row, calendar.today())


def badge_of(certificates: Sequence[Certificate]) -> Badge | None:
    """Return the star badge of the OCOP certificate that speaks today among ``certificates`` of one subject."""
    return next((_badge(row) for row in certificates if row.scheme_id == OCOP), None)


def _badge(row: Certificate) -> Badge:
    title = words.join(
        (
            _("Decision %(number)s") % {"number": row.decision_number} if row.decision_number else "",
            row.issuer,
            source_of(row).name,
        )
    )
    return star_badge(row, state_of(row), calendar.today(), title)


def certificate_view(row: Certificate, subject: str = "") -> CertificateView:
    """Return a certificate in words."""
    state = state_of(row)
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
        badge=_badge(row) if row.scheme_id == OCOP else None,
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
        "upcoming": _("not valid yet"),
    }.get(state, _("validity unknown"))


def _year_only(row: Certificate) -> str:
    return _("in %(year)s (day unknown)") % {"year": row.decision_year} if row.decision_year else ""


def _valid_until(row: Certificate, state: str) -> str:
    if row.valid_until:
        return words.day(row.valid_until - timedelta(days=1))
    if state == "expired":
        return _("over for certain, whatever the day of the decision in %(year)s") % {"year": row.decision_year}
    return _("unknown: the source doesn't state the day of the decision")


def division_line(commune: Division | None, province: Division | None) -> str:
    """Write today's divisions from small to large, with their types."""
    return words.join(division_name(row) for row in (commune, province) if row)


def division_name(row: Division) -> str:
    """Return the full name of a division in the page's language."""
    return row.full_name if words.is_vietnamese() else row.name_en or row.full_name


def record_href(public_id: str) -> str:
    """Return the page of a record in the active language."""
    return reverse("web:record", args=[public_id])


def qr_code(url: str) -> SafeString:
    """Draw ``url`` as a QR code (inline SVG, for paper)."""
    svg = segno.make(url, error="m").svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)


def product_line(product: Product, certificates: Sequence[Certificate], detail: str = "") -> Line:
    """Return a product as a line with its badge."""
    return Line(
        href=record_href(product.public_id),
        name=product.name,
        detail=detail,
        badge=badge_of(certificates),
        is_sample=product.is_sample,
    )


def distance_of(place: Place, metres: float | None) -> str:
    """Say how far a place is; about, in whole kilometres, when only its commune is known."""
    if metres is None:
        return ""
    if place.location_accuracy == Place.Accuracy.COMMUNE_POINT:
        return _("about %(distance)s") % {"distance": words.distance(max(1000, round(metres, -3)))}
    return words.distance(metres)


def place_line(place: Place, distance_m: float | None = None) -> Line:
    """Return a place as a line with its divisions and, when known, the distance."""
    status = "" if place.status == Place.Status.OPEN else str(place.get_status_display())
    return Line(
        href=record_href(place.public_id),
        name=place.name,
        detail=words.join((status, division_line(place.commune, place.province))),
        kind=place.kind,
        kind_label=str(place.get_kind_display()),
        distance=distance_of(place, distance_m),
        is_sample=place.is_sample,
    )
