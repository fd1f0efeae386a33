"""Reads of the catalogue: certificate states in SQL, products by what they are certified for."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from geo.catalog.models import OCOP, CurrentCertificate, Product
from geo.catalog.rules import ENDING_DAYS, IN_FORCE, CertificateState


def state_expression(day: date) -> Case:
    """Return the state of a row of ``CurrentCertificate`` on ``day``, as ``rules.certificate_state`` does."""
    state = CertificateState
    return Case(
        When(revoked_on__lte=day, then=Value(state.REVOKED.value)),
        When(ended_on__lte=day, then=Value(state.EXPIRED.value)),
        When(
            valid_until__isnull=False,
            valid_from__gt=day,
            then=Value(state.UPCOMING.value),
        ),
        When(
            valid_until__lte=day + timedelta(days=ENDING_DAYS),
            then=Value(state.ENDING.value),
        ),
        When(valid_until__isnull=False, then=Value(state.VALID.value)),
        default=Value(state.UNKNOWN.value),
        output_field=CharField(),
    )


def current_certificates(day: date) -> "QuerySet[Any]":
    """Return the certificates that speak today, each with its ``state`` on ``day``."""
    rows: QuerySet[Any] = CurrentCertificate.objects.annotate(state=state_expression(day))
    return rows


def with_stars(products: QuerySet[Product], day: date) -> QuerySet[Product]:
    """Annotate products with the stars and state of their current OCOP certificate (both null without one)."""
    current = current_certificates(day).filter(subject_id=OuterRef("public_id"), scheme_id=OCOP)
    return products.annotate(
        stars=Subquery(current.values("stars")[:1]),
        star_state=Subquery(current.values("state")[:1]),
    )


def certified(
    products: QuerySet[Product],
    day: date,
    scheme: str,
    stars: Sequence[int],
    states: Sequence[str],
) -> QuerySet[Product]:
    """Return the products whose current certificate of ``scheme`` has one of the stars and one of the states on
    ``day``.

    Certificates of OCOP are looked up for each product; of another scheme there are few, read once for all.
    Empty ``stars`` or ``states`` ask for nothing. ``valid`` includes ``ending``; ``none`` means no certificate at all.
    """
    current = current_certificates(day).filter(scheme_id=scheme)
    if stars:
        current = current.filter(stars__in=stars)
    wanted = set(states) - {"none"}
    if CertificateState.VALID in wanted:
        wanted |= {state.value for state in IN_FORCE}
    conditions = []
    if wanted or not states:
        current = current.filter(state__in=sorted(wanted)) if wanted else current
        of_product = Exists(current.filter(subject_id=OuterRef("public_id")))
        conditions.append(Q(of_product) if scheme == OCOP else Q(public_id__in=current.values("subject_id")))
    if "none" in states and not stars:
        any_at_all = CurrentCertificate.objects.filter(subject_id=OuterRef("public_id"), scheme_id=scheme)
        conditions.append(~Q(Exists(any_at_all)))
    return products.filter(reduce(or_, conditions)) if conditions else products.none()
