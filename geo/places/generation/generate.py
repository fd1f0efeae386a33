"""Writing a generated set: producers, products, certificates, then places with what they make and sell, by COPY."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from geo.access.history import audit
from geo.catalog.models import OCOP, CertificateScheme, ProductCategory
from geo.places import marks
from geo.places.generation import words
from geo.places.generation.bulk import foreign_keys_rechecked, indexes_rebuilt, refresh_search, triggers_off
from geo.places.generation.copying import block_of_ids, copy
from geo.places.generation.goods import Goods, certify_facilities, certify_products, write_producers, write_products
from geo.places.generation.ground import RECORD_COLUMNS, SOURCE, GenerationError, Ground, Say
from geo.places.generation.plan import Choice, named, pick, sizes
from geo.places.hours import canonical
from geo.places.models import OpeningSchedule, Place
from geo.places.periods import ensure_periods

BATCH = "generate_places"
REBUILD_FROM = 20_000
"""From this many places on it is quicker to build the indexes afterwards."""


@dataclass(frozen=True, slots=True)
class Made:
    """Rows written, by table."""

    producers: int
    products: int
    certificates: int
    places: int
    place_products: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a place will be: kind, outlet, first word of its name, home and producer (indices; -1 for no producer)."""

    kind: str
    outlet: str
    word: str
    home: int
    producer: int


