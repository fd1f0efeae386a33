"""Writes of the catalogue."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from geo.access.history import trail
from geo.catalog.models import Certificate
from geo.catalog.scores import stars_of_score
from geo.catalog.services import revoke_certificate, save_certificate, save_producer, save_product
from geo.spatial.models import PublicId
from geo.spatial.problems import Conflict, InvalidParameter
from tests import factories as make

pytestmark = pytest.mark.django_db


def values(**more: Any) -> dict[str, Any]:
    subject = PublicId.objects.get(pk=make.product().public_id)
    return {**make.SOURCE, "scheme": make.scheme(), "subject": subject, "stars": 4, **more}


def test_an_ocop_certificate_is_valid_36_months_from_its_decision() -> None:
    made = save_certificate(make.user(), "nhập", values(decision_date=date(2024, 2, 29)))
    assert (made.decision_year, made.valid_from, made.valid_until) == (2024, date(2024, 2, 29), date(2027, 2, 28))
    corrected = save_certificate(None, "sửa ngày", {"decision_date": date(2024, 3, 15)}, certificate=made)
    assert (corrected.valid_from, corrected.valid_until) == (date(2024, 3, 15), date(2027, 3, 15))


def test_a_year_alone_leaves_the_span_unknown() -> None:
    made = save_certificate(None, "nhập", values(decision_year=2024))
    assert (made.valid_from, made.valid_until) == (None, None)


def test_other_schemes_say_their_own_span() -> None:
    haccp = make.scheme("HACCP")
    made = save_certificate(
        None, "nhập", values(scheme=haccp, stars=None, valid_from=date(2025, 1, 1), valid_until=date(2026, 1, 1))
    )
    assert made.valid_until == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("source_name", {"source_name": "", "source_url": ""}),
        ("stars", {"stars": None}),
        ("stars", {"stars": 5, "score": Decimal("89.5")}),
        ("decision_year", {"decision_year": 2011}),
        ("decision_year", {"decision_year": 2099}),
        ("", {"stars": 7}),
        ("", {"valid_from": date(2025, 1, 2), "valid_until": date(2025, 1, 1)}),
    ],
)
def test_a_wrong_certificate_is_refused_by_field(field: str, more: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameter) as error:
        save_certificate(None, "nhập", values(**more))
    assert error.value.name == field
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("score", "stars"), [(100, 5), (90, 5), (89.99, 4), (70, 4), (69, 3), (50, 3), (30, 2), (29, 1), (0, 1)]
)
def test_stars_follow_from_the_score(score: float, stars: int) -> None:
    assert stars_of_score(score) == stars


def test_revoking_keeps_the_certificate_and_says_since_when() -> None:
    made = save_certificate(None, "nhập", values(decision_date=date(2025, 1, 1)))
    revoked = revoke_certificate(
        make.user(), "Quyết định thu hồi", made, on=date(2026, 1, 1), because="không đánh giá lại"
    )
    assert revoked.revoked_on == date(2026, 1, 1)
    assert trail("catalog_certificate", made.pk)[0].reason == "Quyết định thu hồi"


def test_products_and_producers_are_saved_with_history_and_conflicts() -> None:
    commune = make.commune()
    producer = save_producer(None, "thêm", {**make.SOURCE, "name": "HTX  Mắm", "commune": commune})
    assert (producer.name, producer.province) == ("HTX Mắm", commune.parent)
    product = save_product(
        None, "thêm", {**make.SOURCE, "name": "Mắm", "producer": producer, "category": make.category("I.4.9")}
    )
    assert product.category_basis == "derived"
    changed = save_product(None, "bỏ nhóm", {"category": None}, product=product, version=product.version)
    assert changed.category_basis == ""
    with pytest.raises(Conflict):
        save_product(None, "chậm", {"name": "Khác"}, product=product, version=product.version)
