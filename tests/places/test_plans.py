"""Plans of the hot queries: each answers from its index, also when there are many places."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from geo.catalog.models import Product
from geo.places import selectors, tally
from geo.places.filters import place_filter
from geo.places.marked import marked
from geo.places.models import Place, PlaceMark
from geo.places.nearest import prepared
from geo.places.tiles import live_parts
from geo.places.walking import by_distance
from geo.spatial.clusters import Sql
from geo.spatial.tiles import Tile
from tests import factories

PLACES = 20_000


def _make_many_places() -> None:
    provinces = [factories.province(f"Tỉnh {n}", f"{n + 10}") for n in range(30)]
    products = [factories.product(f"Đặc sản {n}") for n in range(500)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO places_place (name, kind, status, source_kind, location, location_accuracy, province_id,
                created_at, updated_at, version, outlet, source_name, source_url, source_licence, trust, external_id,
                location_source, address, phone, email, zalo, website, photo, photo_credit)
            SELECT 'Nơi ' || md5(n::text), 'point_of_sale', 'open', 'generated',
                ST_SetSRID(ST_MakePoint(102 + random() * 8, 8 + random() * 15), 4326), 'surveyed',
                (%s::bigint[])[1 + n %% 30], now(), now(), 1, '', '', '', '', '', '', '', '', '', '', '', '', '', ''
            FROM generate_series(1, %s) AS n
            """,
            [[one.pk for one in provinces], PLACES],
        )
        # A test that was rolled back leaves a table that the planner may take for empty.
        cursor.execute("ANALYZE places_place, catalog_product")
        cursor.execute(
            """
            INSERT INTO places_placeproduct (place_id, product_id, role, unit, period, months, currency, price_unit)
            SELECT id, (%s::bigint[])[1 + id %% 500], 'sells', '', '', '{}', 'VND', '' FROM places_place
            """,
            [[one.pk for one in products]],
        )
        cursor.execute("ANALYZE places_place, places_placeproduct, places_placesearch, catalog_product")
        # The table of texts may have been vacuumed while it was empty, and would be read as a whole.
        cursor.execute(
            "INSERT INTO places_feature (place_id, shape, text) SELECT place_id, 'shape', '' FROM places_mark"
        )
        cursor.execute("ANALYZE places_mark, places_tally, places_feature")


def _index_names(plan: Any) -> Iterator[str]:
    return (name for _how, name in _index_scans(plan))


def _index_scans(node: Any) -> Iterator[tuple[str, str]]:
    """Return how a plan reads which indexes."""
    if isinstance(node, dict):
        if "Index Name" in node:
            yield node["Node Type"], node["Index Name"]
        for value in node.values():
            yield from _index_scans(value)
    elif isinstance(node, list):
        for value in node:
            yield from _index_scans(value)


def _places(**query: str) -> QuerySet[Place]:
    return selectors.places(place_filter({name: [value] for name, value in query.items()}))


def _of_the_map() -> dict[str, tuple[Sql, str]]:
    """Return what map tiles read, with the index it must read."""
    asked = place_filter({"province": ["12"], "kind": ["point_of_sale"]})
    question = tally.question(asked)
    assert question
    return {
        "clusters": (tally.cluster_parts(question, Tile(6, 28, 50)), "places_tally_pkey"),
        "live clusters": (live_parts(place_filter({}), Tile(11, 901, 1627)), "places_mark_point"),
    }


@pytest.mark.django_db
def test_hot_queries_read_their_indexes() -> None:
    _make_many_places()
    some_product = Product.objects.order_by("pk")[7].public_id
    hot = {
        "a small box": (_places(bbox="105.8,21,105.9,21.1"), "places_place_location_"),
        "near": (_places(near="105.85,21.03", radius="5000"), "places_place_location_geography"),
        "words": (_places(q="abcdef"), "places_placesearch_words"),
        "a province": (_places(province="12", kind="point_of_sale"), "places_place_province"),
        "a page by name": (_places().order_by("folded", "public_id")[:100], "places_place_name"),
        "a product": (_places(product=some_product), "places_placeproduct_product"),
        "a commune": (Place.objects.filter(commune_id=1), "places_place_commune"),
    }
    read = {name: set(_index_names(json.loads(rows.explain(format="json")))) for name, (rows, _index) in hot.items()}
    wanted = {name: index for name, (_rows, index) in hot.items()}
    for name, (piece, index) in _of_the_map().items():
        wanted[name] = index
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {piece.text}", piece.params)
            read[name] = set(_index_names(cursor.fetchone()[0]))
    missed = {
        name: read[name] for name, index in wanted.items() if not any(used.startswith(index) for used in read[name])
    }
    assert missed == {}


def _rows_of_marks(**query: str) -> QuerySet[PlaceMark, Any]:
    rows = marked(place_filter({name: [value] for name, value in query.items()}))
    return rows.order_by("folded", "public_id").values_list("place_id")[:1001]


@pytest.mark.django_db
def test_lists_walk_marks_or_gather_them_and_nearest_places_too() -> None:
    _make_many_places()
    rare = factories.product("Hiếm", category=factories.category("VI.1.26"))
    factories.sells(Place.objects.order_by("pk")[0], rare)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE places_mark")
    lists = {
        "everything by name": (_rows_of_marks(), "places_mark_name"),
        "nearly everything": (_rows_of_marks(bbox="102,8,110,23", category="none"), "places_mark_name"),
        "a small box": (_rows_of_marks(bbox="105.8,21,105.9,21.1"), "places_mark_point"),
        "a rare category": (_rows_of_marks(category="VI"), "places_mark_shelf"),
        "a province and kind": (_rows_of_marks(province="12", kind="production_site"), "places_mark_province"),
    }
    for name, (rows, index) in lists.items():
        assert index in set(_index_names(json.loads(rows.explain(format="json")))), name
    near = {"near": ["105.85,21.03"]}
    for asked, index in (
        (near | {"q": ["noi"]}, "places_place_location_geography"),
        (near | {"category": ["VI"]}, "places_mark_shelf"),
    ):
        sql, params = by_distance(place_filter(asked), 20, 0)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            assert index in set(_index_names(cursor.fetchone()[0])), asked
    assert _scans_of_prepared(few=True) == [
        ("Bitmap Index Scan", "places_mark_shelf"),
        ("Index Scan", "places_feature_pkey"),
    ]
    assert _scans_of_prepared(few=False) == [
        ("Index Only Scan", "places_mark_near"),
        # When many are at one spot: what lies within a box.
        ("Index Only Scan", "places_mark_near"),
        ("Index Scan", "places_mark_near_full"),
        ("Index Scan", "places_feature_pkey"),
    ]


def _scans_of_prepared(*, few: bool) -> list[tuple[str, str]]:
    """Return how the statement for the nearest places reads which indexes by its kept plan, in this order."""
    statement = prepared(few=few)
    values: list[Any] = [105.85, 21.03, 11783168.0, 2395389.0, 5400.0, 1.02, 5000.0]
    values += [21, 0, 20, "shape", [63], None, None, None]
    assert statement.first(*values)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE {statement.name} ({', '.join(['%s'] * len(values))})", values)
        return list(_index_scans(cursor.fetchone()[0]))
