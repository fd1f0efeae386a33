"""Finding places that may be there already: by the likeness of names, distance and producer.

One bounded statement for any number of places asked about (``sql/similar_places.sql``) compares names near by, of the
same producer and of the same name; those of a whole commune are compared by ``trigrams``, since one may be asked about
again and again. All is scored by ``likeness.score``. Used while somebody types a new place, by imports, and to keep the
desk's list of likely pairs.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from geo.places.models import Place
from geo.places.rules import MEASURED
from geo.spatial.folding import fold
from geo.spatial.sql_files import SqlFiles
from geo.stewardship.likeness import (
    LEAST_LIKENESS,
    LIKELY,
    ROUNDING,
    Signs,
    least_likeness,
    numbers,
    score,
    weights,
)
from geo.stewardship.trigrams import Names, share, trigrams

SQL = SqlFiles(__file__)
NEAR_M = 1_000
"""Places farther away than this are compared only if they share the producer or the whole name."""
_NEAR_AT_MOST, _IN_COMMUNE_AT_MOST, _SCORED_AT_MOST, _ALIKE_AT_MOST = 200, 2_000, 10, 50
_AMONG_STRANGERS = least_likeness(LIKELY, Signs(0.0, same_commune=True))
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

    @property
    def by_commune(self) -> bool:
        """Whether all places of its commune are compared, for want of a position."""
        return self.commune is not None and self.lon is None


class Known(NamedTuple):
    """What is compared of a stored place."""

    pk: int
    folded: str
    producer_id: int | None
    commune_id: int | None
    phone: str
    kind: str


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


def find(asked: Asked, *, most: int = SHOWN) -> list[Match]:
    """Return the stored places that may be the one asked about, the likeliest first."""
    return find_many([asked], most=most)[0]


def find_many(asked: Sequence[Asked], *, most: int = SHOWN) -> list[list[Match]]:
    """Return ``find`` for each of many places; only those that are returned are loaded."""
    questions = [_Question.of(one) for one in asked]
    likely = [_likeliest(rows, most) for rows in _weighed(questions)]
    places = Place.objects.select_related("producer", "commune", "province").in_bulk(
        {pk for found in likely for pk, _score, _signs in found}
    )
    return [[Match(places[pk], points, signs) for pk, points, signs in found if pk in places] for found in likely]


def likeliest(matches: Iterable[Match], least: float = LIKELY, most: int = SHOWN) -> list[Match]:
    """Return those with a score of ``least``, the likeliest first."""
    found = [match for match in matches if match.score >= least]
    return sorted(found, key=lambda match: (-match.score, match.record.pk))[:most]


def same(one: Any, other: Any) -> bool | None:
    """Tell whether two values are the same; ``None`` where one side says nothing."""
    return None if not one or not other else one == other


def match_of(asked: Asked, place: Place, likeness: float, metres: float | None) -> Match:
    """Return how well ``place`` is what was asked for; ``likeness`` of the folded names, 0 to 1."""
    signs = _signs(_Question.of(asked), place, str(place.folded), likeness, metres)
    return Match(place, score(signs), signs)


def digits(phone: str) -> str:
    """Return the last digits of a phone number: with and without the country's code it is the same one."""
    return "".join(character for character in phone if character.isdigit())[-_PHONE_DIGITS:]


class _Question(NamedTuple):
    """A place asked about, with what is worked out of it once."""

    asked: Asked
    folded: str
    numbers: list[str]
    phone: str

    @classmethod
    def of(cls, asked: Asked) -> "_Question":
        folded = fold(asked.name)
        return cls(asked, folded, numbers(folded), digits(asked.phone))


Weighed = tuple[int, float, Signs]


def _signs(question: _Question, place: Place | Known, folded: str, likeness: float, metres: float | None) -> Signs:
    asked = question.asked
    return Signs(
        likeness=likeness,
        metres=metres,
        same_commune=same(asked.commune, place.commune_id),
        same_producer=same(asked.producer, place.producer_id),
        same_phone=same(question.phone, digits(place.phone)),
        same_kind=same(asked.kind, place.kind) is not False,
        same_numbers=question.numbers == numbers(folded),
    )


def _likeliest(rows: Iterable[Weighed], most: int) -> list[Weighed]:
    return sorted((row for row in rows if row[1] >= LIKELY), key=lambda row: (-row[1], row[0]))[:most]


