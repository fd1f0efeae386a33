"""Pairs of records that may be one, kept for the desk's list: found by following the change logs of their collections.

``refresh`` looks at records changed since it last did, in bounded batches: the desk calls it for a while before it
shows the list, ``manage.py find_duplicates`` until nothing is left. What somebody called different stays so.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from geo.access.history import audit
from geo.access.models import User
from geo.access.permissions import may, require
from geo.access.rules import Action
from geo.catalog.models import Producer, Product
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.versions import changed_after
from geo.stewardship.catalog_duplicates import (
    asked_about_producer,
    asked_about_product,
    find_producers,
    find_products,
)
from geo.stewardship.duplicates import Match, asked_about, find_many
from geo.stewardship.merging import asking
from geo.stewardship.merging.models import Lookalike, LookalikeState
from geo.stewardship.proposal_model import Proposal
from geo.stewardship.unit import Area
from geo.stewardship.writers import Subject, kind_of, spot_of

AT_ONCE = 200
"""Records looked at while somebody waits."""
_OF_ONE_STATEMENT = 1_000
ADVISORY_LOCK = 0x0C09_D0B1
_PAIRS_OF_ONE = 5


@dataclass(frozen=True, slots=True)
class Looked:
    """A collection whose change log is followed: its kind and model, and how its records are asked about."""

    kind: str
    model: type[Subject]
    asked: Callable[[Any], Any]
    find: Callable[..., list[list[Match]]]


COLLECTIONS = {
    "places": Looked("place", Place, asked_about, find_many),
    "producers": Looked("producer", Producer, asked_about_producer, find_producers),
    "products": Looked("product", Product, asked_about_product, find_products),
}


def refresh(most: int = AT_ONCE) -> int:
    """Look at up to ``most`` records of a kind changed since the last time; return how many there were.

    Two at once would do the same work: the second does nothing.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        return next((done for collection in COLLECTIONS if (done := _follow(collection, most))), 0)


def _follow(collection: str, most: int) -> int:
    state, _made = LookalikeState.objects.get_or_create(collection=collection)
    changes = changed_after(collection, state.version, state.after, most)
    if changes:
        ids = list(dict.fromkeys(feature for _version, feature in changes))
        for start in range(0, len(ids), _OF_ONE_STATEMENT):
            _look_at(COLLECTIONS[collection], ids[start : start + _OF_ONE_STATEMENT])
        state.version, state.after = changes[-1]
        state.save()
    return len(changes)


def refresh_for(seconds: float) -> bool:
    """Look at changed records until none is left or the time is over; return whether some may be left."""
    until = time.monotonic() + seconds
    while done := refresh(AT_ONCE):
        if done == AT_ONCE and time.monotonic() >= until:
            return True
    return False


def _look_at(looked: Looked, ids: Iterable[str]) -> None:
    """Bring the open pairs of these records up to date."""
    rows: list[Any] = list(looked.model._default_manager.filter(public_id__in=list(ids)).order_by("pk"))
    found: dict[tuple[str, str], tuple[float, int | None]] = {}
    matches = looked.find([looked.asked(one) for one in rows], most=_PAIRS_OF_ONE)
    for one, alike in zip(rows, matches, strict=True):
        for match in alike:
            found[pair(one.public_id, match.record.public_id)] = (match.score, match.metres)
    looked_at = [one.public_id for one in rows]
    stale = Lookalike.objects.filter(kind=looked.kind, state=Lookalike.State.OPEN)
    stale = stale.filter(Q(first__in=looked_at) | Q(second__in=looked_at))
    gone = [one.pk for one in stale if (one.first_id, one.second_id) not in found]
    Lookalike.objects.filter(pk__in=gone).delete()
    Lookalike.objects.bulk_create(
        (
            Lookalike(first_id=first, second_id=second, kind=looked.kind, score=score, metres=metres)
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
    """Return the open pairs of which a record is in the area, the likeliest first."""
    makers = Producer.objects.filter(area.producers())
    inside: dict[str, QuerySet[Any]] = {
        "place": Place.objects.filter(area.places()),
        "producer": makers,
        "product": Product.objects.filter(producer__in=makers),
    }
    known = Q()
    for looked in COLLECTIONS.values():
        both = Q(kind=looked.kind)
        for side in ("first_id", "second_id"):
            both &= Q(Exists(looked.model._default_manager.filter(public_id=OuterRef(side))))
        if not area.everywhere:
            numbers = inside[looked.kind].values("public_id")
            both &= Q(first__in=numbers) | Q(second__in=numbers)
        known |= both
    return Lookalike.objects.filter(known, state=Lookalike.State.OPEN).order_by("-score", "pk")


def set_different(actor: User, one: Subject, other: Subject) -> Lookalike:
    """Remember that two records aren't the same. Raises: Forbidden unless one of them is in the actor's area."""
    spots = [spot_of(one), spot_of(other)]
    if not any(may(actor, Action.CHECK, spot).allowed for spot in spots):
        require(actor, Action.CHECK, *spots)
    with audit(actor, _("not the same")):
        found = _stored(one, other)
        found.state, found.decided_by, found.decided_at = Lookalike.State.DIFFERENT, actor, calendar.now()
        found.save()
        said = _("They are two different records.")
        asking.settle(actor, one.public_id, other.public_id, Proposal.State.REFUSED, said)
    return found


def _stored(one: Subject, other: Subject) -> Lookalike:
    first, second = pair(one.public_id, other.public_id)
    values: dict[str, Any] = {"kind": kind_of(type(one)), "score": 1.0}
    Lookalike.objects.get_or_create(first_id=first, second_id=second, defaults=values)
    return Lookalike.objects.select_for_update().get(first_id=first, second_id=second)
