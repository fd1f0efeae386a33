"""Clusters: the rows of a queryset gathered in the cells of a grid, tile by tile, counted by kind.

The grid is fixed to the world, ``CELLS`` cells along each side of a tile, so that neighbouring tiles never share a
cell and panning never regroups. Rows at one and the same position stay together at every zoom (a stack).
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import Polygon
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, FloatField, Func, QuerySet
from django.db.models.functions import Cast

from geo.spatial.parameters import WGS84
from geo.spatial.tiles import MAX_LATITUDE, Tile

CELLS = 6
"""Cells along one side of a tile; a tile is shown 512 CSS pixels wide, so a cell is about 85."""

STACK_ZOOM = 17
"""From this tile matrix on cells are exact positions: what still shares a cell shares one point."""


def cluster_tile(rows: QuerySet[Any], tile: Tile, kinds: Sequence[str], extra: Sequence[str]) -> bytes:
    """Return one tile of clusters as a GeoJSON FeatureCollection, built by the database.

    ``rows`` needs ``location`` (EPSG:4326), ``kind`` and ``public_id``; ``extra`` names further columns that a cluster
    of one carries. A feature is a Point at the mean position with ``count``, one count per kind, ``bbox`` of what is
    inside, ``stack`` when all share one point and, for a cluster of one, ``id``, ``kind`` and the extra columns.
    """
    west, south, east, north = tile.bounds()
    box = Polygon.from_bbox((west, max(south, -MAX_LATITUDE), east, min(north, MAX_LATITUDE)))
    box.srid = WGS84
    inside = rows.filter(location__bboverlaps=box).annotate(
        _lon=Cast(Func(F("location"), function="ST_X", output_field=FloatField()), FloatField()),
        _lat=Cast(Func(F("location"), function="ST_Y", output_field=FloatField()), FloatField()),
    )
    names = ["public_id", "kind", *extra]
    try:
        sql, params = inside.order_by().values_list("_lon", "_lat", *names).query.sql_with_params()
    except EmptyResultSet:
        return b'{"type": "FeatureCollection", "features": []}'
    columns = ", ".join(connection.ops.quote_name(name) for name in ["lon", "lat", *names])
    if tile.zoom >= STACK_ZOOM:
        cell_x, cell_y, scale = "lon", "lat", 1
    else:
        scale = 2**tile.zoom * CELLS
        cell_x = "floor((lon + 180) / 360 * %s)"
        cell_y = "floor((1 - asinh(tan(radians(lat))) / pi()) / 2 * %s)"
    cell_params = [] if tile.zoom >= STACK_ZOOM else [scale, scale]
    kind_counts = ", ".join("%s, count(*) FILTER (WHERE kind = %s)" for _kind in kinds)
    kind_params = [value for kind in kinds for value in (kind, kind)]
    single = ", ".join(f"%s, min({connection.ops.quote_name(name)})" for name in ["kind", *extra])
    statement = f"""
        SELECT jsonb_build_object('type', 'FeatureCollection', 'features', coalesce(jsonb_agg(feature), '[]'))::text
        FROM (
            SELECT jsonb_build_object(
                'type', 'Feature',
                'geometry', jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(
                    round(avg(lon)::numeric, 6), round(avg(lat)::numeric, 6))),
                'properties', jsonb_build_object('count', count(*), {kind_counts})
                    || CASE WHEN count(*) = 1
                       THEN jsonb_build_object('id', min(public_id), {single})
                       ELSE jsonb_build_object(
                           'stack', min(lon) = max(lon) AND min(lat) = max(lat),
                           'bbox', jsonb_build_array(min(lon), min(lat), max(lon), max(lat))) END
            ) AS feature
            FROM ({sql}) AS row ({columns})
            WHERE lon >= %s AND lon < %s AND lat > %s AND lat <= %s
            GROUP BY {cell_x}, {cell_y}
            ORDER BY count(*) DESC, min(public_id)
        ) AS cells"""
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [*kind_params, "kind", *extra, *params, west, east, south, north, *cell_params],
        )
        return str(cursor.fetchone()[0]).encode()
