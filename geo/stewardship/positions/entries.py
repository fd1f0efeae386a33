"""What the desk's lists of doubtful positions say of a place, and the communes its point may be in."""

from dataclasses import dataclass
from typing import Any

from geo.divisions.models import Division
from geo.divisions.selectors import division_at, nearest_communes
from geo.places.models import Place
from geo.stewardship.imports.ground import metres

NEAR = 2
"""Communes offered where no boundary tells which one a point is in."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in doubt: the communes its point may be in, and how far it is from the declared one's point, in km."""

    place: Place
    communes: tuple[Division, ...] = ()
    km: int | None = None


def entries(rows: list[Any], _area: object) -> list[Entry]:
    """Give places what settles them."""
    return [_entry(place) for place in rows]


def _entry(place: Place) -> Entry:
    point, declared = place.location, place.commune
    if point is None or declared is None:
        return Entry(place)
    far = None
    if declared.location is not None:
        far = metres((point.x, point.y), (declared.location.x, declared.location.y))
    return Entry(place, communes_of(place), round(far / 1000) if far is not None else None)


def communes_of(place: Place) -> tuple[Division, ...]:
    """Return the commune in which the point of a place lies, or those it may be in where no boundary is loaded."""
    point = place.location
    if point is None:
        return ()
    within = division_at(point)
    near = [within] if within is not None else nearest_communes(point, NEAR)
    return tuple(one for one in near if one.pk != place.commune_id)
