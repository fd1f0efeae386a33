"""Finding places that may be there already: by the likeness of names, distance and producer.

One bounded statement for any number of places asked about (``sql/similar_places.sql``); what it finds is scored by
``likeness.score``. Used while somebody types a new place, by imports, and to keep the desk's list of likely pairs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from geo.places.models import Place
from geo.places.rules import MEASURED
from geo.spatial.folding import fold
from geo.spatial.sql_files import SqlFiles
from geo.stewardship.likeness import LEAST_LIKENESS, LIKELY, Signs, numbers, score

SQL = SqlFiles(__file__)
NEAR_M = 1_000
"""Places farther away than this are compared only if they share the producer or the whole name."""
_NEAR_AT_MOST, _IN_COMMUNE_AT_MOST, _SCORED_AT_MOST = 200, 2_000, 10
SHOWN = 5
_PHONE_DIGITS = 9
NOBODY_YET = -1
"""Stands for a producer that is named, but not registered: no stored place is theirs."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A place somebody is about to enter, or one that is stored (``stored``: its primary key).

    ``lon`` and ``lat`` (EPSG:4326) only of a measured position; ``producer`` (or ``NOBODY_YET``) and ``commune`` are
    primary keys.
    """

    name: str
    lon: float | None = None
    lat: float | None = None
    producer: int | None = None
    commune: int | None = None
    kind: str = ""
    phone: str = ""
    stored: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A stored record that may be the one asked about: ``score`` 0 to 1, ``metres`` where both are measured."""

    record: Any
    score: float
    signs: Signs

    @property
    def metres(self) -> int | None:
        """The distance in whole metres, if both positions are measured."""
        return None if self.signs.metres is None else round(self.signs.metres)


def asked_about(place: Place) -> Asked:
    """Return the question whether ``place`` is there twice."""
    measured = place.location if place.location_accuracy in MEASURED else None
    return Asked(
        name=place.name,
        lon=measured.x if measured else None,
        lat=measured.y if measured else None,
        producer=place.producer_id,
        commune=place.commune_id,
        kind=place.kind,
        phone=place.phone,
        stored=place.pk,
    )


def find(asked: Asked, *, least: float = LIKELY, most: int = SHOWN) -> list[Match]:
    """Return the stored places that may be the one asked about, the likeliest first."""
    return find_many([asked], least=least, most=most)[0]


def find_many(asked: Sequence[Asked], *, least: float = LIKELY, most: int = SHOWN) -> list[list[Match]]:
    """Return ``find`` for each of many places, by one statement."""
    found: list[list[tuple[int, float, float | None]]] = [[] for _one in asked]
    for position, pk, likeness, metres in _candidates(asked):
        found[position - 1].append((pk, likeness, metres))
    places = Place.objects.select_related("producer", "commune", "province").in_bulk(
        {pk for rows in found for pk, _likeness, _metres in rows}
    )
    return [
        _likeliest(one, ((places[pk], likeness, metres) for pk, likeness, metres in rows if pk in places), least, most)
        for one, rows in zip(asked, found, strict=True)
    ]


def _likeliest(asked: Asked, rows: Iterable[tuple[Place, float, float | None]], least: float, most: int) -> list[Match]:
    return likeliest((match_of(asked, place, likeness, metres) for place, likeness, metres in rows), least, most)


def likeliest(matches: Iterable[Match], least: float = LIKELY, most: int = SHOWN) -> list[Match]:
    """Return those with a score of ``least``, the likeliest first."""
    found = [match for match in matches if match.score >= least]
    return sorted(found, key=lambda match: (-match.score, match.record.pk))[:most]


def same(one: Any, other: Any) -> bool | None:
    """Tell whether two values are the same; ``None`` where one side says nothing."""
    return None if not one or not other else one == other


def match_of(asked: Asked, place: Place, likeness: float, metres: float | None) -> Match:
    """Return how well ``place`` is what was asked for; ``likeness`` of the folded names, 0 to 1."""
    signs = Signs(
        likeness=likeness,
        metres=metres,
        same_commune=same(asked.commune, place.commune_id),
        same_producer=same(asked.producer, place.producer_id),
        same_phone=same(digits(asked.phone), digits(place.phone)),
        same_kind=same(asked.kind, place.kind) is not False,
        same_numbers=numbers(fold(asked.name)) == numbers(str(place.folded)),
    )
    return Match(place, score(signs), signs)


def digits(phone: str) -> str:
    """Return the last digits of a phone number: with and without the country's code it is the same one."""
    return "".join(character for character in phone if character.isdigit())[-_PHONE_DIGITS:]


def _candidates(asked: Sequence[Asked]) -> list[tuple[int, int, float, float | None]]:
    named = [(one, fold(one.name)) for one in asked]
    if not any(name for _one, name in named):
        return []
    parameters = {
        "names": [name or None for _one, name in named],
        "lons": [one.lon for one in asked],
        "lats": [one.lat for one in asked],
        "producers": [one.producer for one in asked],
        "communes": [one.commune for one in asked],
        "except": [one.stored for one in asked],
        "metres": NEAR_M,
        "near": _NEAR_AT_MOST,
        "in_commune": _IN_COMMUNE_AT_MOST,
        "scored": _SCORED_AT_MOST,
        "likeness": LEAST_LIKENESS,
    }
    return list(SQL.rows("similar_places", parameters))
