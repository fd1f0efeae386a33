"""Whatever stands in a query: an answer or a problem that names the parameter; never a fault, never silence."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.api import paging
from geo.spatial.actions import actions
from geo.spatial.collections import registered
from tests.api.conftest import Register

COLLECTIONS = registered()
NAMES = sorted({parameter.name for one in COLLECTIONS for parameter in one.parameters} | {"f", "lang", *paging.NAMES})

HOSTILE = (
    "nan",
    "NaN",
    "inf",
    "-inf,1,2,3",
    "1e400",
    "1e400,0,1e401,1",
    "-1",
    "0",
    "null",
    "undefined",
    "[]",
    "{}",
    "true",
    "' OR 1=1 --",
    "'; DROP TABLE places_place; --",
    "%(x)s %s {0}",
    "\\",
    "x" * 10_240,
    "1," * 900 + "1",
    "9" * 400,
    "a\x00b",
    "\u0000",
    "\ufffd",
    "\U0010ffff",
    "١٢٣",
    "１０５,２１",
    "½",
    "²",
    "-0.0,-0.0",
    "-180,-90,180,90",
    "-1e308,-1e308,1e308,1e308",
    "180,-90,-180,90",
    "105,21,104,20",
    "179,0,-179,1",
    "9999-12-31",
    "9999-12-31/..",
    "../9999-12-31",
    "0001-01-01/0001-01-02",
    "0000-00-00",
    "2026-02-30",
    "-2026-01-01",
    "2026-01-01T25:00",
    "0001-01-01T00:00",
    "9999-12-31T23:59:59.999999",
    "9999-12-31T23:59+00:00",
    "0001-01-01T00:00+14:00",
    "2026-01-01T00:00:60Z",
    "/",
    "../..",
    ",",
    ",,,",
    "+",
    "-",
    "--name",
    "name,-name",
    "I.4.9999",
    "I%",
    "_",
    "*",
    "\u202e\u200b",
    "e\u0301" * 50,
    "=cmd|' /C calc'!A0",
)

VALUES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.integers().map(str),
    st.floats().map(str),
    st.lists(st.floats(width=32).map(str), min_size=1, max_size=7).map(",".join),
    st.datetimes().map(lambda moment: moment.isoformat()),
)

CHECKED = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(HOSTILE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(HOSTILE), inner, max_size=3),
    max_leaves=6,
)


def _check(client: Client, address: str, query: str) -> None:
    _check_answer(client.get(f"/api/{address}?{query}"), query)


def _check_answer(response: Any, sent: str, also: tuple[int, ...] = ()) -> None:
    assert response.status_code in (200, 400, *also), (sent[:200], response.status_code)
    if response.status_code in also:
        assert response.headers["Content-Type"] == "application/problem+json"
    if response.status_code == 400:
        assert response.headers["Content-Type"] == "application/problem+json"
        problem = response.json()
        assert problem["status"] == 400
        assert problem["detail"]
        assert "parameter" in problem
    elif response.streaming:
        b"".join(response.streaming_content)


ROUTES = [(one.id, "items") for one in COLLECTIONS] + [(one.id, "facets") for one in COLLECTIONS if one.facets]


@pytest.mark.parametrize(("collection", "route"), ROUTES)
def test_every_parameter_survives_every_value(client: Client, register: Register, collection: str, route: str) -> None:
    names = [parameter.name for one in COLLECTIONS if one.id == collection for parameter in one.parameters]
    if route == "items":
        names += ["f", "lang", *paging.NAMES]

    @CHECKED
    @given(st.dictionaries(st.sampled_from(names), VALUES, min_size=1, max_size=3))
    def check(query: dict[str, str]) -> None:
        _check(client, f"collections/{collection}/{route}", urlencode(query, errors="surrogatepass"))

    check()


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_survives_the_known_bad_values(client: Client, register: Register, name: str) -> None:
    collection = next(
        one.id
        for one in COLLECTIONS
        if name in {*paging.NAMES, "f", "lang"} or name in {parameter.name for parameter in one.parameters}
    )
    for value in HOSTILE:
        _check(client, f"collections/{collection}/items", urlencode({name: value}))


@pytest.mark.parametrize("name", NAMES)
def test_broken_utf8_and_nul_are_refused_and_named(client: Client, db: None, name: str) -> None:
    collection = next(one.id for one in COLLECTIONS if name not in {p.name for p in one.parameters} or name in NAMES)
    for broken in ("%ff%fe", "a%00b", "%c3%28", "%ed%a0%80"):
        response = client.get(f"/api/collections/{collection}/items?{name}={broken}")
        assert response.status_code == 400
        assert response.json()["parameter"] == name


@pytest.mark.parametrize("name", [name for name in NAMES if name != "f"])
def test_a_parameter_given_twice_is_refused(client: Client, db: None, name: str) -> None:
    for one in COLLECTIONS:
        if name in {*paging.NAMES, "lang"} or name in {parameter.name for parameter in one.parameters}:
            response = client.get(f"/api/collections/{one.id}/items?{name}=1&{name}=2")
            assert response.status_code == 400, one.id
            assert response.json()["parameter"] == name


@CHECKED
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(lambda name: name not in NAMES))
def test_an_unknown_parameter_is_refused_whatever_its_name(client: Client, db: None, name: str) -> None:
    for address in ("", "collections", "collections/places/items", "collections/places/facets", "openapi.json"):
        response = client.get(f"/api/{address}?{quote(name, safe='')}=1")
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "application/problem+json"


def test_very_many_parameters_are_refused(client: Client, db: None) -> None:
    for count in (200, 2000):
        response = client.get("/api/collections?" + "&".join(f"p{number}=1" for number in range(count)))
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("bbox=nan,nan,nan,nan", "bbox"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=-1e9,-1e9,1e9,1e9", "bbox"),
        ("bbox=105,22,106,21", "bbox"),
        ("bbox=１０５,２１,１０６,２２", "bbox"),
        ("datetime=gestern", "datetime"),
        ("datetime=2026-02-30", "datetime"),
        ("datetime=2026-02-01/2026-01-01", "datetime"),
        ("stars=6", "stars"),
        ("stars=4.5", "stars"),
        ("stars=-3", "stars"),
        ("kind=shop", "kind"),
        ("certificate=maybe", "certificate"),
        ("category=' OR 1=1", "category"),
        ("scheme=none of ours", "scheme"),
        ("near=200,100", "near"),
        ("near=inf,inf", "near"),
        ("near=105", "near"),
        ("near=105,21&radius=0", "radius"),
        ("near=105,21&radius=300001", "radius"),
        ("near=105,21&radius=nan", "radius"),
        ("radius=1000", "radius"),
        ("open_at=later", "open_at"),
        ("province=Atlantis", "province"),
        ("province=99", "province"),
        ("commune=99999", "commune"),
        ("product=ABC", "product"),
        ("located=perhaps", "located"),
        ("q=" + "x" * 201, "q"),
        ("limit=ten", "limit"),
        ("properties=password", "properties"),
        ("sortby=password", "sortby"),
        ("Limit=1", "Limit"),
        ("resulttype=hits", "resulttype"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(client: Client, register: Register, query: str, name: str) -> None:
    for language in ("vi", "en"):
        response = client.get(f"/api/collections/places/items?{query}", headers={"Accept-Language": language})
        assert response.status_code == 400
        assert response.json()["parameter"] == name


@pytest.mark.parametrize("action", [one.name for one in actions() if one.run])
def test_every_action_survives_every_value(client: Client, register: Register, action: str) -> None:
    names = [parameter.name for one in actions() if one.name == action for parameter in one.parameters]

    @CHECKED
    @given(st.dictionaries(st.sampled_from(names), VALUES, max_size=3))
    def check(query: dict[str, str]) -> None:
        _check(client, f"actions/{action}", urlencode(query, errors="surrogatepass"))

    check()


def _like(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Return what is sent where ``schema`` is asked for: often of the right shape, with anything somewhere in it."""
    if schema.get("type") == "object":
        shaped = st.fixed_dictionaries(
            {}, optional={name: _like(member) for name, member in schema["properties"].items()}
        )
    elif schema.get("type") == "array":
        shaped = st.lists(_like(schema["items"]), max_size=3)
    else:
        shaped = st.sampled_from([schema.get("example"), schema.get("default"), *schema.get("enum", ())])
    return shaped | JSON_VALUES


@pytest.mark.parametrize("action", [one.name for one in actions() if one.receive])
def test_every_action_survives_every_body(client: Client, register: Register, action: str) -> None:
    schemas = {one.name: one.body for one in actions()}
    # A secret that somebody makes up opens nothing.
    also = tuple(404 for one in actions() if one.name == action and one.secret)

    @CHECKED
    @given(_like(schemas[action]).filter(lambda body: isinstance(body, dict)))
    def check(body: dict[str, Any]) -> None:
        sent = json.dumps(body)
        _check_answer(client.post(f"/api/actions/{action}", sent, content_type="application/json"), sent, also)

    check()


@pytest.mark.parametrize("header", ["Accept", "Accept-Language", "Accept-Encoding", "If-None-Match"])
@pytest.mark.parametrize("value", ["", "\x00", "ÿþ", "x" * 10_000, ";q=;;q=NaN", "*/*;q=inf", '"', "W/", ",,,"])
def test_headers_can_be_anything(client: Client, db: None, header: str, value: str) -> None:
    response = client.get("/api/collections/places/items", headers={header: value})
    assert response.status_code in (200, 406)
