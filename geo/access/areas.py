"""Areas: what somebody's assignments mean on a day, by lineage where a decree has changed the map since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from geo.access.models import Assignment, Cover, Role, User
from geo.access.rules import Grant, RoleName
from geo.divisions.models import Division, Level, Lineage
from geo.divisions.selectors import current, scope, successors
from geo.spatial import calendar

Person = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class Note:
    """An assigned division that a decree has changed: what it is now; ``split`` when that is more than one."""

    former: Division
    now: tuple[Division, ...]
    split: bool


def assignments_of(users: Iterable[int], day: date | None = None) -> QuerySet[Assignment]:
    """Return the assignments of several people in force on ``day``."""
    on = day or calendar.today()
    found = Assignment.objects.filter(user__in=list(users), user__is_active=True, starts_on__lte=on)
    return found.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).select_related("user", "division__parent")


def covered_by(user: User, day: date | None = None) -> list[int]:
    """Return the primary keys of the people for whom ``user`` stands in on ``day``."""
    on = day or calendar.today()
    found = Cover.objects.filter(acting=user, starts_on__lte=on, ends_on__gte=on, absent__is_active=True)
    return list(found.values_list("absent", flat=True))


def held(user: Person, day: date | None = None) -> list[Assignment]:
    """Return the assignments ``user`` holds on ``day``: their own first, then those of people who are away."""
    if not isinstance(user, User) or not user.is_active:
        return []
    found = assignments_of([user.pk, *covered_by(user, day)], day)
    return sorted(found, key=lambda assignment: (assignment.user_id != user.pk, assignment.pk))


def grants_of(user: Person, day: date | None = None) -> tuple[Grant, ...]:
    """Return what ``user`` may act on, on ``day`` (default: today in Viet Nam). An inactive account may nothing."""
    found = [
        _grant(assignment, str(assignment.user) if assignment.user_id != user.pk else "", day)
        for assignment in held(user, day)
    ]
    if isinstance(user, User) and user.is_active and user.is_superuser:
        found.insert(0, Grant("national", everywhere=True, publishes=True))
    return tuple(found)


def _grant(assignment: Assignment, acting_for: str, day: date | None) -> Grant:
    role = cast(RoleName, assignment.role)
    division, record = assignment.division, assignment.record_id
    provinces: frozenset[int] = frozenset()
    if division is not None and assignment.role == Role.PROVINCIAL:
        provinces = frozenset(unit.pk for unit in now(division, day))
    return Grant(
        role,
        everywhere=assignment.role in (Role.NATIONAL, Role.VIEWER),
        provinces=provinces,
        communes=frozenset(scope(division, day)) if division is not None else frozenset(),
        records=frozenset([record]) if record else frozenset(),
        publishes=assignment.publishes_at_once,
        acting_for=acting_for,
    )


def now(division: Division, day: date | None = None) -> list[Division]:
    """Return what ``division`` is on ``day``: itself while in force, else what it became."""
    on = day or calendar.today()
    if (division.valid_from is None or division.valid_from <= on) and (
        division.valid_until is None or division.valid_until > on
    ):
        return [division]
    if division.level == Level.DISTRICT:
        return list(current(on).filter(pk__in=scope(division, on)).select_related("parent").order_by("code"))
    return successors(division, on)


def notes(user: Person, day: date | None = None) -> list[Note]:
    """Return which of the divisions ``user`` was given are others today."""
    found = []
    for assignment in held(user, day):
        division = assignment.division
        if division is None:
            continue
        became = now(division, day)
        if [unit.pk for unit in became] != [division.pk]:
            found.append(Note(division, tuple(became), len(became) > 1))
    return found


def officers_of(commune: int | None, province: int | None, day: date | None = None) -> list[User]:
    """Return whose area a spot is: the officers of its commune, else of its province, by name.

    Former divisions count by what they became.
    """
    on = day or calendar.today()
    in_force = Assignment.objects.filter(user__is_active=True, starts_on__lte=on)
    in_force = in_force.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).select_related("user", "division")
    for role, wanted in ((Role.COMMUNAL, commune), (Role.PROVINCIAL, province)):
        units = _with_predecessors(wanted) if wanted else []
        people = {a.user_id: a.user for a in in_force.filter(role=role, division__in=units)}
        if people:
            return sorted(people.values(), key=str)
    return []


def _with_predecessors(division: int) -> list[int]:
    """Return a division and everything it came from, nearest first."""
    found, latest = [division], [division]
    while latest:
        before = Lineage.objects.filter(successor__in=latest).exclude(predecessor__in=found)
        latest = list(before.values_list("predecessor", flat=True))
        found += latest
    return found
