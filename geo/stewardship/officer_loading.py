"""Loading officers from a table: people, their roles, and an invitation for whoever is new. Never a password."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from geo.access import areas, invitations, roles
from geo.access.models import Assignment, User
from geo.divisions.models import Division
from geo.spatial.models import PublicId
from geo.spatial.problems import Problem
from geo.stewardship.officer_rows import Table, Wanted, Wrong


@dataclass(slots=True)
class Counts:
    """How many rows of one kind."""

    new: int = 0
    changed: int = 0
    same: int = 0


@dataclass(slots=True)
class Report:
    """What a load did. ``invited`` has an invitation's token for each new person."""

    people: Counts = field(default_factory=Counts)
    assignments: Counts = field(default_factory=Counts)
    wrong: list[Wrong] = field(default_factory=list)
    invited: list[tuple[User, str]] = field(default_factory=list)


class _DryRun(Exception):
    """Ends a dry run by rolling its transaction back."""


def load(table: Table, name: str, *, dry_run: bool = False) -> Report:
    """Bring people and roles to what ``table`` of the file ``name`` says. What it doesn't mention stays as it is.

    Wrong rows are left out and reported; the others go in together or, if something breaks, not at all.
    """
    report = Report(wrong=list(table.wrong))
    try:
        with transaction.atomic():
            known: dict[str, User] = {}
            for wanted in table.wanted:
                try:
                    with transaction.atomic():
                        _load(
                            wanted,
                            _("loaded from %(file)s, row %(row)d") % {"file": name, "row": wanted.row},
                            known,
                            report,
                        )
                except Problem as problem:
                    report.wrong.append(Wrong(wanted.row, "", problem.message))
            if dry_run:
                raise _DryRun
    except _DryRun:
        report.invited = [(user, "") for user, _token in report.invited]
    report.wrong.sort(key=lambda wrong: wrong.row)
    return report


def _load(wanted: Wanted, reason: str, known: dict[str, User], report: Report) -> None:
    user = known.get(wanted.email) or User.objects.filter(email__iexact=wanted.email).first()
    if user is None:
        user = User(username=wanted.email, email=wanted.email, first_name=wanted.name)
        user.set_unusable_password()
        user.save()
        report.people.new += 1
        report.invited.append((user, invitations.invite(user)))
    elif wanted.email not in known:
        _rename(user, wanted.name, report)
    known[wanted.email] = user
    for division, record in _targets(wanted):
        _assign(user, wanted, division, record, reason, report)


def _rename(user: User, name: str, report: Report) -> None:
    if user.get_full_name() == name:
        report.people.same += 1
        return
    user.first_name, user.last_name = name, ""
    user.save(update_fields=["first_name", "last_name"])
    report.people.changed += 1


def _targets(wanted: Wanted) -> Iterator[tuple[Division | None, PublicId | None]]:
    if wanted.divisions:
        yield from ((division, None) for division in wanted.divisions)
    else:
        yield None, wanted.record


def _assign(
    user: User, wanted: Wanted, division: Division | None, record: PublicId | None, reason: str, report: Report
) -> None:
    held = areas.assignments_of([user.pk]) if user.is_active else Assignment.objects.none()
    known = held.filter(role=wanted.role, division=division, record=record).first()
    if known is None:
        roles.assign(
            None,
            reason,
            user,
            wanted.role,
            division=division,
            record=record,
            publishes_at_once=bool(wanted.publishes),
        )
        report.assignments.new += 1
    elif wanted.publishes is not None and wanted.publishes != known.publishes_at_once:
        roles.change(None, reason, known, publishes_at_once=wanted.publishes)
        report.assignments.changed += 1
    else:
        report.assignments.same += 1
