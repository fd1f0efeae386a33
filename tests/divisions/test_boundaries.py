"""Boundaries from files that others made: what is read, repaired, reported, refused; and which division holds a
point.
"""

import gzip
import json
import os
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from django.conf import settings
from django.contrib.gis.gdal import CoordTransform, OGRGeometry, SpatialReference
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import connection
from shapely.geometry import MultiPolygon, box, mapping

from geo.divisions.boundary_files import overlaps
from geo.divisions.models import Division, DivisionBoundary, DivisionBoundaryPart
from geo.divisions.selectors import current, division_at
from geo.spatial.models import Change

pytestmark = pytest.mark.usefixtures("register")

BAT_TRANG, BA_DINH, TAN_PHU = "00577", "00004", "26116"
BOWTIE = {"type": "Polygon", "coordinates": [[[105, 21], [105.1, 21.1], [105.1, 21], [105, 21.1], [105, 21]]]}


def square(code: str, size: float = 0.01) -> shapely.Polygon:
    """A square around a commune's point."""
    location = current().get(level="COMMUNE", code=code).location
    return box(location.x - size, location.y - size, location.x + size, location.y + size)


def feature(code: Any, geometry: Any) -> dict[str, Any]:
    shape = geometry if isinstance(geometry, dict) or geometry is None else mapping(geometry)
    return {"type": "Feature", "properties": {"code": code, "tên": "Xã"}, "geometry": shape}


def geojson(path: Path, *features: dict[str, Any]) -> Path:
    text = json.dumps({"type": "FeatureCollection", "features": features})
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def load(path: Path, *arguments: str, level: str = "commune") -> str:
    out = StringIO()
    call_command("load_boundaries", str(path), "--level", level, *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def stored(code: str) -> DivisionBoundary:
    return DivisionBoundary.objects.get(division__code=code, division__valid_until=None)


@pytest.mark.parametrize("name", ["communes.geojson", "communes.geojson.gz"])
def test_geojson_is_loaded_with_its_source(tmp_path: Path, name: str) -> None:
    path = geojson(tmp_path / name, feature(BAT_TRANG, square(BAT_TRANG)))
    report = load(path, "--source", "Sở Nội vụ", "--licence", "CC BY 4.0", "--source-url", "https://example.vn/x")
    boundary = stored(BAT_TRANG)
    assert (boundary.source, boundary.licence) == ("Sở Nội vụ", "CC BY 4.0")
    assert boundary.boundary.srid == 4326
    assert "divisions without a shape: 3320" in report


def write(path: Path, driver: str, crs: str | None, shapes: dict[str, shapely.Polygon], field: str = "ma_xa") -> Path:
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.asarray(list(shapes.values()), dtype=object)),
        field_data=[np.asarray(list(shapes), dtype=object)],
        fields=[field],
        geometry_type="Polygon",
        crs=crs,
        driver=driver,
        encoding="UTF-8" if driver == "ESRI Shapefile" else None,
    )
    return path


def projected(shape: shapely.Polygon, crs: str) -> shapely.Polygon:
    geometry = OGRGeometry(memoryview(shape.wkb), srs=SpatialReference(4326))
    geometry.transform(CoordTransform(SpatialReference(4326), SpatialReference(crs)))
    return shapely.from_wkb(bytes(geometry.wkb))


@pytest.mark.parametrize(("driver", "name"), [("GPKG", "communes.gpkg"), ("ESRI Shapefile", "communes.shp")])
@pytest.mark.parametrize("crs", ["EPSG:32648", "EPSG:9210", "EPSG:4326"])
def test_any_format_and_coordinate_system_lands_in_place(tmp_path: Path, driver: str, name: str, crs: str) -> None:
    shape = square(BAT_TRANG)
    path = write(tmp_path / name, driver, crs, {BAT_TRANG: shape if crs == "EPSG:4326" else projected(shape, crs)})
    load(path, "--code-field", "ma_xa")
    found = shapely.from_wkb(bytes(stored(BAT_TRANG).boundary.wkb))
    assert found.intersection(shape).area / found.union(shape).area > 0.98


@pytest.mark.filterwarnings("ignore:.crs. was not provided")
def test_a_file_without_coordinate_system_needs_to_be_told(tmp_path: Path) -> None:
    shape = projected(square(BAT_TRANG), "EPSG:32648")
    path = write(tmp_path / "communes.shp", "ESRI Shapefile", None, {BAT_TRANG: shape})
    with pytest.raises(CommandError, match="--crs"):
        load(path, "--code-field", "ma_xa")
    load(path, "--code-field", "ma_xa", "--crs", "EPSG:32648")
    assert stored(BAT_TRANG).boundary.intersects(current().get(code=BAT_TRANG, level="COMMUNE").location)


