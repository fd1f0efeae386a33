"""Marks and texts of places: whatever writes the facts, what is derived says the same as they do."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction

from geo.catalog.models import Certificate, CertificateScheme, Product, ProductCategory
from geo.catalog.selectors import with_stars
from geo.places import atoms, feature_texts, marked, marks, selectors
from geo.places.filters import PlaceFilter, place_filter
from geo.places.models import Place, PlaceFeature, PlaceItem, PlaceMark, PlaceProduct, Rollover
from geo.places.rollover import roll_day
from geo.spatial import calendar
from geo.spatial.tiles import world
from tests import factories

pytestmark = pytest.mark.django_db
CODES = ("I", "I.4", "I.4.9", "I.5.11", "VI.1.26")
NOON = datetime(2026, 11, 23, 12, tzinfo=calendar.ZONE)


def shelf_of(place: Place, day: date) -> set[int]:
    """The atoms of a place, from the facts alone."""
    found = set()
    for product in with_stars(Product.objects.filter(places=place), day).select_related("category"):
        quality = atoms.quality(product.stars, product.star_state or atoms.NONE)  # type: ignore[attr-defined]
        nodes = {atoms.ANY}
        if product.category is None:
            nodes.add(atoms.NO_CATEGORY)
        else:
            parts = product.category.code.split(".")
            codes = [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
            nodes |= {
                atoms.node_of(min(ProductCategory.objects.filter(code=code).values_list("pk", flat=True)))
                for code in codes
                if ProductCategory.objects.filter(code=code).exists()
            }
        found |= {atoms.atom(node, one) for node in nodes for one in (quality, atoms.WHATEVER)}
    return found


def assert_derived(day: date | None = None) -> None:
    """Every mark and every stored text is what the facts say."""
    day = day or calendar.today()
    known = {mark.pk: mark for mark in PlaceMark.objects.all()}
    places = list(Place.objects.all())
    assert set(known) == {place.pk for place in places}
    for place in places:
        mark = known[place.pk]
        assert (mark.public_id, mark.folded) == (place.public_id, place.folded)
        assert (PlaceMark.KINDS[mark.kind], PlaceMark.STATUSES[mark.status]) == (place.kind, place.status)
        assert (mark.province_id, mark.commune_id) == (place.province_id, place.commune_id)
        assert mark.approximate == (place.location_accuracy == "commune_point")
        if place.location is None:
            assert (mark.point, mark.world_x, mark.world_y) == (None, None, None)
        else:
            x, y = world(*place.location.coords)
            assert (mark.world_x, mark.world_y) == (int(x * 2**30), int(y * 2**30))
            assert mark.point.distance(place.location.transform(3857, clone=True)) < 1e-6
        assert set(mark.shelf) == shelf_of(place, day)
        assert len(mark.shelf) == len(set(mark.shelf))
    how = feature_texts.texts()
    with connection.cursor() as cursor:
        cursor.execute(how.sql, {"places": list(known)})
        live = {pk: texts for pk, *texts in cursor.fetchall()}
    stored = dict(PlaceFeature.objects.values_list("pk", "text"))
    assert stored == {pk: live[pk][1] for pk in stored}
    whole = {pk: texts for pk, *texts in PlaceItem.objects.values_list("pk", "version", "text")}
    assert whole == {pk: [live[pk][0], live[pk][2]] for pk in whole}
    assert set(whole) == set(stored)


class Town:
    """A few places, products and certificates, and every way to change them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.communes = [factories.commune(f"Xã {n}", f"3107{n}") for n in range(3)]
        self.categories = [factories.category(code) for code in CODES]
        factories.scheme()
        self.producers = [factories.producer(f"HTX {n}") for n in range(2)]
        self.products = [self.product() for _ in range(6)]
        self.places = [self.place() for _ in range(8)]

    def product(self) -> Product:
        category = self.random.choice([None, *self.categories])
        made = factories.product(f"Sản phẩm {self.random.random()}", category=category)
        if self.random.random() < 0.7:
            self.certify(made)
        return made

    def place(self) -> Place:
        location = Point(self.random.uniform(102, 110), self.random.uniform(8, 23), srid=4326)
        made = factories.place(
            f"Nơi {self.random.random()}",
            commune=self.random.choice(self.communes),
            location=self.random.choice([location, location, None]),
            producer=self.random.choice([None, *self.producers]),
            kind=self.random.choice(PlaceMark.KINDS),
        )
        for product in self.random.sample(self.products, 2):
            factories.sells(made, product)
        return made

    def certify(self, product: Product) -> Certificate:
        today = calendar.today()
        decided = today - timedelta(days=self.random.choice([10, 400, 1040, 1094, 1095, 1096, 1200, -5]))
        if self.random.random() < 0.2:
            return factories.certificate(product, decision_year=decided.year - self.random.randrange(5), stars=3)
        return factories.certificate(product, decision_date=decided, stars=self.random.choice([3, 4, 5, None]))

    def some(self, model: Any) -> Any:
        return self.random.choice(list(model.objects.order_by("pk")))

    def writes(self) -> list[Callable[[], object]]:
        one = self.some
        return [
            self.place,
            lambda: self.certify(one(Product)),
            lambda: Place.objects.filter(pk=one(Place).pk).update(name=f"Khác {self.random.random()}"),
            lambda: Place.objects.filter(pk=one(Place).pk).update(status="closed"),
            lambda: Place.objects.filter(pk=one(Place).pk).update(
                location=Point(105 + self.random.random(), 21, srid=4326), location_accuracy="commune_point"
            ),
            lambda: Place.objects.filter(pk=one(Place).pk).update(location=None, location_accuracy="none"),
            lambda: Place.objects.filter(pk=one(Place).pk).update(schedule=factories.schedule(), phone="0123"),
            lambda: PlaceProduct.objects.get_or_create(place=one(Place), product=one(Product), role="makes"),
            lambda: PlaceProduct.objects.filter(pk=one(PlaceProduct).pk).delete(),
            lambda: PlaceProduct.objects.filter(pk=one(PlaceProduct).pk).update(role="grows"),
            lambda: Product.objects.filter(pk=one(Product).pk).update(
                category=self.random.choice(self.categories), category_basis="derived"
            ),
            lambda: Product.objects.filter(pk=one(Product).pk).update(category=None, category_basis=""),
            lambda: Product.objects.filter(pk=one(Product).pk).update(name=f"Tên {self.random.random()}"),
            lambda: Certificate.objects.filter(subject_id=one(Product).public_id).update(revoked_on=calendar.today()),
            lambda: Certificate.objects.filter(subject_id=one(Product).public_id).delete(),
            lambda: Certificate.objects.filter(pk=one(Certificate).pk).update(source_name="", source_url=""),
            lambda: factories.certificate(one(Place), scheme=factories.scheme("VIETGAP"), number="1"),
            lambda: Certificate.objects.filter(scheme="VIETGAP").update(subject_id=one(Place).public_id),
            lambda: Certificate.objects.filter(scheme="VIETGAP").delete(),
            lambda: CertificateScheme.objects.update(validity_months=self.random.choice([12, 36, 60])),
            lambda: self.random.choice(self.producers).save(),
            lambda: self._sql("UPDATE catalog_producer SET name = name || '!', kind = 'household'"),
            lambda: self._sql("UPDATE divisions_division SET full_name = full_name || '!'"),
            lambda: self._sql("UPDATE places_openingschedule SET expression = 'Mo-Su 05:00-06:00'"),
            lambda: self._sql("UPDATE catalog_productcategory SET code = 'II.9' WHERE code IN ('I.4.9', 'II.9')"),
            lambda: self._sql("DELETE FROM places_placeproduct WHERE id %% 3 = 0"),
            self._copy_parts,
            self._delete_places,
            lambda: one(Place).delete(),
        ]

    def _sql(self, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement.replace("%%", "%"))

    def _copy_parts(self) -> None:
        place, product = self.some(Place), factories.product("Chép vào", category=self.random.choice(self.categories))
        rows = StringIO(f"{place.pk}\t{product.pk}\tprocesses\t\t\t{{}}\tVND\t\n")
        columns = ("place_id", "product_id", "role", "unit", "period", "months", "currency", "price_unit")
        with connection.cursor() as cursor:
            cursor.cursor.copy_from(rows, "places_placeproduct", columns=columns)

    def _delete_places(self) -> None:
        ids = [self.some(Place).pk]
        with connection.cursor() as cursor:
            for table in ("places_placeproduct", "places_placesearch"):
                cursor.execute(f"DELETE FROM {table} WHERE place_id = ANY (%s)", [ids])
            cursor.execute("DELETE FROM places_place WHERE id = ANY (%s)", [ids])


