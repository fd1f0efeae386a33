"""Rows of supply: which product at which place each one is, and what it would change of what can be delivered."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from geo.catalog.models import Product
from geo.places.models import Place, PlaceProduct
from geo.sourcing.quantities import unit_of
from geo.spatial.folding import fold
from geo.stewardship.imports import awards, producers
from geo.stewardship.imports.comparing import plain_values, settle_changes, take_once
from geo.stewardship.imports.context import Context
from geo.stewardship.imports.lines import Line

_TEXTS = ("unit", "period", "said_by")
_OTHERS = ("quantity", "quantity_on", "minimum_order", "lead_days", "piece_kg")
_EMPTY: dict[str, Any] = {
    "quantity": None, "unit": "", "period": "", "months": [], "quantity_on": None, "minimum_order": None,
    "lead_days": None, "piece_kg": None, "said_by": "", "price": None, "currency": "VND", "price_unit": "",
    "price_on": None, "in_stock": None, "stock_on": None,
}  # fmt: skip
_USUAL = {
    Place.Kind.PRODUCTION_SITE: PlaceProduct.Role.GROWS,
    Place.Kind.PROCESSING_FACILITY: PlaceProduct.Role.PROCESSES,
    Place.Kind.POINT_OF_SALE: PlaceProduct.Role.SELLS,
}
"""What a place does with a product where nobody says so."""
_FINEST = {"quantity": Decimal("0.001"), "minimum_order": Decimal("0.001"), "piece_kg": Decimal("0.0001")}
_MOST = {"quantity": Decimal(10) ** 10, "minimum_order": Decimal(10) ** 10, "piece_kg": Decimal(2000)}


def prepare(lines: list[Line], context: Context) -> None:
    """Settle everything about the rows of one chunk: place, product, record, changes."""
    context.divisions.settle(lines)
    producers.settle(lines, context, may_be_new=False)
    places, products = _places(lines), awards.products_named(lines)
    found: dict[int, tuple[Place, Product]] = {}
    for line in lines:
        place = _place_of(line, places)
        if line.producer is None and place is not None:
            line.producer = place.producer
        product = _product_of(line, products)
        if place is not None and product is not None:
            found[line.number] = (place, product)
    recognise(lines, found, context)
    for line in lines:
        if not line.problems:
            _propose(line, *found[line.number], context)


def _places(lines: list[Line]) -> dict[str, list[Place]]:
    """Return the places that rows may mean, by public id and by folded name."""
    stored = Place.objects.select_related("producer", "province", "commune")
    ids = {one for line in lines if (one := producers.as_public_id(line.text("place_id")))}
    names = {fold(line.text("place")) for line in lines if line.text("place")}
    found: dict[str, list[Place]] = defaultdict(list)
    for place in stored.filter(public_id__in=ids):
        found[place.public_id].append(place)
    for place in stored.filter(folded__in=names).order_by("pk"):
        found[str(place.folded)].append(place)
    return found


def _place_of(line: Line, places: dict[str, list[Place]]) -> Place | None:
    text = line.text("place_id")
    if text:
        known = places.get(producers.as_public_id(text) or "", [])
        if not known:
            line.refuse("id-unknown", "place_id", said=text)
        return known[0] if known else None
    text = line.text("place")
    if not text:
        line.refuse("missing", "place")
        return None
    same = places.get(fold(text), [])
    if line.producer is not None:
        same = [one for one in same if one.producer_id == line.producer.pk]
    if line.commune is not None:
        same = [one for one in same if one.commune_id == line.commune.pk]
    elif line.province is not None:
        same = [one for one in same if one.province_id == line.province.pk]
    if len(same) == 1:
        return same[0]
    ids = ", ".join(one.public_id for one in same[:6])
    line.refuse("place-ambiguous" if same else "place-unknown", "place", said=text, candidates=ids)
    return None


def _product_of(line: Line, products: dict[str, list[Product]]) -> Product | None:
    """Return the product a row names; one of the producer of the place before those of others."""
    maker = line.producer
    same = products.get(fold(line.text("product")), [])
    if maker is not None and not any(one.producer_id == maker.pk for one in same):
        line.producer = None
    try:
        return awards.product_of(line, products)
    finally:
        line.producer = maker


def recognise(lines: list[Line], found: dict[int, tuple[Place, Product]], context: Context) -> None:
    """Fill in ``record``: by place, product and what the place does with it."""
    places = {place.pk for place, _product in found.values()}
    stored: dict[tuple[int, int], list[PlaceProduct]] = defaultdict(list)
    for one in PlaceProduct.objects.filter(place__in=places).order_by("pk"):
        stored[one.place_id, one.product_id].append(one)
    for line in lines:
        if line.problems:
            continue
        place, product = found[line.number]
        same = stored[place.pk, product.pk]
        said = line.text("role")
        if not said and len(same) > 1:
            line.refuse("role-ambiguous", "role")
            continue
        role = said or (same[0].role if same else str(_USUAL[Place.Kind(place.kind)]))
        line.record = next((one for one in same if one.role == role), None)
        line.says["role"] = role
        take_once(line, (place.pk, product.pk, role), context)


def _propose(line: Line, place: Place, product: Product, context: Context) -> None:
    record: PlaceProduct | None = line.record
    values: dict[str, Any] = {}
    if record is None:
        values = {**_EMPTY, "place_id": place.pk, "product_id": product.pk, "role": line.says["role"]}
    values.update(plain_values(line, _TEXTS, _OTHERS))
    if "months" in line.says:
        values["months"] = line.says["months"] if isinstance(line.says["months"], list) else []
    _check_unit(line, values, record)
    _check_numbers(line, values)
    whole = {name: values.get(name, getattr(record, name, empty)) for name, empty in _EMPTY.items()}
    if values.get("quantity") is not None and not whole["said_by"]:
        values["said_by"] = PlaceProduct.SaidBy.OFFICER.value
    for needed in ("unit", "period", "quantity_on"):
        if whole["quantity"] is not None and not whole[needed]:
            line.refuse("missing", needed)
    if whole["minimum_order"] is not None and not whole["unit"]:
        line.refuse("missing", "unit")
    if whole["quantity_on"] is not None and whole["quantity_on"] > context.today:
        line.refuse("date-in-future", "quantity_on")
    context.settle_area(line, "place", place)
    if not line.problems:
        settle_changes(line, values)


def _check_unit(line: Line, values: dict[str, Any], record: PlaceProduct | None) -> None:
    """Keep one word for a unit; a unit that nobody stated the meaning of stays only where it stands already."""
    said = values.get("unit")
    if not said:
        return
    before = record.unit if record is not None else ""
    known, kept = unit_of(said), unit_of(before) if before else None
    if said == before or (known is not None and known == kept):
        values["unit"] = before
    elif known is None:
        line.refuse("unit", "unit", said=said)
    else:
        values["unit"] = known.code


def _check_numbers(line: Line, values: dict[str, Any]) -> None:
    for name, finest in _FINEST.items():
        number = values.get(name)
        if number is None:
            continue
        if not 0 < number <= _MOST[name]:
            line.refuse("amount", name, said=str(number), most=str(_MOST[name]))
        else:
            values[name] = number.quantize(finest)
            if not values[name]:
                line.refuse("amount", name, said=str(number), most=str(_MOST[name]))
