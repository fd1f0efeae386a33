"""What two transactions have both touched: looked for from the side of the few, the same as by asking both sides."""

import random
import uuid

import pytest
from django.db import connection

from tests import factories as make

pytestmark = pytest.mark.django_db


def ask(statement: str, *values: object) -> set[object]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {value for (value,) in cursor.fetchall()}


def changed_by(chance: random.Random, records: list[tuple[str, str]], count: int) -> uuid.UUID:
    """Note changes of records as one transaction; return its name."""
    transaction = uuid.UUID(int=chance.getrandbits(128))
    with connection.cursor() as cursor:
        for collection, number in chance.sample(records, count):
            cursor.execute(
                "INSERT INTO spatial_change (transaction, collection, feature_id, operation) VALUES (%s, %s, %s, 'U')",
                [transaction, collection, number],
            )
    return transaction


def test_both_ways_find_the_same() -> None:
    chance = random.Random(7)
    make.scheme()
    commune = make.commune()
    producers = [make.producer(f"HTX {number}") for number in range(4)]
    products = [make.product(f"Mắm {number}", producer=chance.choice([None, *producers])) for number in range(10)]
    certificates = [make.certificate(product) for product in products[:6]]
    places = [
        make.place(f"Quầy {number}", commune=commune, producer=chance.choice([None, *producers]))
        for number in range(14)
    ]
    for place in places:
        for product in chance.sample(products, 2):
            make.sells(place, product, role=chance.choice(["sells", "makes", "processes"]))
    records = [("places", one.public_id) for one in places] + [("products", one.public_id) for one in products]
    records += [("producers", one.public_id) for one in producers]
    records += [("certificates", str(one.pk)) for one in certificates]
    met = 0
    for _turn in range(60):
        few = [changed_by(chance, records, chance.randrange(1, 3))]
        many = [changed_by(chance, records, chance.randrange(1, 4)) for _ in range(2)]
        for touched, both in (
            ("places_touched", "places_touched_twice"),
            ("places_catalog_touched", "places_catalog_touched_twice"),
        ):
            one, other = (ask(f"SELECT * FROM {touched}(%s::uuid[])", side) for side in (few, many))
            assert ask(f"SELECT unnest({both}(%s::uuid[], %s::uuid[]))", few, many) == one & other
            met += bool(one & other)
    assert met > 20


def test_the_side_with_fewer_changes_is_looked_from() -> None:
    chance = random.Random(3)
    records = [("places", f"P{number}") for number in range(1200)]
    small, large = changed_by(chance, records, 5), changed_by(chance, records, 1100)
    assert ask("SELECT unnest(places_fewer(%s, %s::uuid[]))", small, [large]) == {small}
    assert ask("SELECT unnest(places_fewer(%s, %s::uuid[]))", large, [small]) == {small}
