"""Other people's programs write: the examples of the guide, OWSLib, and requests as QGIS sends them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from geo.places.models import Place
from tests import factories as make
from tests.api.writer import PLACES, Writer, address_of, point

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"
OWSLIB = """
import json, os, sys
from owslib.ogcapi.features import Features
headers = {
    "Authorization": "Bearer " + os.environ["OCOP_TOKEN"], "If-Match": "*", "Content-Type": "application/geo+json"
}
service = Features(sys.argv[1], headers=headers)
feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [103.97, 10.21]},
           "properties": {"name": "Quầy OWSLib", "kind": "point_of_sale", "commune_code": "31078"}}
service.collection_item_create("places", json.dumps(feature))
made = service.response_headers["Location"].rsplit("/", 1)[-1]
whole = service.collection_item("places", made)
whole["properties"]["phone"] = "0297 384 6789"
service.collection_item_update("places", made, json.dumps(whole))
assert service.collection_item("places", made)["properties"]["phone"] == "0297 384 6789"
service.collection_item_delete("places", made)
print(service.collection_item("places", made)["properties"]["status"], made)
"""


def examples(kind: str) -> list[str]:
    section = GUIDE.read_text().split("## Write")[1].split("\n## ")[0]
    return re.findall(rf"```{kind}\n(.*?)```", section, re.DOTALL)


def run(command: list[str], token: str) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "OCOP_TOKEN": token, "NO_PROXY": "*", "no_proxy": "*"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_the_commands_of_the_guide(live_server: Any) -> None:
    writer = Writer()
    (script,) = examples("sh")
    said = run(
        ["bash", "-euo", "pipefail", "-c", script.replace("http://127.0.0.1:8000", live_server.url)], writer.token
    )
    (shown,) = set(re.findall(r'"opening_hours"\s*:\s*"([^"]*)"', said))
    assert shown == "Mo-Su 07:00-21:00"
    place = Place.objects.get()
    assert (place.name, place.status) == ("Quầy OCOP Dương Đông", "closed")


@pytest.mark.django_db(transaction=True)
def test_the_script_of_the_guide(live_server: Any) -> None:
    writer, place = Writer(), make.place()
    (script,) = examples("python")
    said = run([sys.executable, "-c", script, live_server.url + address_of(place)], writer.token)
    assert said.strip() == "0297 384 6789"
    place.refresh_from_db()
    assert place.phone == "0297 384 6789"


@pytest.mark.django_db(transaction=True)
def test_owslib_writes(live_server: Any) -> None:
    writer = Writer()
    said = run([sys.executable, "-c", OWSLIB, f"{live_server.url}/api/"], writer.token)
    status, number = said.split()
    assert status == "closed"
    assert Place.objects.get(public_id=number).phone == "0297 384 6789"


@pytest.mark.django_db
def test_requests_as_qgis_sends_them(client: Client) -> None:
    """QGIS 3.32 and later: OPTIONS, then POST with every attribute, PATCH for what changed, DELETE; ``If-Match: *``."""
    writer = Writer()
    place = make.place()
    listed = client.get(f"{PLACES}?limit=10").json()["features"]
    assert {"POST"} <= set(client.options(PLACES)["Allow"].split(", "))
    assert {"PUT", "PATCH", "DELETE"} <= set(client.options(f"{PLACES}/{listed[0]['id']}")["Allow"].split(", "))
    every = dict.fromkeys(client.get("/api/collections/places/schema").json()["properties"])
    del every["id"], every["geometry"]
    new = every | {"name": "Vẽ trong QGIS", "kind": "production_site", "commune_code": "31078"}
    made = writer.send("POST", PLACES, {"type": "Feature", "geometry": point(), "properties": new}, "*")
    assert made.status_code == 201, made.content
    assert "/items/" in made["Location"]
    address = address_of(place)
    assert writer.patch(address, match="*", geometry=point(103.98, 10.2)).status_code == 200
    assert writer.patch(address, {"phone": "0911", "checked_on": "2026-11-20"}, match="*").status_code == 200
    assert writer.delete(address, match="*").status_code == 200
    shown = client.get(address).json()
    assert json.dumps(shown["geometry"]["coordinates"]) == "[103.98, 10.2]"
    assert (shown["properties"]["phone"], shown["properties"]["status"]) == ("0911", "closed")
