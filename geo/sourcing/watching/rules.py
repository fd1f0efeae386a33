"""What is new about the suppliers of a search since its owner was told last. Plain functions on plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

NOTICE_DAYS = 60
"""A certificate is told of when it has so many days left, or fewer."""


class News(StrEnum):
    """What can be new."""

    NEW = "new"
    GONE = "gone"
    CAPACITY = "capacity"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Standing:
    """A supplier that counts: its name, what counts in each month (base unit, by ``2027-03``), the last day of each
    certificate that runs out without another one after it, by scheme."""

    name: str
    amounts: Mapping[str, float]
    ends: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """News about one supplier; ``before`` and ``after`` are amounts by month, ``ends`` the last day of a ``scheme``."""

    kind: News
    key: str
    name: str
    before: Mapping[str, float] = field(default_factory=dict)
    after: Mapping[str, float] = field(default_factory=dict)
    scheme: str = ""
    ends: str = ""


def news(said: Mapping[str, Standing], now: Mapping[str, Standing], months: Sequence[str], today: date) -> list[Item]:
    """Return what the owner of a search hasn't been told yet, in the ``months`` that are still to come.

    Whose season is over drops out by the calendar: that is no news.
    """
    found = []
    for key, one in now.items():
        known = said.get(key)
        if known is None:
            found.append(Item(News.NEW, key, one.name, after=one.amounts))
        elif any(known.amounts.get(month, 0.0) != one.amounts.get(month, 0.0) for month in months):
            found.append(Item(News.CAPACITY, key, one.name, before=known.amounts, after=one.amounts))
        told = known.ends if known is not None else {}
        for scheme, ends in sorted(soon(one.ends, today).items()):
            if told.get(scheme) != ends:
                found.append(Item(News.CERTIFICATE, key, one.name, scheme=scheme, ends=ends))
    found += [
        Item(News.GONE, key, one.name, before=one.amounts)
        for key, one in said.items()
        if key not in now and any(one.amounts.get(month, 0.0) for month in months)
    ]
    order = list(News)
    return sorted(found, key=lambda item: (order.index(item.kind), item.name, item.key, item.scheme))


def soon(ends: Mapping[str, str], today: date) -> dict[str, str]:
    """Return the ends that are near enough to be told of."""
    until = today + timedelta(days=NOTICE_DAYS)
    return {scheme: end for scheme, end in ends.items() if today <= date.fromisoformat(end) < until}


def kept(now: Mapping[str, Standing], today: date) -> dict[str, Standing]:
    """Return what has been said once everything new is told: of certificates only the ends that are near."""
    return {key: Standing(one.name, one.amounts, soon(one.ends, today)) for key, one in now.items()}
