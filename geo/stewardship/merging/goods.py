"""What both records have: products at places, offers, certificates. The newer word stays, gaps are filled.

A row that says of the kept record what one of its own says already is combined with that one and removed; the history
keeps both as they were.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from geo.access import records
from geo.catalog.models import Certificate, Offer
from geo.places.models import Place, PlaceProduct
from geo.stewardship.writers import Subject

_OF_PLACE_PRODUCT = (
    (
        "quantity_on",
        (
            "quantity", "unit", "period", "months", "quantity_on", "minimum_order", "lead_days", "piece_kg", "said_by",
        ),
    ),
    ("price_on", ("price", "currency", "price_unit", "price_on")),
    ("stock_on", ("in_stock", "stock_on")),
)  # fmt: skip
_OF_OFFER = (("checked_on", ("platform", "price", "currency", "price_unit", "checked_on", "in_stock")),)
_SAME_CERTIFICATE = (
    "scheme_id", "stars", "number", "decision_number", "decision_date", "decision_year", "valid_from", "valid_until",
    "revoked_on",
)  # fmt: skip


def combine(dropped: Subject, kept: Subject) -> None:
    """Give ``kept`` what ``dropped`` grows, makes, sells or is offered as; remove certificates it has already."""
    if isinstance(dropped, Place):
        _combine(PlaceProduct, "place_id", ("product_id", "role"), _OF_PLACE_PRODUCT, dropped.pk, kept.pk)
    elif dropped._meta.model_name == "product":
        _combine(PlaceProduct, "product_id", ("place_id", "role"), _OF_PLACE_PRODUCT, dropped.pk, kept.pk)
        _combine(Offer, "product_id", ("url",), _OF_OFFER, dropped.pk, kept.pk)
    known = {_certificate(one) for one in Certificate.objects.filter(subject=kept.public_id)}
    for one in Certificate.objects.filter(subject=dropped.public_id):
        if _certificate(one) in known:
            one.delete()


def newer(own: Any, other: Any, parts: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    """Return the columns that ``own`` takes over from ``other``: parts of which that one's date is later."""
    found: list[str] = []
    for dated, columns in parts:
        mine, theirs = getattr(own, dated), getattr(other, dated)
        if theirs is not None and (mine is None or theirs > mine):
            found += columns
    return found


def _combine(
    model: type[Model],
    owner: str,
    same: tuple[str, ...],
    parts: Iterable[tuple[str, tuple[str, ...]]],
    dropped: Any,
    kept: Any,
) -> None:
    rows = model._default_manager.select_for_update().order_by("pk")
    own = {tuple(getattr(row, name) for name in same): row for row in rows.filter(**{owner: kept})}
    for row in rows.filter(**{owner: dropped}):
        twin = own.get(tuple(getattr(row, name) for name in same))
        if twin is None:
            setattr(row, owner, kept)
            row.save(update_fields=[owner])
            continue
        columns = newer(twin, row, parts)
        for name in columns:
            setattr(twin, name, getattr(row, name))
        row.delete()
        if columns:
            records.check(twin)
            twin.save(update_fields=columns)


def _certificate(one: Certificate) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in _SAME_CERTIFICATE)
