"""Loading the register: what is in it, that it can be loaded again, and what a load refuses."""

import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from geo.divisions import loading, register
from geo.divisions.corrections import Change, read_corrections
from geo.divisions.history import REFORM, History, build_history
from geo.divisions.models import Decree, Division, Level, Lineage
from geo.divisions.register import RegisterError, read_register
from geo.divisions.selectors import current
from geo.spatial.models import Change as LoggedChange
from tests import factories

pytestmark = pytest.mark.usefixtures("register")


def test_the_maps_of_every_year_have_the_right_number_of_units() -> None:
    def counted(day: date) -> list[int]:
        return [current(day).filter(level=level).count() for level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)]

    assert counted(date(2025, 6, 30)) == [63, 696, 10_035]
    assert counted(REFORM) == [34, 0, 3_321]
    assert counted(date(2026, 11, 21)) == [34, 0, 3_321]


def test_every_unit_of_the_old_map_became_something() -> None:
    old = Division.objects.filter(valid_until=REFORM).exclude(level=Level.DISTRICT)
    assert not old.filter(became__isnull=True).exists()
    assert not Division.objects.filter(valid_from=REFORM, came_from__isnull=True).exists()
    split = Lineage.objects.filter(share="part").values("predecessor").distinct().count()
    assert split == 471
    assert Lineage.objects.filter(share="part", is_default=True).count() == split


def test_the_decrees_of_2026_close_rows_and_open_others() -> None:
    dong_nai = {row.valid_from: row for row in Division.objects.filter(level="PROVINCE", code="75")}
    assert [dong_nai[day].full_name for day in (None, REFORM, date(2026, 4, 30))] == [
        "Tỉnh Đồng Nai",
        "Tỉnh Đồng Nai",
        "Thành phố Đồng Nai",
    ]
    assert dong_nai[REFORM].valid_until == date(2026, 4, 30)
    assert dong_nai[date(2026, 4, 30)].decree.number == "30/2026/QH16"
    cities = current().filter(level="PROVINCE", unit_type="thành phố").count()
    wards = current().filter(unit_type="phường").count()
    assert (cities, wards) == (9, 709)


def test_a_commune_hangs_below_the_latest_title_of_its_province() -> None:
    today = Division.objects.get(level="COMMUNE", code="26116", valid_until=None)
    assert (today.full_name, today.parent.full_name) == ("Phường Tân Phú", "Thành phố Đồng Nai")
    before = Division.objects.get(level="COMMUNE", code="26116", valid_from=REFORM)
    assert (before.full_name, before.parent.full_name) == ("Xã Tân Phú", "Tỉnh Đồng Nai")


def test_the_archipelagos_are_there_with_points() -> None:
    for code, name, province in (("20333", "Hoàng Sa", "Đà Nẵng"), ("22736", "Trường Sa", "Khánh Hòa")):
        zone = current().get(level="COMMUNE", code=code)
        assert (zone.name, zone.unit_type, zone.parent.name) == (name, "đặc khu", province)
        assert zone.location is not None


def test_misplaced_points_are_corrected() -> None:
    vinh_thuc = current().get(code="06757")
    assert vinh_thuc.location.coords == (107.92, 21.37)
    assert "by hand" in vinh_thuc.location_source
    assert current().get(code="28615").location.coords == (106.386, 10.4123)


def test_points_of_the_old_map_are_not_published() -> None:
    assert not Division.objects.filter(valid_until=REFORM, location__isnull=False).exists()


def test_areas_that_can_not_be_believed_are_left_empty() -> None:
    assert current().get(code="28435").area_km2 is None
    assert current().get(code="19147").area_km2 is None
    namesakes = current().filter(level="COMMUNE", name="Tân Tiến").values_list("area_km2", flat=True)
    assert all(area != 207.2 for area in namesakes if area is not None)


def test_every_row_says_where_it_comes_from() -> None:
    assert not Division.objects.filter(source="").exists()
    assert set(Division.objects.values_list("licence", flat=True)) == {"MIT"}
    assert not Division.objects.filter(location__isnull=False, location_source="").exists()


def test_loading_again_changes_nothing(history: History) -> None:
    before = LoggedChange.objects.count()
    report = loading.store_history(history)
    for table, counts in report.counts.items():
        assert (counts["new"], counts["changed"]) == (0, 0), table
    assert LoggedChange.objects.count() == before


