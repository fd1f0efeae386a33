"""Answers are made once: what is kept is what would be made, and is never shown after a write."""

import gzip
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geo.api import kept
from geo.api.kept import CAPACITY, Answers, answers
from geo.api.shared import Shared, shared
from geo.places.feature_texts import fill_features
from geo.places.models import Place
from tests import factories
from tests.api.conftest import Register, as_if_committed

PAGE = "/api/collections/places/items?kind=point_of_sale"
TILE = "/api/collections/places/tiles/WebMercatorQuad/5/15/25"
KEPT = (PAGE, TILE, "/api/collections/places/facets", "/api/collections/places", "/api/openapi.json", f"{PAGE}&f=html")


@pytest.fixture(autouse=True)
def _keeping() -> Iterator[None]:
    """Let answers be kept as in the running service, and none of them outlive the test."""
    answers.forget()
    answers.capacity = CAPACITY
    yield
    answers.forget()
    answers.capacity = 0


@pytest.mark.parametrize("address", KEPT)
def test_an_answer_asked_for_again_is_kept_and_costs_one_look_at_the_versions(
    client: Client, register: Register, address: str
) -> None:
    first = client.get(address)
    with CaptureQueriesContext(connection) as queries:
        again = client.get(address)
    assert (again.content, dict(again.items())) == (first.content, dict(first.items()))
    assert len(queries) <= 1
    assert all("spatial_collectionversion" in one["sql"] for one in queries)


@pytest.mark.parametrize("address", [PAGE, TILE, "/api/collections/places/facets"])
def test_after_a_write_the_answer_is_made_anew(client: Client, register: Register, address: str) -> None:
    before = client.get(address)
    factories.place("Mới", kind="point_of_sale", location=register.places[0].location)
    as_if_committed()
    after = client.get(address)
    assert after.content != before.content
    assert after.headers["ETag"] != before.headers["ETag"]


def test_each_encoding_has_its_own_body(client: Client, register: Register) -> None:
    bodies = {name: client.get(PAGE, headers={"Accept-Encoding": name}) for name in ("identity", "br", "gzip")}
    for _again in range(2):
        plain = bodies["identity"].content
        assert brotli.decompress(bodies["br"].content) == plain or bodies["br"].json() == bodies["identity"].json()
        assert gzip.decompress(bodies["gzip"].content).startswith(b'{"type":"FeatureCollection"')
        assert [one.headers.get("Content-Encoding") for one in bodies.values()] == [None, "br", "gzip"]
        assert all("Accept-Encoding" in one.headers["Vary"] for one in bodies.values())
        bodies = {name: client.get(PAGE, headers={"Accept-Encoding": name}) for name in bodies}


def test_head_of_a_kept_answer_has_its_headers_and_no_body(client: Client, register: Register) -> None:
    got = client.get(PAGE)
    head = client.head(PAGE)
    assert head.content == b""
    assert head.headers["Content-Length"] == got.headers["Content-Length"] == str(len(got.content))
    assert client.get(PAGE).content == got.content


def test_one_feature_is_read_with_the_state_of_the_data_in_one_statement(client: Client, register: Register) -> None:
    address = f"/api/collections/places/items/{register.places[0].public_id}"
    built = client.get(address)
    tag = built.headers["ETag"]
    assert fill_features() > 0
    with CaptureQueriesContext(connection) as queries:
        stored = client.get(address)
    assert stored.json() == built.json()
    assert stored.headers["ETag"] == tag
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert len(queries) == 1
    assert "spatial_collectionversion" in queries[0]["sql"]
    Place.objects.filter(pk=register.places[0].pk).update(name="Tên khác")
    as_if_committed()
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.json()["properties"]["name"] == "Tên khác"


def test_pages_of_stored_texts_are_those_built_from_the_records(client: Client, register: Register) -> None:
    """Also where some texts are missing, and around a centre, where the distance is put behind what is stored."""
    answers.capacity = 0
    addresses = (PAGE, f"{PAGE}&limit=2", "/api/collections/places/items?near=103.96,10.22&radius=50000&limit=3")
    missing = [client.get(address).json()["features"] for address in addresses]
    fill_features()
    stored = [client.get(address).json()["features"] for address in addresses]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM places_feature WHERE place_id %% 2 = 0", [])
    some = [client.get(address).json()["features"] for address in addresses]
    named = ",".join(stored[0][0]["properties"])
    built = [client.get(f"{address}&properties={named}").json()["features"] for address in addresses[:2]]
    assert missing == stored == some
    assert stored[:2] == built
    assert all("distance_m" in one["properties"] for one in stored[2])


