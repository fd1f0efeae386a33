"""One named function per kind of value in a JSON body: from text to a checked value, or a 400 with its path."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from geo.spatial.parameters import LonLat
from geo.spatial.parameters import text as checked_text
from geo.spatial.problems import InvalidParameter

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)


class Node:
    """An object of the body at ``path`` (``vehicles[0]``); members that nobody knows are refused."""

    def __init__(self, value: Any, path: str, known: Collection[str]) -> None:
        if not isinstance(value, Mapping):
            raise InvalidParameter(path or "body", _("“%(name)s” must be an object.") % {"name": path or "body"})
        self.value, self.path = value, path
        for name in value:
            if name not in known:
                raise InvalidParameter(
                    self.at(str(name)[:60]), _("Unknown member “%(name)s”.") % {"name": self.at(str(name)[:60])}
                )

    def at(self, name: str) -> str:
        """Return the path of a member."""
        return f"{self.path}.{name}" if self.path else name

    def __contains__(self, name: str) -> bool:
        return self.value.get(name) is not None

    def missing(self, name: str) -> InvalidParameter:
        """Return the problem of a member that must be there."""
        return InvalidParameter(self.at(name), _("“%(name)s” is missing.") % {"name": self.at(name)})

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """Return a finite number between ``low`` and ``high``."""
        value = self.value.get(name)
        if value is None:
            if default is None:
                raise self.missing(name)
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise InvalidParameter(self.at(name), _("“%(name)s” must be a number.") % {"name": self.at(name)})
        if not low <= value <= high:
            raise InvalidParameter(
                self.at(name),
                _("“%(name)s” must be a number from %(low)g to %(high).12g.")
                % {"name": self.at(name), "low": low, "high": high},
            )
        return float(value)

    def text(self, name: str, longest: int) -> str:
        """Return a text, empty when it is left out."""
        value = self.value.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise InvalidParameter(self.at(name), _("“%(name)s” must be text.") % {"name": self.at(name)})
        return checked_text(self.at(name), value.strip(), longest)

    def flag(self, name: str) -> bool:
        """Return a yes or no, no when it is left out."""
        value = self.value.get(name, False)
        if not isinstance(value, bool):
            raise InvalidParameter(self.at(name), _("“%(name)s” must be true or false.") % {"name": self.at(name)})
        return value

    def clock(self, name: str, default: str | None = None) -> int:
        """Return a time of day like 07:30 in seconds after midnight."""
        value = self.value.get(name, default)
        if value is None:
            raise self.missing(name)
        return clock(self.at(name), value)

    def day(self, name: str) -> date:
        """Return a date."""
        value = self.value.get(name)
        if value is None:
            raise self.missing(name)
        try:
            if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            raise InvalidParameter(
                self.at(name), _("“%(name)s” must be a date like 2026-05-31.") % {"name": self.at(name)}
            ) from None

    def day_between(self, name: str, first: date, last: date) -> date:
        """Return a date from ``first`` to ``last``."""
        found = self.day(name)
        if not first <= found <= last:
            raise InvalidParameter(
                self.at(name),
                _("“%(name)s” must lie between %(first)s and %(last)s.")
                % {"name": self.at(name), "first": first.isoformat(), "last": last.isoformat()},
            )
        return found

    def spot(self) -> LonLat:
        """Return the members ``lon`` and ``lat``, in Viet Nam."""
        return LonLat(self.number("lon", 100, 120), self.number("lat", 5, 25))

    def items(self, name: str, least: int, most: int) -> list[tuple[str, Any]]:
        """Return the members of a list with their paths."""
        value = self.value.get(name)
        if value is None:
            value = []
        if not isinstance(value, list):
            raise InvalidParameter(self.at(name), _("“%(name)s” must be a list.") % {"name": self.at(name)})
        if not least <= len(value) <= most:
            raise InvalidParameter(
                self.at(name),
                _("“%(name)s” must have from %(low)d to %(high)d members.")
                % {"name": self.at(name), "low": least, "high": most},
            )
        return [(f"{self.at(name)}[{number}]", one) for number, one in enumerate(value)]


def clock(path: str, value: Any) -> int:
    """Return a time of day like 07:30 (24:00: the end of the day) in seconds after midnight."""
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise InvalidParameter(path, _("“%(name)s” must be a time like 07:30.") % {"name": path})
    return int(value[:2]) * 3600 + int(value[3:]) * 60
