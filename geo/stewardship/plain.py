"""Values of a record's fields as JSON, and back: what a proposal stores and what a form remembers.

Divisions, producers and other records are their primary keys, positions GeoJSON, days ISO, hours their expression.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import Point
from django.db.models import DateField, ForeignKey, Model
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from geo.access import parts
from geo.places.models import OpeningSchedule
from geo.places.services import schedule_of
from geo.spatial.problems import Conflict

Plain = dict[str, Any]


def plain(model: type[Model], values: Mapping[str, Any]) -> Plain:
    """Return ``values``, as a service of ``model`` takes them, as JSON; those of parts are that already."""
    return {
        name: value if parts.is_part(name) else plain_value(model._meta.get_field(name), value)
        for name, value in values.items()
    }


def plain_of(record: Model, names: Iterable[str]) -> Plain:
    """Return what ``record`` holds in the fields ``names``, as JSON."""
    own, others = parts.apart(dict.fromkeys(names))
    found: Plain = parts.held(parts.plain_parts(record), others) if others else {}
    for name in own:
        field = record._meta.get_field(name)
        is_key = isinstance(field, ForeignKey) and field.related_model is not OpeningSchedule
        found[name] = getattr(record, f"{name}_id") if is_key else plain_value(field, getattr(record, name))
    return found


def plain_value(field: Any, value: Any) -> Any:
    """Return one value as JSON."""
    if value is None:
        return None
    if isinstance(value, OpeningSchedule):
        return value.expression
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, FieldFile):
        return value.name or ""
    if isinstance(value, Point):
        return {"type": "Point", "coordinates": [value.x, value.y]}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def restored(model: type[Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``values`` as a service of ``model`` takes them. Raises: Conflict when a record they name is gone."""
    return {
        name: value if parts.is_part(name) else _restored(model._meta.get_field(name), value)
        for name, value in values.items()
    }


def _restored(field: Any, value: Any) -> Any:
    if isinstance(field, ForeignKey):
        return _related(field, value)
    if value is None:
        return None
    if isinstance(field, GeometryField):
        lon, lat = value["coordinates"]
        return Point(lon, lat, srid=4326)
    if isinstance(field, DateField):
        return date.fromisoformat(value)
    return value


def _related(field: Any, value: Any) -> Any:
    model = field.related_model
    if model is OpeningSchedule:
        return schedule_of(value or "")
    if value is None:
        return None
    found = model._default_manager.filter(pk=value).first()
    if found is None:
        raise Conflict(_("“%(name)s” names a record that is gone.") % {"name": field.verbose_name})
    return found
