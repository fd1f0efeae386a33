"""Goods of a place and certificates, as parts of a record: written with it, proposed, compared, taken back."""

from datetime import date
from typing import Any

import pytest

from geo.access.history import trail
from geo.access.models import RecordVersion
from geo.access.trails import entries
from geo.catalog.models import Certificate, Product
from geo.places.models import Place, PlaceProduct
from geo.spatial import calendar
from geo.spatial.problems import Forbidden, InvalidParameter
from geo.stewardship import proposals, reverting
from geo.stewardship.differences import FieldConflict
from geo.stewardship.editing import Saved, save_or_propose
from geo.stewardship.models import Proposal
from tests import factories as make

pytestmark = pytest.mark.django_db

QUANTITY = {"quantity": "500", "unit": "kg", "period": "month", "months": [3, 4], "quantity_on": "2026-05-12"}
PRICE = {"price": "50000", "currency": "VND", "price_unit": "chai 500 ml", "price_on": "2026-05-12"}


@pytest.fixture
def place() -> Place:
    made = make.place()
    made.refresh_from_db()
    return made


@pytest.fixture
def sauce() -> Product:
    made = make.product(producer=make.producer(commune=make.commune(), province=make.province()))
    made.refresh_from_db()
    return made


def provincial() -> Any:
    return make.officer("provincial", make.province(), first_name="Lan")


def save(record: Any, values: dict[str, Any], actor: Any = None, reason: str = "khảo sát") -> Any:
    record.refresh_from_db()
    return save_or_propose(actor or provincial(), reason, record, values, version=record.version)


def key(product: Product, role: str = "sells", group: str = "") -> str:
    return f"goods/{product.public_id}.{role}" + (f"/{group}" if group else "")


def row_of(place: Place, product: Product) -> PlaceProduct:
    return PlaceProduct.objects.get(place=place, product=product)


def test_goods_are_added_changed_and_removed_with_the_version_of_the_place(place: Place, sauce: Product) -> None:
    versions = [place.version]

    def saved(values: dict[str, Any]) -> Saved:
        outcome = save(place, values)
        assert isinstance(outcome, Saved)
        versions.append(outcome.record.version)
        return outcome

    assert saved({key(sauce): {"quantity": QUANTITY, "price": PRICE}}).changed
    row = row_of(place, sauce)
    assert (row.quantity, row.unit, row.period, row.months) == (500, "kg", "month", [3, 4])
    assert (row.price, row.price_on, row.in_stock) == (50_000, date(2026, 5, 12), None)
    assert not saved({key(sauce, group="price"): PRICE}).changed
    assert saved({key(sauce, group="price"): {**PRICE, "price": "55000.00"}}).changed
    assert row_of(place, sauce).quantity == 500
    assert saved({key(sauce): None}).changed
    assert not PlaceProduct.objects.filter(place=place).exists()
    assert versions == [versions[0], versions[1], versions[1], versions[3], versions[4]]
    assert versions[0] < versions[1] < versions[3] < versions[4]
    assert {one.reason for one in RecordVersion.objects.filter(table="places_placeproduct")} == {"khảo sát"}


