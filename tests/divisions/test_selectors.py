"""What is inside what, what was it before: reads that the other rooms stand on."""

from datetime import date

import pytest
from django.contrib.gis.geos import Point
from django.utils import translation

from geo.divisions import selectors
from geo.divisions.addressing import address_lines, formerly, full_address
from geo.divisions.models import Division

pytestmark = pytest.mark.usefixtures("register")

OLD = date(2025, 6, 30)


def one(code: str, level: str = "PROVINCE", day: date | None = None) -> Division:
    return selectors.current(day).get(level=level, code=code)


def test_a_former_province_stands_for_its_communes_not_for_the_merged_one() -> None:
    ha_giang, tuyen_quang = one("02", day=OLD), one("08")
    scope = set(selectors.scope(ha_giang))
    assert 60 < len(scope) < len(selectors.scope(tuyen_quang)) == 124
    assert scope < set(selectors.scope(tuyen_quang))
    codes = set(Division.objects.filter(pk__in=scope).values_list("code", flat=True))
    assert "00691" in codes  # Phường Hà Giang 2
    assert "02251" not in codes  # Xã Chiêm Hóa was in Tuyên Quang before


def test_the_scopes_of_the_old_provinces_together_are_the_whole_country() -> None:
    old = Division.objects.filter(level="PROVINCE", valid_from=None).values_list("pk", flat=True)
    assert len(selectors.scope_of(old)) == 3321


def test_scope_of_today_is_the_communes_below() -> None:
    assert len(selectors.scope(one("01"))) == selectors.communes(one("01")).count() == 126


def test_a_retitled_province_has_the_same_scope_under_each_title() -> None:
    titles = Division.objects.filter(level="PROVINCE", code="75", valid_from__isnull=False)
    scopes = {tuple(selectors.scope(title)) for title in titles}
    assert len(titles) == 2
    assert len(scopes) == 1
    assert len(scopes.pop()) == 95


def test_scope_answers_for_another_day() -> None:
    tuyen_quang = one("08")
    before = Division.objects.filter(pk__in=selectors.scope(tuyen_quang, OLD))
    assert {d.valid_until for d in before} == {date(2025, 7, 1)}
    provinces = {d.parent.parent.name for d in before.select_related("parent__parent")}
    assert provinces == {"Hà Giang", "Tuyên Quang"}


def test_a_commune_stands_for_itself_and_a_split_one_for_all_its_parts() -> None:
    bat_trang = one("00577", "COMMUNE")
    assert selectors.scope(bat_trang) == [bat_trang.pk]
    old = one("00583", "COMMUNE", OLD)
    assert len(selectors.scope(old)) == 3
    assert [d.code for d in selectors.successors(old)] == ["00145", "00565", "00577"]


def test_predecessors_are_named_whole_ones_first() -> None:
    assert set(selectors.predecessor_names(one("08"))) == {"Tỉnh Hà Giang", "Tỉnh Tuyên Quang"}
    tan_phu = one("26116", "COMMUNE")
    assert "Thị trấn Tân Phú" in selectors.predecessor_names(tan_phu)


def test_addresses_and_former_names_in_both_languages() -> None:
    commune, old = one("00577", "COMMUNE"), one("02", day=OLD)
    assert address_lines(commune) == ["Xã Bát Tràng", "Thành phố Hà Nội"]
    assert full_address(commune, english=True) == "Bat Trang Commune, Ha Noi City"
    with translation.override("vi"):
        assert formerly(old) == "Hà Giang (nay: Tuyên Quang)"
        assert "Hà Giang, Tuyên Quang" in formerly(one("08"))
    with translation.override("en"):
        assert formerly(old) == "Hà Giang (now: Tuyên Quang)"
    assert formerly(one("01")) == ""


def test_nearest_communes_come_by_true_distance() -> None:
    nearest = selectors.nearest_communes(Point(105.917, 20.9928, srid=4326), 3)
    assert nearest[0].code == "00577"
    distances = [division.distance_m.m for division in nearest]
    assert distances == sorted(distances)
    assert distances[0] < 100


def test_labels_have_all_provinces_and_special_zones() -> None:
    labels = selectors.labels()
    names = {label["name"] for label in labels}
    assert len(labels) == 34 + 13
    assert {"Hoàng Sa", "Trường Sa", "Cồn Cỏ", "Bạch Long Vĩ"} <= names


def test_provinces_are_listed_by_code() -> None:
    codes = list(selectors.provinces().values_list("code", flat=True))
    assert codes == sorted(codes)
    assert len(codes) == 34
    assert selectors.province_by_code("02") is None
    assert selectors.commune_by_code("00577").parent.code == "01"
