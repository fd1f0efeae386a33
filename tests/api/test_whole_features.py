"""A single record is a kept text: after any edit of anything it shows it is what would be built from the facts."""

import json
import re
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geo.api import features
from geo.catalog.models import Certificate, CertificateScheme, Producer, Product
from geo.divisions.models import Division
from geo.places import feature_texts, marks
from geo.places.collection import COLLECTIONS
from geo.places.models import LatePlace, OpeningSchedule, Place, PlaceFeature, PlaceItem, PlaceProduct, Rollover
from geo.places.rollover import roll_day
from geo.spatial import calendar
from geo.spatial.collections import find
from geo.spatial.models import PublicId
from geo.stewardship.erasing.people import erase_producer
from geo.stewardship.merging.services import merge
from tests import factories

NOON = datetime(2026, 11, 23, 12, tzinfo=calendar.ZONE)


class Farm:
    """A household's own place with everything a single record can show, and another beside it."""

    def __init__(self) -> None:
        self.producer = factories.producer("Hộ Ba", kind="household", phone="0900000001")
        self.place = factories.place(
            "Vườn nhà Ba",
            kind="production_site",
            producer=self.producer,
            phone="0900000002",
            email="ba@example.vn",
            zalo="0900000002",
            website="https://ba.example",
            opened_on=date(2020, 1, 2),
            schedule=factories.schedule(),
            source_licence="CC-BY",
        )
        self.other = factories.place("Cửa hàng kia", email="kia@example.vn")
        self.product = factories.product("Tiêu", producer=self.producer)
        self.pepper = factories.product("Tiêu sọ", producer=self.producer)
        self.good = factories.sells(self.place, self.product, "grows")
        factories.sells(self.other, self.pepper)
        decided = calendar.today() - timedelta(days=100)
        self.stars = factories.certificate(self.product, decision_date=decided)
        self.vietgap = factories.scheme("VIETGAP", position=1)
        self.organic = factories.scheme("ORGANIC", position=2)
        self.own = factories.certificate(self.place, scheme=self.vietgap, number="VG-1")
        factories.certificate(self.place, scheme=self.organic, number="HC-1")

    def both(self) -> list[str]:
        return [self.place.public_id, self.other.public_id]


@pytest.fixture
def farm(db: None) -> Farm:
    return Farm()


def _set(model: Any, pk: Any, **values: Any) -> None:
    model.objects.filter(pk=pk).update(**values)


def _sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, values)


EDITS: dict[str, Callable[[Farm], object]] = {
    "goods added": lambda farm: factories.sells(farm.place, farm.pepper, "makes"),
    "quantity": lambda farm: _set(
        PlaceProduct, farm.good.pk, quantity="5.5", unit="tạ", period="year", quantity_on="2026-11-01", months=[1, 2]
    ),
    "terms": lambda farm: _set(
        PlaceProduct, farm.good.pk, unit="kg", minimum_order=50, lead_days=3, piece_kg="0.5", said_by="producer"
    ),
    "price": lambda farm: _set(PlaceProduct, farm.good.pk, price="90000", price_unit="kg", price_on="2026-11-01"),
    "stock": lambda farm: _set(PlaceProduct, farm.good.pk, in_stock=False, stock_on="2026-11-02"),
    "role": lambda farm: _set(PlaceProduct, farm.good.pk, role="makes"),
    "goods brought elsewhere": lambda farm: _set(PlaceProduct, farm.good.pk, place=farm.other),
    "goods removed": lambda farm: PlaceProduct.objects.all().delete(),
    "product renamed": lambda farm: _set(Product, farm.product.pk, name="Tiêu đen"),
    "product merged": lambda farm: merge(None, "trùng", farm.pepper, farm.product, {}),
    "certificate of a product revoked": lambda farm: _set(Certificate, farm.stars.pk, revoked_on=calendar.today()),
    "certificate of a place added": lambda farm: factories.certificate(farm.place, scheme=farm.vietgap, number="VG-2"),
    "certificate of a place changed": lambda farm: _set(Certificate, farm.own.pk, scope="2 ha"),
    "certificate of a place revoked": lambda farm: _set(
        Certificate, farm.own.pk, revoked_on=calendar.today(), revoked_reason="sai"
    ),
    "certificate given to another place": lambda farm: _set(Certificate, farm.own.pk, subject_id=farm.other.public_id),
    "certificate without a source": lambda farm: _set(Certificate, farm.own.pk, source_name="", source_url=""),
    "certificate removed": lambda farm: Certificate.objects.filter(pk=farm.own.pk).delete(),
    "schemes in another order": lambda farm: _set(CertificateScheme, "VIETGAP", position=9),
    "consent of the place": lambda farm: _set(Place, farm.place.pk, contact_consent_on="2026-11-01"),
    "consent of the producer": lambda farm: _set(Producer, farm.producer.pk, contact_consent_on="2026-11-01"),
    "kind of the producer": lambda farm: _set(Producer, farm.producer.pk, kind="cooperative"),
    "producer renamed": lambda farm: _set(Producer, farm.producer.pk, name="Hộ Tư"),
    "producer erased": lambda farm: erase_producer(Producer.objects.get(pk=farm.producer.pk)),
    "no producer": lambda farm: _set(Place, farm.place.pk, producer=None),
    "contacts": lambda farm: _set(Place, farm.other.pk, email="moi@example.vn", zalo="1", website="https://x.example"),
    "days": lambda farm: _set(Place, farm.place.pk, opened_on=None, closed_on="2026-01-01", status="closed"),
    "moved": lambda farm: _set(Place, farm.place.pk, status="moved", moved_to=farm.other),
    "source": lambda farm: _set(Place, farm.place.pk, source_name="Khảo sát", source_licence="", trust="B"),
    "version alone": lambda farm: _set(Place, farm.place.pk, version=1),
    "kind": lambda farm: _set(Place, farm.place.pk, kind="processing_facility"),
    "hours": lambda farm: OpeningSchedule.objects.update(expression="Mo-Fr 07:00-11:00"),
    "division renamed": lambda farm: _sql("UPDATE divisions_division SET full_name = full_name || '!'"),
    "parts truncated": lambda farm: _sql("TRUNCATE places_placeproduct"),
    "texts dropped": lambda farm: _sql("TRUNCATE places_feature"),
}


