"""What buyers, suppliers and officers do with a request, each with the mail that tells of it, in one transaction.

Screens and the API call these, so that both do the same.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from geo.access import outbox
from geo.sourcing.quotations import answering, mailing
from geo.sourcing.quotations.answering import Offer
from geo.sourcing.quotations.asking import Chosen, NewRequest, check_often, chosen, is_full, receive
from geo.sourcing.quotations.erasing import erase_requests
from geo.sourcing.quotations.links import Opened
from geo.sourcing.quotations.models import Quotation, QuotationRequest
from geo.spatial import calendar
from geo.spatial.problems import Conflict, NotFound

DECISIONS: dict[str, Callable[[QuotationRequest, int], Quotation]] = {
    "accept": answering.accept,
    "decline": answering.decline,
    "end": answering.end_own,
}


@transaction.atomic
def ask(
    said: NewRequest, suppliers: list[Chosen], address: str, site: str, *, confirmed: bool = True
) -> QuotationRequest:
    """Store a request and tell its suppliers and its buyer; unless ``confirmed``, first ask the buyer alone.

    Raises: TooManySent, InvalidParameter.
    """
    made = receive(said, suppliers, address, confirmed=confirmed)
    if made.told_at is not None or outbox.waits(f"{mailing.TOLD}:{made.pk}"):
        return made
    if made.confirmed_at is not None:
        mailing.tell_buyer(made, site)
        mailing.tell_suppliers(made, site)
    elif not is_full(made.email):
        mailing.tell_buyer(made, site)
    return made


@transaction.atomic
def confirm(request: QuotationRequest, site: str) -> QuotationRequest:
    """Send a request that waited for its buyer to its suppliers. Twice is once. Raises: Conflict, TooManySent."""
    stored = _locked(request)
    if stored.confirmed_at is not None:
        return stored
    if answering.is_over(stored):
        raise Conflict(_("The time for answers has passed."))
    check_often(chosen(tuple(f"{one.place}-{one.product}" for one in stored.quotations.all())))
    stored.confirmed_at = calendar.now()
    stored.save(update_fields=["confirmed_at"])
    mailing.tell_suppliers(stored, site)
    return stored


@transaction.atomic
def decide(request: QuotationRequest, do: str, number: int, site: str) -> Quotation:
    """Accept, decline or end one quotation; its supplier is told once. Raises: Conflict, NotFound."""
    if do not in DECISIONS:
        raise NotFound(_("There is no such quotation."))
    before = Quotation.objects.filter(request=request, pk=number).values_list("state", flat=True).first()
    after = DECISIONS[do](_locked(request), number)
    if after.state != before:
        mailing.tell_decision([after], request, site)
    return after


@transaction.atomic
def withdraw(request: QuotationRequest, site: str) -> None:
    """Withdraw a request, tell whoever answered, and erase who asked."""
    mailing.tell_decision(answering.withdraw(request), request, site)
    erase_requests(QuotationRequest.objects.filter(pk=request.pk))


@transaction.atomic
def offer(link: Opened, said: Offer, site: str) -> Quotation:
    """Record an offer and tell the buyer. Raises: Conflict, InvalidParameter."""
    return _told(answering.offer(link, said), link, site)


@transaction.atomic
def refuse(link: Opened, note: str, site: str) -> Quotation:
    """Record that a supplier can't deliver and tell the buyer. Raises: Conflict."""
    return _told(answering.refuse(link, note), link, site)


@transaction.atomic
def end(link: Opened, reason: str, site: str) -> Quotation:
    """End what was accepted, and tell the buyer. Raises: Conflict."""
    said = reason or _("ended by the supplier")
    return _told(answering.end(link.quotation, said, link.officer, note=reason), link, site)


def _told(stored: Quotation, link: Opened, site: str) -> Quotation:
    if stored.request.erased_at is None:
        mailing.tell_buyer(link.quotation.request, site, stored)
    return stored


def _locked(request: QuotationRequest) -> QuotationRequest:
    return QuotationRequest.objects.select_for_update().get(pk=request.pk)
