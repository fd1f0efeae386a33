"""What others have done to a record while somebody had it open: who, when, and what they changed.

Names are for those who may see the desk of the record, as its history is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from geo.access.models import User
from geo.access.permissions import may
from geo.access.rules import Action
from geo.access.trails import Entry, entries
from geo.stewardship.writers import Subject, spot_of

LOOKED_AT = 60
"""Entries of the history that are looked through; a save has few."""
LONGEST_SAVE = timedelta(hours=1)
"""History tells when a transaction began: one that had begun this long before may have ended after."""


@dataclass
class Saved:
    """One save of somebody else's, in words."""

    who: str
    at: datetime
    changed: list[str] = field(default_factory=list)


def meanwhile(reader: User, record: Subject, version: int, since: datetime | None = None) -> list[Saved]:
    """Return what was saved of ``record`` since it was at ``version``, newest first; nothing to whom it isn't told.

    ``since``: when ``reader`` opened it, if that is known.
    """
    if not may(reader, Action.DESK, spot_of(record)).allowed:
        return []
    found: list[Saved] = []
    behind = record.version - version
    for save in _saves(entries(record, limit=LOOKED_AT)):
        later = since is not None and save.at >= since
        in_time = since is None or save.at >= since - LONGEST_SAVE
        if not later and not (in_time and len(found) < behind):
            break
        found.append(save)
    return found


def _saves(rows: Iterable[Entry]) -> list[Saved]:
    """Return changes, newest first, as saves: what one transaction changed for one reason."""
    found: list[Saved] = []
    last = None
    for row in rows:
        key = (row.at, row.who, row.reason, row.batch)
        if key != last:
            found.append(Saved(row.who, row.at))
        last = key
        found[-1].changed += [said for said in _said(row) if said not in found[-1].changed]
    return found


def _said(row: Entry) -> list[str]:
    if row.about:
        return [f"{row.about} ({row.operation})" if row.code != "U" else row.about]
    return [change.label for change in row.changes]
