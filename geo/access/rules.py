"""Who may do what where: decisions over what somebody was given. No Django, no database.

A *grant* is one role with its area, somebody's own or of the person they stand in for. An action on a record asks
about every *spot* it touches: the commune and province of the record, and whom it belongs to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias


class Action(StrEnum):
    """What can be asked for."""

    DESK = "desk"
    """See the officers' desk and its lists."""
    CHECK = "check"
    """Say that a record is still right."""
    SETTLE = "settle"
    """Answer a report of the public."""
    PROPOSE = "propose"
    """Propose a change, which somebody approves."""
    EDIT = "edit"
    """Change a record so that the public sees it at once."""
    CERTIFY = "certify"
    """Register, correct or revoke a certificate."""
    APPROVE = "approve"
    """Decide about proposals of others."""
    IMPORT = "import"
    """Load many records from a file."""
    ADMIT = "admit"
    """Let a producer have their own record."""
    ASSIGN = "assign"
    """Give communal officers their roles, let them and producers publish at once, and let somebody stand in."""
    ADMINISTER = "administer"
    """Everything else: the admin pages, roles of provinces, decrees."""


RoleName: TypeAlias = Literal["national", "provincial", "communal", "producer", "viewer"]

_OWN = frozenset({Action.DESK, Action.CHECK, Action.PROPOSE})
_COMMUNAL = _OWN | {Action.SETTLE, Action.IMPORT, Action.ADMIT}
_PROVINCIAL = _COMMUNAL | {Action.EDIT, Action.CERTIFY, Action.APPROVE, Action.ASSIGN}
ALLOWED: dict[RoleName, frozenset[Action]] = {
    "national": frozenset(Action),
    "provincial": _PROVINCIAL,
    "communal": _COMMUNAL,
    "producer": _OWN,
    "viewer": frozenset({Action.DESK}),
}
"""What each role may do in its area; the right to publish adds ``EDIT``."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a record belongs: primary keys of its divisions of today, public ids of the record and its producer."""

    province: int | None = None
    commune: int | None = None
    records: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """One role with its area; ``acting_for`` names who is away."""

    role: RoleName
    everywhere: bool = False
    provinces: frozenset[int] = frozenset()
    communes: frozenset[int] = frozenset()
    records: frozenset[str] = frozenset()
    publishes: bool = False
    acting_for: str = ""

    def allows(self, action: Action) -> bool:
        """Whether the role may do this somewhere."""
        return action in ALLOWED[self.role] or (action == Action.EDIT and self.publishes)

    def covers(self, spot: Spot) -> bool:
        """Whether the spot is in the area.

        What has a commune belongs where the commune is; what has a province alone, to those who have that province.
        """
        if self.everywhere or not self.records.isdisjoint(spot.records):
            return True
        if spot.commune is not None:
            return spot.commune in self.communes
        return spot.province is not None and spot.province in self.provinces


Reason: TypeAlias = Literal["granted", "nobody", "role", "outside", "approval"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. ``nobody``: no role at all; ``role``: not with this role; ``outside``: not there (``spot``);

    ``approval``: there, but only as a proposal. ``grant`` is the role it rests on.
    """

    allowed: bool
    reason: Reason
    grant: Grant | None = None
    spot: Spot | None = None


def decide(grants: Sequence[Grant], action: Action, spots: Iterable[Spot] = ()) -> Verdict:
    """Decide ``action`` on all ``spots``; without spots, whether it is allowed somewhere.

    One's own role comes before one held for somebody else. A national viewer sees the desk everywhere.
    """
    if not grants:
        return Verdict(False, "nobody")
    able = sorted((grant for grant in grants if grant.allows(action)), key=lambda grant: bool(grant.acting_for))
    asked = list(spots)
    if not able:
        return _unable(grants, action, asked)
    for spot in asked:
        if not any(grant.covers(spot) for grant in able):
            elsewhere = _unable(grants, action, [spot])
            return elsewhere if elsewhere.reason == "approval" else Verdict(False, "outside", spot=spot)
    return Verdict(True, "granted", grant=next(g for g in able if not asked or any(g.covers(s) for s in asked)))


def _unable(grants: Sequence[Grant], action: Action, spots: Sequence[Spot]) -> Verdict:
    """Say why nobody of these may: an area of others, the need of an approval, or the role itself."""
    if action == Action.EDIT:
        proposing = [grant for grant in grants if grant.allows(Action.PROPOSE)]
        for spot in spots:
            if proposing and not any(grant.covers(spot) for grant in proposing):
                return Verdict(False, "outside", spot=spot)
        if proposing:
            return Verdict(False, "approval", grant=proposing[0], spot=spots[0] if spots else None)
    return Verdict(False, "role", spot=spots[0] if spots else None)
