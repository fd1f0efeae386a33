"""Writes of places. Each takes who (``actor``) and why (``reason``), which stay in the history of the record.

``version`` is the version of the record its editor saw: when it has changed since, Conflict is raised and nothing is
written. Every function raises InvalidParameter naming the field that is wrong.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from geo.access import parts, records
from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import require_together
from geo.access.rules import Action
from geo.places import hours
from geo.places.areas import spot
from geo.places.checks import check_place
from geo.places.models import OpeningSchedule, Place
from geo.places.periods import ensure_periods
from geo.places.picture_files import put_aside, settle_photo
from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.problems import InvalidParameter
from geo.spatial.provenance import SOURCE_FIELDS

EDITABLE = frozenset(
    [
        "name",
        "kind",
        "outlet",
        "producer",
        "status",
        "moved_to",
        "opened_on",
        "closed_on",
        "location",
        "location_accuracy",
        "location_source",
        "province",
        "commune",
        "address",
        "phone",
        "email",
        "zalo",
        "website",
        "contact_consent_on",
        "schedule",
        "checked_on",
        "photo",
        "photo_credit",
        *SOURCE_FIELDS,
    ]
)
"""Fields that ``save_place`` may set, beside the parts of a place (``geo.access.parts``): goods, certificates."""

_TEXTS = ("name", "address", "phone", "zalo", "location_source", "photo_credit")
_COMPUTED = ("public_id", "folded", "is_sample", "photo")


@dataclass(frozen=True)
class Saved:
    """A place as stored, and what looked doubtful about it."""

    place: Place
    warnings: list[str] = field(default_factory=list)
    changed: bool = True


def save_place(
    actor: User | None,
    reason: str,
    values: Mapping[str, Any],
    *,
    place: Place | None = None,
    version: int | None = None,
    agreed: Sequence[User] = (),
) -> Saved:
    """Create a place, or change ``place``, by the fields in ``values``; nothing is written when nothing differs.

    Raises: Forbidden unless both where the place is and where it would be are in the area of the actor, or of one of
    those who ``agreed``.
    """
    return _save(actor, reason, values, place, version, Action.EDIT, agreed)


def confirm(
    actor: User | None, reason: str, place: Place, *, on: date | None = None, version: int | None = None
) -> Saved:
    """Note that everything about ``place`` is still right, as checked on a day (today). Raises: Forbidden."""
    return _save(actor, reason, {"checked_on": on or calendar.today()}, place, version, Action.CHECK)


def _save(
    actor: User | None,
    reason: str,
    values: Mapping[str, Any],
    place: Place | None,
    version: int | None,
    action: Action,
    agreed: Sequence[User] = (),
) -> Saved:
    with audit(actor, records.require_reason(reason)):
        stored = records.locked(place, version) if place is not None else None
        if stored is not None:
            require_together(actor, agreed, action, spot(stored))
        edited = copy(stored) if stored is not None else Place()
        own, others = parts.apart(values)
        records.apply(edited, own, EDITABLE)
        for name in _TEXTS:
            setattr(edited, name, nfc(getattr(edited, name)))
        settle_photo(edited, stored)
        warnings = check_place(edited, stored)
        require_together(actor, agreed, action, spot(edited))
        records.check(edited, exclude=_COMPUTED)
        records.check_words(edited, stored)
        changed = records.changed_fields(edited, stored)
        if changed:
            records.store(edited, stored, changed)
        if "photo" in changed and stored is not None:
            put_aside(stored.photo.name)
        parted = parts.write(actor, agreed, edited, others, spot(edited))
        if parted:
            parts.reread(edited, stored.version if stored is not None else None)
        return Saved(edited, warnings.messages, bool(changed) or parted)


def move_pin(
    actor: User | None,
    reason: str,
    place: Place,
    point: Point,
    *,
    accuracy: str,
    source: str,
    version: int | None = None,
) -> Saved:
    """Put ``place`` at ``point`` (EPSG:4326), saying how accurate that is and where it comes from."""
    values = {"location": point, "location_accuracy": accuracy, "location_source": source}
    return save_place(actor, reason, values, place=place, version=version)


def close(
    actor: User | None, reason: str, place: Place, *, on: date | None = None, version: int | None = None
) -> Saved:
    """Close ``place`` on a day (today); one to come is noted, and the day rollover closes the place then."""
    day = on or calendar.today()
    status = Place.Status.OPEN if day > calendar.today() else Place.Status.CLOSED
    values = {"status": status, "closed_on": day, "moved_to": None}
    return save_place(actor, reason, values, place=place, version=version)


def move(
    actor: User | None,
    reason: str,
    place: Place,
    to: Place | None,
    *,
    on: date | None = None,
    version: int | None = None,
) -> Saved:
    """Say that ``place`` has moved, and to which record if it is known."""
    values = {"status": Place.Status.MOVED, "moved_to": to, "closed_on": on or calendar.today()}
    return save_place(actor, reason, values, place=place, version=version)


def reopen(actor: User | None, reason: str, place: Place, *, version: int | None = None) -> Saved:
    """Open ``place`` again."""
    values = {"status": Place.Status.OPEN, "closed_on": None, "moved_to": None}
    return save_place(actor, reason, values, place=place, version=version)


def set_schedule(
    actor: User | None, reason: str, place: Place, expression: str, *, version: int | None = None
) -> Saved:
    """Give ``place`` the opening hours ``expression`` (OSM syntax); an empty one says that they aren't known."""
    with audit(actor, records.require_reason(reason)):
        return save_place(actor, reason, {"schedule": schedule_of(expression)}, place=place, version=version)


def schedule_of(expression: str) -> OpeningSchedule | None:
    """Return the schedule of an expression, with its periods stored; ``None`` for an empty one.

    Raises: InvalidParameter (``opening_hours``) saying what can't be read and where.
    """
    if not expression.strip():
        return None
    schedule, made = OpeningSchedule.objects.get_or_create(expression=_canonical(expression))
    if made or schedule.computed_until is None:
        ensure_periods()
    return schedule


def _canonical(expression: str) -> str:
    try:
        return hours.canonical(expression)
    except hours.HoursError as error:
        messages = {
            "long": _("Opening hours are longer than %(longest)d characters.") % {"longest": hours.LONGEST},
            "syntax": _("Opening hours can't be read from “%(rest)s” on. Write them like “Mo-Fr 08:00-17:00; PH off”.")
            % {"rest": expression.strip()[error.at : error.at + 20] or expression.strip()[-10:]},
            "sun": _("Opening hours need clock times, not sunrise or sunset."),
        }
        usual = _("Opening hours use a form that isn't supported. Write them like “Mo-Fr 08:00-17:00; PH off”.")
        raise InvalidParameter("opening_hours", messages.get(error.reason, usual)) from None
