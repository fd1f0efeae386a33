"""What an area has, downloaded, is a file that changes nothing; so is an export of the API, where its columns allow."""

from datetime import date

import pytest
from django.test import Client

from geo.access.rules import Grant
from geo.catalog.models import Producer
from geo.divisions.models import Division
from geo.divisions.selectors import commune_by_code
from geo.places.models import Place
from geo.stewardship.imports.checking import check, receive
from geo.stewardship.imports.having import workbook
from geo.stewardship.imports.models import Import
from geo.stewardship.unit import Area
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]
EVERYWHERE = Area((Grant("national", everywhere=True),))


def phu_quoc() -> Division:
    found = commune_by_code("31078")
    assert found is not None
    return found


def filled() -> None:
    """Records with all that a table can say, and with next to nothing."""
    where = phu_quoc()
    make.category("I.4", "Nhóm thực phẩm")
    maker = make.producer("HTX Mẫu", province=where.parent, commune=where, phone="0297 3 123 456")
    make.producer("HTX Trùng tên", province=where.parent)
    twin = make.producer("HTX trùng tên", province=where.parent)
    contact = {
        "phone": "00297 3 123 456",
        "email": "mau@example.vn",
        "zalo": "0912",
        "website": "https://mau.example.vn",
    }
    make.place(
        "=Điểm bán mẫu", commune=where, province=where.parent, producer=maker, outlet="market", **contact,
        contact_consent_on=date(2026, 1, 2), opened_on=date(2024, 5, 12), checked_on=date(2026, 11, 1),
        schedule=make.schedule("Mo-Fr 08:00-17:00; PH closed"), location_accuracy="gps", location_source="đo tại chỗ",
        external_id="nguon/00190", address="Số 1, ấp 2",
    )  # fmt: skip
    make.place("Không vị trí", commune=where, province=where.parent, location=None)
    make.place("Chỉ có tỉnh", commune=None, province=where.parent, location=None, producer=twin)
    middle = {
        "location": where.location,
        "location_accuracy": "commune_point",
        "location_source": where.location_source,
    }
    make.place("Giữa xã", commune=where, province=where.parent, **middle)
    make.place("Đã đóng", commune=where, province=where.parent, status="closed", closed_on=date(2026, 1, 1))
    for name, of in (("Nước mắm", maker), ("Tiêu", twin)):
        product = make.product(name, producer=of, category=make.category("I.4"), gtin="", description="Dòng 1\nDòng 2")
        product.refresh_from_db()
        make.certificate(product, decision_date=date(2025, 5, 12), score="85.50", number="00190")
        make.certificate(product, decision_date=None, decision_year=2021, decision_number="7/QĐ", stars=3)


def compared(kind: str, data: bytes, name: str) -> Import:
    batch = check(receive(None, kind, name, data))
    assert batch.refusal is None, batch.refusal
    return batch


def differing(batch: Import) -> list[object]:
    return [(row.verdict, row.changes, row.problems) for row in batch.rows.exclude(verdict="same")]


@pytest.mark.parametrize(("kind", "rows"), [("places", 5), ("products", 2), ("certificates", 4)])
def test_what_is_downloaded_and_uploaded_again_changes_nothing(kind: str, rows: int) -> None:
    filled()
    batch = compared(kind, workbook(kind, EVERYWHERE), "dang-co.xlsx")
    assert differing(batch) == []
    assert batch.total == rows


@pytest.mark.parametrize("kind", ["places", "products"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_export_of_the_api_uploaded_again_changes_nothing(
    client: Client, kind: str, form: str, language: str
) -> None:
    filled()
    Producer.objects.filter(name="HTX trùng tên").update(name="HTX không trùng tên")  # a name alone says who
    address = f"/api/collections/{kind}/items?f={form}&lang={language}"
    response = client.get(address)
    data = b"".join(response.streaming_content)  # type: ignore[attr-defined]  # a stream
    batch = compared(kind, data, f"xuat.{form}")
    assert differing(batch) == []
    assert batch.counts["same"] == (Place.objects.count() if kind == "places" else 2)


def test_an_officer_downloads_the_own_area_alone(client: Client) -> None:
    filled()
    found = commune_by_code("00070")
    assert found is not None
    make.place("Ở Hà Nội", commune=found, province=found.parent)
    client.force_login(make.officer("provincial", found.parent))
    response = client.get("/vi/desk/imports/have/places")
    assert response.status_code == 200
    batch = compared("places", response.content, "dang-co.xlsx")
    assert [row.record for row in batch.rows.all()] == [Place.objects.get(name="Ở Hà Nội").pk]
