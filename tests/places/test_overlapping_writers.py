"""Many writers at once: none waits for an import, none is stopped by a deadlock, and what is derived stays right."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction

from geo.access.history import audit
from geo.catalog.models import Product
from geo.catalog.services import save_certificate, save_producer, save_product
from geo.places.late import settle_late
from geo.places.models import LateCatalogMark, LatePlace, Place, PlaceProduct, PlaceSearch
from geo.places.services import move_pin, save_place
from geo.spatial.models import PublicId
from geo.spatial.problems import Conflict
from geo.spatial.versions import versions_of
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST_WAIT_S = 60.0


class Register:
    """A few places that sell each other's products, made by few producers: everybody's writes overlap."""

    def __init__(self, places: int = 12) -> None:
        self.category = make.category("I.4.9", "Gia vị")
        make.scheme()
        commune = make.commune()
        self.producers = [make.producer(f"HTX {number}") for number in range(3)]
        self.products = [make.product(f"Mắm {number}", producer=self.producers[number % 3]) for number in range(6)]
        self.places = [
            make.place(f"Quầy {number}", commune=commune, producer=self.producers[number % 3])
            for number in range(places)
        ]
        for number, place in enumerate(self.places):
            for product in (self.products[number % 6], self.products[(number + 1) % 6]):
                make.sells(place, product)

    def writes(self, chance: random.Random) -> list[Callable[[], Any]]:
        """One write of each kind, of records drawn by chance."""
        place, other = chance.sample(self.places, 2)
        product, producer = chance.choice(self.products), chance.choice(self.producers)
        number = chance.randrange(1_000_000)
        point = Point(103.9 + chance.random() / 10, 10.2, srid=4326)
        return [
            lambda: save_place(None, "test", {"name": f"Quầy {number}"}, place=place),
            lambda: move_pin(None, "test", place, point, accuracy="gps", source="test"),
            lambda: save_product(None, "test", {"name": f"Mắm {number}"}, product=product),
            lambda: save_product(None, "test", {"category": self.category if number % 2 else None}, product=product),
            lambda: save_producer(None, "test", {"name": f"HTX {number}"}, producer=producer),
            lambda: save_certificate(None, "test", certificate(product, number)),
            lambda: sell([place, other] if number % 2 else [other, place], product),
            lambda: PlaceProduct.objects.filter(place__in=[place, other], product=product).update(price_unit="kg"),
            lambda: PlaceProduct.objects.filter(place=place, product=product).delete(),
            lambda: sell([place, other], product, "makes"),
            lambda: save_product(None, "test", {"producer": producer}, product=product),
            lambda: save_place(None, "test", {"producer": producer}, place=place),
        ]


def certificate(product: Product, number: int = 1) -> dict[str, Any]:
    return {
        "scheme": make.scheme(),
        "subject": PublicId.objects.get(pk=product.public_id),
        "stars": 3 + number % 3,
        "decision_date": date(2026, 1, 1 + number % 28),
        **make.SOURCE,
    }


def sell(places: list[Place], product: Product, role: str = "sells") -> None:
    """Put ``product`` on the shelves of ``places``, in the one order that bulk writers keep."""
    in_order = sorted(places, key=lambda place: place.pk)
    parts = [PlaceProduct(place=place, product=product, role=role) for place in in_order]
    with audit(None, "test"):
        PlaceProduct.objects.bulk_create(parts, ignore_conflicts=True)


def with_own_connection(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connection.close()


def assert_derived_is_right() -> None:
    words = dict(PlaceSearch.objects.values_list("place_id", "words"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT places_refresh_search(array_agg(id)) FROM places_place")
        assert dict(PlaceSearch.objects.values_list("place_id", "words")) == words
        cursor.execute("SELECT places_wrong_marks(), places_wrong_catalog_marks()")
        assert cursor.fetchone() == (0, 0)


def write_in_parallel(register: Register, writers: int, rounds: int) -> None:
    def writer(seed: int) -> None:
        chance = random.Random(seed)
        for _round in range(rounds):
            write = chance.choice(register.writes(chance))
            with suppress(Conflict):
                write()

    with ThreadPoolExecutor(writers) as pool:
        running = [pool.submit(with_own_connection, lambda seed=seed: writer(seed)) for seed in range(writers)]
        for one in running:
            one.result(timeout=600)


def test_twenty_writers_of_the_same_records_never_stop_each_other() -> None:
    write_in_parallel(Register(), writers=20, rounds=6)
    assert_derived_is_right()


@pytest.mark.long
def test_twenty_writers_never_stop_each_other_for_long() -> None:
    write_in_parallel(Register(places=30), writers=20, rounds=200)
    assert_derived_is_right()


@contextmanager
def open_import(work: Callable[[], Any], at_the_end: Callable[[], Any] = lambda: None) -> Iterator[None]:
    """Run ``work`` in a transaction of its own that stays open for the block, then ``at_the_end``."""
    wrote, may_commit = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with audit(None, "import", "test"):
                work()
                wrote.set()
                may_commit.wait(LONGEST_WAIT_S)
                at_the_end()
        finally:
            wrote.set()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(with_own_connection, run)
        assert wrote.wait(LONGEST_WAIT_S)
        try:
            yield
        finally:
            may_commit.set()
            running.result(LONGEST_WAIT_S)


def soon(work: Callable[[], Any]) -> None:
    """Run ``work``; fail when it has to wait for somebody."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        work()


