"""Other people's programs against a running server: GDAL's OAPIF driver and OWSLib read every feature."""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from geo.spatial.collections import registered
from tests import factories
from tests.api.conftest import build_register

pytestmark = pytest.mark.django_db(transaction=True)

GDAL = """
import json, sys
import pyogrio
address, pages = sys.argv[1], sys.argv[2]
pyogrio.set_gdal_config_options({"GDAL_HTTP_TIMEOUT": "60"})
found = {}
for name, _kind in pyogrio.list_layers(address):
    meta, _index, geometry, fields = pyogrio.raw.read(address, layer=name, PAGE_SIZE=pages)
    names = list(meta["fields"])
    column = fields[names.index("name")]
    found[name] = {
        "count": len(geometry),
        "located": sum(one is not None for one in geometry),
        "names": sorted(str(value) for value in column),
        "crs": meta["crs"],
    }
print(json.dumps(found))
"""

OWSLIB = """
import json, sys
from owslib.ogcapi.features import Features
service = Features(sys.argv[1])
found = {}
for name in service.feature_collections():
    schema = service.collection(name)
    page, names = service.collection_items(name, limit=5), []
    offset = page
    while True:
        names += [one["properties"]["name"] for one in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        import requests
        page = requests.get(following[0], timeout=60).json()
    found[name] = {"names": sorted(names), "matched": page["numberMatched"], "title": schema["title"]}
first = service.collection_items("places", limit=1)["features"][0]["id"]
assert service.collection_item("places", first)["id"] == first
assert "paths" in service.api()
print(json.dumps(found))
"""


def _run(program: str, *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def _ours(client: Client, collection: str) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = client.get(f"/api/collections/{collection}/items?limit=10000").json()["features"]
    return features


@pytest.fixture
def _filled() -> None:
    build_register()
    for number in range(30):
        factories.place(f"Thêm {number:02d}")


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize("page_size", ["7", "1000"])
def test_gdal_reads_every_feature_of_every_collection(live_server: Any, client: Client, page_size: str) -> None:
    found = _run(GDAL, f"OAPIF:{live_server.url}/api", page_size)
    assert set(found) == {one.id for one in registered()}
    for name, read in found.items():
        ours = _ours(client, name)
        assert read["count"] == len(ours), name
        assert read["located"] == sum(one["geometry"] is not None for one in ours)
        assert read["names"] == sorted(one["properties"]["name"] for one in ours)
        assert read["crs"] in ("OGC:CRS84", "EPSG:4326")


@pytest.mark.usefixtures("_filled")
def test_owslib_reads_every_feature_of_every_collection(live_server: Any, client: Client) -> None:
    found = _run(OWSLIB, f"{live_server.url}/api/")
    assert set(found) == {one.id for one in registered()}
    for name, read in found.items():
        names = sorted(one["properties"]["name"] for one in _ours(client, name))
        assert read["names"] == names
        assert read["matched"] == len(names)
        assert read["title"]
