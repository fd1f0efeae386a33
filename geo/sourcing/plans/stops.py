"""The stops of a plan: what the map says of their places on that day, as anybody may know it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from geo.places import hours as opening_hours
from geo.places import opening
from geo.places.models import Place
from geo.sourcing.pickups import DAY_S, Pickup
from geo.sourcing.plans.asking import Wanted
from geo.sourcing.routing import Reason, Stop
from geo.spatial.merged import merged_into
from geo.spatial.parameters import LonLat
from geo.spatial.problems import InvalidParameter

Hours = Literal["stated", "known", "unknown", "closed"]


@dataclass(frozen=True)
class Found:
    """A stop with its place. ``spot`` is ``None`` where nobody knows the position: such a stop isn't planned.

    ``approximate``: the position is only that of the commune. ``hours``: what is known of the opening hours of the day.
    """

    wanted: Wanted
    place: Place | None
    spot: LonLat | None
    approximate: bool
    hours: Hours
    spans: tuple[tuple[int, int], ...]

    @property
    def name(self) -> str:
        """What it is called now."""
        return self.place.name if self.place is not None else self.wanted.name or _("Stop without a name")

    def stop(self, key: str) -> Stop:
        """Return it as routing takes it; it must have a ``spot``."""
        assert self.spot is not None
        wanted = self.wanted
        pickup = Pickup(
            place=wanted.place,
            name=self.name,
            lon=self.spot.lon,
            lat=self.spot.lat,
            load_kg=wanted.load_kg,
            volume_m3=wanted.volume_m3,
            service_s=wanted.service_s,
            opening=self.spans,
        )
        return Stop(key, pickup, self.hours == "closed")


NO_POSITION = "no-position"
"""Besides the reasons of routing: the map doesn't know where the place is."""
REASONS = (*(str(one) for one in Reason), NO_POSITION)


def places_of(ids: Iterable[str]) -> dict[str, Place]:
    """Return the places by the public ids asked for, those that were merged into others too."""
    wanted = set(ids)
    rows = Place.objects.select_related("schedule", "commune", "province", "producer")
    found = {place.public_id: place for place in rows.filter(public_id__in=wanted)}
    led = merged_into(wanted - found.keys())
    others = {place.public_id: place for place in rows.filter(public_id__in=led.values())} if led else {}
    return found | {old: others[new] for old, new in led.items() if new in others}


def find(wanted: Iterable[Wanted], day: date) -> list[Found]:
    """Return the stops in their order. Raises: InvalidParameter for a place that isn't there."""
    asked = list(wanted)
    places = places_of(one.place for one in asked if one.place)
    found = []
    for number, one in enumerate(asked):
        place = places.get(one.place) if one.place else None
        if one.place and place is None:
            path = f"pickups[{number}].place"
            raise InvalidParameter(path, _("There is no place “%(id)s”.") % {"id": one.place})
        found.append(_found(one, place, day))
    return found


def _found(wanted: Wanted, place: Place | None, day: date) -> Found:
    hours, spans = _hours(wanted, place, day)
    if place is None:
        return Found(wanted, None, wanted.spot, False, hours, spans)
    point = place.location
    spot = LonLat(point.x, point.y) if point is not None else None
    return Found(wanted, place, spot, place.location_accuracy == Place.Accuracy.COMMUNE_POINT, hours, spans)


def _hours(wanted: Wanted, place: Place | None, day: date) -> tuple[Hours, tuple[tuple[int, int], ...]]:
    if place is not None and place.status != Place.Status.OPEN:
        return "closed", ()
    if wanted.opening is not None:
        return ("stated", wanted.opening) if wanted.opening else ("closed", ())
    if place is None or place.schedule is None:
        return "unknown", ()
    today = opening.week(place.schedule, day)[0]
    if today.kind == "closed":
        return "closed", ()
    if today.kind != "open":
        return "unknown", ()
    midnight = opening_hours.midnight(day)
    spans = [((a - midnight).total_seconds(), (b - midnight).total_seconds()) for a, b in today.spans]
    return "known", tuple((int(a), min(int(b), DAY_S)) for a, b in spans if a < DAY_S)


def opening_words(spans: Iterable[Mapping[int, int]] | Iterable[Iterable[int]]) -> str:
    """Return spans like 07:00–11:30, 13:30–17:00."""
    return ", ".join("–".join(clock_words(at) for at in span) for span in spans)


def clock_words(seconds: int) -> str:
    """Return a time of day like 07:30, to the minute before."""
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"
