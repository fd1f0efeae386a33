"""A new place that somebody of the public reported: the form filled in with what they said, their report answered."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from geo.access.permissions import may
from geo.access.rules import Action
from geo.places.models import Place
from geo.spatial import public_ids
from geo.spatial.problems import NotFound
from geo.stewardship import desk
from geo.stewardship.models import Report
from geo.stewardship.plain import Plain
from geo.web.private_pages import person


def reported(request: HttpRequest) -> Report | None:
    """Return the report of a missing place that ``report`` names, if this person may answer it and nobody has."""
    try:
        number = public_ids.parse(request.GET.get("report", ""))
    except NotFound:
        return None
    waiting = Report.objects.filter(public_id=number, kind=Report.Kind.NEW, state=Report.State.NEW)
    report = waiting.first()
    if report is None or not may(person(request), Action.SETTLE, desk.spot_of_report(report)).allowed:
        return None
    return report


def said(report: Report) -> Plain:
    """Return what the report says of the place, as the form takes it."""
    values: Plain = {"name": report.name, "province": report.province_id, "commune": report.commune_id}
    if report.location is not None:
        values["location"] = {"type": "Point", "coordinates": [report.location.x, report.location.y]}
        values["location_accuracy"] = Place.Accuracy.GPS.value
        values["location_source"] = _("position sent with report %(id)s") % {"id": report.public_id}
    return values


def answer(request: HttpRequest, place: Place) -> None:
    """Accept the report that led to ``place``, with words that name it."""
    report = reported(request)
    if report is not None:
        words = _("Added to the map: %(name)s, number %(id)s.") % {"name": place.name, "id": place.public_id}
        desk.settle(person(request), report, Report.State.ACCEPTED, words)
