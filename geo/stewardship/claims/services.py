"""Writes of claims: receiving them from anybody, letting a producer have the record, refusing with an answer."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from geo.access import records
from geo.access.floods import admitted
from geo.access.history import audit
from geo.access.models import Role, User
from geo.access.permissions import require
from geo.access.rules import Action
from geo.access.spots import spot_of
from geo.access.welcome import welcome
from geo.catalog.models import Producer
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.folding import nfc
from geo.spatial.models import PublicId
from geo.spatial.problems import Conflict, InvalidParameter, NotFound
from geo.stewardship.claims.models import Claim
from geo.stewardship.unit import Area

CLAIMS_A_DAY = 5
"""Claims one address may send in a day."""


@dataclass(frozen=True)
class NewClaim:
    """What somebody says who asks for a record; ``form`` is the hash of the form it came with."""

    name: str
    phone: str
    email: str
    proof: str
    form: str = ""


def claimable(entry: PublicId) -> PublicId:
    """Return the producer's entry behind the entry of a producer or of a place. Raises: NotFound when there is none."""
    if entry.kind == "producer":
        return entry
    place = Place.objects.select_related("producer").filter(public_id=entry.pk, producer__isnull=False).first()
    if place is None or place.producer is None:
        raise NotFound(_("This record belongs to no producer yet. Report it, and an officer will look."))
    return PublicId.objects.get(pk=place.producer.public_id)


@transaction.atomic
def receive_claim(producer: PublicId, said: NewClaim, address: str) -> Claim:
    """Store a claim and return it with its reference; the same form sent twice is one. Raises: TooManySent."""
    known = Claim.objects.filter(form=said.form).first() if said.form else None
    if known is not None:
        return known
    sender = admitted(Claim.objects.all(), address, CLAIMS_A_DAY)
    claim = Claim.objects.create(
        producer=producer,
        name=said.name,
        phone=said.phone,
        email=said.email,
        proof=said.proof,
        sender=sender,
        form=said.form or None,
    )
    claim.refresh_from_db(fields=["public_id"])
    return claim


def waiting(area: Area) -> "QuerySet[Claim]":
    """Return claims that nobody has answered about producers of ``area``, the oldest first."""
    rows = Claim.objects.filter(state=Claim.State.NEW)
    if not area.everywhere:
        rows = rows.filter(producer__in=Producer.objects.filter(area.producers()).values("public_id"))
    return rows.order_by("created_at", "pk")


def accept(actor: User, claim: Claim) -> str:
    """Give the claimant the role of the producer; return the token of an invitation, empty for who has a password.

    Raises: Forbidden, InvalidParameter, Conflict when somebody has answered meanwhile.
    """
    with audit(actor, _("claim %(id)s accepted") % {"id": claim.public_id}):
        stored = _open(actor, claim)
        welcomed = welcome(
            actor,
            _("claim %(id)s accepted") % {"id": claim.public_id},
            name=stored.name,
            email=stored.email,
            phone=stored.phone,
            role=Role.PRODUCER,
            record=stored.producer,
        )
        stored.user = welcomed.user
        _settle(actor, stored, Claim.State.ACCEPTED, _("You have the record now. The officer sends you a link."))
    return welcomed.token


def refuse(actor: User, claim: Claim, answer: str) -> None:
    """Refuse with a sentence for the claimant. Raises: Forbidden, InvalidParameter (``answer``), Conflict."""
    said = nfc(answer)
    if not said:
        raise InvalidParameter("answer", _("Write a sentence for whoever asked."))
    with audit(actor, _("claim %(id)s refused") % {"id": claim.public_id}):
        _settle(actor, _open(actor, claim), Claim.State.REFUSED, said)


def _open(actor: User, claim: Claim) -> Claim:
    stored = records.locked(claim, None)
    require(actor, Action.ADMIT, spot_of(stored.producer))
    if stored.state != Claim.State.NEW:
        raise Conflict(_("Somebody has answered this claim already."))
    return stored


def _settle(actor: User, claim: Claim, state: str, answer: str) -> None:
    claim.state, claim.answer = state, answer
    claim.settled_at, claim.settled_by = calendar.now(), actor
    claim.save()
