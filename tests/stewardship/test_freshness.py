"""Freshness: what is counted where, what the score is made of, and that a decree moves it along."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from geo.divisions.models import Division, Lineage
from geo.spatial import calendar
from geo.spatial.models import PublicId
from geo.stewardship.freshness import refreshing, rules
from geo.stewardship.freshness.models import Freshness, FreshnessState
from geo.stewardship.freshness.rules import Counts
from geo.stewardship.services import NewReport, receive_report
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with calendar.at(datetime(2026, 11, 18, 12, tzinfo=calendar.ZONE)):
        yield


def row(division: Division) -> Freshness:
    refreshing.ensure(exactly=True)
    return Freshness.objects.get(division=division)


def counts(found: Freshness) -> Counts:
    return Counts(found.places, found.checked, found.positioned, found.asked, found.known, found.reports)


def test_the_score_weighs_four_shares() -> None:
    assert rules.CHECKED + rules.FILLED + rules.POSITIONED + rules.UNREPORTED == 100
    assert rules.score(Counts(10, 10, 10, 40, 40)) == 100
    assert rules.score(Counts(10)) == rules.UNREPORTED
    assert rules.score(Counts(10, reports=25)) == 0
    assert rules.score(Counts(4, 3, 2, 16, 8, 1)) == 30 + 10 + 15 + 8
    assert rules.score(Counts(0)) is None
    assert [rules.grade(points) for points in (80, 79, 50, 49, None)] == ["good", "fair", "fair", "poor", "none"]


def test_open_places_are_counted_where_they_are() -> None:
    full = make.place("Đủ", checked_on=TODAY, address="1 Trần Phú", phone="0297 3 846 000", schedule=make.schedule())
    make.sells(full, make.product())
    make.place("Cũ", checked_on=TODAY - timedelta(days=366), location=Point(104, 10, srid=4326))
    rough = make.place("Ở xã", kind="production_site", location_accuracy="commune_point")
    make.place("Không vị trí", location=None)
    make.place("Đóng", status="closed", closed_on=date(2026, 1, 1), checked_on=TODAY)
    make.place("Chỉ biết tỉnh", commune=None, source_kind="sample")
    rough.refresh_from_db()
    receive_report(PublicId.objects.get(pk=rough.public_id), NewReport("closed"), "192.0.2.1")
    commune, province = row(make.commune()), row(make.province())
    assert counts(commune) == Counts(4, 1, 2, 15, 4, 1)
    assert counts(province) == Counts(5, 1, 3, 19, 4, 1)
    assert (commune.samples, province.samples) == (0, 1)
    assert commune.province_id == province.division_id
    assert commune.score == rules.score(counts(commune))
    assert province.score == rules.score(counts(province))


def test_a_division_without_places_has_no_score() -> None:
    assert row(make.commune()).score is None


def test_a_merged_commune_counts_for_what_it_became() -> None:
    province = make.province()
    old = make.commune("Cũ", "30001", "xã", parent=province)
    make.place("Nơi", commune=old, province=province, checked_on=TODAY)
    Division.objects.filter(pk=old.pk).update(valid_until=date(2026, 9, 1))
    new = make.commune("Mới", "30002", "xã", parent=province, valid_from=date(2026, 9, 1))
    Lineage.objects.create(predecessor=old, successor=new, share="whole", is_default=True)
    assert row(new).checked == 1
    assert not Freshness.objects.filter(division=old).exists()
    second = make.commune("Mới nữa", "30003", "xã", parent=province, valid_from=date(2026, 9, 1))
    Lineage.objects.filter(predecessor=old).update(share="part")
    Lineage.objects.create(predecessor=old, successor=second, share="part")
    FreshnessState.objects.all().delete()
    assert row(new).places == row(second).places == 0
    assert row(province).places == 1


def test_a_merged_province_counts_for_what_it_became() -> None:
    old = make.province("Kiên Giang", "92")
    make.place("Nơi", commune=None, province=old)
    Division.objects.filter(pk=old.pk).update(valid_until=date(2026, 9, 1))
    Lineage.objects.create(predecessor=old, successor=make.province(), share="whole", is_default=True)
    assert row(make.province()).places == 1


def test_it_is_made_once_for_each_state_of_the_register() -> None:
    make.place()
    first = refreshing.ensure()
    with calendar.at(datetime(2026, 11, 18, 13, tzinfo=calendar.ZONE)):
        assert refreshing.ensure() == first
    with calendar.at(datetime(2026, 11, 19, 12, tzinfo=calendar.ZONE)):
        assert refreshing.ensure() > first


def test_a_page_may_be_a_moment_old_and_the_api_may_not() -> None:
    refreshing.ensure()
    FreshnessState.objects.update(token="another", took_ms=1000)
    made_at = FreshnessState.objects.get().made_at
    with calendar.at(datetime(2026, 11, 18, 12, 0, 19, tzinfo=calendar.ZONE)):
        assert refreshing.ensure() == made_at
        assert refreshing.ensure(exactly=True) > made_at
    FreshnessState.objects.update(token="another", took_ms=1000)
    with calendar.at(datetime(2026, 11, 18, 12, 1, tzinfo=calendar.ZONE)):
        assert refreshing.ensure() > made_at


def test_the_api_gives_it_as_json_and_csv(client: Client) -> None:
    make.place(checked_on=TODAY)
    found = client.get("/api/collections/freshness/items?level=province&sortby=-score").json()
    first = found["features"][0]["properties"]
    assert (first["code"], first["level"], first["places"], first["checked_percent"]) == ("91", "province", 1, 100)
    table = (
        client.get("/api/collections/freshness/items?province=91&level=commune&f=csv").getvalue().decode("utf-8-sig")
    )
    assert table.splitlines()[1].split(",")[0].strip('"') == "31078"
    assert client.get("/api/collections/freshness/items?level=huyen").status_code == 400


def test_the_page_lists_provinces_then_communes_without_script(client: Client) -> None:
    make.place(checked_on=TODAY)
    make.province("Hà Nội", "01", "thành phố")
    text = client.get("/vi/freshness").content.decode()
    assert text.index("Tỉnh An Giang") < text.index("Thành phố Hà Nội")
    assert 'href="/vi/freshness?province=91"' in text
    inside = client.get("/vi/freshness?province=91&sort=name").content.decode()
    assert "Đặc khu Phú Quốc" in inside
    assert 'aria-sort="ascending"' in inside
    assert client.get("/vi/freshness?province=ZZ").status_code == 400
    assert client.get("/vi/freshness?sort=luck").status_code == 400


@pytest.mark.parametrize("sort", ["score", "name", "places", "checked", "filled", "positioned", "reports"])
def test_every_column_sorts(client: Client, sort: str) -> None:
    make.place()
    make.province("Hà Nội", "01", "thành phố")
    assert client.get(f"/vi/freshness?sort={sort}").status_code == 200
