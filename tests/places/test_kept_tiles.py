"""Tiles of clusters that are kept made show what the marks say, whatever was written."""

import contextlib
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction

from geo.places import tally
from geo.places.models import Place, PlaceClusterTile, PlaceMark, PlaceTallyDelta
from geo.places.rollover import roll_day
from geo.places.tiles import (
    ALONE,
    EVERYTHING,
    KEPT_LAYER,
    cluster_parts,
    kept_sql,
    kept_tile,
    live_parts,
    place_tile,
    tiles_of,
)
from geo.spatial.clusters import Sql, clusters_mvt
from geo.spatial.tiles import Tile
from tests import factories
from tests.places import numbers, vector_tiles

pytestmark = pytest.mark.django_db

TILES = [tile for zoom in range(10) for tile in random.Random(zoom).sample(numbers.tiles_of(zoom)[:400], 1)]


@pytest.fixture
def register() -> numbers.Register:
    """A varied register whose day is rolled, and whose tiles are made."""
    made = numbers.register(7)
    roll_day()
    numbers.stored()
    tally.make_missing_tiles()
    return made


def _with_places() -> list[Tile]:
    """Return a tile of each matrix in which places lie, and its neighbour."""
    x, y = PlaceMark.objects.exclude(world_x=None).order_by("folded").values_list("world_x", "world_y")[0]
    at = [Tile(zoom, y >> 30 - zoom, x >> 30 - zoom) for zoom in range(10)]
    return [*at, *(Tile(one.zoom, one.row, one.col + 1) for one in at[4:])]


def _made(parts: Sql, tile: Tile) -> bytes:
    return clusters_mvt(parts, tile, PlaceMark.KINDS, ALONE, KEPT_LAYER)


def _shown(body: bytes) -> list[tuple[int, int, dict[str, Any]]]:
    """Return the features of a tile without what says where a cluster parts: its box may be that of what was."""
    return [
        (x, y, {name: value for name, value in one.items() if name not in ("zoom", "stack")})
        for layer in vector_tiles.read(body)
        for x, y, one in layer.features
    ]


def _check() -> int:
    """Hold tiles against the tally and the marks; return how many of them were kept."""
    kept = 0
    for tile in (*TILES, *_with_places()):
        read = place_tile(EVERYTHING, tile, "mvt")
        assert read == _made(cluster_parts(EVERYTHING, tile), tile), tile
        assert _shown(read) == _shown(_made(live_parts(EVERYTHING, tile), tile)), tile
        kept += kept_tile(tile) is not None
    return kept


def test_kept_tiles_follow_every_write(register: numbers.Register) -> None:
    assert _check() >= 10
    used = 0
    for step in range(30):
        register.disturb()
        if step % 3 == 2:
            numbers.stored()
        if step % 6 == 5:
            tally.make_missing_tiles()
            used += _check()
        else:
            _check()
    assert used > 30


def test_what_a_tile_tells_of_a_place_alone_is_made_anew() -> None:
    alone = factories.place("Một mình", location=Point(105.0, 20.0, srid=4326))
    at = Tile(9, *_row_and_column(alone))
    numbers.stored()
    assert kept_tile(at) is not None
    Place.objects.filter(pk=alone.pk).update(name="Tên mới")
    assert kept_tile(at) is None
    assert _shown(place_tile(EVERYTHING, at, "mvt"))[0][2]["name"] == "Tên mới"
    numbers.stored()
    assert kept_tile(at) is not None
    assert _shown(place_tile(EVERYTHING, at, "mvt"))[0][2]["name"] == "Tên mới"
    alone.delete()
    assert place_tile(EVERYTHING, at, "mvt") == b""
    numbers.stored()
    assert not PlaceClusterTile.objects.exists()
    assert place_tile(EVERYTHING, at, "mvt") == b""


