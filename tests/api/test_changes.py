"""The change log: a copy made once and kept by it equals the original, tombstones included."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from geo.catalog.models import Product
from geo.places.models import Place
from tests import factories
from tests.api.conftest import Register, as_if_committed

Ask = Callable[..., Any]


def _all_changes(ask: Ask, collection: str, since: int, limit: int = 1000) -> tuple[int, list[dict[str, Any]]]:
    page: dict[str, Any] | None = ask(f"collections/{collection}/changes?since={since}&limit={limit}")
    assert page is not None
    version, found = page["version"], []
    while page is not None:
        found += page["changes"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        page = ask(following[0]) if following else None
    return version, found


def test_each_change_is_told_once_in_the_order_of_commits(ask: Ask, register: Register) -> None:
    start = ask("collections/places")["version"]
    first, second, third = register.places[:3]
    for place in (second, first, second):
        place.name += "!"
        place.save()
        as_if_committed()
    gone = third.public_id
    third.delete()
    as_if_committed()
    version, found = _all_changes(ask, "places", start)
    assert version == start + 4
    assert [(one["id"], one["operation"], one["version"]) for one in found] == [
        (first.public_id, "update", start + 2),
        (second.public_id, "update", start + 3),
        (gone, "delete", start + 4),
    ]
    assert _all_changes(ask, "places", version)[1] == []


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_pages_of_changes_lose_and_repeat_nothing(ask: Ask, register: Register, limit: int) -> None:
    start = ask("collections/places")["version"]
    Place.objects.update(address="mới")
    as_if_committed()
    _version, found = _all_changes(ask, "places", start, limit)
    assert len(found) == 13
    assert len({one["id"] for one in found}) == 13
    assert {one["version"] for one in found} == {start + 1}


def test_a_place_that_left_the_collection_is_a_deletion_there(ask: Ask, register: Register) -> None:
    start = ask("collections/points-of-sale")["version"]
    shop = register.places[0]
    Place.objects.filter(pk=shop.pk).update(kind="production_site")
    as_if_committed()
    assert _all_changes(ask, "points-of-sale", start)[1][0]["operation"] == "delete"
    assert _all_changes(ask, "production-sites", start)[1][0]["operation"] == "update"


def test_changes_that_only_show_are_named(ask: Ask, register: Register) -> None:
    start = ask("collections/places")["version"]
    Product.objects.filter(pk=register.products[0].pk).update(name="Tên mới")
    as_if_committed()
    answer = ask(f"collections/places/changes?since={start}")
    assert answer["changes"] == []
    assert answer["touchedBy"] == ["products"]


def test_a_copy_kept_by_the_log_equals_the_original(ask: Ask, everything: Any, register: Register) -> None:
    chance = random.Random(7)
    version = ask("collections/places")["version"]
    copy = {one["id"]: one for one in everything("collections/places/items?limit=5")}
    for _round in range(6):
        for _write in range(3):
            what = chance.randrange(3)
            victim = chance.choice(list(Place.objects.all()))
            if what == 0:
                factories.place(f"Thêm {chance.random()}")
            elif what == 1:
                victim.name += "?"
                victim.save()
            else:
                victim.delete()
            if chance.random() < 0.5:
                as_if_committed()
        as_if_committed()
        version, found = _all_changes(ask, "places", version, limit=2)
        for one in found:
            copy.pop(one["id"], None)
            if one["operation"] != "delete":
                copy[one["id"]] = next(
                    feature
                    for feature in ask("collections/places/items?limit=10000")["features"]
                    if feature["id"] == one["id"]
                )
        original = {one["id"]: one for one in everything("collections/places/items")}
        assert copy == original


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "since"),
        ("since=x", "since"),
        ("since=-1", "since"),
        ("since=999999", "since"),
        ("since=0&limit=0", "limit"),
    ],
)
def test_wrong_questions_are_named(ask: Ask, register: Register, query: str, name: str) -> None:
    assert ask(f"collections/places/changes?{query}", status=400)["parameter"] == name
