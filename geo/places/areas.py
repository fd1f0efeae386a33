"""Whose area a place is in."""

from geo.access import spots
from geo.access.rules import Spot
from geo.places.models import Place


def spot(place: Place) -> Spot:
    """Return where ``place`` belongs: its divisions, itself and its producer."""
    owned: list[object] = [place.public_id, place.producer.public_id if place.producer is not None else None]
    # A place that isn't stored yet has no id: the database will make it.
    return Spot(place.province_id, place.commune_id, frozenset(one for one in owned if isinstance(one, str)))


def _find(public_id: str) -> Spot | None:
    place = Place.objects.select_related("producer").filter(public_id=public_id).first()
    return spot(place) if place is not None else None


def register_spots() -> None:
    """Let the permissions know where a place belongs."""
    spots.register("place", _find)
