"""Finding places that are there already: names, distance, producer, and what tells them apart."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from geo.places.models import Place
from geo.stewardship.duplicates import Asked, asked_about, find, find_many
from geo.stewardship.likeness import LIKELY, Signs, score
from tests import factories as make

pytestmark = pytest.mark.django_db
LON, LAT = 103.96, 10.22


def at(metres_north: float) -> Point:
    return Point(LON, LAT + metres_north / 110_600, srid=4326)


def names(asked: Asked) -> list[str]:
    return [match.record.name for match in find(asked)]


def test_the_same_name_written_otherwise_near_by_is_found() -> None:
    make.place("Cửa hàng OCOP Dương Đông", location=at(40))
    assert names(Asked("CUA HANG OCOP DUONG DONG", LON, LAT)) == ["Cửa hàng OCOP Dương Đông"]
    (match,) = find(Asked("cửa hàng Ocop Dương Ðông", LON, LAT, kind="point_of_sale"))
    assert match.metres is not None
    assert 38 < match.metres < 42
    assert match.score >= LIKELY


def test_another_name_at_the_same_spot_is_not() -> None:
    make.place("Nhà thùng nước mắm Khải Hoàn", location=at(5))
    assert names(Asked("Cửa hàng OCOP Dương Đông", LON, LAT)) == []


def test_shop_one_and_shop_two_are_two_shops() -> None:
    make.place("Cửa hàng OCOP số 1", location=at(20))
    assert names(Asked("Cửa hàng OCOP số 2", LON, LAT)) == []


def test_the_same_name_in_the_same_commune_is_found_without_a_position() -> None:
    elsewhere = make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01", "thành phố"))
    here = make.place("HTX Hồ tiêu", location=None)
    make.place("HTX Hồ tiêu", commune=elsewhere, location=None)
    assert [match.record for match in find(Asked("Htx hồ tiêu", commune=here.commune_id))] == [here]


def test_the_same_producer_makes_a_name_that_differs_enough() -> None:
    maker = make.producer("HTX Nước mắm Phú Quốc")
    make.place("Xưởng nước mắm Phú Quốc", producer=maker, location=at(200))
    other = make.producer("Công ty Hải Nguyên")
    asked = {"name": "Xưởng nước mắm PQ", "lon": LON, "lat": LAT}
    assert names(Asked(**asked, producer=maker.pk)) == ["Xưởng nước mắm Phú Quốc"]
    assert names(Asked(**asked, producer=other.pk)) == []


def test_a_stored_place_is_not_its_own_duplicate() -> None:
    place, twin = make.place(location=at(0)), make.place(location=at(30))
    assert [match.record for match in find(asked_about(place))] == [twin]


def test_many_are_asked_in_one_statement(django_assert_num_queries: object) -> None:
    for number in range(3):
        make.place(f"Nơi bán {'ABC'[number]} rất riêng", location=at(3000 * number))
    asked = [Asked(place.name, commune=place.commune_id) for place in Place.objects.order_by("pk")]
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = find_many([*asked, Asked("")])
    assert [[match.record.name for match in matches][:1] for matches in found[:3]] == [[one.name] for one in asked]
    assert found[3] == []


def test_each_branch_of_the_statement_reads_an_index() -> None:
    from geo.stewardship import duplicates

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        parameters = {
            "names": ["a"], "lons": [LON], "lats": [LAT], "producers": [1], "communes": [1], "except": [None],
            "metres": 1000, "near": 200, "in_commune": 2000, "scored": 10, "likeness": 0.3,
        }  # fmt: skip
        cursor.execute("EXPLAIN " + duplicates.SQL.statement("similar_places"), parameters)
        plan = "\n".join(row for (row,) in cursor.fetchall())
    assert "Seq Scan" not in plan
    for index in ("places_place_location_geography", "places_place_producer", "places_place_commune"):
        assert index in plan


@pytest.mark.parametrize(
    ("signs", "likely"),
    [
        (Signs(1.0, metres=30), True),
        (Signs(0.6, metres=50), True),
        (Signs(0.35, metres=30), False),
        (Signs(1.0, same_commune=True), True),
        (Signs(1.0, same_commune=False), False),
        (Signs(1.0, metres=30, same_numbers=False), False),
        (Signs(0.5, metres=30, same_kind=False), False),
        (Signs(1.0, metres=20_000), False),
    ],
)
def test_scores(signs: Signs, likely: bool) -> None:
    assert (score(signs) >= LIKELY) is likely
