"""Landing page, conformance, collections: the way in for OGC clients."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from geo.spatial.collections import registered
from tests.api.conftest import Register

CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"


def _rels(document: dict[str, Any]) -> dict[str, str]:
    return {link["rel"]: link["href"] for link in document["links"]}


def test_the_landing_page_leads_everywhere(ask: Callable[..., Any], db: None, client: Client) -> None:
    rels = _rels(ask(""))
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= set(rels)
    for href in rels.values():
        assert client.get(href).status_code == 200, href


def test_conformance_says_core_geojson_html_and_openapi(ask: Callable[..., Any], db: None) -> None:
    classes = ask("conformance")["conformsTo"]
    assert CORE in classes
    assert {uri.rsplit("/", 1)[-1] for uri in classes if "features-1" in uri} == {"core", "geojson", "html", "oas30"}


def test_every_collection_is_described(ask: Callable[..., Any], register: Register, client: Client) -> None:
    described = {one["id"]: one for one in ask("collections")["collections"]}
    assert set(described) == {one.id for one in registered()}
    assert {"places", "production-sites", "processing-facilities", "points-of-sale", "products", "producers"} <= set(
        described
    )
    for one in described.values():
        assert one["itemType"] == "feature"
        assert one["crs"] == ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert west < 103 < 117 < east
        assert south < 7 < 23 < north
        alone = ask(f"collections/{one['id']}")
        assert alone["title"] == one["title"]
        for link in one["links"]:
            assert client.get(link["href"]).status_code == 200, link


def test_every_resource_has_an_html_page(register: Register, client: Client) -> None:
    item = register.places[0].public_id
    for address in (
        "",
        "conformance",
        "openapi.json",
        "docs",
        "collections",
        "collections/places",
        "collections/places/items",
        f"collections/places/items/{item}",
        "actions",
    ):
        response = client.get(f"/api/{address}", headers={"Accept": "text/html,*/*;q=0.5", "Accept-Language": "en"})
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert b'<html lang="en">' in response.content, address


def test_titles_are_in_the_language_of_the_reader(ask: Callable[..., Any], db: None) -> None:
    english = ask("collections/points-of-sale", **{"Accept-Language": "en-GB,en;q=0.9"})["title"]
    vietnamese = ask("collections/points-of-sale")["title"]
    assert english == "Points of sale"
    assert ask("collections/points-of-sale?lang=en")["title"] == english
    assert ask("collections/points-of-sale?lang=vi", **{"Accept-Language": "en"})["title"] == vietnamese
    assert ask("collections/points-of-sale", **{"Accept-Language": "fr"})["title"] == vietnamese
