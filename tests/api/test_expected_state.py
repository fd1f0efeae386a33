"""Tiles and the nearest are read together with the state of the data, and are never older than the last save."""

from collections.abc import Iterator

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geo.api.kept import CAPACITY, answers
from geo.places.feature_texts import fill_features
from geo.places.tally import make_missing_tiles
from geo.spatial import versions
from geo.spatial.versions import Expected, Moved, memory
from tests import factories
from tests.api.conftest import Register, as_if_committed
from tests.places import numbers

TILES = "/api/collections/places/tiles/WebMercatorQuad"
ASKED = (
    f"{TILES}/5/14/25?f=mvt&",
    f"{TILES}/12/1803/3252?f=mvt&",
    f"{TILES}/5/14/25?kind=point_of_sale&",
    "/api/collections/places/items?near=105.85,21.03&radius=300000&limit=5&",
)


@pytest.fixture(autouse=True)
def _running(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep and remember as the running service does; a state is expected as soon as it was seen."""
    monkeypatch.setattr(versions, "STEADY_S", 0.0)
    monkeypatch.setattr(answers, "capacity", CAPACITY)
    monkeypatch.setattr(memory, "capacity", 1000)
    answers.forget()
    yield
    answers.forget()
    memory.forget()


def _fresh(address: str, number: int) -> str:
    """Return an address that nobody asked before."""
    return f"{address}v={number}" if "tiles" in address else f"{address[: address.index('limit')]}limit={5 + number}"


@pytest.mark.parametrize("address", ASKED)
def test_the_state_is_read_by_the_statement_that_reads_the_data(
    client: Client, register: Register, address: str
) -> None:
    fill_features()
    numbers.stored()  # no change waits in a tile, which would be counted then
    make_missing_tiles()
    client.get(_fresh(address, 1))
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(_fresh(address, 2))
    told = [one["sql"] for one in queries if not one["sql"].startswith("PREPARE")]
    assert answer.status_code == 200
    assert len(told) == 1
    again = client.get(_fresh(address, 2))
    assert (again.content, again.headers["ETag"]) == (answer.content, answer.headers["ETag"])


@pytest.mark.parametrize("address", ASKED)
def test_after_a_write_the_expected_state_counts_for_nothing(client: Client, register: Register, address: str) -> None:
    client.get(_fresh(address, 1))
    before = client.get(_fresh(address, 2))
    factories.place("Mới", kind="point_of_sale", location=Point(105.85, 21.03))
    as_if_committed()
    after = client.get(_fresh(address, 2))
    assert after.content != before.content
    assert after.headers["ETag"] != before.headers["ETag"]
    answers.forget()
    versions.forget()  # the long way: the state first
    assert client.get(_fresh(address, 2)).headers["ETag"] == after.headers["ETag"]


def test_a_state_that_moved_is_told_and_expected_from_then_on() -> None:
    expected = Expected(("places",), b"places 1")
    expected.check(b"places 1")
    with pytest.raises(Moved):
        expected.check(b"places 2")
    found = versions.steady(["places"])
    assert found is not None
    assert found.state == b"places 2"
    versions.forget()
    assert versions.steady(["places"]) is None
