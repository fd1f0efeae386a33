"""From a file to the register and back: new, changed, same, refused, doubtful; applied, repeated, reverted."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geo.access.history import trail
from geo.access.models import RecordVersion
from geo.catalog.models import Certificate, Producer, Product
from geo.divisions.models import Division
from geo.divisions.selectors import commune_by_code
from geo.places.models import Place, PlaceSearch
from geo.places.services import save_place
from geo.spatial.problems import Conflict
from geo.stewardship.imports import vn2000
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.checking import check, receive
from geo.stewardship.imports.erasing import erase
from geo.stewardship.imports.models import Import, ImportFile, ImportRow
from geo.stewardship.imports.reverting import revert_import
from geo.stewardship.imports.workbooks import reasons_of, returned_rows, template
from tests import factories as make
from tests.stewardship.imports import files, sample

pytestmark = pytest.mark.usefixtures("register")


def checked(rows: list[Any], kind: str = "places", name: str = "mẫu.xlsx") -> Import:
    return check(receive(None, kind, name, files.xlsx(rows), sample.SOURCE))


def applied(rows: list[Any], kind: str = "places", name: str = "mẫu.xlsx") -> Import:
    return apply_import(None, "nhập mẫu", checked(rows, kind, name))


def counts(batch: Import) -> dict[str, int]:
    return {verdict: count for verdict, count in batch.counts.items() if count}


def phu_quoc() -> Division:
    found = commune_by_code("31078")
    assert found is not None
    return found


def one(**cells: Any) -> list[Any]:
    return sample.table([sample.row(1, phu_quoc(), **cells)])


def codes(batch: Import) -> list[str]:
    return [problem["code"] for row in batch.rows.all() for problem in row.problems]


def test_a_new_place_gets_all_that_the_row_says() -> None:
    batch = applied(one(**{"Email": "mau@example.vn", "Mã trong nguồn": "00190"}))
    place = Place.objects.select_related("schedule").get()
    assert counts(batch) == {"new": 1}
    assert place.name == "Điểm bán mẫu 00001"
    assert (place.kind, place.status, place.location_accuracy) == ("point_of_sale", "open", "address")
    assert place.commune == phu_quoc()
    assert place.province == phu_quoc().parent
    assert place.location_source == sample.SOURCE
    assert place.schedule is not None
    assert place.schedule.expression == "Mo-Su 07:00-18:00"
    assert (place.external_id, place.source_kind, place.version) == ("du-lieu-mau/00190", "survey", 1)
    assert PlaceSearch.objects.filter(place=place, words__contains="diem ban mau").exists()
    assert trail("places_place", place.pk)[0].batch == f"import:{batch.pk}"


def test_the_same_file_again_changes_nothing() -> None:
    rows = sample.table(list(sample.places(30)))
    applied(rows)
    versions = RecordVersion.objects.count()
    assert counts(applied(rows)) == {"same": 30}
    assert RecordVersion.objects.count() == versions


def test_what_the_file_does_not_mention_is_not_touched() -> None:
    applied(one(Email="mau@example.vn"))
    place = Place.objects.get()
    batch = applied([["Mã bản ghi", "Điện thoại", "Địa chỉ"], [place.public_id.lower(), "0912 345 678", None]])
    row = batch.rows.get()
    assert row.changes == {"phone": ["0297 3000001", "0912 345 678"]}
    changed = Place.objects.get()
    assert (changed.email, changed.address, changed.phone) == ("mau@example.vn", "Số 1, ấp mẫu", "0912 345 678")
    assert changed.version == place.version + 1


def test_a_cell_empties_a_field_only_when_it_says_so() -> None:
    applied(one())
    batch = applied(
        [["Tên địa điểm", "Tỉnh", "Xã", "Điện thoại"], ["Điểm bán mẫu 00001", "An Giang", "Phú Quốc", "(xóa)"]]
    )
    assert counts(batch) == {"changed": 1}
    assert Place.objects.get().phone == ""


def test_the_history_of_a_record_tells_the_row() -> None:
    officer = make.user(username="can-bo")
    batch = check(receive(officer, "places", "mẫu.xlsx", files.xlsx(one()), sample.SOURCE))
    apply_import(officer, "danh sách tháng 11", batch)
    entry = trail("places_place", Place.objects.get().pk)[0]
    assert (entry.actor, entry.reason) == (officer.pk, "danh sách tháng 11")
    assert ImportRow.objects.get(batch=batch, record=int(entry.record)).number == 4


def test_places_are_found_again_by_name_producer_and_nearness() -> None:
    maker = make.producer("HTX mẫu", province=phu_quoc().parent, commune=phu_quoc())
    applied(one(**{"Chủ thể": "HTX mẫu"}))
    near = sample.row(1, phu_quoc(), **{"Chủ thể": "htx MAU", "Vĩ độ": 10.2205, "Kinh độ": 103.96})
    where = Place.objects.get().location
    assert where is not None
    near[sample.HEADER.index("Vĩ độ")], near[sample.HEADER.index("Kinh độ")] = where.y + 0.001, where.x
    batch = checked(sample.table([near]))
    assert counts(batch) == {"changed": 1}
    assert set(batch.rows.get().changes) == {"location"}
    near[sample.HEADER.index("Vĩ độ")] = where.y + 0.02
    batch = checked(sample.table([near]))
    assert counts(batch) == {"doubtful": 1}
    assert Place.objects.get().public_id in reasons_of(batch.rows.get())
    near[sample.HEADER.index("Mã bản ghi")] = "MỚI"
    assert counts(applied(sample.table([near]))) == {"new": 1}
    assert counts(applied(sample.table([near]))) == {"same": 1}
    assert Place.objects.filter(producer=maker).count() == 2


def test_a_name_much_alike_at_the_same_spot_asks() -> None:
    applied(one(**{"Tên địa điểm": "Cửa hàng OCOP mẫu Dương Đông"}))
    batch = checked(one(**{"Tên địa điểm": "Cửa hàng mẫu OCOP Dương Đông"}))
    assert counts(batch) == {"doubtful": 1}
    assert counts(checked(one(**{"Tên địa điểm": "Cửa hàng OCOP mẫu Dương Đông 2"}))) == {"new": 1}


def test_a_place_changed_since_the_check_comes_back_as_a_conflict() -> None:
    applied(sample.table(list(sample.places(3))))
    rows = list(sample.places(3))
    for row in rows:
        row[sample.HEADER.index("Điện thoại")] = "0912 000 000"
    batch = checked(sample.table(rows))
    place = Place.objects.order_by("pk")[1]
    save_place(None, "sửa tay", {"phone": "0987 654 321"}, place=place)
    assert counts(apply_import(None, "nhập", batch)) == {"changed": 2, "conflict": 1}
    place.refresh_from_db()
    assert place.phone == "0987 654 321"
    with pytest.raises(Conflict):
        apply_import(None, "nhập", batch)


def test_an_import_is_taken_back_except_for_what_others_did_since() -> None:
    kept = make.place("Điểm bán mẫu cũ", commune=phu_quoc(), province=phu_quoc().parent)
    rows = sample.table(list(sample.places(3)))
    rows.append([None, kept.public_id] + [None] * 15 + ["0911 111 111"])
    batch = applied(rows)
    assert counts(batch) == {"new": 3, "changed": 1}
    mine = Place.objects.get(name="Điểm bán mẫu 00002")
    save_place(None, "sửa tay", {"email": "a@example.vn"}, place=mine)
    done = revert_import(None, "nhầm tệp", batch)
    assert (done.restored, done.removed, done.left) == (1, 2, 1)
    kept.refresh_from_db()
    assert kept.phone == ""
    assert set(Place.objects.values_list("name", flat=True)) == {"Điểm bán mẫu cũ", "Điểm bán mẫu 00002"}
    with pytest.raises(Conflict):
        revert_import(None, "nhầm tệp", batch)


def test_old_names_are_understood_and_split_ones_ask() -> None:
    batch = checked(one(Tỉnh="tỉnh Kiên Giang", Huyện="TP Phú Quốc", Xã="phường Dương Đông"))
    assert counts(batch) == {"new": 1}
    assert [note["code"] for note in batch.rows.get().notes] == ["division-became"]
    split = Division.objects.filter(
        level="COMMUNE", became__share="part", valid_until__isnull=False, parent__parent__isnull=False
    ).select_related("parent__parent")
    old = split.order_by("pk").distinct().first()
    assert old is not None
    assert old.parent is not None
    assert old.parent.parent is not None
    cells = {"Tỉnh": old.parent.parent.full_name, "Huyện": old.parent.full_name, "Xã": old.full_name}
    assert codes(checked(one(**cells)))[0] in {"division-split", "division-ambiguous"}


def survey(x: float, y: float, **cells: Any) -> list[Any]:
    return one(**{"Vĩ độ": None, "Kinh độ": None, "X (VN-2000)": x, "Y (VN-2000)": y, **cells})


def test_rows_of_many_communes_take_no_more_statements_than_rows_of_one() -> None:
    def statements(communes: list[Division]) -> int:
        rows = [sample.row(number, home) for number, home in enumerate(communes, 1)]
        with CaptureQueriesContext(connection) as captured:
            batch = checked(sample.table(rows))
        assert counts(batch) == {"new": len(communes)}
        return len(captured)

    many = list(Division.objects.filter(parent=phu_quoc().parent, level="COMMUNE", valid_until=None)[:30])
    assert len(many) == 30
    assert statements(many) == statements(many[:1] * 30)


def test_a_survey_is_transformed_by_the_meridian_of_the_province() -> None:
    middle = phu_quoc().location
    assert middle is not None
    plane = vn2000.from_degrees(middle.x, middle.y, 104.5)
    batch = applied(survey(plane.north, plane.east))
    place = Place.objects.get()
    assert place.location is not None
    assert (place.location.x, place.location.y) == pytest.approx((middle.x, middle.y), abs=1e-7)
    assert place.location_accuracy == "surveyed"
    assert batch.rows.get().notes[-1]["facts"]["meridian"] == "104°30'"


def test_a_survey_outside_its_province_is_refused_with_the_meridian_that_fits() -> None:
    middle = phu_quoc().location
    assert middle is not None
    plane = vn2000.from_degrees(middle.x, middle.y, 104.5)
    batch = checked(survey(plane.north, plane.east, **{"Kinh tuyến trục": "107°45'"}))
    problem = batch.rows.get().problems[0]
    assert problem["code"] == "survey-elsewhere"
    assert "104°30'" in problem["facts"]["fitting"]
    assert "107°45'" in reasons_of(batch.rows.get())


def test_a_household_is_not_located_without_consent() -> None:
    cells = {"Loại địa điểm": "Cơ sở sản xuất", "Chủ thể": "Hộ mẫu Nguyễn Văn Mẫu"}
    assert codes(checked(one(**cells))) == ["flaw-home-without-consent"]
    assert counts(applied(one(**cells, **{"Được công khai liên hệ từ": "01/11/2026"}))) == {"new": 1}
    assert Producer.objects.get().name == "Hộ mẫu Nguyễn Văn Mẫu"


def test_a_place_without_coordinates_stands_somewhere_in_its_commune() -> None:
    applied(one(**{"Vĩ độ": None, "Kinh độ": None}))
    assert Place.objects.get().location_accuracy == "commune_point"


def test_products_and_certificates_come_in_and_are_found_again() -> None:
    make.category("I.4", "Nhóm thực phẩm")
    make.scheme()
    goods = [
        ["Tên sản phẩm", "Chủ thể", "Loại hình chủ thể", "Tỉnh", "Nhóm sản phẩm", "Mã sản phẩm"],
        ["Nước mắm mẫu", "HTX mẫu", "HTX", "An Giang", "I.4", "00190"],
        ["Tiêu mẫu", "HTX mẫu", "HTX", "An Giang", "không có", None],
    ]
    batch = applied(goods, "products")
    assert counts(batch) == {"new": 1, "refused": 1}
    product = Product.objects.select_related("producer", "category").get()
    assert product.producer is not None
    assert (product.producer.name, product.producer.kind, product.local_code) == ("HTX mẫu", "cooperative", "00190")
    assert counts(applied(goods, "products")) == {"same": 1, "refused": 1}
    awards = [
        ["Loại chứng nhận", "Tên sản phẩm", "Chủ thể", "Hạng sao", "Số quyết định", "Ngày quyết định"],
        ["OCOP", "Nước mắm mẫu", "HTX mẫu", "4 sao", "12/QĐ-UBND", "12/05/2026"],
        ["OCOP", "Nước mắm mẫu", "HTX mẫu", None, "13/QĐ-UBND", "12/05/2026"],
        ["OCOP", "Không có", "HTX mẫu", 3, "13/QĐ-UBND", "12/05/2026"],
    ]
    assert counts(applied(awards, "certificates")) == {"new": 1, "refused": 2}
    certificate = Certificate.objects.get()
    assert (certificate.stars, str(certificate.valid_until), certificate.decision_year) == (4, "2029-05-12", 2026)
    assert counts(applied(awards, "certificates")) == {"same": 1, "refused": 2}


@pytest.mark.parametrize("kind", ["places", "products", "certificates"])
def test_a_template_comes_back_with_no_rows(kind: str) -> None:
    make.category("I.4", "Nhóm thực phẩm")
    make.scheme()
    data = template(kind)
    batch = check(receive(None, kind, "mau.xlsx", data))
    assert (batch.state, batch.total) == ("checked", 0)
    assert [column["field"] for column in batch.columns if not column["field"]] == []
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    assert sheet["A2"].value in {"Mã hồ sơ", "Mã trong nguồn"}
    assert len(sheet.data_validations.dataValidation) >= 2


def test_refused_rows_come_back_with_reasons_and_go_in_once_fixed() -> None:
    batch = applied(one(**{"Ngày mở cửa": "31/02/2026", "Điện thoại": "=1+1"}), name="mẫu.csv.xlsx")
    book = openpyxl.load_workbook(BytesIO(returned_rows(batch)))
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[2]]
    assert titles[-1] == "Lý do không nhập được"
    said = str(sheet.cell(3, len(titles)).value)
    assert "Cột V: Không có ngày 31/02/2026" in said
    sheet.cell(3, titles.index("Hoạt động từ") + 1).value = "28/02/2026"
    sheet.cell(3, titles.index("Điện thoại") + 1).value = "0912 345 678"
    out = BytesIO()
    book.save(out)
    again = apply_import(None, "đã sửa", check(receive(None, "places", "sửa.xlsx", out.getvalue(), sample.SOURCE)))
    assert counts(again) == {"new": 1}


def test_an_erased_import_keeps_only_what_became_which_record() -> None:
    batch = applied(one())
    erase(batch)
    row = ImportRow.objects.get()
    assert not ImportFile.objects.exists()
    assert (row.cells, row.wanted, row.problems) == ([], {}, [])
    assert row.record == Place.objects.get().pk


def test_a_file_that_can_not_be_read_says_why_and_stages_nothing() -> None:
    batch = check(receive(None, "places", "a.xlsx", b"PK\x03\x04"))
    assert (batch.state, batch.refusal) == ("unreadable", {"code": "damaged", "facts": {}})
    with pytest.raises(Conflict):
        apply_import(None, "nhập", batch)
