"""How likely two records mean the same thing: plain functions over what the database measured. No Django.

A score is a share from 0 to 1: the likeness of the names weighs most, then nearness, then the producer. The weights
are ours, tuned by hand so that none of the signs suffices alone; nobody's record is changed by a score.
"""

import re
from dataclasses import dataclass, replace

LIKELY = 0.6
"""From this score on, somebody is asked whether two records are one."""
LEAST_LIKENESS = 0.3
"""Names less alike than this (share of common trigrams) are not compared further."""
ROUNDING = 0.0005
"""Scores are rounded to three digits: what misses one by no more than this may reach it."""

_NAME, _OTHER_NUMBER, _OTHER_KIND = 0.55, -0.45, -0.2
_NEARNESS = ((60.0, 0.3), (250.0, 0.25), (1_000.0, 0.1), (5_000.0, 0.0))
_FAR = -0.2
_SAME_COMMUNE, _OTHER_COMMUNE, _ANY_COMMUNE = 0.12, -0.15, 0.05
_SAME_PRODUCER, _OTHER_PRODUCER = 0.15, -0.25
_SAME_PHONE = 0.2


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against two records being one.

    ``likeness`` is that of the names, 0 to 1; ``metres`` between two measured positions, else ``None``; the others
    are ``None`` where one side doesn't say.
    """

    likeness: float
    metres: float | None = None
    same_commune: bool | None = None
    same_producer: bool | None = None
    same_phone: bool | None = None
    same_kind: bool = True
    same_numbers: bool = True
    same_gtin: bool | None = None


def numbers(folded: str) -> list[str]:
    """Return the numbers in a folded name: shop 1 and shop 2 are written alike and are two shops."""
    return re.findall(r"\d+", folded)


def score(signs: Signs) -> float:
    """Return how likely it is one and the same, 0 to 1."""
    return _share(_weight(signs))


def _weight(signs: Signs) -> float:
    found = _NAME * signs.likeness + _place(signs)
    if signs.same_producer is not None:
        found += _SAME_PRODUCER if signs.same_producer else _OTHER_PRODUCER
    if signs.same_phone:
        found += _SAME_PHONE
    if not signs.same_kind:
        found += _OTHER_KIND
    if not signs.same_numbers:
        found += _OTHER_NUMBER
    return found


def _place(signs: Signs) -> float:
    """Return what nearness says; a commune says it only where a position isn't measured."""
    if signs.metres is not None:
        return next((weight for reach, weight in _NEARNESS if signs.metres <= reach), _FAR)
    if signs.same_commune is None:
        return _ANY_COMMUNE
    return _SAME_COMMUNE if signs.same_commune else _OTHER_COMMUNE


def weights() -> dict[str, float | list[float]]:
    """Return what each sign of ``score`` weighs, by name, for a statement that leaves out what can't suffice."""
    return {
        "name": _NAME,
        "reaches": [reach for reach, _weight in _NEARNESS],
        "nearness": [weight for _reach, weight in _NEARNESS],
        "far": _FAR,
        "same_commune": _SAME_COMMUNE,
        "other_commune": _OTHER_COMMUNE,
        "any_commune": _ANY_COMMUNE,
        "same_producer": _SAME_PRODUCER,
        "other_producer": _OTHER_PRODUCER,
        "same_phone": _SAME_PHONE,
        "other_kind": _OTHER_KIND,
        "other_numbers": _OTHER_NUMBER,
    }


def least_likeness(least: float, signs: Signs) -> float:
    """Return how alike names must be at least for a score of ``least``, with these other signs; may be above 1."""
    return max(LEAST_LIKENESS, (least - ROUNDING - _weight(replace(signs, likeness=0.0))) / _NAME)


_SAME_MAKER, _OTHER_MAKER, _ANY_MAKER = 0.25, -0.3, 0.1
_SAME_GTIN, _OTHER_GTIN = 0.4, -0.3
_HERE, _OTHER_HERE, _OTHER_PROVINCE, _ANYWHERE = 0.2, -0.05, -0.3, 0.1
_OTHER_FORM = -0.15


def score_product(
    likeness: float, *, same_producer: bool | None, same_gtin: bool | None, same_numbers: bool = True
) -> float:
    """Return how likely two products are one, 0 to 1; ``None`` where one side doesn't say.

    Two products of one maker are often called nearly the same, so that only names very much alike suffice.
    """
    found = _NAME * likeness
    found += _ANY_MAKER if same_producer is None else _SAME_MAKER if same_producer else _OTHER_MAKER
    if same_gtin is not None:
        found += _SAME_GTIN if same_gtin else _OTHER_GTIN
    return _share(found + (0 if same_numbers else _OTHER_NUMBER))


def score_producer(
    likeness: float,
    *,
    same_commune: bool | None,
    same_province: bool | None,
    same_phone: bool | None,
    same_kind: bool | None,
    same_numbers: bool = True,
) -> float:
    """Return how likely two producers are one, 0 to 1; ``None`` where one side doesn't say."""
    found = _NAME * likeness
    if same_province is False:
        found += _OTHER_PROVINCE
    else:
        found += _ANYWHERE if same_commune is None else _HERE if same_commune else _OTHER_HERE
    found += _SAME_PHONE if same_phone else 0
    found += _OTHER_FORM if same_kind is False else 0
    return _share(found + (0 if same_numbers else _OTHER_NUMBER))


def _share(found: float) -> float:
    return round(min(1.0, max(0.0, found)), 3)
