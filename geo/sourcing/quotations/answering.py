"""Answering and deciding. What the buyer accepts is promised (``Commitment``) and lowers what others see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from geo.access.history import audit
from geo.access.models import User
from geo.catalog.models import Product
from geo.places.models import Place
from geo.sourcing.demand import Month
from geo.sourcing.holding import check_left, hold
from geo.sourcing.models import Commitment
from geo.sourcing.quantities import UNITS
from geo.sourcing.quotations.links import Opened, goods
from geo.sourcing.quotations.models import Quotation, QuotationRequest
from geo.sourcing.services import commit, release
from geo.spatial import calendar
from geo.spatial.problems import Conflict, InvalidParameter, NotFound

State = Quotation.State
OPEN = frozenset({State.ASKED, State.OFFERED, State.REFUSED})
"""States in which a supplier may answer, or answer anew."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supplier can deliver in each month, at which price (VND a unit), until when that holds."""

    quantity: Decimal
    price: Decimal
    valid_until: date
    note: str = ""


def is_over(request: QuotationRequest) -> bool:
    """Whether the time for answers has passed."""
    return calendar.today() > request.expires_on


def offer(link: Opened, said: Offer) -> Quotation:
    """Record an offer, in place of an earlier answer. Raises: Conflict, InvalidParameter."""
    if said.quantity <= 0:
        raise InvalidParameter("quantity", _("Write how much you can deliver in each month."))
    if said.price < 0:
        raise InvalidParameter("price", _("A price is not less than 0."))
    if said.valid_until < calendar.today():
        raise InvalidParameter("valid_until", _("This day has passed."))
    values = {"quantity": said.quantity, "price": said.price, "valid_until": said.valid_until}
    return _answered(link, State.OFFERED, {**values, "note": said.note})


def refuse(link: Opened, note: str) -> Quotation:
    """Record that a supplier can't deliver. Raises: Conflict."""
    return _answered(link, State.REFUSED, {"quantity": None, "price": None, "valid_until": None, "note": note})


@transaction.atomic
def _answered(link: Opened, state: str, values: dict[str, object]) -> Quotation:
    stored = _locked(link.quotation)
    if stored.state not in OPEN:
        raise Conflict(_("The buyer has decided already: this answer can't be changed."))
    if is_over(stored.request):
        raise Conflict(_("The time for answers has passed."))
    for name, value in values.items():
        setattr(stored, name, value)
    stored.state, stored.answered_at, stored.answered_by = state, calendar.now(), link.officer
    stored.save()
    return stored


@transaction.atomic
def accept(request: QuotationRequest, pk: int) -> Quotation:
    """Accept an offer: its quantity is promised in every month that is not over. Twice is once.

    Raises: Conflict, also when it has been promised to others meanwhile; InvalidParameter, NotFound.
    """
    stored = _of(request, pk)
    if stored.state == State.ACCEPTED:
        return stored
    if stored.state != State.OFFERED or stored.quantity is None or stored.valid_until is None:
        raise Conflict(_("There is no offer that could be accepted."))
    if stored.valid_until < calendar.today():
        raise Conflict(_("This offer is no longer valid. Ask the supplier to answer anew."))
    found = goods(stored)
    if found is None:
        raise Conflict(_("The supplier is no longer in the register."))
    _promise(stored, *found)
    stored.state, stored.decided_at = State.ACCEPTED, calendar.now()
    stored.save()
    return stored


def _promise(stored: Quotation, place: Place, product: Product) -> None:
    """Promise what was offered, in the months that are to come."""
    request, quantity = stored.request, stored.quantity
    assert quantity is not None
    now = Month.of(calendar.today()).first
    months = [month for month in request.months if month >= now]
    if not months:
        raise Conflict(_("All its months are over."))
    hold(place)
    check_left(place, product, Fraction(quantity), UNITS[request.unit], months)
    for first, last in runs(months):
        made = commit(
            None,
            _("accepted by the buyer"),
            place,
            product,
            quantity=quantity,
            unit=request.unit,
            first_month=first,
            last_month=last,
            purpose=_("request for quotation %(number)d") % {"number": request.pk},
        )
        _belongs(made, stored)


def _belongs(made: Commitment, quotation: Quotation) -> None:
    with audit(None, _("accepted by the buyer")):
        made.quotation = quotation
        made.save(update_fields=["quotation"])


@transaction.atomic
def decline(request: QuotationRequest, pk: int) -> Quotation:
    """Decline an offer. Raises: Conflict, NotFound."""
    stored = _of(request, pk)
    if stored.state != State.OFFERED:
        raise Conflict(_("There is no offer that could be declined."))
    stored.state, stored.decided_at = State.DECLINED, calendar.now()
    stored.save()
    return stored


@transaction.atomic
def end(quotation: Quotation, reason: str, who: User | None = None, *, note: str = "") -> Quotation:
    """End what was accepted: what was promised is free again from today. Twice is once.

    ``note`` takes the place of the answer: it is what the buyer reads. Raises: Conflict.
    """
    stored = _locked(quotation)
    if stored.state == State.ENDED:
        return stored
    if stored.state != State.ACCEPTED:
        raise Conflict(_("Nothing has been accepted that could be ended."))
    stored.state, stored.decided_at = State.ENDED, calendar.now()
    stored.note, stored.answered_by = note or stored.note, who or stored.answered_by
    stored.save()
    for promised in stored.commitments.filter(released_on=None).order_by("pk"):
        release(who, reason, promised)
    return stored


@transaction.atomic
def end_own(request: QuotationRequest, pk: int) -> Quotation:
    """End one accepted offer of a request. Raises: Conflict, NotFound."""
    return end(_of(request, pk), _("ended by the buyer"))


@transaction.atomic
def withdraw(request: QuotationRequest) -> list[Quotation]:
    """Withdraw a whole request; return the quotations whose suppliers should know."""
    changed = []
    for one in Quotation.objects.select_for_update().filter(request=request).order_by("pk"):
        if one.state == State.ACCEPTED:
            changed.append(end(one, _("ended by the buyer")))
        elif one.state in OPEN:
            was_answer = one.state != State.REFUSED
            one.state, one.decided_at = State.WITHDRAWN, calendar.now()
            one.save()
            changed += [one] if was_answer else []
    return changed


def runs(months: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Yield first and last of the months that follow each other without a gap."""
    ordered = sorted(set(months))
    if not ordered:
        return
    start = ordered[0]
    for one, following in pairwise(ordered):
        if Month.of(one).plus(1).first != following:
            yield start, one
            start = following
    yield start, ordered[-1]


def _locked(quotation: Quotation) -> Quotation:
    return Quotation.objects.select_for_update(of=("self",)).select_related("request").get(pk=quotation.pk)


def _of(request: QuotationRequest, pk: int) -> Quotation:
    found = Quotation.objects.filter(request=request, pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such quotation."))
    return _locked(found)


def find(key: str) -> QuotationRequest:
    """Return the request that a buyer's secret opens. Raises: NotFound."""
    found = QuotationRequest.objects.filter(key=key).first()
    if found is None:
        raise NotFound(_("There is no such request."))
    return found
