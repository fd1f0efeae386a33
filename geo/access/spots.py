"""Where a record of any kind belongs: each room that has records says so at start."""

from collections.abc import Callable

from geo.access.rules import Spot
from geo.spatial.models import PublicId

Find = Callable[[str], Spot | None]
_FINDERS: dict[str, Find] = {}


def register(kind: str, find: Find) -> None:
    """Let ``find`` say where the record with a public id of ``kind`` belongs (``None``: there is no such record)."""
    _FINDERS[kind] = find


def spot_of(entry: PublicId) -> Spot:
    """Return where the record behind ``entry`` belongs; one that nobody knows is for those who may everywhere."""
    find = _FINDERS.get(entry.kind)
    return (find(entry.pk) if find is not None else None) or Spot(records=frozenset([entry.pk]))
