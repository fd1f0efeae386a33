"""From a feature that was received to the values that the services take: created, replaced or patched (RFC 7396)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from geo.api.paging import CRS84
from geo.spatial.collections import Collection
from geo.spatial.problems import InvalidParameter
from geo.spatial.writing import Values, Writing, point

REASON = "reason"
_OURS = frozenset({"links", "warnings"})
"""Members that answers have and that say nothing when they come back."""
_MEMBERS = frozenset({"type", "id", "geometry", "properties", "crs", REASON}) | _OURS
_CRS84_NAMES = (CRS84, "urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84")


class Feature:
    """A feature as received, its members' names and kinds checked. ``collection`` must receive something."""

    def __init__(self, collection: Collection[Any], body: Mapping[str, Any], whole: bool) -> None:
        assert collection.writing is not None
        self.writing: Writing = collection.writing
        self.collection = collection
        self._check_members(body, whole)
        self.has_geometry = "geometry" in body
        self.geometry: Any = body.get("geometry")
        self.properties: Mapping[str, Any] = body.get("properties") or {}
        self._check_properties(body.get("properties"), whole)
        self.id: Any = body.get("id")
        self.reason: str = self._reason(body.get(REASON))

    def _check_members(self, body: Mapping[str, Any], whole: bool) -> None:
        for name in body:
            if name not in _MEMBERS:
                raise InvalidParameter(name[:60], _("Unknown member “%(name)s”.") % {"name": name[:60]})
        if (whole or "type" in body) and body.get("type") != "Feature":
            raise InvalidParameter("type", _("“type” must be “Feature”: one feature at a time."))
        crs = body.get("crs")
        named = crs.get("properties") if isinstance(crs, dict) else None
        if crs is not None and not (isinstance(named, dict) and named.get("name") in _CRS84_NAMES):
            raise InvalidParameter("crs", _("Positions are read in CRS84 only: longitude, latitude in degrees."))

    def _check_properties(self, given: Any, whole: bool) -> None:
        if not isinstance(given, dict) and (whole or given is not None):
            raise InvalidParameter("properties", _("“properties” must be an object."))
        known = {one.name for one in self.collection.fields} | self.writing.names()
        for name in self.properties:
            if name not in known:
                raise InvalidParameter(name[:60], _("Unknown property “%(name)s”.") % {"name": name[:60]})

    def _reason(self, given: Any) -> str:
        if given is not None and (not isinstance(given, str) or len(given) > 300):
            raise InvalidParameter(REASON, _("“%(name)s” must be text.") % {"name": REASON})
        return given or ""

    def check_id(self, feature_id: str) -> None:
        """Refuse a feature that says it is another one than the address."""
        if self.id is not None and self.id != feature_id:
            raise InvalidParameter("id", _("“id” must be the one in the address, or left out."))

    # -- the three ways ------------------------------------------------------------------------------------------------

    def created(self) -> Values:
        """Return the values of a new record; null counts as left out."""
        self._refuse_read_only({})
        values: Values = {}
        for one in self.writing.receivables:
            given = self.properties.get(one.name)
            if one.required and given is None:
                raise InvalidParameter(one.name, _("“%(name)s” is missing.") % {"name": one.name})
            if given is not None:
                values[one.field] = one.value(given)
        for some in self.writing.lists:
            if self.properties.get(some.name) is not None:
                values |= some.read(self.properties[some.name], None)
        if self.geometry is not None:
            values |= self._position(None)
        return self.writing.complete(values, None)

    def replaced(self, shown: Mapping[str, Any], record: Any) -> Values:
        """Return what a replacement changes of the feature ``shown``; a property left out is emptied.

        What isn't public isn't shown, so it isn't replaced either unless it is named.
        """
        before = shown["properties"]
        if self.writing.position is not None and not self.has_geometry:
            raise InvalidParameter("geometry", _("“%(name)s” is missing.") % {"name": "geometry"})
        self._refuse_read_only(before)
        values: Values = {}
        for one in self.writing.receivables:
            given = self.properties.get(one.name)
            if given is None and one.required:
                raise InvalidParameter(one.name, _("“%(name)s” is missing.") % {"name": one.name})
            leave = given is None and one.keeps
            differs = given != before.get(one.name) if one.shown else one.name in self.properties
            if differs and not leave:
                values[one.field] = one.value(given)
        for some in self.writing.lists:
            sent = self.properties.get(some.name)
            if sent is not None and sent != before.get(some.name):
                values |= some.read(sent, record)
        if self.geometry != shown["geometry"]:
            values |= self._position(shown)
        return self.writing.complete(values, record)

    def patched(self, shown: Mapping[str, Any], record: Any) -> Values:
        """Return what a merge patch names; null empties."""
        self._refuse_read_only(shown["properties"])
        named = self.writing.named()
        values: Values = {}
        for name, given in self.properties.items():
            if name in named:
                values[named[name].field] = named[name].value(given)
        for some in self.writing.lists:
            if some.name in self.properties:
                values |= some.read([] if self.properties[some.name] is None else self.properties[some.name], record)
        if self.has_geometry:
            self.geometry = _merged(shown["geometry"], self.geometry)
            if self.geometry != shown["geometry"]:
                values |= self._position(shown)
        return self.writing.complete(values, record)

    def _refuse_read_only(self, shown: Mapping[str, Any]) -> None:
        written = self.writing.names()
        for name, given in self.properties.items():
            if name not in written and given is not None and given != shown.get(name):
                raise InvalidParameter(
                    name, _("“%(name)s” follows from other fields and can't be written.") % {"name": name}
                )

    def _position(self, shown: Mapping[str, Any] | None) -> Values:
        if self.writing.position is not None:
            return {self.writing.position: point(self.geometry)}
        if self.geometry is None:
            return {}
        raise InvalidParameter("geometry", _("The position follows from the places and can't be written here."))


def _merged(target: Any, patch: Any) -> Any:
    """Return ``target`` with a merge patch applied (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    found = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = _merged(found.get(name), value)
    return found
