"""One feature: its address, its validator, the ways ids go wrong."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from geo.divisions.models import Level
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


class TestDivisions:
    """A bare code means the division of today, or of the day asked; any other is named with its first day."""

    @pytest.fixture(autouse=True)
    def _renamed(self, db: None) -> None:
        ends = date(2026, 4, 30)
        factories.province("Đồng Nai", "75", "tỉnh", valid_from=date(2025, 7, 1), valid_until=ends)
        factories.division(Level.PROVINCE, "Đồng Nai", "75", "thành phố", valid_from=ends)

    def test_a_bare_code_is_read_at_the_day_asked(self, ask: Ask) -> None:
        def type_of(query: str) -> str:
            return str(ask(f"collections/provinces/items/75{query}")["properties"]["unit_type"])

        assert type_of("") == "thành phố"
        assert type_of("?datetime=2026-04-29") == "tỉnh"
        assert type_of("?datetime=2026-04-30") == "thành phố"
        assert type_of("?datetime=2026-01-01/2026-05-01") == "thành phố"
        ask("collections/provinces/items/75?datetime=2020-01-01", status=404)

    def test_every_listed_division_is_found_by_its_id(self, ask: Ask) -> None:
        ids = [one["id"] for one in ask("collections/provinces/items?datetime=../2030-01-01")["features"]]
        assert ids == ["75", "75@2025-07-01"]
        assert [ask(f"collections/provinces/items/{one}")["id"] for one in ids] == ids

    def test_dates_that_are_none_are_not_found(self, ask: Ask) -> None:
        for text in ("75@", "75@2026-02-30", "75@..@..", "75@now", "@", "75@2026-01-01"):
            ask(f"collections/provinces/items/{text}", status=404)
