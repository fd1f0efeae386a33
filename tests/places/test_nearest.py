"""The nearest places from an index: the same as from the facts, in the same order."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client

from geo.api.kept import answers
from geo.places import feature_texts, marks, nearest, selectors
from geo.places.filters import PlaceFilter, place_filter
from geo.places.models import Place
from tests.places.test_marks import Town

pytestmark = pytest.mark.django_db


@contextmanager
def walking(longest: int, spare: int) -> Iterator[None]:
    """Let the index of the nearest be walked no farther than that."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(nearest, "_LONGEST_WALK", longest)
        patched.setattr(nearest, "_SPARE", spare)
        nearest.prepared.cache_clear()
        yield
    nearest.prepared.cache_clear()


def nearest_ids(asked: PlaceFilter, limit: int, offset: int) -> list[str]:
    """Return the ids of a page of the nearest places as the stored texts have them."""
    found = nearest.nearest(asked, limit, offset)
    assert found
    assert found.stored == len(found.keys)
    return [one["id"] for one in json.loads(b"[" + found.text + b"]")]


def test_many_at_one_spot_and_very_full_shelves_are_found_in_their_order() -> None:
    town = Town(7)
    town.places += [town.place() for _ in range(30)]
    spot = Point(105.8, 21.0, srid=4326)
    Place.objects.update(location=spot, location_accuracy="commune_point")
    aside = Place.objects.filter(pk__in=[one.pk for one in town.places[::4]])
    aside.update(location=Point(105.801, 21.0, srid=4326))
    feature_texts.fill_features()
    asked = place_filter({"near": ["105.79,21"], "category": ["I"]})
    for full in (False, True):
        if full:
            # More atoms than a page of an index has room for.
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE places_mark SET shelf = shelf || ARRAY(SELECT generate_series(1000000, 1005000))"
                    " WHERE place_id = ANY (%s)",
                    [[one.pk for one in town.places[::3]]],
                )
        rows = selectors.places(asked).order_by("distance_m", "public_id")
        true = [one.public_id for one in rows]
        assert len(true) > 8
        for longest, spare in ((20_000, 4), (20_000, 0), (5, 4)):
            with walking(longest, spare):
                for offset in range(0, len(true), 3):
                    assert nearest_ids(asked, 3, offset) == true[offset : offset + 3]


def test_nearest_places_from_stored_texts_are_those_of_the_facts(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(5)
    for place in town.places:
        position = Point(105.8 + town.random.uniform(-0.3, 0.3), 21 + town.random.uniform(-0.3, 0.3), srid=4326)
        Place.objects.filter(pk=place.pk).update(location=position, location_accuracy="gps")
    queries = [
        "near=105.8,21&limit=3",
        "near=105.8,21&category=I&limit=4",
        "near=105.8,21&radius=9000&stars=3,4,5",
        "near=105.8,21.001&category=I&kind=production_site,point_of_sale&status=open&limit=2",
        "near=105.8,21&q=a&limit=2",
        "near=105.8,60&limit=2",
    ]
    for filled in (False, True):
        if filled:
            assert feature_texts.fill_features() == len(town.places)
        for query in queries:
            address = f"/api/collections/places/items?{query}"
            while address:
                page = client.get(address).content
                with monkeypatch.context() as patched:
                    patched.setattr(marks, "current", lambda: False)
                    true = client.get(address).content
                strip = re.compile(rb'"timeStamp": "[^"]*"')
                assert strip.sub(b"", page) == strip.sub(b"", true)
                # However far the index is walked.
                for longest, spare in ((20_000, 0), (3, 4), (0, 0)):
                    answers.forget()
                    with walking(longest, spare):
                        assert strip.sub(b"", client.get(address).content) == strip.sub(b"", true)
                links = json.loads(page)["links"]
                address = next((one["href"] for one in links if one["rel"] == "next"), "")
