"""Formats, languages, compression: what a client asks for is what it gets, and caches can tell the answers apart."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.test import Client

from tests.api.conftest import Register

Ask = Callable[..., Any]
ITEMS = "/api/collections/places/items"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/geo+json"),
        ("*/*", "application/geo+json"),
        ("application/geo+json", "application/geo+json"),
        ("application/vnd.geo+json", "application/geo+json"),
        ("application/json", "application/json"),
        ("application/geo+json, application/json", "application/geo+json"),
        ("application/json;q=0.4, text/csv;q=0.9", "text/csv; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        (SHEET, SHEET),
        ("text/*", "text/html; charset=utf-8"),
        ("text/*, text/html;q=0", "text/csv; charset=utf-8"),
        ("image/png, */*;q=0.1", "application/geo+json"),
        (";;;,,/", "application/geo+json"),
    ],
)
def test_the_header_accept_chooses(client: Client, register: Register, accept: str, content_type: str) -> None:
    response = client.get(ITEMS, headers={"Accept": accept} if accept else {})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == content_type


@pytest.mark.parametrize(
    ("f", "content_type"),
    [
        ("geojson", "application/geo+json"),
        ("json", "application/json"),
        ("html", "text/html; charset=utf-8"),
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", SHEET),
    ],
)
def test_f_wins_over_accept(client: Client, register: Register, f: str, content_type: str) -> None:
    assert client.get(f"{ITEMS}?f={f}", headers={"Accept": "image/png"}).headers["Content-Type"] == content_type


def test_what_is_not_offered_is_refused(client: Client, ask: Ask, db: None) -> None:
    response = client.get(ITEMS, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.headers["Content-Type"] == "application/problem+json"
    assert ask("collections/places/items?f=xml", status=400)["parameter"] == "f"
    assert ask("?lang=fr", status=400)["parameter"] == "lang"
    assert ask("?lang=EN", status=400)["parameter"] == "lang"


def test_json_and_geojson_have_the_same_features(ask: Ask, register: Register) -> None:
    plain, geo = ask(f"{ITEMS[5:]}?f=json"), ask(f"{ITEMS[5:]}?f=geojson")
    assert plain["type"] == geo["type"] == "FeatureCollection"
    assert plain["features"] == geo["features"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("deflate", None),
        ("identity", None),
        ("", None),
    ],
)
def test_compression_is_what_the_client_reads(
    client: Client, register: Register, accepted: str, encoding: str | None
) -> None:
    plain = client.get(ITEMS, headers={"Accept-Encoding": ""})
    packed = client.get(ITEMS, headers={"Accept-Encoding": accepted})
    assert packed.headers.get("Content-Encoding") == encoding
    assert int(packed.headers["Content-Length"]) == len(packed.content)
    unpack: dict[str | None, Any] = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}
    assert json.loads(unpack[encoding](packed.content))["features"] == plain.json()["features"]


def test_streams_are_compressed_too(client: Client, register: Register) -> None:
    plain = b"".join(client.get(f"{ITEMS}?f=csv").streaming_content)  # type: ignore[attr-defined]
    for encoding, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        packed = client.get(f"{ITEMS}?f=csv", headers={"Accept-Encoding": encoding})
        assert packed.headers["Content-Encoding"] == encoding
        assert unpack(b"".join(packed.streaming_content)) == plain  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["/api/", ITEMS, "/api/none", f"{ITEMS}?limit=x", f"{ITEMS}?f=csv"])
def test_caches_know_what_answers_vary_by(client: Client, register: Register, address: str) -> None:
    varied = {name.strip().lower() for name in client.get(address).headers["Vary"].split(",")}
    assert varied == {"accept", "accept-encoding", "accept-language"}


def test_problems_speak_the_readers_language(ask: Ask, db: None) -> None:
    english = ask("collections/places/items?nonsense=1", status=400, **{"Accept-Language": "en"})
    assert english["detail"] == "Unknown parameter “nonsense”."
    assert ask("collections/places/items?nonsense=1&lang=en", status=400)["detail"] == english["detail"]
    vietnamese = ask("collections/places/items?nonsense=1", status=400)
    assert vietnamese["detail"] != english["detail"]
    assert vietnamese["title"] == english["title"] == "Invalid parameter"


def test_the_language_is_told(client: Client, db: None) -> None:
    for language in ("vi", "en"):
        response = client.get("/api/", headers={"Accept-Language": language})
        assert response.headers["Content-Language"] == language
