"""How features of a collection are written through the API: which properties are received, and what they mean.

A room describes it beside its ``Collection``; ``geo.api`` reads the requests and hands the values to the services.
"""

import math
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from django.contrib.gis.geos import Point
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from geo.spatial import parameters as parse
from geo.spatial.problems import InvalidParameter

Values: TypeAlias = dict[str, Any]
Read: TypeAlias = Callable[[str, Any], Any]
Text: TypeAlias = str | Promise
_HEIGHT_TOO = 3


@dataclass(frozen=True)
class Receivable:
    """One property that may be written: ``read(name, value)`` turns its JSON value into that of the field ``field``.

    ``required``: a new feature must have it, and it can't be emptied. ``keeps``: a feature always has one; a
    replacement that leaves it out keeps the stored one. ``shown``: it stands in the public feature as well, under the
    same name; what isn't shown is changed only when it is named.
    """

    name: str
    field: str
    title: Text
    read: Read
    type: Literal["string"] = "string"
    required: bool = False
    keeps: bool = False
    shown: bool = True
    enum: tuple[str, ...] = ()
    format: str = ""
    longest: int = 0
    description: Text = ""

    def value(self, given: Any) -> Any:
        """Return the field's value. Raises: InvalidParameter naming the property."""
        if given is None and (self.required or self.keeps):
            raise InvalidParameter(self.name, _("“%(name)s” can't be empty.") % {"name": self.name})
        return self.read(self.name, given)


@dataclass(frozen=True)
class ReceivableList:
    """A list of objects that may be written: ``read(given, record)`` returns what makes the record's list like it.

    ``item`` returns the schema of one object. A feature that leaves the list out keeps what it has; null empties it.
    """

    name: str
    title: Text
    item: Callable[[], dict[str, Any]]
    read: Callable[[Any, Any], Values]
    description: Text = ""

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the list."""
        found = {"type": "array", "title": str(self.title), "items": self.item()}
        return {**found, "description": str(self.description)} if self.description else found


def _as_they_are(values: Values, _record: Any) -> Values:
    return values


@dataclass(frozen=True)
class Writing:
    """What a collection receives, for records of ``model``.

    - ``complete(values, record)`` adds what follows from the values, given the stored record (``None``: a new one).
    - ``removal(record)`` returns the values that close a record, nothing when it is closed already; ``None``: records
      of this collection aren't closed.
    - ``position``: the name of the field that the feature's geometry is written to, if it can be written.
    """

    model: type[Model]
    receivables: tuple[Receivable, ...]
    complete: Callable[[Values, Any], Values] = field(default=_as_they_are)
    removal: Callable[[Any], Values] | None = None
    position: str | None = None
    lists: tuple[ReceivableList, ...] = ()

    def names(self) -> frozenset[str]:
        """Return the names of all properties that may be written."""
        return frozenset([one.name for one in self.receivables] + [one.name for one in self.lists])

    def named(self) -> Mapping[str, Receivable]:
        """Return the receivables by name."""
        return {one.name: one for one in self.receivables}

    def property_of(self, field_name: str) -> str:
        """Return the name that clients know a field of the services by."""
        if self.position is not None and field_name == self.position:
            return "geometry"
        return next((one.name for one in self.receivables if one.field == field_name), field_name)


def words(longest: int) -> Read:
    """Read text of at most ``longest`` characters; null is empty."""

    def read(name: str, value: Any) -> str:
        return "" if value is None else parse.text(name, _string(name, value), longest)

    return read


def prose(longest: int) -> Read:
    """Read text of several lines; null is empty."""

    def read(name: str, value: Any) -> str:
        if value is None:
            return ""
        parse.text(name, _string(name, value), longest)
        lines = unicodedata.normalize("NFC", value).splitlines()
        return "\n".join(parse.text(name, line, longest) for line in lines).strip()

    return read


def choice(allowed: Collection[str]) -> Read:
    """Read one of ``allowed``; null is empty."""

    def read(name: str, value: Any) -> str:
        return "" if value is None else parse.one_of(name, _string(name, value), allowed)

    return read


def day(name: str, value: Any) -> date | None:
    """Read a date (``2026-05-31``); null is none."""
    if value is None:
        return None
    try:
        text = _string(name, value)
        if len(text) != len("2026-05-31"):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidParameter(name, _("“%(name)s” must be a date like 2026-05-31.") % {"name": name}) from None


def _string(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidParameter(name, _("“%(name)s” must be text.") % {"name": name})
    return value


def point(geometry: Any) -> Point | None:
    """Read a GeoJSON Point: longitude, latitude in degrees (CRS84); null is none."""
    if geometry is None:
        return None
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        raise InvalidParameter("geometry", _("“geometry” must be a GeoJSON Point or null."))
    unknown = sorted(set(geometry) - {"type", "coordinates"})
    if unknown:
        raise InvalidParameter("geometry", _("Unknown member “%(name)s”.") % {"name": unknown[0][:60]})
    coordinates = geometry.get("coordinates")
    if isinstance(coordinates, list) and len(coordinates) == _HEIGHT_TOO:
        raise InvalidParameter("geometry", _("Positions have no height here: send longitude and latitude alone."))
    if not isinstance(coordinates, list) or len(coordinates) != 2 or not all(map(_is_number, coordinates)):
        raise InvalidParameter("geometry", _("A position is two numbers: longitude, then latitude, in degrees."))
    lon, lat = (float(one) for one in coordinates)
    if abs(lon) > 180 or abs(lat) > 90:
        raise InvalidParameter(
            "geometry", _("A position is longitude, then latitude, in degrees; these numbers can't be that.")
        )
    return Point(lon, lat, srid=4326)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
