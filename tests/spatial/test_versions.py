"""Versions and the change log: at commit, in commit order, once for a transaction."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from geo.catalog.models import Product
from geo.places.models import Place
from geo.spatial.models import Change, ChangedCollection
from geo.spatial.versions import changed_after, changes_since, versions_of
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def version(name: str = "places") -> int:
    return versions_of([name])[0]


@pytest.fixture
def place() -> Place:
    return make.place()


def test_a_version_rises_once_per_transaction_and_only_at_commit(place: Place) -> None:
    before = version()
    with transaction.atomic():
        for phone in ("1", "2", "3"):
            Place.objects.filter(pk=place.pk).update(phone=phone)
        assert version() == before
    assert version() == before + 1


def test_a_rollback_leaves_no_trace(place: Place) -> None:
    before, logged = version(), Change.objects.count()

    with transaction.atomic():
        Place.objects.filter(pk=place.pk).update(phone="1")
        transaction.set_rollback(True)
    assert (version(), Change.objects.count()) == (before, logged)


def test_a_statement_that_touches_nothing_changes_no_version(place: Place) -> None:
    before = version()
    Place.objects.filter(pk=-1).update(phone="1")
    assert version() == before


def test_a_part_raises_the_version_of_its_record_and_of_the_collections_that_show_it(place: Place) -> None:
    product, before = make.product(), version()
    own = Place.objects.get(pk=place.pk).version
    make.sells(place, product)
    assert Place.objects.get(pk=place.pk).version == own + 1
    assert version() == before + 1
    products = version("products")
    Product.objects.filter(pk=product.pk).update(description="mới")
    assert (version(), version("products")) == (before + 2, products + 1)


def test_the_log_tells_inserts_updates_and_tombstones_in_order() -> None:
    start = version()
    place = make.place()
    Place.objects.filter(pk=place.pk).update(phone="1")
    place.delete()
    changes = changes_since("places", start)
    assert changes[-1].operation == "D"
    assert {change.feature_id for change in changes} == {place.public_id}


def test_the_log_is_walked_by_version_and_id_in_pages_of_any_size() -> None:
    start = version()
    with transaction.atomic():
        ids = sorted(make.place(f"Nơi {number}").public_id for number in range(5))
    Place.objects.filter(public_id=ids[0]).update(phone="1")
    walked: list[tuple[int, str]] = []
    at, after = start, ""
    while page := changed_after("places", at, after, 2):
        walked += page
        at, after = page[-1]
    assert walked == [*((start + 1, one) for one in ids), (start + 2, ids[0])]


def test_ids_taken_early_and_committed_late_get_the_later_version(place: Place) -> None:
    """The trap of sequences: A writes, B writes and commits, then A commits. Who read at B must still see A later."""
    wrote, may_commit = threading.Event(), threading.Event()
    other = make.place(name="Nơi khác")

    def slow() -> None:
        with transaction.atomic():
            Place.objects.filter(pk=place.pk).update(phone="chậm")
            wrote.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert wrote.wait(10)
    start = version()
    Place.objects.filter(pk=other.pk).update(phone="nhanh")
    seen_by_reader = version()
    assert [change.feature_id for change in changes_since("places", start)] == [other.public_id]
    may_commit.set()
    thread.join(10)
    assert version() == seen_by_reader + 1
    assert [change.feature_id for change in changes_since("places", seen_by_reader)] == [place.public_id]


def test_two_transactions_that_touch_collections_in_opposite_order_do_not_wait_for_each_other(place: Place) -> None:
    product = make.product()
    barrier, failures = threading.Barrier(2, timeout=10), []

    def write(first: type, second: type) -> None:
        try:
            with transaction.atomic():
                first.objects.filter(pk=(place if first is Place else product).pk).update(
                    updated_at="2026-01-01T00:00Z"
                )
                barrier.wait()
                make.producer(name=f"{first.__name__} trước")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=pair) for pair in ((Place, Product), (Product, Place))]
    before = version("producers")
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failures == []
    assert version("producers") == before + 2


def test_versions_have_no_gap_and_belong_to_one_transaction_each(place: Place) -> None:
    for phone in "123":
        Place.objects.filter(pk=place.pk).update(phone=phone)
    stamps: Iterator[int] = ChangedCollection.objects.filter(collection="places").values_list("version", flat=True)
    known = sorted(stamps)
    assert known == list(range(known[0], known[0] + len(known)))
