"""Writing what a place grows, makes or sells, and certificates, as lists of a feature."""

from datetime import date
from typing import Any

import pytest

from geo.catalog.models import Certificate, Product
from geo.places.models import Place, PlaceProduct
from geo.spatial import calendar
from geo.stewardship.models import Proposal
from tests import factories as make
from tests.api.writer import NEW, Writer, address_of, point

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/collections/products/items"


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def sauce() -> Product:
    made = make.product(producer=make.producer(province=make.province(), commune=make.commune()))
    made.refresh_from_db()
    return made


def entry(product: Product, role: str = "sells", **columns: Any) -> dict[str, Any]:
    return {"id": product.public_id, "role": role, **columns}


FULL = {
    "quantity": 1250.5, "unit": "lít", "period": "month", "months": [3, 4, 12], "quantity_on": "2026-05-12",
    "minimum_order": 20, "lead_days": 3, "piece_kg": 0.5, "said_by": "producer",
    "price": 50000, "currency": "VND", "price_unit": "chai 500 ml", "price_on": "2026-05-12",
    "in_stock": True, "stock_on": "2026-11-01",
}  # fmt: skip


def test_a_new_place_says_what_it_sells(writer: Writer, sauce: Product) -> None:
    response = writer.post(NEW | {"goods": [entry(sauce, **FULL)]}, point())
    assert response.status_code == 201, response.content
    shown = response.json()["properties"]
    assert shown["goods"] == [{"id": sauce.public_id, "name": sauce.name, "role": "sells", **FULL}]
    assert [one["id"] for one in shown["products"]] == [sauce.public_id]
    row = PlaceProduct.objects.get()
    assert (float(row.quantity or 0), row.months, row.in_stock) == (1250.5, [3, 4, 12], True)


def test_what_was_read_of_lists_can_be_put_back_as_it_is(writer: Writer, sauce: Product) -> None:
    place = make.place()
    make.sells(place, sauce, **{**FULL, "quantity_on": date(2026, 5, 12), "price_on": date(2026, 5, 12)})
    make.sells(place, make.product("Rượu sim"), role="makes")
    make.certificate(place, scheme=make.scheme("HACCP"), valid_from=date(2026, 1, 1), external_id="cc-7")
    make.certificate(sauce, decision_date=date(2026, 5, 12), score=75)
    make.certificate(sauce.producer, scheme=make.scheme("ATTP"), decision_year=2025)
    for record, collection in ((place, "places"), (sauce, "products"), (sauce.producer, "producers")):
        address = address_of(record, collection)
        before = writer.get(address)
        assert before.json()["properties"]["certificates"]
        answer = writer.put(address, before.json())
        assert answer.status_code == 200, answer.content
        assert answer["ETag"] == before["ETag"]
        assert answer.json()["properties"] == before.json()["properties"]
    assert Certificate.objects.get(external_id="cc-7").scheme_id == "HACCP"


def test_a_patch_leaves_lists_alone_unless_it_names_them(writer: Writer, sauce: Product) -> None:
    place = make.place()
    make.sells(place, sauce, price=50_000, price_unit="chai", price_on=date(2026, 5, 12))
    other = make.product("Rượu sim")
    address = address_of(place)
    assert len(writer.patch(address, {"phone": "0297"}).json()["properties"]["goods"]) == 1
    listed = writer.get(address).json()["properties"]["goods"]
    listed[0]["price"] = 55000
    changed = writer.patch(address, {"goods": [*listed, entry(other, "makes", in_stock=False)]})
    assert changed.status_code == 200, changed.content
    assert [(one["role"], one["price"], one["price_on"]) for one in changed.json()["properties"]["goods"]] == [
        ("makes", None, None),
        ("sells", 55000, "2026-05-12"),
    ]
    assert PlaceProduct.objects.get(role="makes").stock_on == calendar.today()
    assert (
        writer.patch(address, {"goods": [entry(other, "makes")]}).json()["properties"]["goods"][0]["in_stock"] is None
    )
    assert writer.patch(address, {"goods": None}).json()["properties"]["goods"] == []


def test_a_replacement_takes_the_list_it_is_sent_and_keeps_one_it_leaves_out(writer: Writer, sauce: Product) -> None:
    place = make.place()
    make.sells(place, sauce)
    make.sells(place, make.product("Rượu sim"))
    feature = writer.get(address_of(place)).json()
    without = feature | {
        "properties": {k: v for k, v in feature["properties"].items() if k not in ("goods", "products")}
    }
    assert len(writer.put(address_of(place), without).json()["properties"]["goods"]) == 2
    feature["properties"]["goods"].pop()
    assert len(writer.put(address_of(place), feature).json()["properties"]["goods"]) == 1


def test_the_version_of_the_place_guards_its_lists(writer: Writer, sauce: Product) -> None:
    place = make.place()
    address = address_of(place)
    seen = writer.get(address)["ETag"]
    assert writer.send("PATCH", address, {"properties": {"goods": []}}).status_code == 428
    assert writer.patch(address, {"goods": [entry(sauce)]}, match=seen).status_code == 200
    late = writer.patch(address, {"goods": [entry(sauce, in_stock=True)]}, match=seen)
    assert late.status_code == 412
    assert PlaceProduct.objects.get().in_stock is None


