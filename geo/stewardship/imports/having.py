"""What an area has, as a workbook in the shape of the template: downloaded, corrected in Excel, uploaded again.

Uploaded as it is, it changes nothing. Every cell is written as the import reads it; what would be read as a change
(the source's id, the point of a commune) is left empty, and an empty cell says nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from geo.catalog.models import Certificate, Producer, Product
from geo.places.models import Place, PlaceProduct
from geo.places.rules import MEASURED
from geo.spatial.problems import InvalidParameter
from geo.stewardship.imports.fields import TABLES, Field
from geo.stewardship.imports.models import Import
from geo.stewardship.imports.reading import limits
from geo.stewardship.imports.workbooks import filled
from geo.stewardship.unit import Area

Values = dict[str, Any]


def workbook(kind: str, area: Area) -> bytes:
    """Return the records of ``area`` that a table of ``kind`` can hold. Raises: InvalidParameter: too many."""
    rows = list(_ROWS[kind](area))
    if len(rows) > limits.MAX_ROWS:
        raise InvalidParameter(
            "in", _("These are more than %(most)s rows. Choose one province.") % {"most": limits.MAX_ROWS}
        )
    fields = TABLES[kind].fields
    return filled(kind, ([_said(one, values) for one in fields] for values in rows))


def _said(field: Field, values: Values) -> Any:
    """Return a cell as the import reads it: the label of a choice, a day as it is written, numbers as numbers."""
    value = values.get(field.name)
    if value in (None, ""):
        return None
    if field.choices:
        return next((capfirst(str(label)) for one, label in field.choices if one == value), None)
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return value if isinstance(value, float) else str(value)


def _bounded(rows: "QuerySet[Any]") -> Iterator[Any]:
    yield from rows[: limits.MAX_ROWS + 1]


class _Producers:
    """How producers are called so that the import finds the same one: by name where one alone has it."""

    def __init__(self) -> None:
        self._count = Counter(Producer.objects.values_list("folded", flat=True))

    def say(self, producer: Producer | None, province: int | None) -> Values:
        if producer is None:
            return {}
        alone = self._count[str(producer.folded)] == 1 and producer.province_id in (province, None)
        return {"producer": producer.name if alone else producer.public_id, "producer_kind": None}


def _places(area: Area) -> Iterator[Values]:
    producers = _Producers()
    found = Place.objects.filter(area.places()).select_related("producer", "province", "commune", "schedule")
    for one in _bounded(found.order_by("folded", "public_id")):
        measured = one.location if one.location_accuracy in MEASURED else None
        yield {
            **_plain(
                one, "public_id", "name", "kind", "outlet", "address", *_CONTACT, "status", *_PLACE_DAYS, *_SOURCE
            ),
            **producers.say(one.producer, one.province_id),
            "province": one.province.full_name,
            "commune": one.commune.full_name if one.commune else None,
            "commune_code": one.commune.code if one.commune else None,
            "lat": measured.y if measured else None,
            "lon": measured.x if measured else None,
            "location_accuracy": one.location_accuracy if measured else None,
            "location_source": one.location_source if measured else None,
            "opening_hours": one.schedule.expression if one.schedule else None,
        }


def _products(area: Area) -> Iterator[Values]:
    producers = _Producers()
    found = Product.objects.select_related("producer__province", "producer__commune", "category")
    if not area.everywhere:
        found = found.filter(producer__in=Producer.objects.filter(area.producers()))
    for one in _bounded(found.order_by("folded", "public_id")):
        maker = one.producer
        province = maker.province if maker else None
        yield {
            **_plain(one, "public_id", "name", "name_en", "description", "gtin", "local_code", "note", *_SOURCE),
            **producers.say(maker, province.pk if province else None),
            "province": province.full_name if province else None,
            "category": one.category.code if one.category else None,
        }


def _certificates(area: Area) -> Iterator[Values]:
    products = Product.objects.all()
    if not area.everywhere:
        products = products.filter(producer__in=Producer.objects.filter(area.producers()))
    found = Certificate.objects.filter(Q(subject__in=products.values("public_id"))).select_related("scheme")
    for one in _bounded(found.order_by("subject", "pk")):
        yield {
            **_plain(
                one,
                "stars",
                "number",
                "decision_number",
                "issuer",
                *_CERTIFICATE_DAYS,
                "revoked_reason",
                "scope",
                *_SOURCE,
            ),
            "scheme": one.scheme.name_vi,
            "product_id": one.subject_id,
            "score": str(one.score) if one.score is not None else None,
            "decision_date": one.decision_date or one.decision_year,
        }


def _supply(area: Area) -> Iterator[Values]:
    places = Place.objects.filter(area.places())
    found = PlaceProduct.objects.filter(place__in=places).select_related("place", "product")
    for one in _bounded(found.order_by("place__folded", "place__public_id", "product__folded", "role")):
        yield {
            **_plain(one, "role", "unit", "period", "quantity_on", "lead_days", "said_by"),
            "place_id": one.place.public_id,
            "place": one.place.name,
            "product_id": one.product.public_id,
            "product": one.product.name,
            "months": ", ".join(str(month) for month in one.months),
            **{
                name: str(value).replace(".", ",")
                for name in ("quantity", "minimum_order", "piece_kg")
                if (value := getattr(one, name)) is not None
            },
        }


def _plain(record: Any, *names: str) -> Values:
    return {name: getattr(record, name) for name in names}


_CONTACT = ("phone", "email", "zalo", "website", "contact_consent_on")
_PLACE_DAYS = ("opened_on", "closed_on", "checked_on")
_CERTIFICATE_DAYS = ("valid_from", "valid_until", "revoked_on")
_SOURCE = ("source_name", "source_url", "source_date")
_ROWS: dict[str, Callable[[Area], Iterator[Values]]] = {
    Import.Kind.PLACES: _places,
    Import.Kind.PRODUCTS: _products,
    Import.Kind.CERTIFICATES: _certificates,
    Import.Kind.SUPPLY: _supply,
}
