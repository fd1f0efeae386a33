"""Tiles over HTTP: what describes them, what they hold for other programs, what they carry on."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyogrio.raw
import pytest
from django.test import Client

from geo.spatial import versions
from geo.spatial.collections import find
from geo.spatial.tiles import world
from tests.api.conftest import Register

Ask = Callable[..., Any]
MVT = "application/vnd.mapbox-vector-tile"
TILES = "collections/places/tiles/WebMercatorQuad"
ROUND_THE_WORLD_M = 2 * 3.141592653589793 * 6378137


def _state() -> str:
    places = find("places")
    assert places is not None
    return versions.token(places.shows)


def _read(body: bytes, folder: Path, zoom: int, row: int, col: int) -> list[dict[str, Any]]:
    """Read a tile with GDAL, whose driver finds the place of a tile in its path z/x/y."""
    path = folder / str(zoom) / str(col) / f"{row}.pbf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    meta, _ids, _shapes, columns = pyogrio.raw.read(path, layer="places")
    names = list(meta["fields"])
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def test_the_tile_matrix_set_is_the_one_of_the_registry(ask: Ask, db: None) -> None:
    (listed,) = ask("tileMatrixSets")["tileMatrixSets"]
    assert listed["uri"].endswith("/WebMercatorQuad")
    defined = ask(listed["links"][0]["href"])
    zero, one = defined["tileMatrices"][:2]
    assert zero["scaleDenominator"] == pytest.approx(559082264.028717, rel=1e-12)
    assert zero["cellSize"] == pytest.approx(156543.033928041, rel=1e-12)
    assert zero["pointOfOrigin"] == pytest.approx([-20037508.3427892, 20037508.3427892])
    assert (one["matrixWidth"], one["matrixHeight"], one["id"]) == (2, 2, "1")
    assert len(defined["tileMatrices"]) == 23


def test_collections_with_tiles_lead_to_them_and_others_do_not(ask: Ask, register: Register) -> None:
    for one in ask("collections")["collections"]:
        rels = {link["rel"].rsplit("/", 1)[-1]: link["href"] for link in one["links"]}
        if "tilesets-vector" not in rels:
            assert ask(f"collections/{one['id']}/tiles", status=404)["code"] == "not-found"
            continue
        (tile_set,) = ask(rels["tilesets-vector"])["tilesets"]
        described = ask(next(link["href"] for link in tile_set["links"] if link["rel"] == "self"))
        assert described["tileMatrixSetURI"].endswith("/WebMercatorQuad")
        assert described["dataType"] == "vector"


def test_templates_carry_the_filter_and_the_version(ask: Ask, client: Client, register: Register) -> None:
    described = ask(f"{TILES}?kind=point_of_sale&stars=4,5")
    items = [link for link in described["links"] if link["rel"] == "item"]
    assert {link["type"] for link in items} == {MVT, "application/geo+json"}
    for link in items:
        assert link["templated"] is True
        assert "kind=point_of_sale" in link["href"]
        assert "stars=4,5" in link["href"]
        address = link["href"].format(tileMatrix=5, tileRow=15, tileCol=25)
        tile = client.get(address)
        assert tile.status_code == 200
        assert tile.headers["Content-Type"] == link["type"]
        assert "immutable" in tile.headers["Cache-Control"]


def test_tilejson_says_where_tiles_are_and_what_they_hold(ask: Ask, client: Client, register: Register) -> None:
    told = ask(f"{TILES}?f=tilejson&lang=en&province=01")
    assert told["tilejson"] == "3.0.0"
    (template,) = told["tiles"]
    assert re.search(r"/WebMercatorQuad/\{z\}/\{y\}/\{x\}\?", template)
    assert f"v={_state()}" in template
    assert "province=01" in template
    assert "lang" not in template
    (layer,) = told["vector_layers"]
    assert layer["id"] == "places"
    assert layer["fields"]["count"] == "Number"
    assert client.get(template.format(z=5, y=14, x=25)).headers["Content-Type"] == MVT


def test_now_is_pinned_in_the_template(ask: Ask, register: Register) -> None:
    (template,) = ask(f"{TILES}?f=tilejson&open_at=now")["tiles"]
    assert "open_at=now" not in template
    assert "open_at=20" in template


def test_the_format_is_negotiated(client: Client, register: Register) -> None:
    address = f"/api/{TILES}/5/15/25"
    assert client.get(address).headers["Content-Type"] == "application/json"
    assert client.get(address, headers={"Accept": MVT}).headers["Content-Type"] == MVT
    assert client.get(f"{address}?f=mvt").headers["Content-Type"] == MVT
    assert client.get(address, headers={"Accept": "image/png"}).status_code == 406


def test_gdal_reads_the_clusters_and_the_places_of_a_tile(client: Client, register: Register, tmp_path: Path) -> None:
    shown = [place for place in register.places if place.location is not None]
    near = [place for place in shown if place.location and place.location.y < 12]
    for zoom in (3, 6, 9, 10, 12, 14):
        x, y = world(*near[0].location.coords)  # type: ignore[union-attr]
        row, col = int(y * 2**zoom), int(x * 2**zoom)
        body = client.get(f"/api/{TILES}/{zoom}/{row}/{col}?f=mvt").content
        features = _read(body, tmp_path, zoom, row, col)
        here = {
            place.public_id
            for place in shown
            if place.location and [int(part * 2**zoom) for part in world(*place.location.coords)] == [col, row]
        }
        if zoom < 10:
            extra = 1 if zoom == 3 else 0
            assert sum(one["count"] for one in features) == len(here) + extra
        else:
            assert here <= {one["id"] for one in features}
            assert ("name" in features[0]) is (zoom >= 12)


def test_a_tile_without_anything_is_empty(client: Client, register: Register) -> None:
    answer = client.get(f"/api/{TILES}/9/0/0?f=mvt")
    assert (answer.status_code, answer.content) == (200, b"")