def test_codes_get_back_the_zeros_a_spreadsheet_took(tmp_path: Path) -> None:
    load(geojson(tmp_path / "x.geojson", feature(577, square(BAT_TRANG)), feature(4.0, square(BA_DINH))))
    assert stored(BAT_TRANG)
    assert stored(BA_DINH)


def test_broken_shapes_are_repaired_or_left_out_and_counted(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[105, 21], [106, 21]]}
    path = geojson(
        tmp_path / "x.geojson",
        feature(BAT_TRANG, BOWTIE),
        feature(BA_DINH, square(BA_DINH)),
        feature(BA_DINH, square(BA_DINH, 0.02)),
        feature("00008", line),
        feature("00025", None),
        feature(None, square(BA_DINH)),
        feature("99999", square(BA_DINH)),
    )
    report = load(path)
    assert "features read: 7" in report
    assert "invalid: repaired: 1" in report
    assert "same code again: joined: 1" in report
    assert "not a polygon: left out: 1" in report
    assert "without a shape: left out: 1" in report
    assert "without a code: left out: 1" in report
    assert "unknown codes: 1: 99999" in report
    assert "points outside of their boundary: 1: 00577 Xã Bát Tràng" in report
    assert stored(BAT_TRANG).boundary.valid
    assert "2 divisions" in report


def test_overlaps_are_reported_with_their_area() -> None:
    shapes = {"a": MultiPolygon([box(105, 21, 105.1, 21.1)]), "b": MultiPolygon([box(105.09, 21, 105.2, 21.1)])}
    shapes["c"] = MultiPolygon([box(105.2, 21, 105.3, 21.1)])
    found = overlaps(shapes)
    assert [(pair.first, pair.second) for pair in found] == [("a", "b")]
    assert found[0].area_km2 == pytest.approx(0.01 * 111.32 * 0.1 * 110.57 * 0.9333, rel=0.01)


def test_a_dry_run_reports_and_stores_nothing(tmp_path: Path) -> None:
    before = Change.objects.count()
    report = load(geojson(tmp_path / "x.geojson", feature(BAT_TRANG, square(BAT_TRANG))), "--dry-run")
    assert "1 divisions, 1 boundaries" in report
    assert "nothing was changed" in report
    assert not DivisionBoundary.objects.exists()
    assert Change.objects.count() == before


def test_a_boundary_serves_every_title_of_the_same_ground(tmp_path: Path) -> None:
    load(geojson(tmp_path / "x.geojson", feature(TAN_PHU, square(TAN_PHU))))
    titles = DivisionBoundary.objects.filter(division__code=TAN_PHU).values_list("division__full_name", flat=True)
    assert sorted(titles) == ["Phường Tân Phú", "Xã Tân Phú"]
    point = current().get(code=TAN_PHU, level="COMMUNE").location
    assert division_at(point).full_name == "Phường Tân Phú"
    assert division_at(point, date(2025, 8, 1)).full_name == "Xã Tân Phú"
    assert division_at(point, date(2025, 6, 1)) is None


def test_the_old_map_is_loaded_by_its_own_day(tmp_path: Path) -> None:
    path = geojson(tmp_path / "x.geojson", feature("00583", square(BAT_TRANG)))
    with pytest.raises(CommandError, match="no code"):
        load(path)
    load(path, "--day", "2025-06-30")
    point = current().get(code=BAT_TRANG, level="COMMUNE").location
    assert division_at(point, date(2025, 6, 30)).full_name == "Xã Bát Tràng"


def test_the_division_of_a_point_is_found_through_the_parts(tmp_path: Path) -> None:
    ring = shapely.Point(105.2, 21.2).buffer(0.28, quad_segs=500)
    hole = box(105.1, 21.1, 105.2, 21.2)
    path = geojson(tmp_path / "x.geojson", feature(BAT_TRANG, ring.difference(hole)), feature(BA_DINH, hole))
    load(path)
    parts = DivisionBoundaryPart.objects.filter(boundary__division__code=BAT_TRANG)
    assert parts.count() > 10
    assert max(part.part.num_coords for part in parts) <= 129
    inside, in_hole, outside = (Point(x, y, srid=4326) for x, y in ((105.3, 21.3), (105.15, 21.15), (105.6, 21.6)))
    assert division_at(inside).code == BAT_TRANG
    assert division_at(in_hole).code == BA_DINH
    assert division_at(outside) is None
    assert division_at(inside, level="PROVINCE") is None
    edge = Point(105.1, 21.15, srid=4326)
    assert division_at(edge).code == BA_DINH


