"""Reads of supply: which places can deliver what, with certificates and promises, in three statements for any number.

Only what public pages show of places, products and producers is read; contacts are not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from geo.catalog.models import MARKS, OCOP, Certificate
from geo.catalog.rules import CertificateDates
from geo.places.conditions import category_under, distance_m
from geo.places.models import Place, PlaceProduct
from geo.sourcing.demand import Demand
from geo.sourcing.models import Commitment
from geo.sourcing.promises import standing
from geo.sourcing.quantities import Figure, unit_of
from geo.sourcing.rules import Held, Supply
from geo.spatial.folding import fold

MOST_SUPPLIES = 2_000
"""So many supplies are looked at for one demand; beyond them, sums say that there is more."""

_STAGES = {PlaceProduct.Role.GROWS: 1, PlaceProduct.Role.MAKES: 2, PlaceProduct.Role.PROCESSES: 3}
_FIELDS: dict[str, Any] = {
    "pk": F("pk"), "place": F("place__public_id"), "place_name": F("place__name"), "place_kind": F("place__kind"),
    "product": F("product__public_id"), "product_name": F("product__name"),
    "category": Coalesce(F("product__category__code"), Value("")),
    "province_id": F("place__province_id"), "commune_id": F("place__commune_id"),
    "province": F("place__province__full_name"), "commune": Coalesce(F("place__commune__full_name"), Value("")),
    "location": F("place__location"), "accuracy": F("place__location_accuracy"), "role": F("role"),
    "quantity": F("quantity"), "unit": F("unit"), "period": F("period"), "months": F("months"),
    "as_of": F("quantity_on"), "said_by": F("said_by"), "source": F("place__source_name"),
    "sample": F("place__is_sample"), "minimum": F("minimum_order"), "lead_days": F("lead_days"),
    "piece_kg": F("piece_kg"), "price": F("price"), "price_unit": F("price_unit"), "price_on": F("price_on"),
    "hours": Coalesce(F("place__schedule__expression"), Value("")),
    "place_producer": F("place__producer__public_id"), "place_producer_name": F("place__producer__name"),
    "place_producer_kind": F("place__producer__kind"), "producer": F("product__producer__public_id"),
    "producer_name": F("product__producer__name"), "producer_kind": F("product__producer__kind"),
}  # fmt: skip


def stage() -> Case:
    """Return how near to the buyer a row of supply is: grown, made, processed; 0 for what is only sold."""
    whens = [When(role=role, then=Value(number)) for role, number in _STAGES.items()]
    return Case(*whens, default=Value(0), output_field=IntegerField())


def stated() -> QuerySet[PlaceProduct]:
    """Return what open places grow, make or process in a stated quantity, each product at one stage only.

    What is grown for a product that is also processed somewhere is in the processed quantity already: the stage nearest
    to the buyer counts. Shops don't supply: what they sell was made elsewhere.
    """
    rows = PlaceProduct.objects.filter(quantity__isnull=False, place__status=Place.Status.OPEN, role__in=_STAGES)
    later = (
        PlaceProduct.objects.filter(
            product=OuterRef("product"), quantity__isnull=False, place__status=Place.Status.OPEN, role__in=_STAGES
        )
        .annotate(stage=stage())
        .filter(stage__gt=OuterRef("stage"))
    )
    return rows.annotate(stage=stage()).filter(~Exists(later))


def of_goods(
    rows: QuerySet[PlaceProduct], categories: tuple[str, ...], products: tuple[str, ...], words: Sequence[str]
) -> QuerySet[PlaceProduct]:
    """Return the rows of products under the categories, of these products, with these words in their name."""
    condition = category_under(categories, "product__")
    if products:
        condition &= Q(product__public_id__in=products)
    for word in words:
        condition &= Q(product__folded__contains=word)
    return rows.filter(condition)


def supplies(demand: Demand) -> tuple[list[Supply], bool]:
    """Return the supplies of the goods asked for, and whether these are all of them.

    Nearest to the depot first, else the largest quantity first: what is left out when there are too many is last.
    """
    rows = of_goods(stated(), demand.categories, demand.products, demand.words)
    if demand.depot is not None:
        point = Point(demand.depot.lon, demand.depot.lat, srid=4326)
        rows = rows.annotate(away=distance_m(point, "place__location")).order_by(F("away").asc(nulls_last=True), "pk")
    else:
        rows = rows.order_by("-quantity", "pk")
    found = list(rows.values(**{f"_{name}": value for name, value in _FIELDS.items()})[: MOST_SUPPLIES + 1])
    whole = len(found) <= MOST_SUPPLIES
    made = [_supply({name[1:]: value for name, value in row.items()}) for row in found[:MOST_SUPPLIES]]
    return _with_promises(_with_certificates(made, demand.schemes)), whole


def _supply(row: dict[str, Any]) -> Supply:
    unit, location, piece_kg = unit_of(row["unit"]), row.pop("location"), row.pop("piece_kg")
    own = tuple(row.pop(name) for name in ("place_producer", "place_producer_name", "place_producer_kind"))
    maker = tuple(row.pop(name) for name in ("producer", "producer_name", "producer_kind"))
    supplier, name, kind = own if own[0] else maker
    row["months"] = tuple(row["months"])
    return Supply(
        **row,
        supplier=supplier or row["place"],
        supplier_name=name or row["place_name"],
        supplier_kind=kind or "",
        lon=location.x if location else None,
        lat=location.y if location else None,
        figure=Figure(row["quantity"], unit, row["period"], row["months"], piece_kg) if unit else None,
    )


def _with_certificates(found: list[Supply], schemes: Sequence[str]) -> list[Supply]:
    """Add the certificates of OCOP, of marks and of the schemes asked for: of the product, its place, its supplier."""
    subjects = {name for one in found for name in (one.product, one.place, one.supplier)}
    held: dict[str, list[Held]] = defaultdict(list)
    rows = Certificate.objects.filter(subject_id__in=subjects, scheme_id__in={OCOP, *MARKS, *schemes}).exclude(
        source_name="", source_url=""
    )
    for one in rows.order_by("pk"):
        held[one.subject_id].append(_held(one))
    return [
        replace(one, certificates=(*_by(held, "product", one.product), *_others(held, one.place, one.supplier)))
        for one in found
    ]


def _by(held: dict[str, list[Held]], holder: str, subject: str) -> Iterable[Held]:
    return (replace(one, holder=holder) for one in held.get(subject, ()))


def _others(held: dict[str, list[Held]], place: str, supplier: str) -> Iterable[Held]:
    """Yield the certificates of a place and its producer: stars are a product's own."""
    own = _by(held, "producer", supplier) if supplier != place else ()
    return (one for one in (*_by(held, "place", place), *own) if one.scheme != OCOP)


def _held(one: Certificate) -> Held:
    year = date(one.decision_year, 1, 1) if one.decision_year else date.min
    return Held(
        scheme=one.scheme_id,
        stars=one.stars,
        decided=one.decision_date or one.valid_from or year,
        dates=CertificateDates(one.valid_from, one.valid_until, one.revoked_on, one.decision_year),
        name=one.scope,
        number=one.number,
        folded=fold(f"{one.scope} {one.number}") if one.scheme_id in MARKS else "",
        source=one.source_name or one.source_url,
    )


def _with_promises(found: list[Supply]) -> list[Supply]:
    """Add what stands promised to others of each supply."""
    rows = Commitment.objects.filter(
        place__public_id__in={one.place for one in found}, product__public_id__in={one.product for one in found}
    )
    promises = standing(rows)
    if not promises:
        return found
    return [replace(one, promises=tuple(promises.get((one.place, one.product), ()))) for one in found]
