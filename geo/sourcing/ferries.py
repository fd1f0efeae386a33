"""Stated ferries: which lead over the sea today, how they are told, and writing them."""

from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils.translation import gettext as _

from geo.access import records
from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import require
from geo.access.rules import Action, Spot
from geo.sourcing.models import Ferry
from geo.spatial import calendar
from geo.spatial.parameters import LonLat
from geo.spatial.problems import InvalidParameter
from geo.spatial.provenance import SOURCE_FIELDS
from geo.spatial.roads import Crossing
from geo.spatial.roads.ferries import Ferry as Stated
from geo.spatial.roads.land import land

MOST = 200
FIELDS = frozenset(
    ("name", "port", "landing", "commune", "minutes", "stated_on", "ended_on", "note", *SOURCE_FIELDS)
)  # fmt: skip
APART = 3
"""Decimals of degrees (about 100 m) within which two ends are the same harbour."""


def read() -> list[Stated]:
    """Return the ferries that run today; of several statements about the same one the latest speaks."""
    today = calendar.today()
    rows = Ferry.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today), stated_on__lte=today)
    latest: dict[frozenset[tuple[float, float]], Stated] = {}
    for row in rows.order_by("stated_on", "pk")[:MOST]:
        ends = _at(row.port), _at(row.landing)
        latest[frozenset((round(end.lon, APART), round(end.lat, APART)) for end in ends)] = Stated(
            name=row.name,
            ends=ends,
            minutes=row.minutes,
            source=row.source_name,
            source_url=row.source_url,
            stated_on=row.stated_on,
            sample=row.is_sample,
        )
    return list(latest.values())


def _at(point: Point) -> LonLat:
    return LonLat(point.x, point.y)


def ferry_told(one: Crossing) -> dict[str, Any]:
    """Return a ferry on a way as JSON values."""
    return {
        "name": one.name,
        "minutes": one.minutes,
        "source": one.source or None,
        "source_url": one.source_url or None,
        "stated_on": one.stated_on.isoformat(),
        "is_sample": one.sample,
    }


def save_ferry(actor: User | None, reason: str, values: Mapping[str, Any], *, ferry: Ferry | None = None) -> Ferry:
    """State a ferry's time, or correct it.

    Raises: Forbidden for who doesn't keep the commune it leads to; InvalidParameter naming the field that is wrong.
    """
    with audit(actor, records.require_reason(reason)):
        edited = Ferry() if ferry is None else records.locked(ferry, None)
        spots = [] if ferry is None else [_spot(edited)]
        records.apply(edited, values, FIELDS)
        require(actor, Action.EDIT, *spots, _spot(edited))
        records.check(edited)
        _check(edited)
        edited.save()
        return edited


def _spot(ferry: Ferry) -> Spot:
    commune = ferry.commune
    if commune is None:
        return Spot()
    return Spot(province=commune.parent_id, commune=commune.pk)


def _check(ferry: Ferry) -> None:
    """Refuse what is stated in the future, and what leads to the same piece of land."""
    if ferry.stated_on > calendar.today():
        raise InvalidParameter("stated_on", _("This day is still to come."))
    if land().piece(_at(ferry.port)) == land().piece(_at(ferry.landing)):
        raise InvalidParameter("landing", _("Both ends are on the same land: there is a road."))
