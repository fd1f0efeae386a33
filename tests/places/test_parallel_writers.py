"""Writers of places don't wait for each other's counts, and the counts are right when all are done."""

import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from geo.places.models import Place, PlaceProduct, PlaceTallyDelta
from geo.places.rollover import roll_day
from tests import factories
from tests.places import numbers

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 20


def _together(works: list[Callable[[], None]]) -> list[BaseException]:
    """Do all of the works at the same time, each on its own connection; return what went wrong."""
    failed: list[BaseException] = []
    begin = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        try:
            begin.wait(30)
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    return failed


def test_twenty_writers_neither_block_nor_miscount() -> None:
    made = numbers.register(3, places=40)
    roll_day()
    products = [one.pk for one in made.products]
    provinces = [one.pk for one in made.provinces]

    def write(number: int) -> None:
        dice = random.Random(number)
        for step in range(8):
            with transaction.atomic():
                place = factories.place(f"Nơi {number} {step}", commune=None, province=dice.choice(made.provinces))
                for pk in dice.sample(products, 3):
                    PlaceProduct.objects.create(place=place, product_id=pk, role="sells")
            place.status = "closed"
            place.province_id = dice.choice(provinces)
            place.save()
            if step % 3 == 2:
                place.delete()

    failed = _together([lambda number=number: write(number) for number in range(WRITERS)])
    assert failed == []
    assert Place.objects.count() == 40 + WRITERS * 6
    numbers.check({}, zooms=(0, 5))
    numbers.check({"category": "I", "status": "closed"}, zooms=(4,))
    numbers.check_facets({"stars": "4"})
    assert numbers.wrong_tiles() == []
    assert numbers.stored() == numbers.rebuilt()


def test_a_save_doesnt_wait_for_a_large_import() -> None:
    made = numbers.register(4, places=300)
    other = factories.place("Của người khác", commune=None, province=made.provinces[0])
    imported, saved = threading.Event(), threading.Event()
    waited: list[float] = []

    def bring_in() -> None:
        with transaction.atomic():
            # Merges counts, and holds what that takes until the end of the transaction.
            Place.objects.exclude(pk=other.pk).update(status="closed")
            assert PlaceTallyDelta.objects.count() < 200
            imported.set()
            assert saved.wait(30)

    def save() -> None:
        assert imported.wait(30)
        begun = time.monotonic()
        Place.objects.filter(pk=other.pk).update(status="moved")
        waited.append(time.monotonic() - begun)
        saved.set()

    assert _together([bring_in, save]) == []
    assert waited[0] < 2
    assert numbers.check({"status": "moved"}, zooms=(0,)) == 1
    assert numbers.wrong_tiles() == []
    assert numbers.stored() == numbers.rebuilt()
