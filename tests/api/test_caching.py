"""Validators: 304 while nothing changed, a new answer after every write, at midnight, in another language or format."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geo.catalog.models import Product
from geo.places.models import Place
from geo.spatial import calendar, versions
from geo.spatial.collections import find
from tests import factories
from tests.api.conftest import Register, as_if_committed

ADDRESSES = (
    "/api/collections/places/items?kind=point_of_sale",
    "/api/collections/places/facets",
    "/api/collections/places/tiles/WebMercatorQuad/5/15/25",
    "/api/collections/places/items?f=csv",
    "/api/collections/places/items?f=xlsx",
    "/api/collections/products/items",
    "/api/collections/places",
    "/api/collections",
)


def _tag(client: Client, address: str, **headers: str) -> str:
    return str(client.get(address, headers=headers).headers["ETag"])


def _status(client: Client, address: str, tag: str, **headers: str) -> int:
    return client.get(address, headers={"If-None-Match": tag, **headers}).status_code


@pytest.mark.parametrize("address", ADDRESSES)
def test_unchanged_means_304_without_touching_the_data(client: Client, register: Register, address: str) -> None:
    first = client.get(address)
    with CaptureQueriesContext(connection) as queries:
        again = client.get(address, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "public, no-cache"
    assert again.headers["Vary"] == first.headers["Vary"]
    assert len(queries) == 1
    assert "spatial_collectionversion" in queries[0]["sql"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_write_changes_the_validator(client: Client, register: Register, address: str) -> None:
    tag = _tag(client, address)
    assert _status(client, address, tag) == 304
    factories.place("Mới")
    if "products" in address:
        Product.objects.filter(pk=register.products[0].pk).update(name="Nước mắm mới")
    as_if_committed()
    assert _status(client, address, tag) == 200


def test_a_change_of_what_is_shown_along_changes_the_validator(client: Client, register: Register) -> None:
    """A product's new name shows in the places that sell it."""
    tag = _tag(client, ADDRESSES[0])
    Product.objects.filter(pk=register.products[0].pk).update(name="Nước mắm mới")
    as_if_committed()
    assert _status(client, ADDRESSES[0], tag) == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_midnight_changes_the_validator(client: Client, register: Register, address: str) -> None:
    tomorrow = datetime.combine(calendar.today() + timedelta(days=1), datetime.min.time(), calendar.ZONE)
    with calendar.at(tomorrow - timedelta(minutes=1)):
        tag = _tag(client, address)
        assert _status(client, address, tag) == 304
    with calendar.at(tomorrow + timedelta(minutes=1)):
        assert _status(client, address, tag) == 200


def test_formats_languages_and_encodings_have_their_own_validators(client: Client, register: Register) -> None:
    address = "/api/collections/places/items"
    tags = {
        _tag(client, address),
        _tag(client, address, Accept="application/json"),
        _tag(client, address, Accept="text/html"),
        _tag(client, address, **{"Accept-Language": "en"}),
        _tag(client, address, **{"Accept-Encoding": "br"}),
        _tag(client, address, **{"Accept-Encoding": "gzip"}),
        _tag(client, f"{address}?limit=5"),
    }
    assert len(tags) == 7


def test_now_holds_for_five_minutes(client: Client, register: Register) -> None:
    address = "/api/collections/places/items?open_at=now"
    begin = datetime(2026, 11, 20, 9, 30, tzinfo=calendar.ZONE)
    with calendar.at(begin):
        tag = _tag(client, address)
    with calendar.at(begin + timedelta(minutes=4, seconds=59)):
        assert _status(client, address, tag) == 304
    with calendar.at(begin + timedelta(minutes=5)):
        assert _status(client, address, tag) == 200
    fixed = "/api/collections/places/items?open_at=2026-11-20T09:30"
    with calendar.at(begin):
        tag = _tag(client, fixed)
    with calendar.at(begin + timedelta(hours=1)):
        assert _status(client, fixed, tag) == 304


def test_a_tile_that_names_the_state_it_shows_is_kept_for_ever(client: Client, register: Register) -> None:
    address = "/api/collections/places/tiles/WebMercatorQuad/5/15/25"
    places = find("places")
    assert places is not None
    state = versions.token(places.shows)
    shown = client.get(f"{address}?v={state}")
    assert shown.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(f"{address}?v=older").headers["Cache-Control"] == "public, no-cache"
    assert client.get(f"{address}?v={state}&open_at=now").headers["Cache-Control"] == "public, no-cache"
    factories.place("Mới")
    as_if_committed()
    assert client.get(f"{address}?v={state}").headers["Cache-Control"] == "public, no-cache"


def test_problems_are_not_kept(client: Client, db: None) -> None:
    assert client.get("/api/none").headers["Cache-Control"] == "no-store"


@pytest.mark.django_db(transaction=True)
def test_after_a_commit_every_reader_sees_the_new_version(client: Client) -> None:
    place = factories.place("Cũ")
    address = "/api/collections/places/items"
    first: Any = client.get(address)
    Place.objects.filter(pk=place.pk).update(name="Mới")
    second: Any = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert second.json()["features"][0]["properties"]["name"] == "Mới"


def test_the_map_page_names_the_state_its_tiles_are_kept_for(client: Client, register: Register) -> None:
    found = re.search(r'data-version="([^"]+)"', client.get("/vi/?fragment=list").content.decode())
    assert found is not None
    state = found[1]
    tile = client.get(f"/api/collections/places/tiles/WebMercatorQuad/5/15/25?v={state}")
    assert "immutable" in tile.headers["Cache-Control"]