@pytest.mark.parametrize("seed", range(4))
def test_after_any_writes_marks_and_texts_are_what_the_facts_say(seed: int) -> None:
    town = Town(seed)
    writes = town.writes()
    order = [*range(len(writes)), *(town.random.randrange(len(writes)) for _ in range(10))]
    town.random.shuffle(order)
    assert feature_texts.fill_features() == Place.objects.count()
    for at in order:
        writes[at]()
        assert_derived()
        feature_texts.fill_features()
    assert marks.differences() == {"marks": 0, "texts": 0}


def test_midnight_turns_marks_and_drops_texts() -> None:
    Rollover.objects.all().delete()
    with calendar.at(NOON):
        town = Town(7)
        roll_day()
        feature_texts.fill_features()
    for days in (1, 2, 60, 365):
        with calendar.at(NOON + timedelta(days=days)):
            assert not marks.current()
            assert feature_texts.fill_features() == 0
            assert roll_day()
            assert marks.current()
            assert_derived()
            feature_texts.fill_features()
            assert_derived()
    assert len(town.places) == PlaceMark.objects.count()


def some_filter(town: Town) -> PlaceFilter:
    """A filter of random members."""
    choose = town.random
    query: dict[str, str] = {}
    offers = {
        "category": lambda: ",".join(choose.sample([*CODES, "none"], choose.choice([1, 1, 2]))),
        "stars": lambda: choose.choice(["3", "4,5", "5"]),
        "certificate": lambda: ",".join(
            choose.sample(["valid", "ending", "expired", "revoked", "unknown", "upcoming", "none"], 2)
        ),
        "scheme": lambda: "OCOP",
        "bbox": lambda: f"{choose.uniform(102, 105)},9,{choose.uniform(106, 110)},{choose.uniform(12, 22)}",
        "kind": lambda: ",".join(choose.sample(PlaceMark.KINDS, 2)),
        "status": lambda: choose.choice(["open", "closed,moved"]),
        "located": lambda: choose.choice(["true", "false"]),
        "province": lambda: "91",
        "commune": lambda: "31071",
        "producer": lambda: choose.choice(town.producers).public_id,
        "product": lambda: choose.choice(town.products).public_id,
        "q": lambda: "noi",
        "near": lambda: "105.8,21.03",
    }
    for name in choose.sample(sorted(offers), choose.randrange(1, 5)):
        query[name] = offers[name]()
    return place_filter({name: [value] for name, value in query.items()})


