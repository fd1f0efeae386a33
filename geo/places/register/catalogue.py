"""Categories, schemes, producers, products and certificates of the real register."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geo.catalog.models import Certificate, CertificateScheme, Producer, Product, ProductCategory
from geo.catalog.rules import add_months
from geo.places.register.files import FixtureError, Line, by_column, read
from geo.places.register.store import Store
from geo.spatial.provenance import SourceKind, Trust

EDITION = "26/2026/QĐ-TTg"
PREFIX = "register/"
FACTS = "facts"
"""Licence of the register: facts with their source, nobody's property."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the rest of the load refers to: rows by the ids of the files."""

    categories: dict[str, ProductCategory]
    schemes: dict[str, CertificateScheme]
    producers: dict[str, Producer]
    products: dict[str, Product]


def load_catalogue(store: Store, folder: Path) -> Catalogue:
    """Load the catalogue and the register's producers, products and certificates. Raises FixtureError."""
    categories = _categories(store, folder)
    schemes = _schemes(store, folder)
    producers = _producers(store, folder)
    products = _products(store, folder, categories, producers)
    _certificates(store, folder, schemes, products)
    return Catalogue(categories, schemes, producers, products)


def sourced(line: Line) -> dict[str, Any]:
    """Return the provenance of a row of the register."""
    trust, url = line.text("trust"), line.text("source_url")
    if trust not in (Trust.A, Trust.B1, Trust.B2) or not url:
        raise FixtureError(f"{line.where}: no source, or one that isn't trusted enough")
    return {
        "source_kind": SourceKind.DECISION.value if trust == Trust.A else SourceKind.PRESS.value,
        "source_name": urlsplit(url).netloc,
        "source_url": url,
        "source_licence": FACTS,
        "trust": trust,
    }


def _categories(store: Store, folder: Path) -> dict[str, ProductCategory]:
    lines = read(folder, "catalog/categories_qd26_2026.csv")
    found: dict[str, ProductCategory] = {}
    for level in ProductCategory.Level.values:
        wanted = {}
        for position, line in enumerate(lines, start=1):
            if line.text("level") != level:
                continue
            parent = found.get(line.text("parent"))
            if parent is None and level != ProductCategory.Level.SECTOR:
                raise FixtureError(f"{line.where}: no parent {line.text('parent')}")
            wanted[EDITION, line.text("code")] = {
                "edition": EDITION,
                "code": line.text("code"),
                "level": level,
                "parent_id": None if parent is None else parent.pk,
                "name_vi": line.text("name_vi"),
                "name_en": line.text("name_en"),
                "ministry": line.text("ministry"),
                "position": position,
            }
        rows = store.keyed("categories", ProductCategory, wanted, ("edition", "code"))
        found.update({code: row for (_edition, code), row in rows.items()})
    return found


def _schemes(store: Store, folder: Path) -> dict[str, CertificateScheme]:
    wanted = {
        line.text("code"): {
            "code": line.text("code"),
            "name_vi": line.text("name_vi"),
            "name_en": line.text("name_en"),
            "validity_months": line.whole("validity_months"),
            "legal_source": line.text("source"),
            "position": position,
        }
        for position, line in enumerate(read(folder, "catalog/certificate_schemes.csv"), start=1)
    }
    return store.keyed("schemes", CertificateScheme, wanted, ("code",))


def _producers(store: Store, folder: Path) -> dict[str, Producer]:
    """Producers, each in the commune of its products when they agree on one."""
    communes: dict[str, set[str]] = {}
    for line in read(folder, "register/products.csv"):
        communes.setdefault(line.text("producer_id"), set()).add(line.text("commune_code"))
    wanted = {}
    for line in read(folder, "register/producers.csv"):
        known = communes.get(line.text("id"), set()) - {""}
        commune = store.communes.get(known.pop()) if len(known) == 1 else None
        wanted[PREFIX + line.text("id")] = {
            "name": line.text("name"),
            "kind": line.text("kind"),
            "province_id": store.province(line).pk,
            "commune_id": None if commune is None else commune.pk,
            **sourced(line),
        }
    return _unprefixed(store.records("producers", Producer, wanted))


def _products(
    store: Store, folder: Path, categories: dict[str, ProductCategory], producers: dict[str, Producer]
) -> dict[str, Product]:
    assigned = by_column(read(folder, "register/categories_assigned.csv"), "product_id")
    wanted = {}
    for line in read(folder, "register/products.csv"):
        product = line.text("id")
        code = assigned[product].text("code") if product in assigned else ""
        if code and code not in categories:
            store.refuse("products", f"{assigned[product].where}: no category {code}")
            continue
        producer = producers.get(line.text("producer_id"))
        wanted[PREFIX + product] = {
            "name": line.text("name_vi"),
            "name_en": line.text("name_en"),
            "producer_id": None if producer is None else producer.pk,
            "category_id": categories[code].pk if code else None,
            "category_basis": assigned[product].text("basis") if code else "",
            "note": _note(line),
            **sourced(line),
        }
    return _unprefixed(store.records("products", Product, wanted))


def _note(line: Line) -> str:
    also, translated = line.text("also_written"), line.text("name_basis") == "translated"
    parts = [
        f"also written: {also}" if also else "",
        "name translated by the editors" if translated else "",
        line.text("note"),
    ]
    return "; ".join(part for part in parts if part)


def _certificates(
    store: Store, folder: Path, schemes: dict[str, CertificateScheme], products: dict[str, Product]
) -> None:
    wanted = {}
    for line in read(folder, "register/certificates.csv"):
        product, scheme = products.get(line.text("product_id")), schemes.get(line.text("scheme"))
        if product is None or scheme is None:
            store.refuse("certificates", f"{line.where}: no product or scheme of that id")
            continue
        decided = line.day("decided_on")
        months = scheme.validity_months
        wanted[PREFIX + line.text("id")] = {
            "scheme_id": scheme.pk,
            "subject_id": product.public_id,
            "stars": line.whole("stars"),
            "score": line.number("score"),
            "decision_number": line.text("decision_number"),
            "decision_date": decided,
            "decision_year": line.whole("decided_year") if decided is None else None,
            "issuer": line.text("issuer"),
            "valid_from": decided,
            "valid_until": add_months(decided, months) if decided is not None and months is not None else None,
            **sourced(line),
        }
    store.records("certificates", Certificate, wanted)


def _unprefixed(rows: dict[str, Any]) -> dict[str, Any]:
    return {key.removeprefix(PREFIX): row for key, row in rows.items()}
