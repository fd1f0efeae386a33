"""Pairs of places that may be one, kept for the desk's list: found by following the change log of places.

``refresh`` looks at places changed since it last did, in bounded batches: the desk calls it for a while before it shows
the list, ``manage.py find_duplicates`` until nothing is left. What somebody called different stays so.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import may, require
from geo.access.rules import Action
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.problems import Conflict, InvalidParameter
from geo.spatial.versions import changes_since
from geo.stewardship.duplicates import asked_about, find_many
from geo.stewardship.merging.models import Lookalike, LookalikeState
from geo.stewardship.unit import Area
from geo.stewardship.writers import Subject, kind_of, spot_of

AT_ONCE = 200
"""Places looked at by one statement."""
ADVISORY_LOCK = 0x0C09_D0B1
_PAIRS_OF_ONE = 5


def refresh(most: int = AT_ONCE) -> int:
    """Look at up to ``most`` places changed since the last time; return how many there were.

    Two at once would do the same work: the second does nothing.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        state, _made = LookalikeState.objects.get_or_create(collection="places")
        changes = changes_since("places", state.version, state.after, most)
        if not changes:
            return 0
        _look_at([change.feature_id for change in changes if change.operation != "D"])
        state.version, state.after = changes[-1].version, changes[-1].feature_id
        state.save()
    return len(changes)


def refresh_for(seconds: float) -> bool:
    """Look at changed places until none is left or the time is over; return whether some may be left."""
    until = time.monotonic() + seconds
    while refresh(AT_ONCE) == AT_ONCE:
        if time.monotonic() >= until:
            return True
    return False


def _look_at(ids: Iterable[str]) -> None:
    """Bring the open pairs of these places up to date."""
    places = list(Place.objects.filter(public_id__in=list(ids)).order_by("pk"))
    found: dict[tuple[str, str], tuple[float, int | None]] = {}
    matches = find_many([asked_about(place) for place in places], most=_PAIRS_OF_ONE)
    for place, alike in zip(places, matches, strict=True):
        for match in alike:
            found[pair(place.public_id, match.record.public_id)] = (match.score, match.metres)
    looked_at = [place.public_id for place in places]
    stale = Lookalike.objects.filter(kind="place", state=Lookalike.State.OPEN, asked_by=None)
    stale = stale.filter(Q(first__in=looked_at) | Q(second__in=looked_at))
    gone = [one.pk for one in stale if (one.first_id, one.second_id) not in found]
    Lookalike.objects.filter(pk__in=gone).delete()
    Lookalike.objects.bulk_create(
        (
            Lookalike(first_id=first, second_id=second, score=score, metres=metres)
            for (first, second), (score, metres) in sorted(found.items())
        ),
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["score", "metres"],
    )


def pair(one: str, other: str) -> tuple[str, str]:
    """Return two public ids in the order in which pairs are stored."""
    return (one, other) if one < other else (other, one)


def waiting(area: Area) -> "QuerySet[Lookalike]":
    """Return the open pairs of which a place is in the area: those somebody asks to merge first, then the likeliest."""
    rows = Lookalike.objects.filter(state=Lookalike.State.OPEN, kind="place")
    both = [Exists(Place.objects.filter(public_id=OuterRef(side))) for side in ("first_id", "second_id")]
    rows = rows.filter(*both)
    if not area.everywhere:
        inside = Place.objects.filter(area.places()).values("public_id")
        rows = rows.filter(Q(first__in=inside) | Q(second__in=inside))
    return rows.order_by(F("asked_by").asc(nulls_last=True), "-score", "pk")


def set_different(actor: User, one: Subject, other: Subject) -> Lookalike:
    """Remember that two records aren't the same. Raises: Forbidden unless one of them is in the actor's area."""
    spots = [spot_of(one), spot_of(other)]
    if not any(may(actor, Action.CHECK, spot).allowed for spot in spots):
        require(actor, Action.CHECK, *spots)
    with audit(actor, _("not the same")):
        found = _stored(one, other)
        found.state, found.decided_by, found.decided_at = Lookalike.State.DIFFERENT, actor, calendar.now()
        found.asked_by, found.asked = None, {}
        found.save()
    return found


def ask_to_merge(actor: User, reason: str, kept: Subject, dropped: Subject, chosen: Mapping[str, str]) -> Lookalike:
    """Let whoever may edit both know that ``actor`` wants them merged, with these choices.

    Raises: Forbidden unless the actor may propose for both, Conflict when somebody else has asked already.
    """
    require(actor, Action.PROPOSE, spot_of(kept), spot_of(dropped))
    if type(kept) is not Place or type(dropped) is not Place or kept.pk == dropped.pk:
        raise InvalidParameter("other", _("Choose two different records of the same kind."))
    with audit(actor, reason):
        found = _stored(kept, dropped)
        if found.asked_by_id not in (None, actor.pk):
            raise Conflict(_("Somebody has asked for this merge already."))
        found.state, found.asked_by = Lookalike.State.OPEN, actor
        found.asked = {"kept": kept.public_id, "chosen": dict(chosen), "reason": reason}
        found.save()
    return found


def _stored(one: Subject, other: Subject) -> Lookalike:
    first, second = pair(one.public_id, other.public_id)
    values: dict[str, Any] = {"kind": kind_of(type(one)), "score": 1.0}
    Lookalike.objects.get_or_create(first_id=first, second_id=second, defaults=values)
    return Lookalike.objects.select_for_update().get(first_id=first, second_id=second)
