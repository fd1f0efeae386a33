"""A small register with one of everything the pages speak of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from django.contrib.gis.geos import Point

from geo.catalog.models import Producer, Product
from geo.places.models import Place
from geo.spatial import calendar
from tests import factories

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=calendar.ZONE)
"""A Wednesday."""


@dataclass
class Register:
    producer: Producer
    household: Producer
    product: Product
    honey: Product
    site: Place
    shop: Place
    far_shop: Place
    closed: Place
    moved: Place
    nowhere: Place


@pytest.fixture
def noon() -> Iterator[None]:
    """The register as of a Wednesday noon."""
    with calendar.at(NOON):
        yield


@pytest.fixture
def register(db: None, noon: None) -> Register:
    phu_quoc = factories.commune()
    hanoi = factories.province("Hà Nội", "01", "thành phố")
    hoan_kiem = factories.commune("Hoàn Kiếm", "00070", "phường", parent=hanoi)
    producer = factories.producer(
        "HTX Nước mắm Phú Quốc", phone="0297 384 6666", zalo="0901234567", province=phu_quoc.parent, commune=phu_quoc
    )
    household = factories.producer(
        "Hộ kinh doanh Nguyễn Văn An",
        kind="household",
        phone="0912 000 111",
        email="an@example.vn",
        address="Ấp 4, nhà số 9",
        province=hanoi,
    )
    product = factories.product(
        producer=producer, category=factories.category("I.4.9", "Nước mắm"), name_en="Fish sauce"
    )
    honey = factories.product("Mật ong rừng", producer=household)
    factories.certificate(
        product, stars=4, decision_date=date(2025, 6, 1), decision_number="77/QĐ-UBND", issuer="UBND tỉnh"
    )
    factories.certificate(honey, stars=3, decision_year=2025)
    site = factories.place(
        "Nhà thùng Phú Quốc", kind="production_site", producer=producer, location_accuracy="commune_point"
    )
    factories.sells(
        site,
        product,
        "makes",
        quantity=2000,
        unit="lít",
        period="month",
        months=[3, 4, 5],
        quantity_on=date(2026, 10, 1),
    )
    shop = factories.place(
        "Cửa hàng OCOP Hoàn Kiếm",
        commune=hoan_kiem,
        location=Point(105.85, 21.03, srid=4326),
        location_accuracy="gps",
        phone="024 3825 0000",
        schedule=factories.schedule("Mo-Sa 08:00-18:00"),
        checked_on=date(2026, 11, 1),
        outlet="ocop_shop",
    )
    factories.sells(
        shop,
        product,
        price=120_000,
        price_unit="chai 500 ml",
        price_on=date(2026, 11, 2),
        in_stock=True,
        stock_on=date(2026, 11, 3),
    )
    far_shop = factories.place("Chợ Dương Đông")
    factories.sells(far_shop, honey)
    moved = factories.place("Sạp cũ", commune=hoan_kiem, status="moved", moved_to=shop)
    closed = factories.place("Tiệm Cũ", commune=hoan_kiem, status="closed", closed_on=date(2026, 3, 1))
    nowhere = factories.place(
        "Tổ ong nhà An",
        kind="production_site",
        producer=household,
        commune=None,
        province=hanoi,
        location=None,
        address="Ấp 4, nhà số 9",
        phone="0912 000 111",
    )
    factories.sells(nowhere, honey, "makes")
    made = Register(producer, household, product, honey, site, shop, far_shop, closed, moved, nowhere)
    for record in vars(made).values():
        record.refresh_from_db()
    return made
