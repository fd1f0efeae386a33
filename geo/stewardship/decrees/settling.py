"""Settling doubtful conversions: an officer of one of the candidates says that the record is there."""

from copy import copy
from typing import Any

from django.utils.translation import gettext as _

from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import require
from geo.access.records import changed_fields, check, locked, store
from geo.access.rules import Action, Spot
from geo.divisions.models import Division, Level
from geo.places.checks import check_place
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.problems import Conflict, InvalidParameter
from geo.stewardship.decrees.models import Doubt
from geo.stewardship.writers import KINDS

_COMPUTED = ("public_id", "folded", "is_sample", "photo")


def settle(actor: User, doubt: Doubt, to: Division) -> Any:
    """Put the record of ``doubt`` into the candidate ``to`` and return it.

    Raises: Forbidden unless ``to`` is in the actor's area, InvalidParameter when it is no candidate, Conflict when
    somebody has settled it meanwhile, here or in the record itself.
    """
    words = {"former": doubt.former.full_name, "after": to.full_name}
    with audit(actor, _("after the split of %(former)s: %(after)s") % words):
        stored = locked(doubt, None)
        if to.pk not in stored.candidates:
            raise InvalidParameter("to", _("%(name)s is not one of the candidates.") % {"name": to.full_name})
        require(actor, Action.SETTLE, spot_of_candidate(to))
        found: Any = KINDS[doubt.subject.kind]._default_manager.filter(public_id=stored.subject_id).first()
        if stored.settled_at is not None or found is None:
            raise Conflict(_("Somebody has settled this already."))
        record = locked(found, None)
        if record.commune_id is not None:
            raise Conflict(_("Somebody has settled this already."))
        _put(record, to)
        stored.settled_at, stored.settled_by, stored.settled_to = calendar.now(), actor, to
        stored.how = Doubt.How.OFFICER
        stored.save()
    return record


def spot_of_candidate(division: Division) -> Spot:
    """Return the spot of records in ``division``."""
    if division.level == Level.PROVINCE:
        return Spot(province=division.pk)
    return Spot(province=division.parent_id, commune=division.pk)


def _put(record: Any, to: Division) -> None:
    edited = copy(record)
    if to.level == Level.PROVINCE:
        edited.province = to
    else:
        edited.commune, edited.province = to, to.parent
    if isinstance(edited, Place):
        check_place(edited, record)
    check(edited, exclude=_COMPUTED)
    if changed := changed_fields(edited, record):
        store(edited, record, changed)
