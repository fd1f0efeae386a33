"""Lists of products and producers from their marks: the same as from the facts, after any write and on any day."""

from datetime import timedelta
from typing import Any, get_args

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client

from geo.catalog.models import Producer, Product
from geo.places import marks
from geo.places.catalog_marks import Kind, catalog_marks, unmarked
from geo.places.collection import COLLECTIONS
from geo.places.filters import PlaceFilter, place_filter
from geo.places.makers import producer_rows, product_rows, rows_by_facts
from geo.places.models import CatalogMark, Place, Rollover
from geo.places.rollover import roll_day
from geo.spatial import calendar
from tests import factories
from tests.places.test_marks import NOON, Town, some_filter

pytestmark = pytest.mark.django_db
ROWS = {"product": product_rows, "producer": producer_rows}
COUNTS = {one.id.removesuffix("s"): one.count for one in COLLECTIONS}
BOX = PlaceFilter(bbox=place_filter({"bbox": ["103,9,107.5,22"]}).bbox)


def listed(rows: Any) -> dict[str, tuple[float, float] | None]:
    return {key: at and at.coords for key, at in rows.values_list("public_id", "location")}


def check(asked: PlaceFilter) -> int:
    """Compare both forms under a filter; return how many records there are."""
    found = 0
    for kind in get_args(Kind):
        true = listed(rows_by_facts(kind, asked))
        assert listed(ROWS[kind](asked)) == true, (kind, asked)
        count = COUNTS[kind]
        assert count is not None
        assert count(asked) == len(true)
        if unmarked(asked) == PlaceFilter():
            assert set(catalog_marks(kind, asked).values_list("public_id", flat=True)) == set(true)
        found += len(true)
    return found


def make_at_random(town: Town) -> None:
    for place in Place.objects.order_by("pk"):
        role = town.random.choice(["makes", "processes"])
        factories.sells(place, town.some(Product), role=role)
    for product in Product.objects.order_by("pk"):
        Product.objects.filter(pk=product.pk).update(producer=town.random.choice([None, *town.producers]))


@pytest.mark.parametrize("seed", range(2))
def test_any_filter_finds_the_same_after_any_writes(seed: int) -> None:
    town = Town(seed)
    make_at_random(town)
    writes = [
        *town.writes(),
        lambda: Product.objects.filter(pk=town.some(Product).pk).update(producer=town.some(Producer)),
        lambda: Place.objects.filter(pk=town.some(Place).pk).update(producer=town.some(Producer)),
        lambda: Place.objects.filter(pk=town.some(Place).pk).update(kind="processing_facility", outlet=""),
        lambda: factories.product("Chưa ai làm").delete(),
        lambda: factories.producer("HTX đã thôi").delete(),
    ]
    order = [*range(len(writes)), *(town.random.randrange(len(writes)) for _ in range(10))]
    town.random.shuffle(order)
    filters = [some_filter(town).without("near", "radius_m") for _ in order]
    found = 0
    for at, asked in zip(order, filters, strict=True):
        writes[at]()
        with connection.cursor() as cursor:
            cursor.execute("SELECT places_wrong_catalog_marks()")
            assert cursor.fetchone() == (0,)
        found += check(BOX) + check(asked)
    assert found > 60


def test_midnight_turns_what_is_found() -> None:
    Rollover.objects.all().delete()
    with calendar.at(NOON):
        town = Town(5)
        make_at_random(town)
        roll_day()
    for days in (1, 60, 365):
        with calendar.at(NOON + timedelta(days=days)):
            for rolled in (False, True):
                if rolled:
                    assert roll_day()
                assert marks.current() is rolled
                for states in (("valid",), ("ending",), ("expired",), ("none",)):
                    check(PlaceFilter(states=states))


def test_a_page_follows_the_other_in_the_order_of_names(client: Client) -> None:
    commune = factories.commune()
    for number in range(25):
        product = factories.product(f"Cam {number % 7}", producer=factories.producer(f"HTX {number % 4}"))
        at = Point(103 + number / 10, 10, srid=4326)
        place = factories.place(
            f"Vườn {number}", commune=commune, location=at, producer=product.producer, kind="production_site"
        )
        factories.sells(place, product, role="grows")
    for kind in ("products", "producers"):
        for query in (
            *("bbox=103,9,105,11", "bbox=103,9,105,11&category=none", "certificate=none"),
            *("kind=production_site", "kind=production_site&status=open&category=none"),
        ):
            address: str | None = f"/api/collections/{kind}/items?{query}&limit=4"
            seen = []
            while address:
                page = client.get(address).json()
                seen += [(one["properties"]["name"], one["id"]) for one in page["features"]]
                address = next((one["href"] for one in page["links"] if one["rel"] == "next"), None)
            assert len(seen) == len(set(seen)) == page["numberMatched"] >= 21
            assert seen == sorted(seen)
            whole = client.get(f"/api/collections/{kind}/items?{query}&limit=100").json()
            assert [one["id"] for one in whole["features"]] == [one for _name, one in seen]


def test_more_than_are_counted_are_not_numbered(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        factories.product(f"Cam {number}")
    monkeypatch.setattr("geo.places.catalog_marks.MOST_COUNTED", 5)
    address = "/api/collections/products/items?limit=1"
    assert client.get(address).json()["numberMatched"] == 6
    assert "numberMatched" not in client.get(f"{address}&certificate=none").json()
    assert client.get(f"{address}&q=cam+3").json()["numberMatched"] == 1


def test_truncated_tables_leave_no_marks() -> None:
    town = Town(1)
    make_at_random(town)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE places_placeproduct")
        assert marks.differences()["marks"] == 0
        assert not CatalogMark.objects.filter(kind="product", location__isnull=False).exists()
        cursor.execute("TRUNCATE catalog_product CASCADE")
    assert not CatalogMark.objects.filter(kind="product").exists()
    assert CatalogMark.objects.filter(kind="producer").exists()


def test_a_page_in_a_large_box_walks_the_names_and_one_in_a_small_box_the_map() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO places_catalogmark (public_id, kind, record_id, folded, location, atoms)"
            " SELECT 'P' || n, 'product', n, md5(n::text), ST_SetSRID(ST_MakePoint(102 + random() * 8,"
            " 8 + random() * 15), 4326), '{0,63}' FROM generate_series(1, 20000) AS n"
        )
        cursor.execute("ANALYZE places_catalogmark")
    for bbox, index in (
        ("102,8,110,23", "places_catalogmark_name"),
        ("105,20,105.1,20.1", "places_catalogmark_location"),
    ):
        rows = catalog_marks("product", place_filter({"bbox": [bbox]})).order_by("folded", "public_id")
        plan = rows.values_list("record_id")[:101].explain()
        assert index in plan, plan


def _places_read() -> int:
    """Return how many rows of places this transaction has read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'places_place'"
        )
        return int(cursor.fetchone()[0])


def test_where_many_products_are_made_is_looked_up_without_reading_all_places_for_each() -> None:
    number = 40
    for at in range(number):
        place = factories.place(f"Xưởng {at}", kind="processing_facility", outlet="")
        factories.sells(place, factories.product(f"Bánh {at}"), role="makes")
    before = _places_read()
    Place.objects.update(location=Point(105.85, 21.03))
    read = _places_read() - before
    assert read < 15 * number, read
    assert set(listed(product_rows(PlaceFilter())).values()) == {(105.85, 21.03)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT places_wrong_catalog_marks()")
        assert cursor.fetchone() == (0,)
