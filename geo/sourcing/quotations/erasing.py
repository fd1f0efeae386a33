"""Erasing who asked: names, e-mails and words of buyers. What was promised stays, without a name."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from geo.sourcing.demand import Month
from geo.sourcing.quotations import mailing
from geo.sourcing.quotations.models import Quotation, QuotationRequest
from geo.spatial import calendar

KEPT_DAYS = 365
"""Days after the time for answers and the last month promised in which a request is kept."""


@transaction.atomic
def erase_requests(requests: Any) -> int:
    """Erase the personal data of these requests; what waits for an answer is withdrawn. Return how many."""
    keys = list(requests.filter(erased_at=None).values_list("pk", flat=True))
    parts = Quotation.objects.filter(request__in=keys)
    parts.filter(state__in=["asked", "offered"]).update(state=Quotation.State.WITHDRAWN, decided_at=calendar.now())
    parts.update(note="")
    mailing.drop(keys, list(parts.values_list("pk", flat=True)))
    blank = {"name": "", "email": "", "message": "", "delivery": "", "sender": "", "form": None}
    QuotationRequest.objects.filter(pk__in=keys).update(erased_at=calendar.now(), **blank)
    return len(keys)


def erase_old_requests(days: int = KEPT_DAYS) -> int:
    """Erase requests that are long over; return how many."""
    before = calendar.today() - timedelta(days=days)
    standing = Quotation.objects.filter(
        state=Quotation.State.ACCEPTED, commitments__last_month__gte=Month.of(before).first
    )
    old = Q(expires_on__lt=before) & ~Q(pk__in=standing.values("request"))
    return erase_requests(QuotationRequest.objects.filter(old))


def erase_unconfirmed() -> int:
    """Remove requests that nobody confirmed in time: no supplier has heard of them; return how many."""
    before = calendar.now() - timedelta(days=mailing.UNCONFIRMED_DAYS)
    old = QuotationRequest.objects.filter(confirmed_at=None, created_at__lt=before)
    keys = list(old.values_list("pk", flat=True))
    mailing.drop(keys, [])
    QuotationRequest.objects.filter(pk__in=keys).delete()
    return len(keys)
