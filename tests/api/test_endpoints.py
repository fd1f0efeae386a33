"""Every address of the API stands in this table with who may use it: a new one fails until it has its row."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.api.conftest import Register

PUBLIC = "get head options"
PRIVATE = "get head options of one's own"
WRITABLE = {"api:items": "post", "api:item": "put patch delete"}
"""What is written there by whoever may; it is read by everybody."""
ASKED = {"api:action": "post"}
"""A question too long for an address: it is sent, and writes nothing."""

ENDPOINTS = {
    "api:landing": PUBLIC,
    "api:conformance": PUBLIC,
    "api:openapi": PUBLIC,
    "api:docs": PUBLIC,
    "api:collections": PUBLIC,
    "api:collection": PUBLIC,
    "api:schema": PUBLIC,
    "api:items": PUBLIC,
    "api:item": PUBLIC,
    "api:facets": PUBLIC,
    "api:changes": PUBLIC,
    "api:tile": PUBLIC,
    "api:tilesets": PUBLIC,
    "api:tileset": PUBLIC,
    "api:tile-matrix-sets": PUBLIC,
    "api:tile-matrix-set": PUBLIC,
    "api:desk": PRIVATE,
    "api:proposal": PRIVATE,
    "api:actions": PUBLIC,
    "api:action": PUBLIC,
    "api:nothing": PUBLIC,
}

ADDRESSES = (
    "",
    "conformance",
    "openapi.json",
    "docs",
    "collections",
    "collections/places",
    "collections/places/items",
    "collections/places/schema",
    "collections/places/facets",
    "collections/places/changes?since=0",
    "collections/places/tiles",
    "collections/places/tiles/WebMercatorQuad",
    "collections/places/tiles/WebMercatorQuad?f=tilejson",
    "collections/places/tiles/WebMercatorQuad/5/15/25",
    "tileMatrixSets",
    "tileMatrixSets/WebMercatorQuad",
    "actions",
)


def _routes(patterns: Any, namespace: str = "", prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern.url_patterns, inner, address)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", address, pattern.callback


def _of_the_api() -> list[tuple[str, Any]]:
    return [(name, view) for name, address, view in _routes(get_resolver().url_patterns) if address.startswith("api/")]


def test_every_endpoint_has_a_row_and_every_row_an_endpoint() -> None:
    assert {name for name, _view in _of_the_api()} == set(ENDPOINTS)


@pytest.mark.parametrize("name", sorted(ENDPOINTS))
def test_an_endpoint_is_guarded_as_its_row_says(name: str) -> None:
    view = next(view for found, view in _of_the_api() if found == name).view_class
    assert view.public_read is (ENDPOINTS[name] is PUBLIC)
    assert view.http_method_names == [*PUBLIC.split(), *(WRITABLE | ASKED).get(name, "").split()]
    assert getattr(view, "writes", False) is (name in WRITABLE)


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_answers_get_and_head_alike(client: Client, register: Register, address: str) -> None:
    got, head = client.get(f"/api/{address}"), client.head(f"/api/{address}")
    assert got.status_code == head.status_code == 200, got.content
    assert head.content == b""
    for header in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Vary"):
        assert got.headers[header] == head.headers[header]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods_are_refused_with_a_problem(client: Client, db: None, method: str, address: str) -> None:
    response = getattr(client, method)(f"/api/{address}")
    assert response.headers["Content-Type"] == "application/problem+json"
    if (address, method) == ("collections/places/items", "post"):
        assert response.status_code == 401
        return
    assert response.status_code == 405
    posts = ", POST" if address == "collections/places/items" else ""
    assert response.headers["Allow"] == f"GET, HEAD, OPTIONS{posts}"
    assert response.json()["status"] == 405


def test_no_cookie_is_needed_to_be_refused_or_answered(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/api/collections").status_code == 405
    assert not strict.get("/api/collections").cookies


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_may_be_read_from_any_origin(client: Client, register: Register, address: str) -> None:
    response = client.get(f"/api/{address}", headers={"Origin": "https://elsewhere.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    preflight = client.options(f"/api/{address}", headers={"Access-Control-Request-Method": "GET"})
    assert preflight.status_code == 204
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("address", ["nothing", "collections/none", "collections/none/items", "actions/none", "x/y/z"])
def test_an_address_without_anything_is_a_problem_document(client: Client, db: None, address: str) -> None:
    response = client.get(f"/api/{address}")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_fault_of_ours_is_a_problem_document_without_its_inside(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("geo.api.views.landing.json_response", fail)
    response = client.get("/api/")
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/problem+json"
    assert b"secret" not in response.content
