"""Where a record of any kind belongs: each room that has records says so at start."""

from collections.abc import Callable

from geo.access.rules import Spot
from geo.spatial.models import PublicId

Find = Callable[[str], Spot | None]
_FINDERS: dict[str, Find] = {}
_NAMES: dict[str, Callable[[str], str]] = {}


def register(kind: str, find: Find) -> None:
    """Let ``find`` say where the record with a public id of ``kind`` belongs (``None``: there is no such record)."""
    _FINDERS[kind] = find


def register_names(kind: str, name: Callable[[str], str]) -> None:
    """Let ``name`` say what the record with a public id of ``kind`` is called (nothing: there is no such record)."""
    _NAMES[kind] = name


def called(public_id: str) -> str:
    """Return what a record is called, with its number: “HTX Mẫu (459ZSJJ6)”; the number alone where nobody knows it."""
    kind = PublicId.objects.filter(pk=public_id).values_list("kind", flat=True).first()
    name = _NAMES[kind](public_id) if kind in _NAMES else ""
    return f"{name} ({public_id})" if name else public_id


def spot_of(entry: PublicId) -> Spot:
    """Return where the record behind ``entry`` belongs; one that nobody knows is for those who may everywhere."""
    find = _FINDERS.get(entry.kind)
    return (find(entry.pk) if find is not None else None) or Spot(records=frozenset([entry.pk]))