def test_nobody_waits_for_an_open_import_of_new_places() -> None:
    register = Register()
    commune, producer = make.commune(), register.producers[0]

    def load() -> None:
        for number in range(50):
            place = make.place(f"Nhập {number}", commune=commune, producer=producer)
            sell([place], register.products[number % 6])

    with open_import(load):
        for write in register.writes(random.Random(1)):
            soon(write)
    assert_derived_is_right()


def test_nobody_but_editors_of_the_same_record_waits_for_an_open_import_of_changes() -> None:
    register = Register()
    changed, others = register.places[:6], register.places[6:]

    def load() -> None:
        for number, place in enumerate(reversed(changed)):
            save_place(None, "import", {"phone": f"0{number}"}, place=place)

    with open_import(load):
        soon(lambda: save_place(None, "test", {"name": "Quầy mới"}, place=others[0]))
        soon(lambda: sell(others[:2], register.products[3]))
        for product in register.products:
            soon(lambda product=product: save_product(None, "test", {"name": f"{product.name} mới"}, product=product))
            soon(lambda product=product: save_certificate(None, "test", certificate(product)))
        soon(lambda: save_producer(None, "test", {"name": "HTX mới"}, producer=register.producers[0]))
    assert_derived_is_right()


def test_what_was_passed_over_for_an_import_that_fails_is_made_good_by_the_next_writer() -> None:
    register = Register()
    product = register.products[0]

    class Failed(Exception):
        pass

    def load() -> None:
        for place in register.places:
            save_place(None, "import", {"name": f"{place.name} sai"}, place=place)

    def fail() -> None:
        raise Failed

    with pytest.raises(Failed), open_import(load, at_the_end=fail):
        soon(lambda: save_product(None, "test", {"name": "Tên mới"}, product=product))
    save_producer(None, "test", {"name": "HTX khác"}, producer=make.producer("HTX đứng ngoài"))
    assert PlaceSearch.objects.filter(words__contains=" ten moi").exists()
    assert_derived_is_right()


def test_what_was_passed_over_for_an_import_that_fails_is_made_good_though_nobody_writes() -> None:
    register = Register()
    product = register.products[0]
    sell(register.places[:2], product, "makes")

    class Failed(Exception):
        pass

    def load() -> None:
        for place in register.places:
            save_place(None, "import", {"name": f"{place.name} sai"}, place=place)
            move_pin(None, "import", place, Point(104.5, 9.5, srid=4326), accuracy="gps", source="test")

    def fail() -> None:
        raise Failed

    def write() -> None:
        soon(lambda: save_product(None, "test", {"name": "Tên mới"}, product=product))
        assert LatePlace.objects.exists()
        assert LateCatalogMark.objects.exists()
        assert not settle_late()  # they are still held

    with pytest.raises(Failed), open_import(load, at_the_end=fail):
        write()
    before = versions_of(["places", "products"])
    assert not PlaceSearch.objects.filter(words__contains=" ten moi").exists()
    assert settle_late()
    assert PlaceSearch.objects.filter(words__contains=" ten moi").exists()
    assert all(now > then for now, then in zip(versions_of(["places", "products"]), before, strict=True))
    assert not settle_late()
    assert_derived_is_right()


def test_bulk_writers_of_parts_in_opposite_orders_never_stop_each_other() -> None:
    register = Register(places=40)
    pks = [place.pk for place in register.places]

    def writer(seed: int) -> None:
        chance = random.Random(seed)
        for number in range(4):
            places = pks if (seed + number) % 2 else pks[::-1]
            with audit(None, "test"), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO places_placeproduct (place_id, product_id, role, unit, period, months, currency,"
                    " price_unit) SELECT place, %s, %s, '', '', '{}', 'VND', '' FROM unnest(%s::bigint[]) AS place"
                    " ON CONFLICT DO NOTHING",
                    [register.products[seed % 6].pk, f"r{seed}", places],
                )
                cursor.execute(
                    "UPDATE places_placeproduct SET price_unit = %s WHERE role = %s AND place_id = ANY (%s)",
                    [str(number), f"r{seed}", places if chance.random() < 0.5 else places[::-1]],
                )
            with audit(None, "test"), connection.cursor() as cursor:
                cursor.execute("DELETE FROM places_placeproduct WHERE role = %s AND place_id > 0", [f"r{seed}"])

    with ThreadPoolExecutor(20) as pool:
        running = [pool.submit(with_own_connection, lambda seed=seed: writer(seed)) for seed in range(20)]
        for one in running:
            one.result(timeout=300)
    assert_derived_is_right()
