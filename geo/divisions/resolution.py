"""Resolving what people type: names of today and of before July 2025, with or without accents, types and context.

Nothing is ever chosen for the user. A split commune and an ambiguous name return all candidates with reasons; a text
the register doesn't know returns none. A former province or district stands for the communes that came out of it
(``scope``), never for the whole province it was merged into.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo.divisions.addresses import Span, Word, spans_of, words_of
from geo.divisions.models import Division, Level
from geo.divisions.rules import Known, Match, Reading, best, edit_distance, readings
from geo.divisions.statements import day_of, often
from geo.spatial import calendar
from geo.spatial.folding import fold

Reason = Literal["current", "code", "became", "part", "former_area", "former_name", "similar"]
Status = Literal["found", "split", "ambiguous", "similar", "unknown"]

MAX_TEXT = 300
_MAX_WORDS_SIMILAR = 12

REASONS: dict[str, Promise] = {
    "current": _("name in force"),
    "code": _("code in force"),
    "became": _("former unit, all of it is here now"),
    "part": _("former unit that was split: part of it is here now"),
    "former_area": _("former unit: stands for the communes that came out of it"),
    "former_name": _("former name"),
    "similar": _("similar spelling"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing the text can mean.

    ``division`` is in force on the day asked, or a former province or district (reason ``former_area``) that stands
    for its ``scope``. ``via`` is the former unit that was named, if another. ``is_default`` marks the successor of a
    split unit that the register proposes; it is shown, not taken.
    """

    division: Division
    reason: Reason
    via: Division | None = None
    is_default: bool = False

    @property
    def inexact(self) -> bool:
        """Whether the text says something else: other letters or accents, or a district merged into this one."""
        return self.reason == "similar" or (self.reason == "former_name" and self.division.level == Level.DISTRICT)

    @property
    def explanation(self) -> Promise:
        """The reason in words."""
        return REASONS[self.reason]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a text means: candidates in order, what they pushed aside, and the words that were not understood.

    ``rest`` is what stood left of the names (house number, street, hamlet), ``ignored`` what stood right of them.
    """

    text: str
    candidates: tuple[Candidate, ...] = ()
    others: tuple[Candidate, ...] = ()
    rest: str = ""
    ignored: str = ""

    @property
    def status(self) -> Status:
        """``found`` for exactly one candidate that is spelt right; otherwise why there is not one."""
        if not self.candidates:
            return "unknown"
        if any(candidate.inexact for candidate in self.candidates):
            return "similar"
        if len(self.candidates) == 1:
            return "found"
        split = {c.via.pk if c.via else None for c in self.candidates if c.reason == "part"}
        return "split" if len(split) == 1 and all(c.reason == "part" for c in self.candidates) else "ambiguous"

    @property
    def one(self) -> Division | None:
        """The division when there is no doubt, else None."""
        return self.candidates[0].division if self.status == "found" else None


def resolve(text: str, level: str | None = None, day: date | None = None, within: Division | None = None) -> Resolution:
    """Return what ``text`` can mean on ``day`` (default: today in Viet Nam).

    ``level`` (PROVINCE, DISTRICT, COMMUNE) keeps units of that level, ``within`` those now or once inside that
    division.
    """
    text = text.strip()[:MAX_TEXT]
    day = day or calendar.today()
    if re.fullmatch(r"\d{2}|\d{3}|\d{5}", text):
        return _by_code(text, level, day, within)
    words = words_of(text)
    if not words:
        return Resolution(text)
    spans = spans_of(words)
    known = _known({name.key for span in spans for name in span.names})
    end, chosen, aside = _read(words, spans, known, day, level, within)
    if not chosen and len(words) <= _MAX_WORDS_SIMILAR:
        known = _with_similar(words, spans, known)
        end, chosen, aside = _read(words, spans, known, day, level, within)
    candidates, others = _candidates(day, chosen, aside)
    return Resolution(
        text,
        tuple(candidates),
        tuple(others),
        rest=" ".join(word.text for word in words[: chosen[0].start]) if chosen else "",
        ignored=" ".join(word.text for word in words[end:]) if chosen else "",
    )


def _read(
    words: list[Word],
    spans: list[Span],
    known: dict[str, list[Known]],
    day: date,
    level: str | None,
    within: Division | None,
) -> tuple[int, list[Reading], list[Reading]]:
    """Return the best readings and where they end: at the last word, or else at the last segment that can be read."""
    ends = [len(words)]
    ends += [i for i in range(len(words) - 1, 0, -1) if words[i].segment != words[i - 1].segment]
    for end in ends[:3]:
        found = readings(len(words), spans, known, end)
        named = bool(found)
        if within:
            found = [r for r in found if within.pk in r.target.context or within.pk == r.target.id]
        chosen, aside = best(found, day, level)
        if chosen:
            return end, chosen, aside
        if named:
            # The end names a place, if not one that fits: to overlook it would be a guess.
            break
    return len(words), [], []


def _known(keys: Iterable[str]) -> dict[str, list[Known]]:
    """Ask the register for the units behind ``keys``."""
    known: dict[str, list[Known]] = {}
    for id_, level, unit_type, name, key, since, until, parents, context, kind in often(
        "named_units", keys=sorted(set(keys))
    ):
        span = day_of(since), day_of(until)
        unit = Known(id_, level, unit_type, name, key, *span, frozenset(parents), frozenset(context), kind)
        known.setdefault(key, []).append(unit)
    return known


def _with_similar(words: list[Word], spans: list[Span], known: dict[str, list[Known]]) -> dict[str, list[Known]]:
    """Add, under the keys that were typed, units whose keys differ by one letter (two from nine letters on)."""
    segments = {word.segment for word in words}
    texts = {fold(" ".join(word.text for word in words if word.segment == number)) for number in segments}
    near = {key for text in texts for key, _nearness in often("similar_keys", words=text)}
    units = _known(near)
    extended = {key: list(found) for key, found in known.items()}
    for typed in {name.key for span in spans for name in span.names if len(name.key) >= 4}:
        most = 1 if len(typed) < 9 else 2
        for key in near:
            distance = edit_distance(typed, key, most)
            if 0 < distance <= most:
                extended.setdefault(typed, []).extend(replace(unit, distance=distance) for unit in units.get(key, ()))
    return extended


def _by_code(code: str, level: str | None, day: date, within: Division | None) -> Resolution:
    """Resolve a code: today's unit, or else the last unit that had it."""
    units = Division.objects.filter(code=code)
    if level:
        units = units.filter(level=level)
    found = list(units.filter(validity__contains=day)) or list(units.order_by("-valid_until")[:1])
    candidates, _others = _candidates(day, [_code_reading(unit) for unit in found])
    if within:
        candidates = [c for c in candidates if within.pk in {c.division.pk, c.division.parent_id}]
    candidates = [replace(c, reason="code") if c.reason == "current" else c for c in candidates]
    return Resolution(code, tuple(candidates))