def _row_and_column(place: Place) -> tuple[int, int]:
    x, y = PlaceMark.objects.filter(pk=place.pk).values_list("world_x", "world_y")[0]
    return y >> 21, x >> 21


def test_many_tiles_touched_at_once_are_dropped_and_made_later(register: numbers.Register) -> None:
    made = PlaceClusterTile.objects.count()
    assert made > 64
    Place.objects.update(status="moved")
    numbers.stored()
    assert not PlaceTallyDelta.objects.exists()
    assert PlaceClusterTile.objects.count() < made
    _check()
    tally.make_missing_tiles()
    assert PlaceClusterTile.objects.count() == made
    assert tally.make_missing_tiles() == 0
    _check()


def test_all_anew_and_all_emptied(register: numbers.Register) -> None:
    before = list(PlaceClusterTile.objects.order_by("pk").values_list("zoom", "tile_col", "tile_row", "body"))
    numbers.rebuilt()
    assert list(PlaceClusterTile.objects.order_by("pk").values_list("zoom", "tile_col", "tile_row", "body")) == before
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE places_mark")
    assert not PlaceClusterTile.objects.exists()
    assert place_tile(EVERYTHING, Tile(0, 0, 0), "mvt") == b""


def test_only_the_collection_and_the_filter_they_are_made_for_read_them(register: numbers.Register) -> None:
    tile = Tile(0, 0, 0)
    PlaceClusterTile.objects.update(body=b"kept")
    assert place_tile(EVERYTHING, tile, "mvt") == b"kept"
    assert place_tile(numbers.parsed({"kind": "point_of_sale"}), tile, "mvt") != b"kept"
    assert tiles_of("producers")(EVERYTHING, tile, "mvt") != b"kept"
    assert place_tile(EVERYTHING, tile, "json") != b"kept"


def test_a_kept_tile_is_found_by_its_key() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO places_clustertile SELECT 9, number / 60, number % 60, repeat('x', 1000)::bytea"
            " FROM generate_series(1, 3000) AS number"
        )
        cursor.execute("ANALYZE places_clustertile")
        asked = kept_sql(Tile(9, 40, 30))
        cursor.execute(f"EXPLAIN {asked.text}", asked.params)
        assert "Index Scan using places_clustertile_pkey" in "".join(line for (line,) in cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_what_others_have_not_committed_shows_neither_in_kept_tiles_nor_in_new_ones() -> None:
    alone = factories.place("Một mình", location=Point(105.0, 20.0, srid=4326))
    numbers.stored()
    at = Tile(9, *_row_and_column(alone))
    renamed, looked = threading.Event(), threading.Event()

    def rename() -> None:
        with contextlib.closing(connection), transaction.atomic():
            Place.objects.filter(pk=alone.pk).update(name="Tên mới")
            renamed.set()
            looked.wait(20)

    with ThreadPoolExecutor(1) as other:
        writing = other.submit(rename)
        assert renamed.wait(20)
        assert _names(at) == ["Một mình"]
        assert kept_tile(at) is not None
        # Merging what is there makes the tile anew, with what is committed.
        factories.place("Bên cạnh", location=Point(105.3, 20.0, srid=4326))
        numbers.stored()
        assert sorted(_names(at)) == ["Bên cạnh", "Một mình"]
        assert kept_tile(at) is not None
        looked.set()
        writing.result(20)
    assert kept_tile(at) is None
    assert "Tên mới" in _names(at)
    numbers.stored()
    assert kept_tile(at) is not None
    assert "Tên mới" in _names(at)
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        Place.objects.filter(pk=alone.pk).update(name="Nhầm")
        numbers.stored()
        assert "Nhầm" in _names(at)
        raise ZeroDivisionError
    assert kept_tile(at) is not None
    assert "Tên mới" in _names(at)


def _names(tile: Tile) -> list[Any]:
    return [one["name"] for _x, _y, one in _shown(place_tile(EVERYTHING, tile, "mvt"))]