def test_without_the_right_to_publish_a_list_becomes_a_proposal(sauce: Product) -> None:
    writer, place = Writer(make.officer("communal", make.commune())), make.place()
    answer = writer.patch(address_of(place), {"goods": [entry(sauce, **FULL)]})
    assert answer.status_code == 202, answer.content
    assert list(Proposal.objects.get().values) == [f"goods/{sauce.public_id}.sells"]
    elsewhere = Writer(make.officer("provincial", make.province("Hà Nội", "01", "thành phố")))
    assert elsewhere.patch(address_of(place), {"goods": [entry(sauce)]}).status_code == 403
    assert not PlaceProduct.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({}, "goods"),
        ("[]", "goods"),
        (["NM"], "goods"),
        ([{"role": "sells"}], "goods[0].id"),
        ([{"id": "00000000", "role": "sells"}], "goods[0].id"),
        ([entry], "goods[0].role"),
        ([{"quantity": "5"}], "goods[0].quantity"),
        ([{"quantity": True}], "goods[0].quantity"),
        ([{"quantity": 5}], "/unit"),
        ([{"quantity": 1e300}], "goods[0].quantity"),
        ([{"months": ["3"]}], "goods[0].months"),
        ([{"months": [13]}], "/months"),
        ([{"in_stock": "yes"}], "goods[0].in_stock"),
        ([{"price_on": "hôm nay", "price": 5, "price_unit": "kg"}], "goods[0].price_on"),
        ([{"price": 5}], "/price_unit"),
        ([{"name": "Tên khác"}], "goods[0].name"),
        ([{"colour": "nâu"}], "goods[0].colour"),
        ([{}, {}], "goods[1]"),
    ],
)
def test_a_wrong_list_is_refused_where_it_is_wrong(writer: Writer, sauce: Product, wrong: Any, where: str) -> None:
    place = make.place()
    if isinstance(wrong, list):
        wrong = [
            {"id": sauce.public_id} if one is entry else one if isinstance(one, str) or set(one) & {"id", "role"}
            else entry(sauce, **one)
            for one in wrong
        ]  # fmt: skip
    answer = writer.patch(address_of(place), {"goods": wrong})
    assert answer.status_code == 400, answer.content
    assert answer.json()["parameter"].endswith(where), answer.json()
    assert not PlaceProduct.objects.exists()


AWARD = {
    "scheme": "OCOP", "stars": 4, "decision_number": "12/QĐ-UBND", "decision_date": "2026-05-12",
    "source_kind": "decision", "source": "Quyết định 12/QĐ-UBND",
}  # fmt: skip


def test_certificates_of_a_product_are_added_corrected_and_revoked(writer: Writer, sauce: Product) -> None:
    make.scheme()
    address = address_of(sauce, "products")
    added = writer.patch(address, {"certificates": [AWARD]})
    assert added.status_code == 200, added.content
    (one,) = added.json()["properties"]["certificates"]
    assert (one["stars"], one["valid_until"], one["source"]) == (4, "2029-05-12", "Quyết định 12/QĐ-UBND")
    assert added.json()["properties"]["stars"] == 4
    revoked = writer.patch(address, {"certificates": [one | {"revoked_on": "2026-11-01", "revoked_reason": "vi phạm"}]})
    assert revoked.json()["properties"]["certificate"] == "revoked"
    refused = writer.patch(address, {"certificates": []})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "certificates")
    foreign = writer.patch(address, {"certificates": [one | {"id": one["id"] + 1}]})
    assert foreign.json()["parameter"] == "certificates[0].id"
    wrong = writer.patch(address, {"certificates": [one | {"score": 95}]})
    assert wrong.json()["parameter"].endswith("/stars")
    assert Certificate.objects.count() == 1


def test_certificates_that_are_not_shown_stay_as_they_are(writer: Writer, sauce: Product) -> None:
    hidden = make.certificate(sauce, scheme=make.scheme("ATTP"), source_name="", number="9")
    address = address_of(sauce, "products")
    assert writer.get(address).json()["properties"]["certificates"] == []
    assert writer.patch(address, {"certificates": [], "name_en": "Fish sauce"}).status_code == 200
    hidden.refresh_from_db()
    assert hidden.number == "9"
    assert writer.patch(address, {"certificates": [{**AWARD, "id": hidden.pk}]}).status_code == 400


def test_the_definition_and_the_schema_say_what_lists_hold(writer: Writer) -> None:
    definition = writer.client.get("/api/openapi.json").json()
    schemas = definition["components"]["schemas"]
    goods = schemas["PlacesFeaturePatch"]["properties"]["properties"]["properties"]["goods"]
    assert goods["items"]["required"] == ["id", "role"]
    assert set(FULL) <= set(goods["items"]["properties"])
    certificates = schemas["ProductsFeatureReceived"]["properties"]["properties"]["properties"]["certificates"]
    assert {"scheme", "stars", "revoked_on", "source"} <= set(certificates["items"]["properties"])
    schema = writer.client.get("/api/collections/places/schema").json()["properties"]["goods"]
    assert schema["items"]["properties"]["months"]["type"] == "array"
    assert "readOnly" not in schema


def test_lists_stay_out_of_lists_of_features(writer: Writer, sauce: Product) -> None:
    place: Place = make.place()
    make.sells(place, sauce)
    (feature,) = writer.client.get("/api/collections/places/items").json()["features"]
    assert "goods" not in feature["properties"]
    asked = writer.client.get("/api/collections/places/items", {"properties": "name,goods"}).json()["features"]
    assert asked[0]["properties"]["goods"][0]["id"] == sauce.public_id