def test_a_dry_run_counts_and_changes_nothing(history: History) -> None:
    Division.objects.filter(level="COMMUNE", code="00577", valid_until=None).update(name="Bát Chàng")
    report = loading.store_history(history, dry_run=True)
    assert report.counts["commune"]["changed"] == 1
    assert Division.objects.filter(name="Bát Chàng").exists()


def test_a_later_decree_closes_opens_and_tells_the_rooms_above(monkeypatch: pytest.MonkeyPatch) -> None:
    corrections = read_corrections()
    change = Change("99/2026/X", date(2026, 10, 1), "COMMUNE", "00577", "Bát Tràng", "unit_type", "xã", "phường")
    decree = replace(next(iter(corrections.decrees.values())), number="99/2026/X", effective_on=date(2026, 10, 1))
    later = replace(
        corrections,
        changes=(*corrections.changes, change),
        decrees={**corrections.decrees, decree.number: decree},
    )
    told: list[dict[int, int]] = []
    monkeypatch.setattr(loading, "_after_retitling", [lambda pairs: told.append(pairs) or 3])
    old = current(date(2026, 9, 30)).get(level="COMMUNE", code="00577")
    report = loading.store_history(build_history(read_register(), later))
    new = current(date(2026, 10, 1)).get(level="COMMUNE", code="00577")
    assert (new.full_name, new.decree.number) == ("Phường Bát Tràng", "99/2026/X")
    assert told == [{old.pk: new.pk}]
    assert report.moved == 3
    old.refresh_from_db()
    assert old.valid_until == date(2026, 10, 1)


def test_a_correction_that_fits_no_division_is_refused() -> None:
    corrections = read_corrections()
    wrong = replace(corrections.changes[0], code="99999")
    with pytest.raises(RegisterError, match="99999"):
        build_history(read_register(), replace(corrections, changes=(wrong,)))
    misnamed = replace(corrections.points[0], name="Khác")
    with pytest.raises(RegisterError, match="Khác"):
        build_history(read_register(), replace(corrections, points=(misnamed,)))


def test_the_database_refuses_one_code_twice_on_a_day() -> None:
    with pytest.raises(IntegrityError, match="division_code_once_a_day"), transaction.atomic():
        factories.division(Level.PROVINCE, "Hà Nội hai", "01", "thành phố", valid_from=date(2026, 1, 1))


def test_the_database_refuses_a_commune_without_a_parent() -> None:
    with pytest.raises(IntegrityError, match="division_parent_by_level"), transaction.atomic():
        factories.division(Level.COMMUNE, "Mồ Côi", "99998", "xã")


def test_a_division_entered_by_hand_that_overlaps_is_explained_not_overwritten(history: History) -> None:
    row = Division.objects.get(level="PROVINCE", code="01", valid_until=None)
    Division.objects.filter(pk=row.pk).update(valid_from=date(2025, 8, 1))
    with pytest.raises(RegisterError, match="the database refused the load"):
        loading.store_history(history)


def test_the_command_reports_counts() -> None:
    out = StringIO()
    call_command("load_divisions", "--dry-run", stdout=out, stderr=StringIO())
    assert "commune: 0 new, 0 changed, 13378 same" in out.getvalue()
    assert "nothing was changed" in out.getvalue()


def test_a_missing_register_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "PACKAGE", "no-such-package")
    with pytest.raises(CommandError, match="no-such-package is not installed"):
        call_command("load_divisions", stdout=StringIO(), stderr=StringIO())


@pytest.mark.parametrize("content", [b"", b"not a database", None])
def test_a_damaged_register_is_one_clear_line(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "dataset.db").write_bytes(content)
    (tmp_path / "converter_2025.json").write_text(json.dumps({}), encoding="utf-8")
    with pytest.raises(RegisterError, match="can't be read"):
        read_register(tmp_path)


def test_changes_are_logged_by_code_under_the_collection_that_shows_them() -> None:
    before = LoggedChange.objects.order_by("-id").values_list("id", flat=True).first() or 0
    Division.objects.filter(code="00577", valid_until=None).update(location=Point(105.9, 21, srid=4326))
    Division.objects.filter(level="DISTRICT", code="001").update(source="x")
    logged = LoggedChange.objects.filter(id__gt=before).values_list("collection", "feature_id", "operation")
    assert list(logged) == [("communes", "00577", "U")]


def test_decrees_are_known_by_number_and_day() -> None:
    assert Decree.objects.get(number="388/NQ-UBTVQH16").effective_on == date(2026, 9, 20)
