"""Rows of certificates: whose certificate it is, which stored one it is, and what it would change."""

from collections import defaultdict
from copy import copy
from datetime import date
from typing import Any

from geo.catalog.models import Certificate, CertificateScheme, Product
from geo.catalog.services import check_stars, settle_dates
from geo.spatial.folding import fold
from geo.spatial.problems import InvalidParameter
from geo.stewardship.imports import producers
from geo.stewardship.imports.comparing import (
    SOURCE_OTHERS,
    SOURCE_TEXTS,
    plain_values,
    settle_changes,
    source_of_new,
    take_once,
)
from geo.stewardship.imports.context import Context
from geo.stewardship.imports.lines import Line

_TEXTS = ("number", "decision_number", "issuer", "revoked_reason", "scope", *SOURCE_TEXTS)
_OTHERS = ("stars", "score", "valid_from", "valid_until", "revoked_on", *SOURCE_OTHERS)
_EMPTY = {
    "stars": None, "score": None, "number": "", "decision_number": "", "decision_date": None, "decision_year": None,
    "issuer": "", "valid_from": None, "valid_until": None, "revoked_on": None, "revoked_reason": "", "scope": "",
    "source_kind": "", "source_name": "", "source_url": "", "source_licence": "", "source_date": None, "trust": "",
    "external_id": "",
}  # fmt: skip
_DERIVED = ("decision_year", "valid_from", "valid_until", "stars")


def prepare(lines: list[Line], context: Context) -> None:
    """Settle everything about the rows of one chunk: scheme, product, record, changes."""
    context.divisions.settle(lines)
    producers.settle(lines, context, may_be_new=False)
    products = products_named(lines)
    schemes = _schemes(context)
    subjects: dict[int, Product] = {}
    for line in lines:
        _scheme(line, schemes)
        if (product := product_of(line, products)) is not None:
            subjects[line.number] = product
    recognise(lines, subjects, context)
    for line in lines:
        if not line.problems:
            _propose(line, subjects.get(line.number), context)


def _schemes(context: Context) -> dict[str, CertificateScheme]:
    if "schemes" not in context.cache:
        found: dict[str, CertificateScheme] = {}
        for one in CertificateScheme.objects.all():
            found.update(dict.fromkeys((fold(one.code), fold(one.name_vi), fold(one.name_en)), one))
        context.cache["schemes"] = found
    cached: dict[str, CertificateScheme] = context.cache["schemes"]
    return cached


def _scheme(line: Line, schemes: dict[str, CertificateScheme]) -> None:
    text = line.text("scheme")
    if not text:
        line.refuse("missing", "scheme")
    elif (found := schemes.get(fold(text))) is None:
        line.refuse("scheme-unknown", "scheme", said=text)
    else:
        line.says["scheme"] = found


def products_named(lines: list[Line]) -> dict[str, list[Product]]:
    """Return the products that rows may mean, by public id and by folded name."""
    stored = Product.objects.select_related("producer")
    ids = {one for line in lines if (one := producers.as_public_id(line.text("product_id")))}
    names = {fold(line.text("product")) for line in lines if line.text("product")}
    found: dict[str, list[Product]] = defaultdict(list)
    for product in stored.filter(public_id__in=ids):
        found[product.public_id].append(product)
    for product in stored.filter(folded__in=names).order_by("pk"):
        found[str(product.folded)].append(product)
    return found


def product_of(line: Line, products: dict[str, list[Product]]) -> Product | None:
    """Return the one product that a row names; notes why there is none."""
    text = line.text("product_id")
    if text:
        known = products.get(producers.as_public_id(text) or "", [])
        if not known:
            line.refuse("id-unknown", "product_id", said=text)
        return known[0] if known else None
    text = line.text("product")
    if not text:
        line.refuse("missing", "product")
        return None
    same = products.get(fold(text), [])
    if line.producer is not None:
        same = [one for one in same if one.producer_id == line.producer.pk]
    elif line.province is not None:
        same = [one for one in same if one.producer is None or one.producer.province_id == line.province.pk]
    if len(same) == 1:
        return same[0]
    ids = ", ".join(one.public_id for one in same[:6])
    line.refuse("product-ambiguous" if same else "product-unknown", "product", said=text, candidates=ids)
    return None


def recognise(lines: list[Line], subjects: dict[int, Product], context: Context) -> None:
    """Fill in ``record``: by id in the source, else by product, scheme and decision (number, else day or year)."""
    said = {line.number: context.external_id(text) for line in lines if (text := line.text("external_id"))}
    by_external = {one.external_id: one for one in _stored(external_id__in=set(said.values()))}
    of_subject: dict[tuple[str, str], list[Certificate]] = defaultdict(list)
    for one in _stored(subject_id__in={product.public_id for product in subjects.values()}):
        of_subject[one.subject_id, one.scheme_id].append(one)
    for line in lines:
        if line.problems:
            continue
        product, scheme = subjects[line.number], line.says["scheme"]
        same = of_subject[product.public_id, scheme.pk]
        line.record = by_external.get(said.get(line.number, "")) or next((c for c in same if _is_same(line, c)), None)
        key = line.record.pk if line.record is not None else (product.pk, scheme.pk, _decision(line))
        take_once(line, key, context)


def _stored(**wanted: object) -> list[Certificate]:
    return list(Certificate.objects.filter(**wanted).select_related("scheme").order_by("pk"))


def _decision(line: Line) -> object:
    return fold(line.text("decision_number")) or line.says.get("decision_date") or fold(line.text("number"))


def _is_same(line: Line, stored: Certificate) -> bool:
    number, decided = line.text("decision_number"), line.says.get("decision_date")
    if number and stored.decision_number:
        return fold(number) == fold(stored.decision_number)
    if isinstance(decided, date) and stored.decision_date:
        return decided == stored.decision_date
    if decided is not None and stored.decision_year:
        return (decided.year if isinstance(decided, date) else decided) == stored.decision_year
    return bool(line.text("number")) and fold(line.text("number")) == fold(stored.number)


def _propose(line: Line, product: Product | None, context: Context) -> None:
    record, scheme = line.record, line.says["scheme"]
    edited = copy(record) if record is not None else Certificate()
    values: dict[str, Any] = {} if record is not None else {**_EMPTY, **source_of_new(line, context)}
    values.update(plain_values(line, _TEXTS, _OTHERS))
    decided = line.says.get("decision_date")
    if isinstance(decided, date):
        values["decision_date"] = decided
    elif decided is not None and not (record is not None and record.decision_date):
        values["decision_year"] = decided
    values["scheme_id"] = scheme.pk
    if product is not None:
        values["subject_id"] = product.public_id
    for name, value in values.items():
        setattr(edited, name, value)
    edited.scheme = scheme
    try:
        settle_dates(edited, moved=record is None or record.decision_date != edited.decision_date)
        check_stars(edited)
    except InvalidParameter as wrong:
        line.refuse("catalogue", wrong.name, message=wrong.message)
    values.update({name: getattr(edited, name) for name in _DERIVED})
    if edited.valid_from and edited.valid_until and edited.valid_from >= edited.valid_until:
        line.refuse("span", "valid_until")
    if edited.stars is not None and edited.scheme_id != "OCOP":
        line.refuse("stars-not-ocop", "stars")
    if not edited.source_name and not edited.source_url:
        line.refuse("missing", "source_name")
    context.settle_area(line, "product", product.producer if product is not None else None)
    if not line.problems:
        settle_changes(line, values)
