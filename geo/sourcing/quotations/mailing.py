"""Mail about requests for quotation: to suppliers or officers, and to the buyer. Nobody's hidden contact is in one."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from geo.access import outbox
from geo.sourcing.mails import number, post
from geo.sourcing.quotations.answering import runs
from geo.sourcing.quotations.links import goods, token_for
from geo.sourcing.quotations.models import Quotation, QuotationRequest
from geo.sourcing.quotations.recipients import kind_of, recipients
from geo.sourcing.unit_names import unit_name
from geo.spatial import calendar

SUPPLIERS_LANGUAGE = "vi"
ASKED, TOLD = "quotation", "request"
"""What mail in the outbox is about: suppliers who are asked, buyers who get their secret."""
UNCONFIRMED_DAYS = 7
"""Days after which a request is erased that its buyer doesn't confirm."""


def months_text(request: QuotationRequest) -> str:
    """Return the months asked for, like ``03/2027–06/2027``."""
    return ", ".join(
        f"{first:%m/%Y}" if first == last else f"{first:%m/%Y}–{last:%m/%Y}" for first, last in runs(request.months)
    )


def tell_suppliers(request: QuotationRequest, site: str) -> int:
    """Write to every supplier who was not told yet; return how many quotations that are."""
    waiting = request.quotations.filter(sent_at=None, state=Quotation.State.ASKED).order_by("pk")
    new = [one for one in waiting if not outbox.waits(f"{ASKED}:{one.pk}")]
    return sum(_to_supplier("quotation_asked", one, request, site, f"{ASKED}:{one.pk}") for one in new)


def note_asked(key: str) -> None:
    """Note that mail about a quotation has reached somebody."""
    Quotation.objects.filter(pk=int(key), sent_at=None).update(sent_at=calendar.now())


def note_told(key: str) -> None:
    """Note that a buyer has the secret of their request."""
    QuotationRequest.objects.filter(pk=int(key), told_at=None).update(told_at=calendar.now())


def drop(requests: Sequence[int], quotations: Sequence[int]) -> None:
    """Take back what waits to be told about requests that are erased."""
    outbox.drop([*(f"{TOLD}:{pk}" for pk in requests), *(f"{ASKED}:{pk}" for pk in quotations)])


def tell_decision(quotations: Sequence[Quotation], request: QuotationRequest, site: str) -> None:
    """Tell suppliers what became of their part."""
    for one in quotations:
        _to_supplier("quotation_decided", one, request, site)


def _to_supplier(template: str, quotation: Quotation, request: QuotationRequest, site: str, about: str = "") -> bool:
    found = goods(quotation)
    to = recipients(*found) if found is not None else []
    if kind_of(to) != quotation.to:
        Quotation.objects.filter(pk=quotation.pk).update(to=kind_of(to))
    for one in to:
        with translation.override(SUPPLIERS_LANGUAGE):
            href = site + reverse("web:quotation-answer", args=[token_for(quotation, one.officer)])
            subject = _("OCOP map: request for quotation %(number)d") % {"number": request.pk}
        context = {
            **_context(request, quotation, SUPPLIERS_LANGUAGE),
            "href": href,
            "is_officer": one.officer is not None,
        }
        post(
            template,
            subject,
            one.email,
            context,
            language=SUPPLIERS_LANGUAGE,
            reply_to=[request.email],
            about=about,
        )
    return bool(to)


def tell_buyer(request: QuotationRequest, site: str, quotation: Quotation | None = None) -> None:
    """Write to the buyer: the link to their request, to confirm it if they must, or what one supplier has answered."""
    with translation.override(request.language):
        href = site + reverse("web:quotation-request", args=[request.key])
        subject = _("OCOP map: request for quotation %(number)d") % {"number": request.pk}
    context = {
        **_context(request, quotation, request.language),
        "href": href,
        "asked": [_names(one) for one in _all(request)],
    }
    first = "quotation_buyer" if request.confirmed_at else "quotation_confirm"
    post(
        first if quotation is None else "quotation_answered",
        subject,
        request.email,
        {**context, "days": UNCONFIRMED_DAYS},
        language=request.language,
        about=f"{TOLD}:{request.pk}" if quotation is None else "",
    )


def _all(request: QuotationRequest) -> list[Quotation]:
    return list(request.quotations.order_by("pk"))


def _names(quotation: Quotation) -> dict[str, Any]:
    found = goods(quotation)
    if found is None:
        return {"place": quotation.place, "product": quotation.product, "where": ""}
    place, product = found
    return {"place": place.name, "product": product.name, "where": place.province.full_name}


def _context(request: QuotationRequest, quotation: Quotation | None, language: str) -> dict[str, Any]:
    with translation.override(language):
        told: dict[str, Any] = {
            "request": request,
            "quotation": quotation,
            "goods": _names(quotation) if quotation is not None else None,
            "months": months_text(request),
            "quantity": number(request.quantity),
            "unit": unit_name(request.unit),
            "units": unit_name(request.unit, request.quantity),
        }
        if quotation is not None and quotation.quantity is not None and quotation.price is not None:
            told |= {"offered": number(quotation.quantity), "price": number(quotation.price)}
            told["offered_units"] = unit_name(request.unit, quotation.quantity)
            told["until"] = f"{quotation.valid_until:%d/%m/%Y}"
    return told


def unsent() -> list[QuotationRequest]:
    """Return requests with suppliers whom no mail has reached, although somebody can be reached."""
    waiting = Quotation.objects.filter(sent_at=None, state=Quotation.State.ASKED).exclude(to=Quotation.To.NOBODY)
    return list(
        QuotationRequest.objects.filter(
            pk__in=waiting.values("request"),
            expires_on__gte=calendar.today(),
            erased_at=None,
            confirmed_at__isnull=False,
        ).order_by("pk")
    )
