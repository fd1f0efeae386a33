"""Checks of a place that need the register: its divisions, where it moved; and the words for what is wrong."""

import math
from dataclasses import dataclass, field

from django.contrib.gis.geos import Point
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.divisions.models import Division, Level
from geo.divisions.selectors import division_at
from geo.places import rules
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.problems import InvalidParameter

METRES_PER_DEGREE = 111_320

FLAWS: dict[rules.Flaw, Promise] = {
    "outside": gettext_lazy("The position lies outside of 100–120° E, 5–25° N: are longitude and latitude swapped?"),
    "accuracy-without-position": gettext_lazy("There is no position, so it has no accuracy: choose “no position yet”."),
    "position-without-accuracy": gettext_lazy("Say how accurate the position is."),
    "source-missing": gettext_lazy("Say where the position comes from: who surveyed it, which device, which map."),
    "closed-on-missing": gettext_lazy("Say since when the place is closed or has moved."),
    "closed-on-later": gettext_lazy("This day is still to come: until then the place is open."),
    "closed-on-set": gettext_lazy("An open place can't have a closing day in the past."),
    "moved-to-set": gettext_lazy("Only a place that has moved can say where to."),
    "moved-to-itself": gettext_lazy("A place can't move to itself."),
    "moved-in-circles": gettext_lazy("These places would have moved in a circle."),
    "opened-after-closed": gettext_lazy("The place would have closed before it opened."),
    "home-without-consent": gettext_lazy(
        "This is a person's own place, and a position is shown to everybody: record since when the person agrees, "
        "or leave it at “somewhere in the commune”."
    ),
}


@dataclass
class Warnings:
    """What was accepted though it looks doubtful, in words."""

    messages: list[str] = field(default_factory=list)


def refuse(problem: rules.Problem | None) -> None:
    """Raise InvalidParameter for ``problem``, if there is one."""
    if problem is not None:
        raise InvalidParameter(problem.field, str(FLAWS[problem.flaw]))


_POSITION = ("location", "location_accuracy", "location_source")
_DIVISIONS = ("commune_id", "province_id")
_CONSENT = ("producer_id", "kind", "outlet", "contact_consent_on")
_STATUS = ("status", "opened_on", "closed_on", "moved_to_id")


def check_place(place: Place, stored: Place | None) -> Warnings:
    """Complete ``place`` from its commune and position and check what differs from the ``stored`` one.

    An old flaw is no reason to refuse another correction. Raises: InvalidParameter naming the field.
    """

    def touched(*names: str) -> bool:
        return stored is None or any(getattr(place, name) != getattr(stored, name) for name in names)

    warnings = Warnings()
    if touched(*_POSITION, *_DIVISIONS):
        _complete_position(place)
    if touched(*_POSITION):
        point = place.location
        position = rules.Position(
            point.x if point else None, point.y if point else None, place.location_accuracy, place.location_source
        )
        refuse(rules.position_problem(position))
    if touched(*_POSITION, *_CONSENT):
        _check_consent(place)
    if touched(*_POSITION, *_DIVISIONS):
        _check_divisions(place, warnings)
    if touched(*_STATUS):
        day = calendar.today()
        if place.status != Place.Status.OPEN and place.closed_on is None:
            place.closed_on = day
        refuse(rules.status_problem(place.status, place.opened_on, place.closed_on, place.moved_to_id is not None, day))
        _check_move(place)
    return warnings


def _complete_position(place: Place) -> None:
    """Give a place that is "somewhere in its commune" the commune's point, and one without a position no accuracy."""
    accuracy = Place.Accuracy
    if place.location_accuracy == accuracy.COMMUNE_POINT and place.commune is not None:
        place.location = place.commune.location
        place.location_source = place.commune.location_source if place.location else ""
    if place.location is None and place.location_accuracy == accuracy.COMMUNE_POINT:
        place.location_accuracy = accuracy.NONE
    if place.location is None:
        place.location_source = ""


def _check_consent(place: Place) -> None:
    """Refuse to locate a household's own place better than its commune without consent (Law 91/2025/QH15)."""
    measured = place.location is not None and place.location_accuracy in rules.MEASURED
    if measured and place.producer is not None and not place.contact_is_public:
        refuse(rules.Problem("contact_consent_on", "home-without-consent"))


def _check_divisions(place: Place, warnings: Warnings) -> None:
    """Derive what follows from the commune or the position; warn, never refuse, where boundaries say otherwise."""
    measured = place.location if place.location_accuracy in rules.MEASURED else None
    within = division_at(measured) if measured else None
    if place.commune is None and within is not None:
        place.commune = within
    if place.commune is not None:
        _check_level("commune", place.commune, Level.COMMUNE)
        if place.commune.parent is not None:
            place.province = place.commune.parent
    if place.province_id is None:
        raise InvalidParameter("province", _("Choose the province, or the commune."))
    _check_level("province", place.province, Level.PROVINCE)
    if within is not None and place.commune is not None and within.pk != place.commune.pk:
        warnings.messages.append(
            _("The position lies in %(within)s, not in %(commune)s.")
            % {"within": _named(within), "commune": _named(place.commune)}
        )
    elif within is None and measured is not None and place.commune is not None and place.commune.location is not None:
        away = _metres(measured, place.commune.location)
        if away > rules.FAR_FROM_COMMUNE_M:
            warnings.messages.append(
                _("The position is %(km)d km away from the middle of %(commune)s.")
                % {"km": round(away / 1000), "commune": _named(place.commune)}
            )


def _check_level(name: str, division: Division, level: Level) -> None:
    gone = division.valid_until is not None and division.valid_until <= calendar.today()
    if division.level != level or gone:
        raise InvalidParameter(
            name, _("%(name)s is not a division of today at this level.") % {"name": division.full_name}
        )


def _named(division: Division) -> str:
    return f"{division.full_name}, {division.parent.full_name}" if division.parent else division.full_name


def _metres(one: Point, other: Point) -> float:
    """Return the distance in metres within 1 %: good enough for a warning."""
    east = (one.x - other.x) * METRES_PER_DEGREE * math.cos(math.radians(one.y))
    return math.hypot(east, (one.y - other.y) * METRES_PER_DEGREE)


def _check_move(place: Place) -> None:
    """Refuse a chain of moves that comes back to ``place``."""
    seen, following = {place.pk}, place.moved_to_id
    while following is not None:
        if following in seen:
            itself = place.pk == place.moved_to_id
            refuse(rules.Problem("moved_to", "moved-to-itself" if itself else "moved-in-circles"))
        seen.add(following)
        following = Place.objects.filter(pk=following).values_list("moved_to", flat=True).first()
