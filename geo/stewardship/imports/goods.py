"""Rows of products: which product each one is, and what it would change."""

from collections import defaultdict
from typing import Any

from geo.catalog.models import Producer, Product, ProductCategory
from geo.spatial.folding import fold
from geo.stewardship.catalog_duplicates import AskedProduct, find_products, match_of_product
from geo.stewardship.duplicates import NOBODY_YET
from geo.stewardship.imports import producers
from geo.stewardship.imports.comparing import (
    SOURCE_OTHERS,
    SOURCE_TEXTS,
    named_ids,
    plain_values,
    settle_changes,
    settle_identity,
    source_of_new,
    take_once,
)
from geo.stewardship.imports.context import Context
from geo.stewardship.imports.lines import Line
from geo.stewardship.imports.values import CLEARED
from geo.stewardship.merging.known import merged_by_external_id

_AREA = ("province_id", "commune_id")
_TEXTS = ("name", "name_en", "description", "gtin", "local_code", "note", *SOURCE_TEXTS)
_EMPTY = {
    "name": "", "name_en": "", "producer_id": None, "category_id": None, "category_basis": "", "description": "",
    "gtin": "", "local_code": "", "note": "", "source_kind": "", "source_name": "", "source_url": "",
    "source_licence": "", "source_date": None, "trust": "", "external_id": "",
}  # fmt: skip


def prepare(lines: list[Line], context: Context) -> None:
    """Settle everything about the rows of one chunk: producer, category, record, changes."""
    context.divisions.settle(lines)
    producers.settle(lines, context)
    recognise(lines, context)
    for line in lines:
        if not line.problems:
            _propose(line, context)


def recognise(lines: list[Line], context: Context) -> None:
    """Fill in ``record`` or ``candidates``: by record number, id in the source, or producer and folded name."""
    ids = named_ids(lines)
    named = {line.number: found for line in lines if (found := settle_identity(line, "product", ids))}
    stored = Product.objects.select_related("producer")
    by_id = {one.public_id: one for one in stored.filter(public_id__in=set(named.values()))}
    said = {line.number: context.external_id(text) for line in lines if (text := line.text("external_id"))}
    by_external = {one.external_id: one for one in stored.filter(external_id__in=set(said.values()))}
    merged = merged_by_external_id("product", set(said.values()) - set(by_external))
    kept = {one.public_id: one for one in stored.filter(public_id__in=set(merged.values()))}
    by_external |= {known: kept[now] for known, now in merged.items() if now in kept}
    same_name: dict[str, list[Product]] = defaultdict(list)
    names = {fold(line.text("name")) for line in lines if line.text("name")}
    for one in stored.filter(folded__in=names).order_by("pk"):
        same_name[str(one.folded)].append(one)
    for line in lines:
        if line.number in named:
            line.record = by_id.get(named[line.number])
        elif line.number in said and said[line.number] in by_external:
            line.record = by_external[said[line.number]]
        else:
            _by_name(line, same_name.get(fold(line.text("name")), []))
    _alike([line for line in lines if _is_new(line)])
    for line in lines:
        if line.problems:
            continue
        if line.record is not None:
            take_once(line, line.record.pk, context)
        elif not line.forced_new:
            maker = line.producer.pk if line.producer is not None else (line.new_producer or {}).get("folded")
            take_once(line, ("product", fold(line.text("name")), maker), context)


def _by_name(line: Line, same: list[Product]) -> None:
    maker = line.producer.pk if line.producer is not None else None
    sure = [one for one in same if one.producer_id == maker and line.new_producer is None]
    if len(sure) == 1:
        line.record = sure[0]
    elif not line.forced_new:
        unknown = [one for one in same if one.producer_id is None or maker is None] if line.new_producer is None else []
        line.candidates = [match_of_product(_asked(line), one, 1.0) for one in sure or unknown]


def _is_new(line: Line) -> bool:
    return line.record is None and not line.candidates and not line.problems and not line.forced_new


def _alike(lines: list[Line]) -> None:
    """Let rows ask that are likely a product which is there already; asked about all of them by one statement."""
    for line, matches in zip(lines, find_products([_asked(line) for line in lines]), strict=True):
        line.candidates = matches


def _asked(line: Line) -> AskedProduct:
    maker = line.producer.pk if line.producer is not None else NOBODY_YET if line.new_producer is not None else None
    return AskedProduct(line.text("name"), maker, line.text("gtin"))


def _propose(line: Line, context: Context) -> None:
    values: dict[str, Any] = {} if line.record is not None else {**_EMPTY, **source_of_new(line, context)}
    values.update(plain_values(line, _TEXTS, SOURCE_OTHERS))
    if line.record is not None and line.text("external_id") and not line.record.external_id:
        values["external_id"] = context.external_id(line.text("external_id"))
    if line.says.get("producer") == CLEARED:
        values["producer_id"] = None
    elif line.producer is not None:
        values["producer_id"] = line.producer.pk
    if "category" in line.says:
        values.update(_category(line, context))
    if not values.get("name", getattr(line.record, "name", "")):
        line.refuse("missing", "name")
    if values.get("gtin") and not _is_gtin(values["gtin"]):
        line.refuse("gtin", "gtin", said=values["gtin"])
    maker = line.producer if line.producer is not None else getattr(line.record, "producer", None)
    before = getattr(line.record, "producer", None)
    proposed = Producer(**{name: line.new_producer[name] for name in _AREA}) if line.new_producer is not None else None
    context.settle_area(line, "producer", proposed or maker, before)
    if not line.problems:
        settle_changes(line, values)
        producers.settle_change(line)


def _category(line: Line, context: Context) -> dict[str, Any]:
    text = line.text("category")
    if not text:
        return {"category_id": None, "category_basis": ""}
    known = _categories(context)
    found = known.get(text.strip().upper()) or known.get(fold(text)) or []
    if len(found) != 1:
        codes = ", ".join(one.code for one in found)
        line.refuse("category-ambiguous" if found else "category-unknown", "category", said=text, candidates=codes)
        return {}
    same = line.record is not None and line.record.category_id == found[0].pk
    return {} if same else {"category_id": found[0].pk, "category_basis": Product.CategoryBasis.SOURCE.value}


def _categories(context: Context) -> dict[str, list[ProductCategory]]:
    """Return the categories of the newest edition by code, by folded name, and by both together."""
    if "categories" not in context.cache:
        found: dict[str, list[ProductCategory]] = defaultdict(list)
        edition = ProductCategory.objects.order_by("-pk").values_list("edition", flat=True).first()
        for one in ProductCategory.objects.filter(edition=edition):
            both = fold(f"{one.code} {one.name_vi}")
            for key in {one.code.upper(), fold(one.name_vi), fold(one.name_en), both} - {""}:
                found[key].append(one)
        context.cache["categories"] = dict(found)
    cached: dict[str, list[ProductCategory]] = context.cache["categories"]
    return cached


def _is_gtin(text: str) -> bool:
    """Tell whether the check digit fits (GS1 General Specifications, 7.9)."""
    if not text.isdigit() or len(text) not in (8, 12, 13, 14):
        return False
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(text[:-1])))
    return (10 - total % 10) % 10 == int(text[-1])