@pytest.mark.parametrize(
    ("group", "columns", "wrong"),
    [
        ("quantity", {**QUANTITY, "unit": ""}, "unit"),
        ("quantity", {**QUANTITY, "period": ""}, "period"),
        ("quantity", {**QUANTITY, "quantity": "-5"}, "quantity"),
        ("quantity", {**QUANTITY, "quantity": "nhiều"}, "quantity"),
        ("quantity", {**QUANTITY, "months": [13]}, "months"),
        ("quantity", {**QUANTITY, "quantity_on": "2199-01-01"}, "quantity_on"),
        ("quantity", {**QUANTITY, "unit": "<b>kg</b>"}, "unit"),
        ("price", {**PRICE, "price_unit": ""}, "price_unit"),
        ("price", {**PRICE, "price": "0"}, "price"),
        ("terms", {"minimum_order": "5"}, "unit"),
        ("terms", {"lead_days": 800}, "lead_days"),
        ("terms", {"said_by": "somebody"}, "said_by"),
    ],
)
def test_what_is_wrong_in_a_row_is_said_with_row_and_column(
    place: Place, sauce: Product, group: str, columns: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(InvalidParameter) as refused:
        save(place, {key(sauce): {group: columns}})
    assert refused.value.name in (f"{key(sauce)}/{wrong}", f"{key(sauce)}/")
    assert not PlaceProduct.objects.exists()


def test_a_figure_without_a_day_is_of_today(place: Place, sauce: Product) -> None:
    save(place, {key(sauce): {"price": {**PRICE, "price_on": None}, "stock": {"in_stock": False}}})
    row = row_of(place, sauce)
    assert row.price_on == row.stock_on == calendar.today()
    save(place, {key(sauce, group="stock"): {"in_stock": None, "stock_on": "2026-05-12"}})
    assert row_of(place, sauce).stock_on is None


def test_whoever_may_not_publish_proposes_goods(place: Place, sauce: Product) -> None:
    officer = make.officer("communal", make.commune())
    proposal = save(place, {key(sauce): {"quantity": QUANTITY}}, officer)
    assert isinstance(proposal, Proposal)
    assert not PlaceProduct.objects.exists()
    (difference,) = proposals.differences(proposal)
    assert difference.label == "Nước mắm Phú Quốc · bán"
    assert "500 kg" in difference.yours_words
    proposals.approve(provincial(), proposal)
    assert row_of(place, sauce).quantity == 500
    with pytest.raises(Forbidden):
        save(place, {key(sauce): None}, make.officer("provincial", make.province("Hà Nội", "01", "thành phố")))


def test_a_proposal_of_goods_that_others_changed_asks_whose_value_stays(place: Place, sauce: Product) -> None:
    row = make.sells(place, sauce, price=50_000, price_unit="chai", price_on=date(2026, 5, 1))
    proposal = save(place, {key(sauce, group="price"): PRICE}, make.officer("communal", make.commune()))
    other = make.product("Rượu sim")
    save(place, {key(other): {}, key(sauce, group="price"): {**PRICE, "price": "60000"}})
    with pytest.raises(FieldConflict) as conflict:
        proposals.approve(provincial(), proposal)
    (one,) = conflict.value.differences
    assert one.collides
    assert "60" in one.theirs_words
    proposals.approve(provincial(), proposal, choices={one.field: "yours"})
    row.refresh_from_db()
    assert row.price == 50_000
    assert PlaceProduct.objects.filter(place=place).count() == 2


def test_the_history_names_the_product_and_takes_each_change_back(place: Place, sauce: Product) -> None:
    save(place, {key(sauce): {"quantity": QUANTITY, "price": PRICE}})
    save(place, {key(sauce, group="price"): {**PRICE, "price": "60000"}}, reason="giá mới")
    save(place, {key(sauce): None}, reason="hết bán")
    removed, changed, added = (one for one in entries(place) if one.table == "places_placeproduct")
    assert {one.about for one in (removed, changed, added)} == {"Nước mắm Phú Quốc · bán"}
    assert (removed.reason, changed.reason) == ("hết bán", "giá mới")
    place.refresh_from_db()
    actor = provincial()
    with pytest.raises(InvalidParameter):
        reverting.revert_field(actor, "nhầm", place, changed.number, "price", version=place.version)
    reverting.revert_field(actor, "vẫn bán", place, removed.number, reverting.ALL, version=place.version)
    row = row_of(place, sauce)
    assert (row.quantity, row.price, row.months) == (500, 60_000, [3, 4])
    place.refresh_from_db()
    changes = [one for one in entries(place) if one.table == "places_placeproduct"]
    reverting.revert_field(actor, "nhầm", place, changes[0].number, reverting.ALL, version=place.version)
    assert not PlaceProduct.objects.exists()


def test_the_whole_record_goes_back_with_its_goods(place: Place, sauce: Product) -> None:
    other = make.product("Rượu sim")
    save(place, {"name": "Quầy cũ", key(sauce): {"quantity": QUANTITY}})
    number = entries(place)[0].number
    save(place, {"name": "Quầy mới", key(sauce, group="quantity"): {**QUANTITY, "quantity": "9"}, key(other): {}})
    place.refresh_from_db()
    reverting.revert_record(provincial(), "nhầm nơi", place, number, version=place.version)
    place.refresh_from_db()
    assert place.name == "Quầy cũ"
    assert [(row.product_id, row.quantity) for row in PlaceProduct.objects.all()] == [(sauce.pk, 500)]


AWARD = {"scheme": "OCOP", "stars": 4, "decision_number": "12/QĐ-UBND", "decision_date": "2026-05-12"}
SOURCE = {"source_kind": "decision", "source_name": "Quyết định 12/QĐ-UBND"}


def test_certificates_are_added_corrected_and_revoked_with_the_version_of_the_product(sauce: Product) -> None:
    make.scheme()
    added = save(sauce, {"certificates/+1": {"award": AWARD, "source": SOURCE}})
    assert added.changed
    (stored,) = Certificate.objects.filter(subject=sauce.public_id)
    assert (stored.stars, stored.valid_from, stored.valid_until) == (4, date(2026, 5, 12), date(2029, 5, 12))
    name = f"certificates/{stored.pk}"
    corrected = save(sauce, {f"{name}/award": {**AWARD, "score": "75", "number": "OCOP-7"}})
    assert corrected.record.version > added.record.version
    save(sauce, {f"{name}/revocation": {"revoked_on": "2026-11-01", "revoked_reason": "không bảo đảm"}})
    stored.refresh_from_db()
    assert (stored.score, stored.number, stored.revoked_on) == (75, "OCOP-7", date(2026, 11, 1))
    newest = entries(sauce)[0]
    assert newest.about.endswith("★★★★ · 12/QĐ-UBND")
    sauce.refresh_from_db()
    reverting.revert_field(provincial(), "khôi phục", sauce, newest.number, "revoked_on", version=sauce.version)
    stored.refresh_from_db()
    assert (stored.revoked_on, stored.revoked_reason) == (None, "")
    assert trail("catalog_certificate", stored.pk)[0].reason == "khôi phục"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"award": {**AWARD, "stars": None}, "source": SOURCE}, "stars"),
        ({"award": {**AWARD, "score": "95"}, "source": SOURCE}, "stars"),
        ({"award": AWARD, "source": {"source_kind": "decision"}}, "source_name"),
        ({"award": {**AWARD, "scheme": "XYZ"}, "source": SOURCE}, "scheme"),
        ({"award": AWARD}, "source_kind"),
        ({"award": AWARD, "source": SOURCE, "revocation": {"revoked_reason": "x"}}, "revoked_on"),
        ({"award": AWARD, "source": SOURCE, "validity": {"valid_from": "2027-01-01", "valid_until": "2026-01-01"}},
         "valid_until"),
    ],
)  # fmt: skip
def test_a_wrong_certificate_is_refused_by_its_column(sauce: Product, values: dict[str, Any], wrong: str) -> None:
    make.scheme()
    with pytest.raises(InvalidParameter) as refused:
        save(sauce, {"certificates/+1": values})
    assert refused.value.name == f"certificates/+1/{wrong}"
    assert not Certificate.objects.exists()


def test_one_decision_is_registered_once(sauce: Product) -> None:
    make.certificate(sauce)
    with pytest.raises(InvalidParameter, match="đã có"):
        save(sauce, {"certificates/+1": {"award": AWARD, "source": SOURCE}})


def test_who_may_publish_but_not_certify_proposes_certificates(sauce: Product) -> None:
    make.scheme()
    officer = make.officer("communal", make.commune(), publishes=True)
    assert isinstance(save(sauce, {"name_en": "Fish sauce"}, officer), Saved)
    proposal = save(sauce, {"certificates/+1": {"award": AWARD, "source": SOURCE}}, officer)
    assert isinstance(proposal, Proposal)
    proposals.approve(provincial(), proposal)
    assert Certificate.objects.get(subject=sauce.public_id).stars == 4


def test_certificates_written_elsewhere_raise_the_version_of_their_subject(
    sauce: Product, place: Place, transactional_db: None
) -> None:
    for record in (sauce, place):
        before = type(record).objects.get(pk=record.pk).version
        one = make.certificate(record)
        Certificate.objects.filter(pk=one.pk).update(number="7")
        assert type(record).objects.get(pk=record.pk).version == before + 2