class Generator:
    """One reproducible set: equal ``count``, ``seed``, day and divisions give equal rows, but for their public ids."""

    def __init__(self, count: int, seed: int, say: Say = lambda _text: None) -> None:
        self.count = count
        self.ground = ground = Ground(seed, say)
        self.source, self.homes, self.today, self.say = ground.source, ground.homes, ground.today, say

    def run(self) -> Made:
        """Write everything in one transaction. Raises GenerationError before the first row."""
        categories = dict(ProductCategory.objects.filter(level="SET").values_list("code", "pk"))
        missing = sorted(set(words.PRODUCTS) - set(categories))
        if missing or not CertificateScheme.objects.filter(pk=OCOP).exists():
            raise GenerationError("no product categories: run manage.py load_register first")
        with ExitStack() as bulk:
            bulk.enter_context(audit(None, f"{self.count} generated places", BATCH))
            if self.count >= REBUILD_FROM:
                bulk.enter_context(foreign_keys_rechecked())
            bulk.callback(self._mark)
            bulk.enter_context(triggers_off())
            if self.count >= REBUILD_FROM:
                bulk.enter_context(indexes_rebuilt())
            producers, products = sizes(self.count)
            producer_ids, producer_homes = write_producers(self.ground, producers)
            goods = write_products(self.ground, products, producer_ids, producer_homes, categories)
            certificates = certify_products(self.ground)
            places = block_of_ids("places_place", self.count)
            plans = self._plans(producer_homes)
            parts = self._place_products(places, plans, goods)
            self._places(places, plans, producer_ids)
            certificates += certify_facilities(self.ground)
            self.say("search words")
            refresh_search(places)
            self.say("indexes")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE places_place, places_placeproduct, places_placesearch, catalog_product")
            cursor.execute("ANALYZE catalog_producer, catalog_certificate, spatial_publicid")
        return Made(producers, products, certificates, self.count, parts)

    def _mark(self) -> None:
        self.say("marks")
        marks.rebuild()

    def _plans(self, producer_homes: list[int]) -> list[_Plan]:
        plans = []
        for drawn in self.ground.home_choice.draw(self.source, self.count):
            kind, outlet, word, producer = self._what(len(producer_homes))
            # A producer's own sites lie in its commune, most of them.
            home = producer_homes[producer] if producer >= 0 and self.source.random() < 0.9 else drawn
            plans.append(_Plan(kind, outlet, word, home, producer))
        return plans

    def _places(self, ids: range, plans: list[_Plan], producers: range) -> None:
        schedules = self._schedules()

        def rows() -> Iterator[tuple[Any, ...]]:
            for index, (pk, plan) in enumerate(zip(ids, plans, strict=True), start=1):
                home = self.homes[plan.home]
                spot = self.ground.scatter.spot(home, stall=plan.outlet == "market")
                where = None if spot.lon is None else f"SRID=4326;POINT({spot.lon} {spot.lat})"
                status, closed = self._status()
                phone = "0000 000 000" if plan.kind == _SHOP and self.source.random() < 0.6 else ""
                checked = self.today - timedelta(days=int(self.source.expovariate(1 / 240)))
                schedule = schedules[pick(self.source, words.HOURS)]
                owner = producers[plan.producer] if plan.producer >= 0 else None
                yield (
                    pk,
                    *SOURCE,
                    named(plan.word, home, index),
                    1,
                    self.ground.now,
                    self.ground.now,
                    plan.kind,
                    plan.outlet,
                    owner,
                    status,
                    closed,
                    where,
                    spot.accuracy,
                    "" if where is None else "generated",
                    home.province,
                    home.commune,
                    home.name,
                    phone,
                    "",
                    "",
                    "",
                    schedule,
                    checked,
                    "",
                )

        done = 0
        for number in copy("places_place", _PLACE_COLUMNS, rows()):
            done += number
            self.say(f"{done} places of {self.count}")

    def _what(self, producers: int) -> tuple[str, str, str, int]:
        """Return kind, outlet, first word of the name and producer of the next place."""
        draw = self.source.random()
        if draw < 0.45:
            return Place.Kind.PRODUCTION_SITE.value, "", "Vùng sản xuất", self.source.randrange(producers)
        if draw < 0.53:
            return Place.Kind.PROCESSING_FACILITY.value, "", "Xưởng chế biến", self.source.randrange(producers)
        outlet, word = pick(self.source, _OUTLETS)
        owner = self.source.randrange(producers) if outlet == "producer_shop" else -1
        return Place.Kind.POINT_OF_SALE.value, outlet, word, owner

    def _status(self) -> tuple[str, date | None]:
        if self.source.random() < 0.95:
            return Place.Status.OPEN.value, None
        status = Place.Status.MOVED if self.source.random() < 0.2 else Place.Status.CLOSED
        return status.value, self.today - timedelta(days=int(self.source.uniform(1, 900)))

    def _schedules(self) -> dict[str, int | None]:
        found: dict[str, int | None] = {"": None}
        for expression, _share in words.HOURS:
            if expression:
                found[expression] = OpeningSchedule.objects.get_or_create(expression=canonical(expression))[0].pk
        ensure_periods(self.today)
        return found

    def _place_products(self, places: range, plans: list[_Plan], goods: list[Goods]) -> int:
        """Sites make their producer's products; shops sell a few of the commonest and some of their neighbourhood."""
        by_producer: dict[int, list[Goods]] = {}
        by_province: dict[int, list[Goods]] = {}
        for one in goods:
            by_producer.setdefault(one.producer, []).append(one)
            by_province.setdefault(self.homes[one.home].province, []).append(one)
        popular = Choice([1 / (rank + 3) for rank in range(len(goods))])

        def rows() -> Iterator[tuple[Any, ...]]:
            for pk, plan in zip(places, plans, strict=True):
                if plan.kind != _SHOP:
                    role = "makes" if plan.kind == Place.Kind.PRODUCTION_SITE else "processes"
                    for one in by_producer.get(plan.producer, [])[:3]:
                        yield self._made(pk, one, role)
                    continue
                near = by_province.get(self.homes[plan.home].province, goods)
                chosen = {one.pk: one for one in self.source.choices(near, k=1 + int(self.source.random() * 3))}
                chosen.update((goods[i].pk, goods[i]) for i in popular.draw(self.source, int(self.source.random() * 4)))
                for one in chosen.values():
                    yield self._sold(pk, one)

        total = 0
        for number in copy("places_placeproduct", _PART_COLUMNS, rows()):
            total += number
            self.say(f"{total} products at places")
        return total

    def _made(self, place: int, one: Goods, role: str) -> tuple[Any, ...]:
        if self.source.random() < 0.5:
            return (place, one.pk, role, None, "", "", "{}", None, None, "VND", "", None, None, None)
        amount = int(self.source.lognormvariate(6, 1.2)) + 1
        first, length = self.source.randrange(12), self.source.choice((3, 4, 6, 12))
        months = "{" + ",".join(str((first + step) % 12 + 1) for step in range(length)) + "}"
        day = self.today - timedelta(days=int(self.source.uniform(0, 500)))
        period = self.source.choice(("month", "season", "year"))
        return (place, one.pk, role, amount, "kg", period, months, day, None, "VND", "", None, None, None)

    def _sold(self, place: int, one: Goods) -> tuple[Any, ...]:
        price, unit, price_on, stock, stock_on = None, "", None, None, None
        if self.source.random() < 0.7:
            unit, usual = words.UNITS.get(one.category, words.OTHER_UNIT)
            price = int(usual * self.source.uniform(0.7, 1.6) / 1000) * 1000
            price_on = self.today - timedelta(days=int(self.source.uniform(0, 300)))
        if self.source.random() < 0.4:
            stock, stock_on = (
                self.source.random() < 0.85,
                self.today - timedelta(days=int(self.source.uniform(0, 60))),
            )
        return (place, one.pk, "sells", None, "", "", "{}", None, price, "VND", unit, price_on, stock, stock_on)


_SHOP = Place.Kind.POINT_OF_SALE.value
_OUTLETS = [((outlet, word), share) for outlet, word, share in words.OUTLETS]
_PLACE_COLUMNS = (
    *RECORD_COLUMNS,
    "kind",
    "outlet",
    "producer_id",
    "status",
    "closed_on",
    "location",
    "location_accuracy",
    "location_source",
    "province_id",
    "commune_id",
    "address",
    "phone",
    "email",
    "zalo",
    "website",
    "schedule_id",
    "checked_on",
    "photo_credit",
)
_PART_COLUMNS = (
    "place_id",
    "product_id",
    "role",
    "quantity",
    "unit",
    "period",
    "months",
    "quantity_on",
    "price",
    "currency",
    "price_unit",
    "price_on",
    "in_stock",
    "stock_on",
)