def _weighed(questions: Sequence[_Question]) -> Iterator[Iterable[Weighed]]:
    """Return, for each question, the places that may be it, with their scores."""
    found: list[dict[int, tuple[Known, float, float | None]]] = [{} for _one in questions]
    communes: dict[int, list[Known]] = defaultdict(list)
    for position, likeness, metres, *columns in _rows(questions):
        known = Known(*columns)
        if position is None:
            communes[known.commune_id or 0].append(known)
        else:
            found[position - 1][known.pk] = known, likeness, metres
    inside = {commune: _Inside(known) for commune, known in communes.items()}
    for question, near in zip(questions, found, strict=True):
        if question.folded and question.asked.by_commune and question.asked.commune in inside:
            for known, likeness in inside[question.asked.commune].alike(question):
                if known.pk != question.asked.stored:
                    near.setdefault(known.pk, (known, likeness, None))
        signs = [_signs(question, known, known.folded, likeness, metres) for known, likeness, metres in near.values()]
        yield ((pk, score(one), one) for pk, one in zip(near, signs, strict=True))


class _Inside:
    """The places of a commune, in which one without a position is looked for."""

    def __init__(self, places: list[Known]) -> None:
        self._places = places
        self._names: dict[tuple[str, ...], tuple[Names, list[Known]]] = {}

    def alike(self, question: _Question) -> Iterator[tuple[Known, float]]:
        """Return the places whose names may suffice with the other signs: those much alike, and kin."""
        names, known = self._with_numbers(tuple(question.numbers))
        for position, likeness in names.alike(question.folded, _AMONG_STRANGERS, _ALIKE_AT_MOST):
            yield known[position], likeness
        asked, mine = question.asked, trigrams(question.folded)
        kin = [*self._of_producer.get(asked.producer, ())[:_NEAR_AT_MOST]] if asked.producer else []
        kin += self._with_phone.get(question.phone, ())[:_NEAR_AT_MOST] if question.phone else []
        for one in kin:
            likeness = share(mine, trigrams(one.folded))
            if likeness >= LEAST_LIKENESS:
                yield one, likeness

    def _with_numbers(self, said: tuple[str, ...]) -> tuple[Names, list[Known]]:
        """Return the names that have just these numbers: with others, the name of a stranger never suffices."""
        if said not in self._names:
            known = self._by_numbers.get(said, [])
            self._names[said] = Names([one.folded for one in known]), known
        return self._names[said]

    @cached_property
    def _by_numbers(self) -> dict[tuple[str, ...], list[Known]]:
        return _grouped((tuple(numbers(one.folded)), one) for one in self._places)

    @cached_property
    def _of_producer(self) -> dict[int | None, list[Known]]:
        return _grouped((one.producer_id, one) for one in self._places)

    @cached_property
    def _with_phone(self) -> dict[str, list[Known]]:
        return _grouped((digits(one.phone), one) for one in self._places)


KeyT = TypeVar("KeyT")


def _grouped(pairs: Iterable[tuple[KeyT, Known]]) -> dict[KeyT, list[Known]]:
    found: dict[KeyT, list[Known]] = defaultdict(list)
    for key, one in pairs:
        found[key].append(one)
    return found


def _rows(questions: Sequence[_Question]) -> list[tuple[Any, ...]]:
    """Ask the database; a row without a position is a place of a commune that is asked about as a whole."""
    if not any(one.folded for one in questions):
        return []
    asked = [one.asked for one in questions]
    parameters = {
        "names": [one.folded or None for one in questions],
        "numbers": [" ".join(one.numbers) for one in questions],
        "lons": [one.lon for one in asked],
        "lats": [one.lat for one in asked],
        "producers": [one.producer for one in asked],
        "own_communes": [one.commune for one in asked],
        "phones": [one.phone for one in questions],
        "kinds": [one.kind for one in asked],
        "except": [one.stored for one in asked],
        "communes": sorted({one.commune for one in asked if one.by_commune and one.commune is not None}),
        "metres": NEAR_M,
        "near": _NEAR_AT_MOST,
        "in_commune": _IN_COMMUNE_AT_MOST,
        "scored": _SCORED_AT_MOST,
        "likeness": LEAST_LIKENESS,
        "least": LIKELY - ROUNDING,
        **weights(),
    }
    return list(SQL.rows("similar_places", parameters))