def _code_reading(unit: Division) -> Reading:
    known = Known(
        unit.pk,
        unit.level,
        unit.unit_type,
        unit.name,
        unit.key,
        unit.valid_from,
        unit.valid_until,
        frozenset(),
        frozenset(),
    )
    return Reading((Match(Span(0, 1, ()), known, wrong_type=False, wrong_accents=0),))


def _candidates(
    day: date, chosen: list[Reading], aside: list[Reading] | None = None
) -> tuple[list[Candidate], list[Candidate]]:
    """Turn readings into divisions of ``day``, each once; former communes into their successors."""
    chosen, aside = list(chosen), list(aside or ())
    former = _former([r.target for r in (*chosen, *aside) if not r.target.in_force(day)], day)
    ids = {r.target.id for r in (*chosen, *aside)} | {s.id for successors in former.values() for s in successors}
    divisions = Division.objects.select_related("parent", "parent__parent").order_by().in_bulk(ids)
    found: dict[int, Candidate] = {}
    others: dict[int, Candidate] = {}
    for group, into in ((chosen, found), (aside, others)):
        # What is in force comes first within its level, so that no former unit of the same name hides it.
        for reading in sorted(group, key=lambda r: (r.target.level != "PROVINCE", not r.target.in_force(day))):
            for candidate in _meanings(reading, divisions, former, day):
                if candidate.division.pk not in found:
                    into.setdefault(candidate.division.pk, candidate)
    return list(found.values()), list(others.values())


@dataclass(frozen=True, slots=True)
class _Successor:
    id: int
    whole: bool
    is_default: bool


def _former(units: list[Known], day: date) -> dict[int, list[_Successor]]:
    """Return the successors on ``day`` of each former unit that can be named by them.

    These are communes, what was only retitled, and districts that are one commune now. Merged provinces and other
    districts are left out: they stand for their scope.
    """
    if not units:
        return {}
    by_level = {level: [u.id for u in units if u.level == level] for level in ("PROVINCE", "DISTRICT", "COMMUNE")}
    retitled = [unit for (unit,) in _rows("retitled", by_level["PROVINCE"], day)]
    asked = by_level["COMMUNE"] + by_level["DISTRICT"] + retitled
    former: dict[int, list[_Successor]] = {}
    for unit, *successor in _rows("successors", asked, day):
        former.setdefault(unit, []).append(_Successor(*successor))
    for unit, commune in _rows("sole_communes", by_level["DISTRICT"], day):
        former.setdefault(unit, [_Successor(commune, True, True)])
    return former


def _rows(name: str, units: list[int], day: date) -> Sequence[Sequence[Any]]:
    return often(name, units=units, day=day) if units else []


def _meanings(
    reading: Reading, divisions: dict[int, Division], former: dict[int, list[_Successor]], day: date
) -> list[Candidate]:
    """Return the candidates of one reading."""
    target, named = reading.target, divisions[reading.target.id]
    similar = any(match.misspelt for match in reading.matches)

    def candidate(division: Division, reason: Reason, via: Division | None = None, default: bool = False) -> Candidate:
        return Candidate(division, "similar" if similar else reason, via, default)

    if target.in_force(day):
        return [candidate(named, "former_name" if target.kind == "former" else "current")]
    successors = former.get(target.id)
    if not successors:
        return [candidate(named, "former_name" if target.kind == "former" else "former_area")]
    ordered = sorted(successors, key=lambda s: (not s.is_default, divisions[s.id].code))
    whole: Reason = "former_name" if target.kind == "former" else "became"
    return [candidate(divisions[s.id], whole if s.whole else "part", named, s.is_default) for s in ordered]