def read(monkeypatch: pytest.MonkeyPatch, ids: list[str], collection_id: str = "places") -> tuple[list[Any], list[Any]]:
    """Return the records with these ids as they are read, and as they are built from the facts."""
    collection = find(collection_id)
    assert collection is not None
    found = [features.read_one(collection, collection.fields, one) for one in ids]
    with monkeypatch.context() as patched:
        patched.setattr(features, "_of_kept", lambda *_any: None)
        return found, [features.read_one(collection, collection.fields, one) for one in ids]


@pytest.mark.parametrize("edit", EDITS)
def test_after_an_edit_a_record_is_what_its_facts_say(monkeypatch: pytest.MonkeyPatch, farm: Farm, edit: str) -> None:
    assert feature_texts.fill_features() == 2
    kept, built = read(monkeypatch, farm.both())
    assert kept == built
    EDITS[edit](farm)
    for _filled in range(2):
        found, true = read(monkeypatch, farm.both())
        assert found == true
        same = [(one.version, one.text) for one in true] == [(one.version, one.text) for one in built]
        assert same == (edit == "texts dropped")
        assert marks.differences() == {"marks": 0, "texts": 0}
        feature_texts.fill_features()
    assert PlaceItem.objects.count() == PlaceFeature.objects.count() == 2


@pytest.mark.parametrize("of", ["place", "producer"])
def test_contacts_are_gone_as_soon_as_consent_is_withdrawn(client: Client, farm: Farm, of: str) -> None:
    whose = getattr(farm, of)
    _set(type(whose), whose.pk, contact_consent_on="2026-11-01")
    feature_texts.fill_features()
    address = f"/api/collections/places/items/{farm.place.public_id}"
    assert client.get(address).json()["properties"]["email"] == "ba@example.vn"
    _set(type(whose), whose.pk, contact_consent_on=None)
    assert not PlaceItem.objects.filter(pk=farm.place.pk).exists()
    shown = client.get(address).json()["properties"]
    assert [shown[name] for name in ("address", "phone", "email", "zalo", "website")] == [None] * 5


def test_midnight_turns_what_a_record_shows(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    Rollover.objects.all().delete()
    with calendar.at(NOON):
        farm = Farm()
        roll_day()
        feature_texts.fill_features()
    seen = set()
    for days in (0, 1, 950, 1000):
        with calendar.at(NOON + timedelta(days=days)):
            for _rolled in range(2):
                found, true = read(monkeypatch, farm.both())
                assert found == true
                roll_day()
                feature_texts.fill_features()
            seen.add(true[0].text)
    assert len(seen) == 3


def test_one_look_up_in_every_language_and_collection_of_its_kind(client: Client, farm: Farm) -> None:
    feature_texts.fill_features()
    place = farm.place.public_id
    for collection, status in (("places", 200), ("production-sites", 200), ("points-of-sale", 404)):
        found = []
        for language in ("vi", "en"):
            address = f"/api/collections/{collection}/items/{place.lower()}"
            client.get(address, headers={"Accept-Language": language})
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address, headers={"Accept-Language": language})
            assert response.status_code == status
            assert len(queries) == (1 if status == 200 else 3)
            found.append(response.json().get("properties"))
        assert found[0] == found[1]


