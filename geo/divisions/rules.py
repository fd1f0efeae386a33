"""Which units a typed text can mean: consistent readings of its spans, and which of them are best.

Pure functions over what the register returned for the spans' keys. A *reading* takes the text from its end: province,
district, commune from right to left, each inside the next; what is left over on the left (house number, street, hamlet)
is the rest. Nothing is chosen for the user: readings that are equally good are all returned.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from geo.divisions.addresses import Name, Span
from geo.divisions.names import accented_key, accents_agree

LEVELS = {"PROVINCE": 0, "DISTRICT": 1, "COMMUNE": 2}
LEVEL_OF_TYPE = {
    "tỉnh": {"PROVINCE"},
    "thành phố": {"PROVINCE", "DISTRICT"},
    "quận": {"DISTRICT"},
    "huyện": {"DISTRICT"},
    "thị xã": {"DISTRICT"},
    "thị trấn": {"COMMUNE"},
    "phường": {"COMMUNE"},
    "xã": {"COMMUNE"},
    "đặc khu": {"COMMUNE"},
}


@dataclass(frozen=True, slots=True)
class Known:
    """A unit the register knows by a key. ``context`` holds the ids of everything it is or was inside of."""

    id: int
    level: str
    unit_type: str
    name: str
    key: str
    valid_from: date | None
    valid_until: date | None
    parents: frozenset[int]
    context: frozenset[int]
    kind: str = "official"
    distance: int = 0

    def in_force(self, day: date) -> bool:
        """Tell whether the unit exists on ``day``."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Match:
    """A span read as a unit. Blemishes: type and accents said otherwise, a former name, letters that differ.

    ``wrong_accents`` is 0 when the accents typed are the name's or none were typed, 1 when some were left out, 2
    when they say another name.
    """

    span: Span
    unit: Known
    wrong_type: bool
    wrong_accents: int

    @property
    def misspelt(self) -> bool:
        """Whether letters or accents say another name."""
        return self.unit.distance > 0 or self.wrong_accents > 1

    @property
    def blemishes(self) -> tuple[int, ...]:
        """In order of weight."""
        return (
            self.unit.distance,
            int(self.misspelt),
            int(self.wrong_type),
            self.wrong_accents,
            int(self.unit.kind == "former"),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A chain of matches from the most specific (the target) to the most general."""

    matches: tuple[Match, ...]

    @property
    def target(self) -> Known:
        """The unit the text names."""
        return self.matches[0].unit

    @property
    def start(self) -> int:
        """The first word explained."""
        return self.matches[0].span.start

    @property
    def end(self) -> int:
        """The word after the last one explained."""
        return self.matches[-1].span.end

    @property
    def direct(self) -> bool:
        """Whether each unit is inside the next on one map, not by way of what it was or became."""
        return all(general.unit.id in special.unit.parents for special, general in pairwise(self.matches))

    @property
    def blemishes(self) -> tuple[int, ...]:
        """The sum over the matches, in order of weight."""
        return tuple(sum(column) for column in zip(*(match.blemishes for match in self.matches), strict=True))


def match_span(span: Span, known: dict[str, list[Known]]) -> list[Match]:
    """Return the units a span can mean, each once, in its least blemished way.

    Units whose name is spelt otherwise count only when no unit is spelt just so.
    """
    best: dict[int, Match] = {}
    for name in span.names:
        for unit in known.get(name.key, ()):
            match = _match(span, name, unit)
            if match and (unit.id not in best or match.blemishes < best[unit.id].blemishes):
                best[unit.id] = match
    return [m for m in best.values() if not m.misspelt] or list(best.values())


def _match(span: Span, name: Name, unit: Known) -> Match | None:
    wrong_type = bool(name.types) and unit.unit_type not in name.types
    if wrong_type and (name.strict or not any(unit.level in LEVEL_OF_TYPE[said] for said in name.types)):
        return None
    if not name.types and unit.key.isdigit():
        return None
    return Match(span, unit, wrong_type, _wrong_accents(name, unit))


def _wrong_accents(name: Name, unit: Known) -> int:
    if unit.kind != "official" or not name.accented:
        return 0
    if accented_key(unit.name).endswith(accented_key(name.text)):
        return 0
    return 1 if accents_agree(name.text, unit.name) else 2


def readings(words: int, spans: Iterable[Span], known: dict[str, list[Known]], end: int | None = None) -> list[Reading]:
    """Return all consistent readings that end at word ``end`` (default: the last)."""
    by_end: dict[int, list[Match]] = {}
    for span in spans:
        by_end.setdefault(span.end, []).extend(match_span(span, known))
    found: list[Reading] = []
    chains: list[tuple[Match, ...]] = [(match,) for match in by_end.get(words if end is None else end, ())]
    while chains:
        found += [Reading(chain) for chain in chains]
        longer: list[tuple[Match, ...]] = []
        for chain in chains:
            for match in by_end.get(chain[0].span.start, ()):
                if _fits(match.unit, chain):
                    longer.append((match, *chain))
        chains = longer
    return found


def _fits(unit: Known, chain: Sequence[Match]) -> bool:
    """Tell whether ``unit`` is below the chain's first unit and inside, now or once, of all of them."""
    return LEVELS[unit.level] > LEVELS[chain[0].unit.level] and all(m.unit.id in unit.context for m in chain)


def best(found: Iterable[Reading], day: date, level: str | None = None) -> tuple[list[Reading], list[Reading]]:
    """Return the best readings and the ones they pushed aside, given what is in force on ``day``.

    Explaining more words is better, then fewer blemishes; then a unit in force is better than a former one of the same
    level that is named as directly. Readings of different levels stand side by side.
    """
    fitting = [reading for reading in found if level is None or reading.target.level == level]
    if not fitting:
        return [], []
    furthest = min(reading.start for reading in fitting)
    fitting = [reading for reading in fitting if reading.start == furthest]
    least = min(reading.blemishes for reading in fitting)
    fitting = [reading for reading in fitting if reading.blemishes == least]
    chosen: list[Reading] = []
    aside: list[Reading] = []
    for level_name in LEVELS:
        same = [reading for reading in fitting if reading.target.level == level_name]
        ranks = [_rank(reading, day) for reading in same]
        for reading, rank in zip(same, ranks, strict=True):
            (chosen if rank == min(ranks) else aside).append(reading)
    return _once(chosen), _once(aside)


def _rank(reading: Reading, day: date) -> tuple[bool, int]:
    """Directly named first, then in force, then the one that ended last."""
    target = reading.target
    age = 0 if target.in_force(day) else date.max.toordinal() - (target.valid_until or date.min).toordinal()
    return not reading.direct, age


def _once(found: Iterable[Reading]) -> list[Reading]:
    """Keep one reading for each target."""
    return list({reading.target.id: reading for reading in reversed(list(found))}.values())[::-1]


def edit_distance(left: str, right: str, most: int) -> int:
    """Return how many letters differ (inserted, left out, replaced, neighbours swapped); ``most`` + 1 if more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
