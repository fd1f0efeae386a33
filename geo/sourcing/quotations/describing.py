"""What the API says of a request for quotation: to its buyer, and to who answers. Hidden contacts are in neither."""

from typing import Any

from django.urls import reverse

from geo.sourcing.models import Commitment
from geo.sourcing.quotations import answering
from geo.sourcing.quotations.links import Opened, goods
from geo.sourcing.quotations.models import Quotation, QuotationRequest
from geo.spatial import calendar

State = Quotation.State


def for_buyer(request: QuotationRequest) -> dict[str, Any]:
    """Return a request with its answers, for who has its secret."""
    if request.erased_at is not None:
        return {"number": request.pk, "state": "erased", "quotations": [_quotation(one) for one in _all(request)]}
    waits = request.confirmed_at is None
    return {
        "number": request.pk,
        "state": "unconfirmed" if waits else "over" if answering.is_over(request) else "open",
        "buyer": {"name": request.name, "email": request.email},
        **_asked(request),
        "quotations": [_quotation(one) for one in _all(request)],
    }


def for_supplier(link: Opened) -> dict[str, Any]:
    """Return one quotation with what is asked, for who answers it."""
    asked = link.quotation.request
    is_over = answering.is_over(asked)
    return {
        **_asked(asked),
        "request": asked.pk,
        "buyer": {"name": asked.name, "email": asked.email},
        "answers_for_the_producer": link.officer is not None,
        "is_open": link.quotation.state in answering.OPEN and not is_over,
        **_quotation(link.quotation),
    }


def _all(request: QuotationRequest) -> list[Quotation]:
    return list(request.quotations.order_by("pk"))


def _asked(request: QuotationRequest) -> dict[str, Any]:
    return {
        "quantity": float(request.quantity),
        "unit": request.unit,
        "months": [f"{month:%Y-%m}" for month in sorted(request.months)],
        "delivery": request.delivery,
        "message": request.message,
        "expires_on": request.expires_on.isoformat(),
    }


def _quotation(one: Quotation) -> dict[str, Any]:
    found = goods(one)
    told: dict[str, Any] = {
        "quotation": one.pk,
        "supply": f"{one.place}-{one.product}",
        "state": one.state,
        "sent_to": one.to,
        "sent": one.sent_at is not None,
        "place": None,
        "product": None,
        "offer": _offer(one),
        "note": one.note,
        "promised": [_promised(row) for row in one.commitments.order_by("first_month")],
    }
    if found is not None:
        place, product = found
        address = reverse("api:item", args=["places", place.public_id])
        told["place"] = {"id": place.public_id, "name": place.name, "province": place.province.full_name}
        told["place"]["href"] = address
        told["product"] = {"id": product.public_id, "name": product.name}
    return told


def _offer(one: Quotation) -> dict[str, Any] | None:
    if one.quantity is None or one.price is None or one.valid_until is None:
        return None
    return {
        "quantity": float(one.quantity),
        "price_vnd": float(one.price),
        "valid_until": one.valid_until.isoformat(),
        "can_be_accepted": one.state == State.OFFERED and one.valid_until >= calendar.today(),
    }


def _promised(row: Commitment) -> dict[str, Any]:
    return {
        "quantity": float(row.quantity),
        "unit": row.unit,
        "first_month": f"{row.first_month:%Y-%m}",
        "last_month": f"{row.last_month:%Y-%m}",
        "released_on": row.released_on.isoformat() if row.released_on else None,
    }
