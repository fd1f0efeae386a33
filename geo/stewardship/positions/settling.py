"""Settling doubts about positions: a place that has none, and a point that lies outside of its commune.

One press each: the place is somewhere in its commune; the point is right and the commune another one; both are right.
"""

from django.utils.translation import gettext as _

from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import require
from geo.access.records import locked
from geo.access.rules import Action
from geo.divisions.models import Division
from geo.places.areas import spot
from geo.places.models import Place
from geo.places.rules import MEASURED
from geo.spatial.problems import InvalidParameter
from geo.stewardship.editing import Saved, save_or_propose
from geo.stewardship.models import Proposal
from geo.stewardship.positions.entries import communes_of
from geo.stewardship.positions.models import AcceptedPosition


def somewhere_in_commune(actor: User, place: Place, version: int | None) -> Saved | Proposal:
    """Give ``place`` the point of its commune, which says that no more is known.

    Raises: Forbidden, Conflict, InvalidParameter (``commune``) without a commune that has a point.
    """
    if place.commune is None or place.commune.location is None:
        raise InvalidParameter("commune", _("The point of the commune isn't known: set the pin in the form."))
    reason = _("only the commune is certain: %(where)s") % {"where": place.commune.full_name}
    values = {"location_accuracy": Place.Accuracy.COMMUNE_POINT.value}
    return save_or_propose(actor, reason, place, values, version=version)


def other_commune(actor: User, place: Place, to: Division, version: int | None) -> Saved | Proposal:
    """Say that the point of ``place`` is right and lies in ``to``, one of the communes it may be in.

    Raises: Forbidden, Conflict, InvalidParameter (``how``) for any other commune.
    """
    if place.location is None or to.pk not in {one.pk for one in communes_of(place)}:
        raise InvalidParameter("how", _("%(name)s is not one of the candidates.") % {"name": to.full_name})
    reason = _("by its position: %(where)s") % {"where": to.full_name}
    return save_or_propose(actor, reason, place, {"commune": to, "province": to.parent}, version=version)


def accept(actor: User, place: Place, version: int | None, reason: str = "") -> None:
    """Note that the point of ``place`` and its commune are both right, as they stand.

    Raises: Forbidden, Conflict, InvalidParameter (``how``) without a measured point and a commune.
    """
    with audit(actor, reason or _("position and commune are both right")):
        require(actor, Action.CHECK, spot(place))
        stored = locked(place, version)
        if stored.location is None or stored.commune is None or stored.location_accuracy not in MEASURED:
            raise InvalidParameter("how", _("Without a measured position there is nothing to accept."))
        said = {"point": stored.location, "commune": stored.commune, "accepted_by": actor}
        AcceptedPosition.objects.update_or_create(place=stored, defaults=said)
