"""The tests themselves stand on what the product stands on."""

import pytest
from django.contrib.gis.gdal import CoordTransform, SpatialReference, gdal_version
from django.contrib.gis.geos import Point, geos_version
from django.db import connection


def _numbers(version: bytes) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(b"-")[0].split(b".")[:2])


@pytest.mark.django_db
def test_the_test_database_is_postgis() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT postgis_lib_version(), current_setting('synchronous_commit')")
        version, commit = cursor.fetchone()
    assert int(version.split(".")[0]) >= 3
    assert commit == "off"


def test_geodjango_loads_the_bundled_libraries_and_their_data() -> None:
    assert _numbers(gdal_version()) >= (3, 8)
    assert _numbers(geos_version()) >= (3, 12)
    point = Point(105.85, 21.03, srid=4326)
    point.transform(CoordTransform(SpatialReference(4326), SpatialReference(3857)))
    assert round(point.x) == 11783168
