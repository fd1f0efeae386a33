"""Divisions as query parameters: codes or a name, of today or of the old map, become divisions of today."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from geo.divisions.models import Division, Level
from geo.divisions.resolution import Candidate, resolve
from geo.divisions.selectors import current, scope_of
from geo.spatial import calendar
from geo.spatial import parameters as parse
from geo.spatial.problems import InvalidParameter

_CODES = re.compile(r"\d{2,5}(,\d{2,5})*", re.ASCII)


@dataclass(frozen=True)
class DivisionScope:
    """The divisions of today (primary keys) a parameter stands for; ``codes``, ``names``: what was understood.

    A former province has no ``province_ids``: it stands for the communes that came out of it, ``commune_ids``.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    province_ids: tuple[int, ...] = ()
    commune_ids: tuple[int, ...] = ()


def division_scope(name: str, value: str, level: Level, within: DivisionScope | None = None) -> DivisionScope:
    """Return what ``value`` (codes parted by commas, or one name) stands for.

    A code that is no longer used means the unit that had it last. ``within`` narrows a commune's name to provinces
    already chosen. Raises: InvalidParameter when nothing fits to the letter, or when a name fits several divisions
    (they are its candidates).
    """
    asked = parse.text(name, value)
    if _CODES.fullmatch(asked):
        return _by_codes(name, asked.split(","), level)
    resolution = resolve(asked, level=level)
    candidates = resolution.candidates
    if within is not None and level == Level.COMMUNE:
        candidates = tuple(c for c in candidates if _inside(c, within))
    if not candidates:
        raise InvalidParameter(name, _("There is no division named “%(value)s”.") % {"value": asked})
    if resolution.rest or resolution.ignored or any(candidate.inexact for candidate in candidates):
        raise InvalidParameter(
            name,
            _("There is no division named “%(value)s”; did you mean one of these?") % {"value": asked},
            [_listed(candidate) for candidate in candidates],
        )
    if len(candidates) > 1:
        raise InvalidParameter(
            name,
            _("“%(value)s” may be one of several; give its code.") % {"value": asked},
            [_listed(candidate) for candidate in candidates],
        )
    return _scope_of([candidates[0].division])


def _by_codes(name: str, codes: list[str], level: Level) -> DivisionScope:
    found = {division.code: division for division in current().filter(level=level, code__in=codes)}
    for code in sorted(set(codes) - set(found)):
        former = resolve(code, level=level).candidates
        if len(former) != 1:
            raise InvalidParameter(name, _("There is no division with the code %(code)s.") % {"code": code})
        found[code] = former[0].division
    return _scope_of(list(found.values()))


def _scope_of(divisions: list[Division]) -> DivisionScope:
    """Gather divisions: provinces and communes of today as they are, former units as their communes of today."""
    today = calendar.today()
    present = [d for d in divisions if d.valid_until is None or d.valid_until > today]
    former = [d.pk for d in divisions if d.valid_until is not None and d.valid_until <= today]
    communes = {d.pk for d in present if d.level == Level.COMMUNE} | set(scope_of(former) if former else ())
    return DivisionScope(
        codes=tuple(division.code for division in divisions),
        names=tuple(division.full_name for division in divisions),
        province_ids=tuple(sorted(d.pk for d in present if d.level == Level.PROVINCE)),
        commune_ids=tuple(sorted(communes)),
    )


def _inside(candidate: Candidate, within: DivisionScope) -> bool:
    return candidate.division.parent_id in within.province_ids or candidate.division.pk in within.commune_ids


def _listed(candidate: Candidate) -> dict[str, str | None]:
    parent = candidate.division.parent
    return {
        "code": candidate.division.code,
        "name": candidate.division.full_name,
        "within": parent.full_name if parent else None,
        "reason": str(candidate.explanation),
    }
