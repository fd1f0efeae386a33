"""My unit: what needs the attention of whoever keeps an area, as counted lists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.gis.db.models import PointField
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, FloatField, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest, NullIf, Sqrt
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo.catalog.models import Producer, Product
from geo.catalog.rules import CertificateState
from geo.catalog.selectors import current_certificates
from geo.divisions.models import DivisionBoundaryPart
from geo.places.models import Place
from geo.places.rules import FAR_FROM_COMMUNE_M, MEASURED
from geo.spatial import calendar
from geo.stewardship.area import Area as Area
from geo.stewardship.models import AcceptedPosition, Report
from geo.stewardship.positions.entries import entries as position_entries
from geo.stewardship.proposal_list import waiting_for

CHECK_EVERY = timedelta(days=365)
"""A place that nobody has looked at for longer needs it."""
RADII = 3.0
"""Without boundaries: a point farther from its commune's point than so many radii of a circle of its area is odd."""
NEAREST_DOUBT_M = 3_000.0
COUNTED_TO = 1_000
"""Counts end here: nobody works through more, and the page stays quick."""


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of thing to do: its name in addresses, what it says, and the records, the most urgent first."""

    name: str
    title: Promise
    lead: Promise
    rows: Callable[[Area], "QuerySet[Any]"]
    """Places, reports, proposals, or current certificates."""
    kind: str = "places"
    template: str = ""
    """Of one entry, where it isn't one of the usual kinds."""
    entries: "Callable[[list[Any], Area], list[Any]] | None" = None
    """Turns the rows of a page into what the template shows."""
    prepare: "Callable[[float], bool] | None" = None
    """Brings up to date what the rows are read from, in about so many seconds; returns whether some is left to do."""
    everywhere: bool = False
    """Whether it is shown for the whole country at once too."""


def _places(area: Area) -> "QuerySet[Place]":
    rows = Place.objects.filter(area.places()).exclude(status=Place.Status.CLOSED)
    return rows.select_related("commune", "province", "producer")


def unchecked(area: Area) -> "QuerySet[Place]":
    """Return open places that nobody has checked for a year, never checked ones first."""
    since = calendar.today() - CHECK_EVERY
    rows = _places(area).filter(Q(checked_on__isnull=True) | Q(checked_on__lt=since), status=Place.Status.OPEN)
    return rows.order_by(F("checked_on").asc(nulls_first=True), "folded", "public_id")


def nowhere(area: Area) -> "QuerySet[Place]":
    """Return open places without a position."""
    return _places(area).filter(location__isnull=True, status=Place.Status.OPEN).order_by("folded", "public_id")


def outside(area: Area) -> "QuerySet[Place]":
    """Return places whose measured point lies outside of their commune.

    By the commune's boundary where one is loaded; else by the distance from its point, against the radius of a circle
    as large as the commune. A doubt, not a verdict: boundaries are simplified and commune points can be wrong. What
    somebody has found right isn't listed again.
    """
    parts = DivisionBoundaryPart.objects.filter(boundary__division=OuterRef("commune"))
    metres = Func(
        Func(F("location"), template="(%(expressions)s)::geography", output_field=PointField(geography=True)),
        Func(F("commune__location"), template="(%(expressions)s)::geography", output_field=PointField(geography=True)),
        function="ST_Distance",
        output_field=FloatField(),
    )
    area_km2 = NullIf(F("commune__area_km2"), Value(0))
    radius = Sqrt(area_km2 / Value(3.14159), output_field=FloatField()) * Value(1000 * RADII)
    known = Coalesce(radius, Value(float(FAR_FROM_COMMUNE_M)), output_field=FloatField())
    far = Greatest(known, Value(NEAREST_DOUBT_M), output_field=FloatField())
    rows = _places(area).filter(location__isnull=False, commune__isnull=False, location_accuracy__in=sorted(MEASURED))
    rows = rows.annotate(has_boundary=Exists(parts))
    inside = Exists(parts.filter(part__intersects=OuterRef("location")))
    beyond = ExpressionWrapper(Q(_metres__gt=F("_far")), output_field=BooleanField())
    rows = rows.annotate(_metres=metres, _far=far).annotate(_beyond=beyond)
    doubtful = Q(has_boundary=True) & ~inside | Q(has_boundary=False, _beyond=True)
    accepted = AcceptedPosition.objects.filter(place=OuterRef("pk"), commune=OuterRef("commune"))
    rows = rows.exclude(Exists(accepted.filter(point__equals=OuterRef("location"))))
    return rows.filter(doubtful).order_by("folded", "public_id")


def ending(area: Area) -> "QuerySet[Any]":
    """Return certificates that end within sixty days, the first to end first."""
    rows = current_certificates(calendar.today()).filter(state=CertificateState.ENDING)
    return rows.filter(_subjects(area)).order_by("valid_until", "pk")


def reports(area: Area) -> "QuerySet[Report]":
    """Return reports of the public that nobody has answered, the oldest first."""
    missing = Q(kind=Report.Kind.NEW) & area.spots()
    rows = Report.objects.filter(_subjects(area) | missing, state=Report.State.NEW).select_related("subject")
    return rows.order_by("created_at", "pk")


def _subjects(area: Area) -> Q:
    """The condition that a public id is that of a place, a producer, or a product of a producer of the area."""
    if area.everywhere:
        return Q()
    producers = Producer.objects.filter(area.producers())
    products = Product.objects.filter(producer__in=producers)
    places = Place.objects.filter(area.places())
    found = Q()
    for rows in (places, producers, products):
        found |= Q(subject__in=rows.values("public_id"))
    return found


TASKS: list[Task] = [
    Task(
        "reports",
        _("Reports of the public"),
        _("People wait for an answer. Check, then accept or refuse with a sentence."),
        reports,
        "reports",
        everywhere=True,
    ),
    Task(
        "proposals",
        _("Proposals to approve"),
        _("Somebody without the right to publish wants to change a record. Approve it, or say why not."),
        waiting_for,
        "proposals",
        everywhere=True,
    ),
    Task(
        "unchecked",
        _("Not checked for a year"),
        _("If everything on the card is still so, one press says it."),
        unchecked,
    ),
    Task(
        "ending",
        _("Certificates that end within 60 days"),
        _("Remind the producer to have the product assessed again."),
        ending,
        "certificates",
    ),
    Task(
        "outside",
        _("Position outside of the commune"),
        _("Either the point or the commune is wrong. One press says which."),
        outside,
        template="web/desk/misplaced.html",
        entries=position_entries,
    ),
    Task(
        "nowhere",
        _("No position yet"),
        _("These places are listed but not on the map."),
        nowhere,
        template="web/desk/misplaced.html",
        entries=position_entries,
    ),
]


def add_task(task: Task) -> None:
    """Let another module of the room add a list, after those that are there."""
    if task_named(task.name) is None:
        TASKS.append(task)


def count(task: Task, area: Area) -> int:
    """Return how many there are, at most ``COUNTED_TO`` + 1."""
    return int(task.rows(area).order_by()[: COUNTED_TO + 1].count())


def task_named(name: str) -> Task | None:
    """Return the task with that name in addresses."""
    return next((task for task in TASKS if task.name == name), None)
