"""Actions that take a body: checked like everything else, described in the definition, nobody's session."""

import json
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV30SpecValidator

from geo.api import openapi
from geo.spatial import actions
from geo.spatial.actions import Action, Caller
from geo.spatial.problems import InvalidParameter


def echo(body: dict[str, Any], caller: Caller) -> dict[str, Any]:
    if "wrong" in body:
        raise InvalidParameter("wrong", "no")
    return {"got": body}


SENT = Action("echo", "Echo", "Says it again.", (), receive=echo, body={"type": "object", "maxProperties": 3})


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setitem(actions._actions, "echo", SENT)


def send(client: Client, body: str, content_type: str = "application/json") -> Any:
    return client.post("/api/actions/echo", body, content_type=content_type)


def test_what_is_sent_is_taken_without_a_token_against_forgery() -> None:
    answer = send(Client(enforce_csrf_checks=True), json.dumps({"a": 1}))
    assert (answer.status_code, answer.json()) == (200, {"got": {"a": 1}})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("{}", "text/plain", 415),
        ('{"wrong":1}', "application/json", 400),
    ],
)
def test_what_can_not_be_taken_is_a_problem(client: Client, body: str, content_type: str, status: int) -> None:
    answer = send(client, body, content_type)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_an_action_does_only_what_it_says(client: Client) -> None:
    assert client.get("/api/actions/echo").status_code == 405
    assert client.get("/api/actions/echo")["Allow"] == "OPTIONS, POST"
    refused = client.post("/api/actions/suggest", "{}", content_type="application/json")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client.options("/api/actions/echo")["Access-Control-Allow-Methods"] == "OPTIONS, POST"
    assert client.post("/api/actions/nothing", "{}", content_type="application/json").status_code == 404


def test_the_definition_describes_it() -> None:
    document = openapi.document("http://x/api/", (), [SENT])
    OpenAPIV30SpecValidator(document).validate()
    assert list(document["paths"]["/actions/echo"]) == ["post"]
    assert (
        document["paths"]["/actions/echo"]["post"]["requestBody"]["content"]["application/json"]["schema"][
            "maxProperties"
        ]
        == 3
    )
