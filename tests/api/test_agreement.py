"""List, facets, tiles, CSV and XLSX count the same features under the same filter."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from geo.places.models import Place
from geo.places.rollover import roll_day
from geo.spatial import calendar
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.checking import check as check_file
from geo.stewardship.imports.checking import receive
from tests import factories
from tests.api.conftest import Register, as_if_committed
from tests.places import vector_tiles

Ask = Callable[..., Any]

FILTERS = (
    "",
    "kind=point_of_sale",
    "kind=production_site,processing_facility",
    "stars=5",
    "stars=4,5&certificate=expired",
    "certificate=valid",
    "category=I.4",
    "category=I",
    "category=none",
    "province=91",
    "province=01&kind=point_of_sale",
    "commune=Phú Quốc",
    "q=nuoc mam",
    "q=dong 0",
    "bbox=103,9,104.02,11",
    "near=103.96,10.22&radius=3000",
    "status=closed",
    "located=true",
    "located=false",
    "bbox=0,0,1,1",
    "datetime=2020-01-01/2025-01-01",
)


def _csv(client: Client, filter_: str) -> list[dict[str, str]]:
    response: Any = client.get(f"/api/collections/places/items?{filter_}&f=csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _xlsx_ids(client: Client, filter_: str) -> list[str]:
    response: Any = client.get(f"/api/collections/places/items?{filter_}&f=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content)), read_only=True).worksheets[0]
    return [str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)]


def _tile_count(client: Client, filter_: str) -> int:
    tile = client.get(f"/api/collections/places/tiles/WebMercatorQuad/0/0/0?{filter_}").json()
    return sum(feature["properties"]["count"] for feature in tile["features"])


def _vector_tile_count(client: Client, filter_: str) -> int:
    body = client.get(f"/api/collections/places/tiles/WebMercatorQuad/0/0/0?{filter_}&f=mvt").content
    return sum(properties["count"] for layer in vector_tiles.read(body) for _x, _y, properties in layer.features)


def check(client: Client, ask: Ask, filter_: str) -> int:
    page = ask(f"collections/places/items?{filter_}&limit=10000")
    ids = [feature["id"] for feature in page["features"]]
    located = sum(feature["geometry"] is not None for feature in page["features"])
    facets = ask(f"collections/places/facets?{filter_}")
    assert page["numberMatched"] == len(ids)
    assert facets["numberMatched"] == facets["summary"]["total"] == len(ids)
    assert facets["summary"]["unlocated"] == len(ids) - located
    assert [row["id"] for row in _csv(client, filter_)] == ids
    assert _xlsx_ids(client, filter_) == ids
    assert _tile_count(client, filter_) == located
    assert _vector_tile_count(client, filter_) == located
    if "kind=" not in filter_:
        assert sum(value["count"] for value in facets["facets"]["kind"]) == len(ids)
    return len(ids)


@pytest.mark.parametrize("filter_", FILTERS)
def test_all_doors_agree(client: Client, ask: Ask, register: Register, filter_: str) -> None:
    check(client, ask, filter_)


def test_they_still_agree_after_writes(client: Client, ask: Ask, register: Register) -> None:
    before = check(client, ask, "kind=point_of_sale")
    factories.place("Thêm")
    moved = register.places[0]
    moved.location = None
    moved.location_accuracy = "none"
    moved.save()
    Place.objects.filter(pk=register.places[3].pk).delete()
    as_if_committed()
    assert check(client, ask, "kind=point_of_sale") == before
    assert check(client, ask, "") == 13


SHEET = """Tên địa điểm;Loại cơ sở;Tỉnh/thành phố;Xã/phường/đặc khu;Vĩ độ;Kinh độ;Nguồn vị trí
Cơ sở nhập một;Điểm bán;An Giang;Phú Quốc;10.2201;103.9702;khảo sát
Cơ sở nhập hai;Cơ sở sản xuất;An Giang;Phú Quốc;10.2302;103.9805;khảo sát
Cơ sở không có vị trí;Điểm bán;An Giang;Phú Quốc;;;
"""


def test_they_still_agree_after_an_import_and_over_midnight(client: Client, ask: Ask, register: Register) -> None:
    queries = ("", "kind=point_of_sale", "province=91", "certificate=valid", "certificate=expired", "q=co so nhap")
    before = {query: check(client, ask, query) for query in queries}
    batch = check_file(receive(None, "places", "mẫu.csv", SHEET.encode(), "nguồn mẫu"))
    assert (batch.counts["new"], batch.total) == (3, 3), [row.problems for row in batch.rows.all()]
    apply_import(None, "nhập mẫu", batch)
    as_if_committed()
    after = {query: check(client, ask, query) for query in queries}
    assert {query: after[query] - before[query] for query in queries} == {
        "": 3, "kind=point_of_sale": 2, "province=91": 3, "certificate=valid": 0, "certificate=expired": 0,
        "q=co so nhap": 2,
    }  # fmt: skip
    with calendar.at(calendar.now() + timedelta(days=4 * 366)):
        waiting = {query: check(client, ask, query) for query in queries}
        roll_day()
        as_if_committed()
        assert {query: check(client, ask, query) for query in queries} == waiting
    assert after["certificate=valid"] == waiting["certificate=expired"] - after["certificate=expired"] > 0
    assert waiting["certificate=valid"] == 0


def test_a_facet_value_leaves_as_many_as_it_says(ask: Ask, register: Register) -> None:
    facets = ask("collections/places/facets?province=91")["facets"]
    assert set(facets) >= {"kind", "status", "province", "commune", "category", "stars", "certificate"}
    for name, values in facets.items():
        for value in values:
            rest = "" if name == "province" else "&province=91"
            matched = ask(f"collections/places/items?limit=1&{name}={value['value']}{rest}")["numberMatched"]
            assert matched == value["count"], (name, value)


def test_neighbouring_tiles_share_no_feature(client: Client, register: Register) -> None:
    for zoom, rows, cols in ((1, range(2), range(2)), (3, range(8), range(8))):
        total = 0
        for row in rows:
            for col in cols:
                tile = client.get(f"/api/collections/places/tiles/WebMercatorQuad/{zoom}/{row}/{col}").json()
                total += sum(feature["properties"]["count"] for feature in tile["features"])
        assert total == 11


@pytest.mark.parametrize("address", ["23/0/0", "-1/0/0", "0/1/0", "2/0/4", "x/0/0", "1/1/1.5", "٢/0/0"])
def test_a_tile_that_does_not_exist_is_a_problem(client: Client, db: None, address: str) -> None:
    response = client.get(f"/api/collections/places/tiles/WebMercatorQuad/{address}")
    assert response.status_code in (400, 404)
    assert json.loads(response.content)["status"] == response.status_code


def test_collections_without_kinds_have_no_tiles_nor_facets(ask: Ask, db: None) -> None:
    ask("collections/products/tiles/WebMercatorQuad/0/0/0", status=404)
    ask("collections/products/facets", status=404)
