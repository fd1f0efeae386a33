"""Default outlines of the provinces: found by name, merged through the lineage, with every island."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.plugin import DjangoDbBlocker
from shapely.geometry import MultiPolygon, box
from shapely.geometry import Point as Spot

from geo.divisions import province_outlines
from geo.divisions.models import Division, DivisionBoundary, DivisionBoundaryPart
from geo.divisions.province_outlines import merge, with_islands
from geo.divisions.selectors import current, division_at, provinces


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("load_province_outlines", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture(scope="module")
def report(loaded: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The outlines, loaded once; what the command said."""
    with django_db_blocker.unblock():
        yield load()
        DivisionBoundaryPart.objects.all().delete()
        DivisionBoundary.objects.all().delete()
        Division.objects.filter(valid_from=None).update(location=None, location_source="")


pytestmark = pytest.mark.usefixtures("report", "db")


def test_all_provinces_old_and_new_have_an_outline_with_source_and_licence(report: str) -> None:
    assert "63 old provinces, 34 of today" in report
    assert not provinces().filter(outline__isnull=True).exists()
    assert not Division.objects.filter(level="PROVINCE", outline__isnull=True).exists()
    boundary = DivisionBoundary.objects.get(division__code="08", division__valid_until=None)
    assert boundary.source.startswith("Natural Earth")
    assert boundary.licence == "Public domain"
    assert boundary.boundary.valid


def test_a_merged_province_covers_what_it_came_from() -> None:
    ha_giang = Division.objects.get(level="PROVINCE", code="02", valid_from=None)
    tuyen_quang = provinces().get(code="08")
    shared = tuyen_quang.outline.boundary.intersection(ha_giang.outline.boundary)
    assert shared.area == pytest.approx(ha_giang.outline.boundary.area, rel=0.01)
    assert not any(polygon.num_interior_rings for polygon in tuyen_quang.outline.boundary)


def test_no_island_is_missing() -> None:
    for zone in current().filter(unit_type="đặc khu").select_related("parent__outline"):
        outline = zone.parent.outline.boundary
        assert outline.distance(zone.location) < 0.15, zone.full_name
    hoang_sa, truong_sa = current().get(code="20333"), current().get(code="22736")
    assert division_at(hoang_sa.location, level="PROVINCE").name == "Đà Nẵng"
    atoll = max((p for p in truong_sa.parent.outline.boundary if p.extent[0] > 114), key=lambda p: p.area)
    assert division_at(atoll.point_on_surface, level="PROVINCE").name == "Khánh Hòa"
    assert truong_sa.parent.outline.boundary.extent[2] > 115


def test_old_provinces_get_a_point_inside_that_a_later_load_keeps() -> None:
    ha_giang = Division.objects.get(level="PROVINCE", code="02", valid_from=None)
    assert ha_giang.outline.boundary.contains(ha_giang.location)
    assert ha_giang.location_source.startswith("outline: Natural Earth")
    call_command("load_divisions", stdout=StringIO(), stderr=StringIO())
    ha_giang.refresh_from_db()
    assert ha_giang.location is not None


def test_what_the_operator_imported_is_kept(tmp_path: Path) -> None:
    shape = {"type": "Polygon", "coordinates": [[[105, 22], [106, 22], [106, 23], [105, 22]]]}
    one = {"type": "Feature", "properties": {"code": "08"}, "geometry": shape}
    path = tmp_path / "own.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [one]}), encoding="utf-8")
    call_command("load_boundaries", str(path), "--level", "province", stdout=StringIO(), stderr=StringIO())
    assert "kept, because imported: 08" in load()
    assert DivisionBoundary.objects.get(division__code="08", division__valid_until=None).source == "own.geojson"
    assert "34 of today" not in load("--dry-run")


def test_without_the_npm_package_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(province_outlines, "PACKAGE", "no-such-package")
    with pytest.raises(CommandError, match="no-such-package is not installed"):
        load()


def test_merging_closes_slivers_and_keeps_islands_and_real_holes() -> None:
    left = MultiPolygon([box(105, 20, 106, 21), box(107.5, 20, 107.6, 20.1)])
    right = MultiPolygon([box(106.002, 20, 107, 21).difference(box(106.4, 20.4, 106.6, 20.6))])
    merged = merge([left, right])
    assert merged is not None
    assert len(merged.geoms) == 2
    assert merged.contains(Spot(106.001, 20.5))
    assert not merged.contains(Spot(106.5, 20.5))
    assert merged.area == pytest.approx(left.area + right.area, rel=0.01)


def test_an_island_far_from_land_is_drawn_as_a_small_circle() -> None:
    land = MultiPolygon([box(105, 20, 106, 21)])
    shape, added = with_islands(land, [(105.5, 20.5), (112, 16.5)])
    assert added == 1
    assert shape.contains(Spot(112, 16.5))
    assert shape.area < land.area + 0.001
