"""The OpenAPI definition says what the server does, and the page made from it tries every operation."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV30SpecValidator

from geo.spatial.actions import actions
from geo.spatial.collections import registered
from tests.api.conftest import Register

Ask = Callable[..., Any]


def _parameters(document: dict[str, Any], path: str) -> list[dict[str, Any]]:
    shared = document["components"]["parameters"]
    return [
        shared[one["$ref"].rsplit("/", 1)[-1]] if "$ref" in one else one
        for one in document["paths"][path]["get"]["parameters"]
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_is_valid_openapi_3_0(ask: Ask, db: None, language: str) -> None:
    document = ask(f"openapi.json?lang={language}")
    assert document["openapi"].startswith("3.0.")
    assert list(OpenAPIV30SpecValidator(document).iter_errors()) == []


def test_its_type_is_the_registered_one(client: Client, db: None) -> None:
    response = client.get("/api/openapi.json", headers={"Accept": "application/vnd.oai.openapi+json;version=3.0"})
    assert response.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert client.get("/api/openapi.json?f=json").status_code == 200


def test_every_collection_action_and_property_is_in_it(ask: Ask, db: None) -> None:
    document = ask("openapi.json")
    for collection in registered():
        path = f"/collections/{collection.id}/items"
        names = [one["name"] for one in _parameters(document, path)]
        assert len(names) == len(set(names))
        assert set(names) >= {one.name for one in collection.parameters} | {"limit", "cursor", "sortby", "f", "lang"}
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/geo+json"]["schema"]
        reference = schema["allOf"][1]["properties"]["features"]["items"]["$ref"].rsplit("/", 1)[-1]
        described = document["components"]["schemas"][reference]["properties"]["properties"]["properties"]
        assert list(described) == [one.name for one in collection.fields]
    assert {f"/actions/{action.name}" for action in actions()} <= set(document["paths"])


def test_every_described_parameter_is_known_to_the_server(client: Client, register: Register, ask: Ask) -> None:
    """A parameter of the definition is never "unknown", on any path."""
    document = ask("openapi.json?lang=en")
    stands_for = {
        "featureId": register.places[0].public_id,
        "tileMatrix": "0",
        "tileRow": "0",
        "tileCol": "0",
    }
    for path in (path for path, operations in document["paths"].items() if "get" in operations):
        address = re.sub(r"\{(\w+)\}", lambda found: stands_for[found[1]], path)
        for parameter in _parameters(document, path):
            if parameter["in"] == "query":
                response = client.get(f"/api{address}?{parameter['name']}=~&lang=en")
                assert b"Unknown parameter" not in response.content, (path, parameter["name"])


def test_answers_have_the_described_properties(ask: Ask, register: Register) -> None:
    document = ask("openapi.json")
    for collection in registered():
        for feature in ask(f"collections/{collection.id}/items?limit=20")["features"]:
            name = "".join(part.capitalize() for part in collection.id.split("-")) + "Feature"
            described = document["components"]["schemas"][name]["properties"]["properties"]["properties"]
            for key, value in feature["properties"].items():
                schema = described[key]
                if value is None:
                    assert schema.get("nullable"), (collection.id, key)
                    continue
                kinds = {"string": str, "integer": int, "number": int | float, "boolean": bool, "array": list}
                assert isinstance(value, kinds.get(schema["type"], object)), (collection.id, key, value)
                assert value in schema.get("enum", [value]), (collection.id, key, value)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[str] = []
        self.sent: list[str] = []
        self.inline: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            (self.sent if "data-method" in given else self.forms).append(given.get("action") or "")
        if tag in ("script", "link"):
            self.sources.append(given.get("src") or given.get("href") or "")
        if "style" in given or any(name.startswith("on") for name in given) or (tag == "script" and "src" not in given):
            self.inline.append(tag)


def test_the_page_has_a_form_for_every_operation_and_nothing_from_elsewhere(
    client: Client, register: Register, ask: Ask
) -> None:
    page = _Page()
    page.feed(client.get("/api/docs").content.decode())
    operations = [one for path in ask("openapi.json")["paths"].values() for one in path]
    assert len(page.forms) + len(page.sent) == len(operations) + 1, "and one field for the token"
    assert page.inline == []
    assert all(source.startswith("/static/") for source in page.sources)
    for action in page.forms:
        if action and "{" not in action and "/changes" not in action:
            assert client.get(action).status_code in (200, 400)
    for action in page.sent:
        if "{" not in action:
            assert client.post(action, "{}", content_type="application/json").status_code in (400, 401, 415)


def test_what_may_be_written_is_in_it(ask: Ask, db: None) -> None:
    document = ask("openapi.json?lang=en")
    for collection in registered():
        written = {
            method
            for path in (f"/collections/{collection.id}/items", f"/collections/{collection.id}/items/{{featureId}}")
            for method in document["paths"][path]
        }
        assert ("post" in written) is ("put" in written) is ("patch" in written) is (collection.writing is not None)
        if collection.writing is None:
            continue
        post = document["paths"][f"/collections/{collection.id}/items"]["post"]
        assert post["security"]
        assert {"201", "202", "400", "401", "403", "409"} <= set(post["responses"])
        reference = post["requestBody"]["content"]["application/geo+json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        received = document["components"]["schemas"][reference]["properties"]["properties"]
        assert set(received["properties"]) == collection.writing.names()
        assert "name" in received["required"]


def test_the_schema_says_what_is_returned_and_what_is_received(ask: Ask, register: Register) -> None:
    for collection in registered():
        schema = ask(f"collections/{collection.id}/schema")
        properties = schema["properties"]
        assert set(properties) >= {one.name for one in collection.fields}
        assert properties["id"]["x-ogc-role"] == "id"
        for feature in ask(f"collections/{collection.id}/items?limit=5")["features"]:
            assert set(feature["properties"]) <= set(properties)
        links = ask(f"collections/{collection.id}")["links"]
        assert any(one["rel"].endswith("/schema") and one["type"] == "application/schema+json" for one in links)
    places = ask("collections/places/schema")["properties"]
    assert places["geometry"]["format"] == "geometry-point"
    assert places["products"]["readOnly"]
    assert places["external_id"]["writeOnly"]
    assert not {"readOnly", "writeOnly"} & set(places["phone"])
