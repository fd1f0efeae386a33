"""Writes of stewardship: receiving the public's reports."""

from dataclasses import dataclass
from typing import BinaryIO

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from geo.access.floods import admitted
from geo.divisions.models import Division, Level
from geo.divisions.resolution import resolve
from geo.divisions.selectors import division_at
from geo.places.photos import prepared
from geo.spatial.models import PublicId
from geo.spatial.problems import InvalidParameter
from geo.stewardship.models import Report, ReportPhoto

REPORTS_A_DAY = 20
"""Reports one address may send in a day: many phones of one network share an address."""
PLAIN_PIXELS = 24_000_000
"""Most pixels of a picture that can't be made small while it is read (PNG, WebP): cameras write JPEG."""


@dataclass(frozen=True)
class NewReport:
    """What a visitor says about a record, or of a place that is missing: its ``name`` and where it is.

    ``photo`` is the file as it came; ``form`` the hash of the form it came with, which is good once.
    """

    kind: str
    text: str = ""
    contact: str = ""
    name: str = ""
    location: Point | None = None
    province: Division | None = None
    commune: Division | None = None
    photo: BinaryIO | None = None
    form: str = ""


@transaction.atomic
def receive_report(subject: PublicId | None, said: NewReport, address: str) -> Report:
    """Store a report about ``subject``, or of a missing place, and return it with its reference.

    The same form sent twice is one report. Raises: TooManySent, InvalidParameter (``photo``).
    """
    known = Report.objects.filter(form=said.form).first() if said.form else None
    if known is not None:
        return known
    sender = admitted(Report.objects.all(), address, REPORTS_A_DAY)
    content = prepared(said.photo, PLAIN_PIXELS) if said.photo is not None else b""
    report = Report.objects.create(
        subject=subject,
        kind=said.kind,
        text=said.text,
        contact=said.contact,
        name=said.name,
        location=said.location,
        province=said.province,
        commune=said.commune,
        sender=sender,
        form=said.form or None,
    )
    if content:
        ReportPhoto.objects.create(report=report, content=content)
    report.refresh_from_db(fields=["public_id"])
    return report


def whereabouts(location: Point | None, where: str, province: Division | None) -> tuple[Division, Division | None]:
    """Return province and commune of a missing place: by boundaries if a position is known, else by its words.

    The commune is ``None`` unless it is certain: then the province looks after it. Raises: InvalidParameter
    (``province``) when neither tells.
    """
    if location is not None:
        commune = division_at(location, level=Level.COMMUNE)
        found = commune.parent if commune is not None else division_at(location, level=Level.PROVINCE)
        if found is not None:
            return found, commune
    if where:
        named = resolve(where, within=province)
        certain = named.candidates[0] if len(named.candidates) == 1 and not named.candidates[0].inexact else None
        if certain is not None and certain.division.level == Level.COMMUNE and certain.division.parent is not None:
            return certain.division.parent, certain.division
        if province is None and certain is not None and certain.division.level == Level.PROVINCE:
            return certain.division, None
    if province is None:
        raise InvalidParameter("province", _("Choose the province, so that the report finds its officer."))
    return province, None
