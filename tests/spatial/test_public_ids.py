"""Public ids: made by the database, checked everywhere, one namespace for all kinds."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from geo.catalog.models import Product
from geo.places.models import Place
from geo.spatial.models import PublicId
from geo.spatial.public_ids import ALPHABET, InvalidPublicId, check_character, parse
from tests import factories as make

bodies = st.text(alphabet=ALPHABET, min_size=7, max_size=7)


@given(bodies)
def test_an_id_reads_back_however_it_is_typed(body: str) -> None:
    written = body + check_character(body)
    assert parse(written) == written
    assert parse(f" {written[:4].lower()}-{written[4:].lower()} ") == written
    assert parse(written.replace("0", "o").replace("1", "l")) == written


@given(bodies, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(body: str, position: int, other: str) -> None:
    written = body + check_character(body)
    if written[position] != other:
        with pytest.raises(InvalidPublicId):
            parse(written[:position] + other + written[position + 1 :])


@given(bodies, st.integers(0, 6))
def test_every_swap_of_neighbours_is_caught(body: str, position: int) -> None:
    written = body + check_character(body)
    swapped = written[:position] + written[position + 1] + written[position] + written[position + 2 :]
    if swapped != written:
        with pytest.raises(InvalidPublicId):
            parse(swapped)


@pytest.mark.parametrize("text", ["", "A", "0123456", "012345678", "UUUUUUUU", "ẢẢẢẢẢẢẢẢ", "'; DROP--", "0" * 10_000])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidPublicId):
        parse(text)


@pytest.mark.django_db
def test_the_database_makes_valid_ids_in_one_namespace() -> None:
    place, product = make.place(), make.product()
    for record, kind in ((place, "place"), (product, "product")):
        assert parse(record.public_id) == record.public_id
        assert PublicId.objects.get(pk=record.public_id).kind == kind
    with connection.cursor() as cursor:
        cursor.execute("SELECT new_public_id('place') FROM generate_series(1, 500)")
        made = [row[0] for row in cursor.fetchall()]
    assert len(set(made)) == 500
    assert all(parse(each) == each for each in made)


@pytest.mark.django_db
def test_sql_and_python_agree_on_the_check_character() -> None:
    pairs = [
        ("0000000", "0"),
        *((body, check_character(body)) for body in ("ZZZZZZZ", "1234567", "7W0K3QX", "HJKMNPQ")),
    ]
    with connection.cursor() as cursor:
        for body, check in pairs:
            cursor.execute("SELECT spatial_check_character(%s)", [body])
            assert cursor.fetchone()[0] == check


@pytest.mark.django_db(transaction=True)
def test_an_id_that_is_not_in_the_namespace_is_refused_at_commit() -> None:
    product = make.product()
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(public_id="0000000A")
    assert Place.objects.count() == 0
