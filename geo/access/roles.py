"""Writes of roles: who is given what, who may publish at once, who stands in. Each leaves its history with a reason.

A provincial officer gives roles to communal officers and producers of the province, the national office to everybody.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from geo.access import areas, records
from geo.access.history import audit
from geo.access.models import Assignment, Cover, Role, User
from geo.access.permissions import require
from geo.access.rules import Action, Spot
from geo.access.spots import spot_of
from geo.divisions.models import Division, Level
from geo.spatial import calendar
from geo.spatial.models import PublicId
from geo.spatial.problems import Forbidden, InvalidParameter

LEVELS = {Role.PROVINCIAL: (Level.PROVINCE,), Role.COMMUNAL: (Level.COMMUNE, Level.DISTRICT)}
LONGEST_COVER = timedelta(days=366)


def spots_of(division: Division | None) -> list[Spot]:
    """Return every spot that an assignment to ``division`` would give; none stands for everywhere."""
    if division is None:
        return [Spot()]
    units = areas.now(division)
    return [Spot(commune=unit.pk) if unit.level == Level.COMMUNE else Spot(province=unit.pk) for unit in units] or [
        Spot()
    ]


def assign(
    actor: User | None,
    reason: str,
    user: User,
    role: str,
    *,
    division: Division | None = None,
    record: PublicId | None = None,
    publishes_at_once: bool = False,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Assignment:
    """Give ``user`` a role. Raises: Forbidden, InvalidParameter (``role``, ``division``, or what a constraint says)."""
    made = Assignment(
        user=user,
        role=role,
        division=division,
        record=record,
        publishes_at_once=publishes_at_once,
        starts_on=starts_on or calendar.today(),
        ends_on=ends_on,
    )
    with audit(actor, records.require_reason(reason)):
        return _stored(actor, made)


def change(actor: User | None, reason: str, assignment: Assignment, **values: object) -> Assignment:
    """Change an assignment. Raises as ``assign`` does: what it was and what it becomes must be the actor's to give."""
    with audit(actor, records.require_reason(reason)):
        stored = records.locked(assignment, None)
        _ask(actor, stored)
        records.apply(stored, values, ("role", "division", "record", "publishes_at_once", "starts_on", "ends_on"))
        return _stored(actor, stored)


def end(actor: User | None, reason: str, assignment: Assignment, on: date | None = None) -> None:
    """End an assignment on a day (today); one that hasn't begun is removed."""
    day = on or calendar.today()
    with audit(actor, records.require_reason(reason)):
        stored = records.locked(assignment, None)
        _ask(actor, stored)
        if stored.starts_on >= day:
            stored.delete()
        else:
            stored.ends_on = day
            stored.save()


def stand_in(
    actor: User | None, reason: str, absent: User, acting: User, *, starts_on: date | None = None, ends_on: date
) -> Cover:
    """Let ``acting`` stand in for ``absent`` until ``ends_on``, that day too. One may name one's own substitute."""
    first = starts_on or calendar.today()
    if ends_on - first > LONGEST_COVER:
        raise InvalidParameter("ends_on", _("Nobody stands in for longer than a year: give the role itself."))
    with audit(actor, records.require_reason(reason)):
        check_cover(actor, absent)
        made = Cover(absent=absent, acting=acting, starts_on=first, ends_on=ends_on, reason=reason[:200])
        records.check(made)
        made.save()
        return made


def end_cover(actor: User | None, reason: str, cover: Cover) -> None:
    """End a cover: today is no longer part of it."""
    with audit(actor, records.require_reason(reason)):
        stored = records.locked(cover, None)
        check_cover(actor, stored.absent)
        yesterday = calendar.today() - timedelta(days=1)
        if stored.starts_on > yesterday:
            stored.delete()
        else:
            stored.ends_on = min(stored.ends_on, yesterday)
            stored.save()


def check_cover(actor: User | None, absent: User) -> None:
    """Raise Forbidden unless ``actor`` is the absent person or may give everything that person holds."""
    if actor is None or actor.pk == absent.pk:
        return
    for assignment in areas.assignments_of([absent.pk]):
        _ask(actor, assignment)
    if absent.is_superuser and not actor.is_superuser:
        raise Forbidden(_("Your role doesn't allow this."))
    require(actor, Action.ASSIGN)


def check_assignment(actor: User | None, assignment: Assignment) -> None:
    """Raise Forbidden unless ``actor`` may give and take this assignment."""
    _ask(actor, assignment)


def _stored(actor: User | None, assignment: Assignment) -> Assignment:
    wanted = LEVELS.get(Role(assignment.role)) if assignment.role in Role.values else None
    if wanted and assignment.division is not None and assignment.division.level not in wanted:
        raise InvalidParameter("division", _("This division doesn't fit the role: choose one of its level."))
    _ask(actor, assignment)
    records.check(assignment)
    with transaction.atomic():
        assignment.save()
    return assignment


def _ask(actor: User | None, assignment: Assignment) -> None:
    """Raise Forbidden unless ``actor`` may give and take this assignment."""
    if actor is None:
        return
    if assignment.role in (Role.NATIONAL, Role.PROVINCIAL, Role.VIEWER):
        require(actor, Action.ADMINISTER)
    elif assignment.role == Role.PRODUCER:
        asked = Action.ASSIGN if assignment.publishes_at_once else Action.ADMIT
        require(actor, asked, *([spot_of(assignment.record)] if assignment.record is not None else []))
    else:
        require(actor, Action.ASSIGN, *spots_of(assignment.division))