def test_loading_again_replaces_the_shape_and_its_parts(tmp_path: Path) -> None:
    load(geojson(tmp_path / "a.geojson", feature(BAT_TRANG, square(BAT_TRANG, 0.02))))
    load(geojson(tmp_path / "b.geojson", feature(BAT_TRANG, square(BAT_TRANG, 0.01))))
    assert DivisionBoundaryPart.objects.filter(boundary__division__code=BAT_TRANG).count() == 1
    location = current().get(code=BAT_TRANG, level="COMMUNE").location
    assert division_at(Point(location.x + 0.015, location.y, srid=4326)) is None


def test_a_new_boundary_is_a_change_of_its_division(tmp_path: Path) -> None:
    last = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
    load(geojson(tmp_path / "x.geojson", feature(BAT_TRANG, square(BAT_TRANG))))
    logged = Change.objects.filter(id__gt=last).values_list("collection", "feature_id", "operation")
    assert list(logged) == [("communes", BAT_TRANG, "U")]


def test_a_point_is_looked_up_by_the_spatial_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT division_id FROM divisions_divisionboundarypart"
            " WHERE ST_Intersects(part, ST_SetSRID(ST_MakePoint(105.9, 21), 4326))"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "part" in plan
    assert "Index" in plan


def hostile_files(folder: Path) -> dict[str, Path]:
    bomb = folder / "cut.geojson.gz"
    bomb.write_bytes(gzip.compress(b'{"type": "FeatureCollection"}')[:-6])
    (folder / "text.geojson").write_text("not a map", encoding="utf-8")
    (folder / "empty.geojson").write_bytes(b"")
    (folder / "noise.gpkg").write_bytes(os.urandom(4096))
    (folder / "fake.geojson.gz").write_bytes(b"not gzip")
    return {
        "there is no such file": folder / "missing.geojson",
        "no such file": folder,
        "text.geojson can't be read": folder / "text.geojson",
        "empty.geojson can't be read": folder / "empty.geojson",
        "noise.gpkg can't be read": folder / "noise.gpkg",
        "not a readable gzip": folder / "fake.geojson.gz",
        "cut.geojson.gz is not a readable gzip": bomb,
        "no features|no field": geojson(folder / "none.geojson"),
        "has no field 'code'; it has: other": geojson(
            folder / "field.geojson", {"type": "Feature", "properties": {"other": 1}, "geometry": BOWTIE}
        ),
        "outside of Viet Nam": geojson(folder / "swapped.geojson", feature(BAT_TRANG, box(20, 105, 21, 106))),
        "no code of": geojson(folder / "unknown.geojson", feature("99999", box(105, 21, 106, 22))),
    }


def test_a_file_that_can_not_be_used_is_one_clear_line_and_changes_nothing(tmp_path: Path) -> None:
    for message, path in hostile_files(tmp_path).items():
        with pytest.raises(CommandError, match=message) as caught:
            load(path)
        assert "\n" not in str(caught.value), path
    assert not DivisionBoundary.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--layer", "nope"], "has no layer 'nope'; it has: x"),
        (["--crs", "EPSG:1"], "can't be used"),
        (["--crs", "nonsense"], "can't be used"),
        (["--code-field", "tên gì"], "has no field"),
    ],
)
def test_wrong_arguments_are_one_clear_line(tmp_path: Path, arguments: list[str], message: str) -> None:
    path = geojson(tmp_path / "x.geojson", feature(BAT_TRANG, square(BAT_TRANG)))
    with pytest.raises(CommandError, match=message):
        load(path, *arguments)


@pytest.fixture(scope="module")
def sample_folder() -> Path | None:
    """Boundary files to try the load on as a whole: OCOPMAP_BOUNDARIES, or beside the working copy, if they are
    there.
    """
    named = os.environ.get("OCOPMAP_BOUNDARIES")
    beside = Path(settings.BASE_DIR).parent / "shared" / "data" / "boundaries"
    folder = Path(named) if named else beside
    return folder if folder.is_dir() else None


def test_a_whole_province_is_loaded(tmp_path: Path, sample_folder: Path | None) -> None:
    """Hue in full detail when the sample is at hand, else squares around the points of its communes."""
    hue = current().filter(level="COMMUNE", parent__code="46")
    path = sample_folder and next(iter(sorted(sample_folder.glob("*hue*.geojson.gz"))), None)
    if path is None:
        codes = hue.values_list("code", flat=True)
        path = geojson(tmp_path / "hue.geojson.gz", *(feature(code, square(code, 0.004)) for code in codes))
    report = load(path)
    assert "features read: 40" in report
    assert "unknown codes: 0" in report
    assert DivisionBoundary.objects.filter(division__parent__code="46").count() >= 40
    found = [division_at(division.location) for division in hue]
    assert sum(division is not None for division in found) >= 38
    assert Division.objects.filter(outline__isnull=False, level="COMMUNE", valid_until=None).count() == 40
