"""One feature: its address, its validator, the ways ids go wrong."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from geo.spatial.models import PublicId
from geo.spatial.public_ids import ALPHABET
from tests import factories
from tests.api.conftest import Register

Ask = Callable[..., Any]


def test_a_feature_has_all_its_properties_and_links(ask: Ask, register: Register) -> None:
    place = register.places[0]
    feature = ask(f"collections/places/items/{place.public_id}")
    assert feature["id"] == place.public_id
    assert feature["properties"]["source"] == "Sở Nông nghiệp và Môi trường"
    rels = {link["rel"]: link["href"] for link in feature["links"]}
    assert rels["canonical"].endswith(f"/p/{place.public_id}")
    assert rels["collection"].endswith("/api/collections/places")


def test_an_id_is_read_in_any_case_and_with_lookalike_letters(ask: Ask, register: Register) -> None:
    for place in register.places:
        written = place.public_id.lower().replace("0", "o").replace("1", "l")
        assert ask(f"collections/places/items/{written}")["id"] == place.public_id


def test_a_wrong_check_character_is_told_apart_from_a_record_that_is_not_there(ask: Ask, register: Register) -> None:
    known = register.places[0].public_id
    wrong = known[:-1] + next(character for character in ALPHABET if character != known[-1])
    assert ask(f"collections/places/items/{wrong}", status=404)["code"] == "invalid-public-id"
    product = register.products[0].public_id
    assert ask(f"collections/places/items/{product}", status=404)["code"] == "not-found"


def test_a_merged_record_leads_to_the_one_it_became(client: Client, register: Register) -> None:
    kept, gone = register.places[0].public_id, factories.place("Trùng")
    merged = gone.public_id
    gone.delete()
    PublicId.objects.filter(pk=merged).update(merged_into=kept)
    response = client.get(f"/api/collections/places/items/{merged}?lang=en")
    assert response.status_code == 301
    assert response.headers["Location"] == f"http://testserver/api/collections/places/items/{kept}?lang=en"


def test_a_place_is_found_only_in_the_collection_of_its_kind(ask: Ask, register: Register) -> None:
    site = next(place for place in register.places if place.kind == "production_site")
    ask(f"collections/production-sites/items/{site.public_id}")
    ask(f"collections/points-of-sale/items/{site.public_id}", status=404)


def test_the_validator_begins_with_the_records_version(client: Client, register: Register) -> None:
    place = register.places[0]
    place.refresh_from_db()
    address = f"/api/collections/places/items/{place.public_id}"
    tag = client.get(address).headers["ETag"]
    assert tag.startswith(f'"{place.version}.')
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    place.name = "Tên mới"
    place.save()
    after = client.get(address, headers={"If-None-Match": tag})
    assert after.status_code == 200
    assert after.headers["ETag"].startswith(f'"{place.version + 1}.')


def test_filters_are_no_parameters_of_one_feature(ask: Ask, register: Register) -> None:
    address = f"collections/places/items/{register.places[0].public_id}"
    assert ask(f"{address}?kind=point_of_sale", status=400)["parameter"] == "kind"
    assert list(ask(f"{address}?properties=name")["properties"]) == ["name"]


def test_strange_ids_are_not_found(client: Client, db: None) -> None:
    for text in (
        "x",
        "%00",
        "%ff%fe",
        "a" * 3000,
        "'; DROP TABLE places_place; --",
        "１２３４５６７８",
        "..%2f..%2fetc",
    ):
        response = client.get(f"/api/collections/places/items/{text}")
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"