def test_what_is_merged_or_deleted_is_no_longer_kept(client: Client, farm: Farm) -> None:
    double = factories.place("Cửa hàng kia")
    feature_texts.fill_features()
    gone = double.public_id
    merge(None, "trùng", farm.other, double, {})
    response = client.get(f"/api/collections/places/items/{gone}")
    assert response.status_code == 301
    assert response.headers["Location"].endswith(farm.other.public_id)
    assert not PlaceItem.objects.filter(public_id=gone).exists()
    lone = factories.place("Sạp")
    feature_texts.fill_features()
    Place.objects.filter(pk=lone.pk).delete()
    assert client.get(f"/api/collections/places/items/{lone.public_id}").status_code == 404
    assert PlaceItem.objects.count() == Place.objects.count()


def test_a_record_is_the_same_text_whether_it_is_kept_or_built(client: Client, farm: Farm) -> None:
    address = f"/api/collections/places/items/{farm.place.public_id}"
    built = client.get(address)
    feature_texts.fill_features()
    kept = client.get(address)
    assert kept.content == built.content
    assert kept.headers["ETag"] == built.headers["ETag"]
    assert list(kept.json()["properties"]) == [one.name for one in COLLECTIONS[0].whole]


def test_a_number_that_changes_shows_where_a_place_moved_to(monkeypatch: pytest.MonkeyPatch, farm: Farm) -> None:
    _set(Place, farm.place.pk, status="moved", moved_to=farm.other)
    feature_texts.fill_features()
    PublicId.objects.create(pk="ZZZZZZZZ", kind="place")
    _set(Place, farm.other.pk, public_id="ZZZZZZZZ")
    assert not PlaceItem.objects.exists()
    found, true = read(monkeypatch, [farm.place.public_id, "ZZZZZZZZ"])
    assert found == true


def test_texts_of_an_older_field_table_are_made_anew(monkeypatch: pytest.MonkeyPatch, farm: Farm) -> None:
    feature_texts.fill_features()
    PlaceFeature.objects.update(shape="old", text="{}")
    assert not PlaceItem.objects.exists()
    assert feature_texts.fill_features() == 2
    PlaceItem.objects.update(shape="old", text="{}")
    found, true = read(monkeypatch, farm.both())
    assert found == true
    assert feature_texts.fill_features() == 2
    assert marks.differences()["texts"] == 0
    PlaceItem.objects.filter(pk=farm.place.pk).update(text="{}")
    PlaceItem.objects.filter(pk=farm.other.pk).update(version=99)
    assert marks.differences()["texts"] == 2


@pytest.mark.django_db(transaction=True)
def test_what_a_writer_passed_over_is_not_shown_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """While an import holds a place, its producer's consent is withdrawn: the kept text stays, but nobody reads it."""
    farm = Farm()
    _set(Producer, farm.producer.pk, contact_consent_on="2026-11-01")
    feature_texts.fill_features()

    def withdraw() -> None:
        _set(Producer, farm.producer.pk, contact_consent_on=None)
        connection.close()

    with transaction.atomic():
        _set(Place, farm.place.pk, phone="0900000009")
        beside = threading.Thread(target=withdraw)
        beside.start()
        beside.join(10)
        read_beside: list[Any] = []

        def look() -> None:
            assert LatePlace.objects.filter(place_id=farm.place.pk).exists()
            assert PlaceItem.objects.filter(pk=farm.place.pk).exists()
            read_beside.extend(read(monkeypatch, [farm.place.public_id]))
            connection.close()

        reader = threading.Thread(target=look)
        reader.start()
        reader.join(10)
    found, true = read_beside
    assert found == true
    assert b"ba@example.vn" not in found[0].text
    assert not LatePlace.objects.exists()
    assert not PlaceItem.objects.filter(pk=farm.place.pk).exists()
    assert Division.objects.exists()


def test_a_record_is_found_by_its_number_alone(db: None) -> None:
    """Among many the kept plan reads one index for the record: no place, no mark, no text of lists."""
    _sql(
        "INSERT INTO places_item (place_id, public_id, kind, version, shape, text)"
        " SELECT n, lpad(n::text, 8, '0'), 0, 1, %s, 'text' FROM generate_series(1, 20000) AS n",
        feature_texts.texts().whole_shape,
    )
    _sql("ANALYZE places_item")
    kept = features._of_kept(COLLECTIONS[0], calendar.today())
    assert kept is not None
    found = kept.first("00000007")
    assert found is not None
    assert found[1:] == (1, b"text")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE {kept.name} ('00000007')")
        plan = json.dumps(cursor.fetchone()[0])
    assert set(re.findall(r'"Relation Name": "(\w+)"', plan)) <= {
        "places_item",
        "places_late",
        "spatial_collectionversion",
    }
    assert '"Index Name": "places_item_public_id"' in plan
