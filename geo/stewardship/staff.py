"""Who works in somebody's area: the officers and producers whose roles they may give and take."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from geo.access.models import Assignment, Cover, Role, User
from geo.catalog.models import Producer
from geo.divisions.models import Division, Level, Lineage
from geo.divisions.selectors import current
from geo.spatial import calendar
from geo.stewardship.unit import Area


def assignments(area: Area) -> "QuerySet[Assignment]":
    """Return the roles in force of communal officers and producers in ``area``, by division and name."""
    today = calendar.today()
    rows = Assignment.objects.filter(user__is_active=True).filter(Q(ends_on=None) | Q(ends_on__gt=today))
    producers = Producer.objects.filter(area.producers()).values("public_id")
    communes = _with_predecessors(communes_of(area).values_list("pk", flat=True))
    rows = rows.filter(Q(role=Role.COMMUNAL, division__in=communes) | Q(role=Role.PRODUCER, record__in=producers))
    return rows.select_related("user", "division__parent").order_by(
        "role", "division__folded", "user__first_name", "pk"
    )


def communes_of(area: Area) -> "QuerySet[Division]":
    """Return the communes of today in ``area``, by name."""
    rows = current().filter(level=Level.COMMUNE)
    if area.province is not None:
        rows = rows.filter(parent=area.province)
    if not any(grant.everywhere for grant in area.grants):
        rows = rows.filter(pk__in=[pk for grant in area.grants for pk in grant.communes])
    return rows.select_related("parent").order_by("key", "code")


def covers(people: Iterable[int]) -> "QuerySet[Cover]":
    """Return who stands in for these people, today or later."""
    rows = Cover.objects.filter(absent__in=list(people), ends_on__gte=calendar.today())
    return rows.select_related("absent", "acting").order_by("starts_on", "pk")


def absentees(user: User, area: Area | None) -> "QuerySet[User]":
    """Return for whom ``user`` may name a substitute: themselves, and the officers of ``area`` if there is one."""
    own = Q(pk=user.pk)
    if area is not None:
        own |= Q(pk__in=assignments(area).filter(role=Role.COMMUNAL).values("user"))
    return User.objects.filter(own).order_by("first_name", "username")


def _with_predecessors(units: Iterable[int]) -> set[int]:
    found = set(units)
    latest = found
    while latest:
        before = Lineage.objects.filter(successor__in=latest).values_list("predecessor", flat=True)
        latest = set(before) - found
        found |= latest
    return found