def test_public_reads_look_for_no_session(client: Client, register: Register) -> None:
    client.cookies["sessionid"] = "somebody"
    with CaptureQueriesContext(connection) as queries:
        response = client.get(PAGE)
    assert not any("django_session" in one["sql"] for one in queries)
    assert "Cookie" not in response.headers["Vary"]
    assert not response.cookies
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"


def _body(text: bytes = b"x") -> HttpResponse:
    return HttpResponse(text, headers={"ETag": '"1"'})


class TestStore:
    """The store alone."""

    def test_threads_that_ask_at_once_wait_for_the_one_that_makes_it(self) -> None:
        store, made, begun, go = Answers(CAPACITY), [], threading.Event(), threading.Event()

        def make() -> HttpResponseBase:
            made.append(1)
            begun.set()
            go.wait(10)
            return _body(b"made once")

        found: list[Any] = []
        threads = [threading.Thread(target=lambda: found.append(store.answer("a", make))) for _ in range(6)]
        threads[0].start()
        begun.wait(10)
        for thread in threads[1:]:
            thread.start()
        go.set()
        for thread in threads:
            thread.join(10)
        assert len(made) == 1
        assert [one.content for one in found] == [b"made once"] * 6
        assert len({id(one) for one in found}) == 6

    def test_a_failure_is_its_own_and_is_not_kept(self) -> None:
        store = Answers(CAPACITY)

        def fail() -> HttpResponseBase:
            raise ValueError("not today")

        with pytest.raises(ValueError, match="not today"):
            store.answer("a", fail)
        assert store.answer("a", _body).status_code == 200

    def test_only_whole_bodies_of_200_are_kept(self) -> None:
        store = Answers(CAPACITY)
        for other in (HttpResponse(status=301), StreamingHttpResponse([b"a"])):
            store.answer("a", lambda other=other: other)  # type: ignore[misc]
            assert store.answer("b", _body) is not other
        assert store.answer("a", lambda: _body(b"new")).getvalue() == b"new"  # type: ignore[attr-defined]

    def test_it_is_bounded_in_bytes_and_forgets_what_was_not_asked_for_longest(self) -> None:
        store = Answers(10_000)
        for name in "abcde":
            store.answer(name, lambda: _body(b"x" * 1500))
            store.answer("a", lambda: _body(b"never"))
        made: list[str] = []

        def remade(name: str) -> HttpResponseBase:
            made.append(name)
            return _body()

        for name in "aebc":
            store.answer(name, lambda name=name: remade(name))  # type: ignore[misc]
        assert "a" not in made
        assert "b" in made
        store.answer("large", lambda: _body(b"x" * 9000))
        assert store.answer("large", lambda: _body(b"again")).getvalue() == b"again"  # type: ignore[attr-defined]


class TestShared:
    """Answers that took long, in a folder that all workers read."""

    def test_what_one_worker_made_the_others_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shared, "folder", tmp_path)
        monkeypatch.setattr(kept, "SLOW_S", 0)
        first, second = Answers(CAPACITY), Answers(CAPACITY)
        first.answer("a", lambda: _body(b"a\nb"))
        found = second.answer("a", lambda: pytest.fail("it was made before"))
        assert isinstance(found, HttpResponse)
        assert (found.content, found.headers["ETag"]) == (b"a\nb", '"1"')
        first.answer("b", lambda: HttpResponse(b"no", status=404))
        assert [path.name for path in tmp_path.iterdir()] == ["a"]

    def test_what_is_quick_stays_in_its_process(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shared, "folder", tmp_path)
        monkeypatch.setattr(kept, "SLOW_S", 3600)
        Answers(CAPACITY).answer("a", _body)
        assert not list(tmp_path.iterdir())

    def test_the_oldest_files_make_room(self, tmp_path: Path) -> None:
        store = Shared(tmp_path, capacity=5000)
        for number in range(8):
            store.write(str(number), b"x" * 1000, {})
            os.utime(tmp_path / str(number), (number, number))
        store.write("too large", b"x" * 2000, {})
        assert store.read("0") is None
        assert store.read("too large") is None
        assert store.read("7") == (b"x" * 1000, {})
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= store.capacity

    def test_a_folder_that_is_gone_does_no_harm(self, tmp_path: Path) -> None:
        store = Shared(tmp_path / "gone")
        store.write("a", b"x", {})
        assert store.read("a") is None
