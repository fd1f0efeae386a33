"""Finding products and producers that may be there already, as ``duplicates`` finds places: one statement for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geo.catalog.models import Producer, Product
from geo.spatial.folding import fold
from geo.spatial.sql_files import SqlFiles
from geo.stewardship.duplicates import SHOWN, Match, digits, likeliest, same
from geo.stewardship.likeness import LEAST_LIKENESS, LIKELY, Signs, numbers, score_producer, score_product

SQL = SqlFiles(__file__)
_AT_MOST, _IN_COMMUNE_AT_MOST = 200, 2_000


@dataclass(frozen=True, slots=True)
class AskedProduct:
    """A product somebody is about to enter, or a stored one (``stored``: its primary key).

    ``producer`` is a primary key, or ``duplicates.NOBODY_YET`` for one who isn't registered.
    """

    name: str
    producer: int | None = None
    gtin: str = ""
    stored: int | None = None


@dataclass(frozen=True, slots=True)
class AskedProducer:
    """A producer somebody is about to enter, or a stored one; ``commune`` and ``province`` are primary keys."""

    name: str
    commune: int | None = None
    province: int | None = None
    kind: str = ""
    phone: str = ""
    stored: int | None = None


def asked_about_product(product: Product) -> AskedProduct:
    """Return the question whether ``product`` is there twice."""
    return AskedProduct(product.name, product.producer_id, product.gtin, product.pk)


def asked_about_producer(producer: Producer) -> AskedProducer:
    """Return the question whether ``producer`` is there twice."""
    one = producer
    return AskedProducer(one.name, one.commune_id, one.province_id, one.kind, one.phone, one.pk)


def find_products(asked: Sequence[AskedProduct], *, least: float = LIKELY, most: int = SHOWN) -> list[list[Match]]:
    """Return for each the stored products that may be the one asked about, by one statement."""
    rows = _rows(
        "similar_products",
        asked,
        producers=[one.producer for one in asked],
        gtins=[one.gtin for one in asked],
    )
    stored = Product.objects.select_related("producer__commune", "producer__province")
    known = stored.in_bulk({pk for _position, pk, _likeness in rows})
    found: list[list[Match]] = [[] for _one in asked]
    for position, pk, likeness in rows:
        if pk in known:
            found[position - 1].append(match_of_product(asked[position - 1], known[pk], likeness))
    return [likeliest(matches, least, most) for matches in found]


def match_of_product(asked: AskedProduct, product: Product, likeness: float) -> Match:
    """Return how well ``product`` is what was asked for; ``likeness`` of the folded names, 0 to 1."""
    signs = Signs(
        likeness=likeness,
        same_producer=same(asked.producer, product.producer_id),
        same_gtin=same(asked.gtin, product.gtin),
        same_numbers=numbers(fold(asked.name)) == numbers(str(product.folded)),
    )
    found = score_product(
        likeness, same_producer=signs.same_producer, same_gtin=signs.same_gtin, same_numbers=signs.same_numbers
    )
    return Match(product, found, signs)


def find_producers(asked: Sequence[AskedProducer], *, least: float = LIKELY, most: int = SHOWN) -> list[list[Match]]:
    """Return for each the stored producers that may be the one asked about, by one statement."""
    rows = _rows(
        "similar_producers",
        asked,
        communes=[one.commune for one in asked],
        provinces=[one.province for one in asked],
        in_commune=_IN_COMMUNE_AT_MOST,
    )
    known = Producer.objects.select_related("commune", "province").in_bulk({pk for _position, pk, _likeness in rows})
    found: list[list[Match]] = [[] for _one in asked]
    for position, pk, likeness in rows:
        if pk in known:
            found[position - 1].append(_match_of_producer(asked[position - 1], known[pk], likeness))
    return [likeliest(matches, least, most) for matches in found]


def _match_of_producer(asked: AskedProducer, producer: Producer, likeness: float) -> Match:
    unknown = Producer.Kind.UNKNOWN
    kinds = ["" if kind == unknown else kind for kind in (asked.kind, producer.kind)]
    signs = Signs(
        likeness=likeness,
        same_commune=same(asked.commune, producer.commune_id),
        same_phone=same(digits(asked.phone), digits(producer.phone)),
        same_kind=same(*kinds) is not False,
        same_numbers=numbers(fold(asked.name)) == numbers(str(producer.folded)),
    )
    found = score_producer(
        likeness,
        same_commune=signs.same_commune,
        same_province=same(asked.province, producer.province_id),
        same_phone=signs.same_phone,
        same_kind=signs.same_kind,
        same_numbers=signs.same_numbers,
    )
    return Match(producer, found, signs)


def _rows(statement: str, asked: Sequence[Any], **more: Any) -> list[tuple[int, int, float]]:
    names = [fold(one.name) or None for one in asked]
    if not any(names):
        return []
    common = {"names": names, "except": [one.stored for one in asked], "most": _AT_MOST, "likeness": LEAST_LIKENESS}
    return list(SQL.rows(statement, {**common, **more}))
