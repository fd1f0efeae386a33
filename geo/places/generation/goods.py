"""Generated producers, products and certificates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from geo.catalog.models import OCOP
from geo.catalog.rules import add_months
from geo.places.generation import words
from geo.places.generation.copying import block_of_ids, copy_all
from geo.places.generation.ground import RECORD_COLUMNS, SOURCE, SOURCE_COLUMNS, Ground
from geo.places.generation.plan import named, pick
from geo.places.models import Place
from geo.spatial.provenance import SourceKind

_PRODUCER_COLUMNS = (
    *RECORD_COLUMNS,
    "kind",
    "address",
    "province_id",
    "commune_id",
    "phone",
    "email",
    "zalo",
    "website",
)
_PRODUCT_COLUMNS = (
    *RECORD_COLUMNS,
    "name_en",
    "producer_id",
    "category_id",
    "category_basis",
    "description",
    "gtin",
    "local_code",
    "note",
)
_CERTIFICATE_COLUMNS = (
    *SOURCE_COLUMNS,
    "scheme_id",
    "subject_id",
    "stars",
    "decision_year",
    "decision_date",
    "valid_from",
    "valid_until",
    "revoked_on",
    "number",
    "decision_number",
    "issuer",
    "revoked_reason",
    "scope",
)


@dataclass(frozen=True, slots=True)
class Goods:
    """A generated product: ids, set, commune, and its producer's place in the list of producers."""

    pk: int
    category: str
    home: int
    producer: int


def write_producers(ground: Ground, number: int) -> tuple[range, list[int]]:
    """Write ``number`` producers; return their ids and the index of each one's commune."""
    ids = block_of_ids("catalog_producer", number)
    homes = ground.home_choice.draw(ground.source, number)
    kinds = [(kind, share) for *kind, share in words.PRODUCERS]

    def rows() -> Iterator[tuple[Any, ...]]:
        for index, (pk, home_index) in enumerate(zip(ids, homes, strict=True), start=1):
            home = ground.homes[home_index]
            kind, word = pick(ground.source, kinds)
            name = named(word, home, index)
            yield (pk, *SOURCE, name, 1, ground.now, ground.now, kind, "", home.province, home.commune, "", "", "", "")

    columns = ("id", *SOURCE_COLUMNS, "name", "version", "created_at", "updated_at", "kind", "address")
    copy_all("catalog_producer", (*columns, "province_id", "commune_id", "phone", "email", "zalo", "website"), rows())
    ground.say(f"{number} producers")
    return ids, homes


def write_products(
    ground: Ground, number: int, producers: range, producer_homes: list[int], categories: dict[str, int]
) -> list[Goods]:
    """Write ``number`` products of the producers given, at least one of each while they last."""
    ids = block_of_ids("catalog_product", number)
    weights = [(code, weight) for code, (weight, _names) in words.PRODUCTS.items()]
    goods = []
    rows = []
    for index, pk in enumerate(ids, start=1):
        # Each producer has one product first, the rest go to chance.
        producer = index - 1 if index <= len(producers) else int(ground.source.triangular(0, len(producers), 0))
        producer = min(producer, len(producers) - 1)
        code = pick(ground.source, weights)
        word = ground.source.choice(words.PRODUCTS[code][1])
        home = producer_homes[producer]
        name = named(word, ground.homes[home], index)
        goods.append(Goods(pk, code, home, producer))
        rows.append(
            (pk, *SOURCE, name, 1, ground.now, ground.now, "", producers[producer], categories[code], "derived")
        )
    copy_all("catalog_product", _PRODUCT_COLUMNS, ((*row, "", "", "", "") for row in rows))
    ground.say(f"{number} products")
    return goods


def certify_products(ground: Ground) -> int:
    """Give 88 in 100 products stars; some ended, some end soon, few were revoked, one in ten has only a year."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_id FROM catalog_product WHERE source_kind = %s ORDER BY id", [SourceKind.GENERATED.value]
        )
        subjects = [row[0] for row in cursor.fetchall()]

    def rows() -> Iterator[tuple[Any, ...]]:
        for subject in subjects:
            if ground.source.random() > 0.88:
                continue
            stars = pick(ground.source, words.STARS)
            decided = ground.today - timedelta(days=int(ground.source.uniform(1, 1500)))
            draw = ground.source.random()
            if draw < 0.1:
                yield (*SOURCE, OCOP, subject, stars, decided.year, None, None, None, None, "", "", "", "", "")
                continue
            revoked = decided + timedelta(days=200) if draw > 0.98 else None
            until = add_months(decided, 36)
            yield (*SOURCE, OCOP, subject, stars, None, decided, decided, until, revoked, "", "", "", "", "")

    return copy_all("catalog_certificate", _CERTIFICATE_COLUMNS, rows())


def certify_facilities(ground: Ground) -> int:
    """Give two in three processing facilities a certificate of food safety or quality management."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_id FROM places_place WHERE source_kind = %s AND kind = %s ORDER BY id",
            [SourceKind.GENERATED.value, Place.Kind.PROCESSING_FACILITY.value],
        )
        subjects = [row[0] for row in cursor.fetchall()]
    schemes = [("food_safety", 0.5), ("haccp", 0.1), ("iso_22000", 0.05), ("", 0.35)]

    def rows() -> Iterator[tuple[Any, ...]]:
        for subject in subjects:
            scheme = pick(ground.source, schemes)
            if scheme:
                since = ground.today - timedelta(days=int(ground.source.uniform(1, 1200)))
                until = add_months(since, 36)
                yield (*SOURCE, scheme, subject, None, None, since, since, until, None, "", "", "", "", "")

    return copy_all("catalog_certificate", _CERTIFICATE_COLUMNS, rows())
