"""Finding places that are there already: names, distance, producer, and what tells them apart."""

import random
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from geo.places.models import Place
from geo.spatial.folding import fold
from geo.stewardship import duplicates
from geo.stewardship.duplicates import Asked, asked_about, find, find_many, match_of
from geo.stewardship.likeness import LEAST_LIKENESS, LIKELY, Signs, score
from geo.stewardship.trigrams import Names, share, trigrams
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


def test_each_branch_of_the_statement_reads_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[str] = []

    def explained(name: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN " + duplicates.SQL.statement(name), parameters)
            plans.extend(row for (row,) in cursor.fetchall())
        return []

    monkeypatch.setattr(duplicates.SQL, "rows", explained)
    find_many([Asked("a", LON, LAT, producer=1, commune=1), Asked("b", commune=1)])
    plan = "\n".join(plans)
    assert "Seq Scan" not in plan
    for index in ("places_place_location", "places_place_producer", "places_place_commune"):
        assert index in plan


WORDS = ("Cửa hàng", "OCOP", "nước mắm", "hồ tiêu", "số 1", "số 2")


def crowd(chance: random.Random) -> None:
    """Make places alike in every way that signs tell apart."""
    elsewhere = make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01", "thành phố"))
    makers = [make.producer(f"HTX {number}") for number in range(3)]
    for _number in range(150):
        away = chance.choice([0, 3, 40, 70, 200, 300, 900, 1100, 4000, 9000])
        where = chance.choice([at(away), at(-away), None, None])
        vague = {"location_accuracy": "commune_point"} if where is not None and chance.random() < 0.2 else {}
        make.place(
            " ".join(chance.sample(WORDS, chance.choice([2, 2, 3]))),
            location=where,
            producer=chance.choice([None, None, *makers]),
            phone=chance.choice(["", "", "0912345678", "+84 912 345 678", "0297 111 222"]),
            kind=chance.choice(["production_site", "processing_facility"]),
            **({"commune": elsewhere} if chance.random() < 0.2 else {}),
            **vague,
        )


PAIRS = """
SELECT similarity(one.folded, other.folded), CASE WHEN one.location_accuracy IN ('surveyed', 'gps', 'address')
           AND other.location_accuracy IN ('surveyed', 'gps', 'address')
           THEN ST_Distance(one.location::geography, other.location::geography) END,
       ST_Distance(one.location::geography, other.location::geography) <= 1000
           AND one.location_accuracy IN ('surveyed', 'gps', 'address')
       OR one.producer_id = other.producer_id OR one.folded = other.folded
       OR one.commune_id = other.commune_id AND one.location_accuracy NOT IN ('surveyed', 'gps', 'address')
  FROM places_place AS one, places_place AS other WHERE one.id = %s AND other.id = %s"""


def every_pair(asked: Asked, places: Iterable[Place]) -> list[tuple[int, float]]:
    """Return what ``find`` shall find: each stored place weighed one by one."""
    found = []
    for other in places:
        with connection.cursor() as cursor:
            cursor.execute(PAIRS, [asked.stored, other.pk])
            likeness, metres, compared = cursor.fetchone()
        weighed = match_of(asked, other, likeness, metres)
        if other.pk != asked.stored and compared and likeness >= LEAST_LIKENESS and weighed.score >= LIKELY:
            found.append((other.pk, weighed.score))
    return sorted(found, key=lambda one: (-one[1], one[0]))[: duplicates.SHOWN]


def test_nothing_is_found_otherwise_than_by_weighing_every_pair() -> None:
    crowd(random.Random(7))
    places = list(Place.objects.order_by("pk"))
    asked = [asked_about(place) for place in places[:50]]
    found = [[(match.record.pk, match.score) for match in matches] for matches in find_many(asked)]
    assert sum(map(len, found)) > 100
    for one, matches in zip(asked, found, strict=True):
        assert [pk for pk, _score in matches] == [pk for pk, _score in every_pair(one, places)]
        scores = [points for _pk, points in every_pair(one, places)]
        assert [points for _pk, points in matches] == pytest.approx(scores, abs=0.0011)


def test_names_are_as_alike_as_the_database_says() -> None:
    chance = random.Random(11)
    names = [fold(" ".join(chance.sample(WORDS, chance.choice([0, 1, 2, 4])))) for _number in range(60)]
    known = Names(names)
    for one in [*names[:15], "nuoc mam phu quoc", "x", "ocop ocop 12 12"]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT similarity(name, %s) FROM unnest(%s) AS name", [one, names])
            shares = [row[0] for row in cursor.fetchall()]
        assert [share(trigrams(one), trigrams(name)) for name in names] == pytest.approx(shares, abs=1e-6)
        alike = {position for position, likeness in enumerate(shares) if likeness > 0.69999}
        assert {position for position, _likeness in known.alike(one, 0.7, 100)} == alike


def test_a_crowd_of_one_name_and_phone_is_compared_within_bounds() -> None:
    twin = make.place("Hộ Nguyễn Văn A", location=None, phone="0912345678")
    Place.objects.bulk_create(
        Place(name="Hộ Nguyễn Văn A", kind=twin.kind, province=twin.province, commune=twin.commune, phone=twin.phone)
        for _number in range(600)
    )
    asked = Asked("Hộ Nguyễn Văn A", commune=twin.commune_id, phone=twin.phone)
    assert [match.score for match in find(asked)] == [pytest.approx(0.87)] * duplicates.SHOWN


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