def test_the_shelf_answers_what_the_facts_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town(3)
    found = 0
    for _ in range(120):
        asked = some_filter(town)
        quick = set(selectors.places(asked).values_list("pk", flat=True))
        from_marks = set(marked.marked(asked).values_list("pk", flat=True))
        with monkeypatch.context() as patched:
            patched.setattr(marks, "current", lambda: False)
            true = set(selectors.places(asked).values_list("pk", flat=True))
            assert true == set(marked.marked(asked).values_list("pk", flat=True))
        assert quick == from_marks == true, asked
        found += len(true)
    assert found > 50


@pytest.mark.django_db(transaction=True)
def test_a_text_is_not_stored_while_somebody_writes_the_place() -> None:
    import threading

    place, other = factories.place("Nơi này"), factories.place("Nơi khác")
    stored: list[int] = []

    def fill() -> None:
        stored.append(feature_texts.fill_features())
        connection.close()

    with transaction.atomic():
        Place.objects.filter(pk=place.pk).update(name="Nơi đó")
        thread = threading.Thread(target=fill)
        thread.start()
        thread.join(10)
    assert stored == [1]
    assert list(PlaceFeature.objects.values_list("pk", flat=True)) == [other.pk]


@pytest.mark.django_db(transaction=True)
def test_truncated_tables_leave_nothing_derived() -> None:
    place = factories.place()
    factories.sells(place, factories.product())
    feature_texts.fill_features()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE places_placeproduct")
    assert_derived()
    assert PlaceMark.objects.get().shelf == []
    assert not PlaceFeature.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE places_place CASCADE")
    assert not PlaceMark.objects.exists()
