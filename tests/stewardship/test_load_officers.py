"""manage.py load_officers: idempotent, counted, row errors with row and column, links and never passwords."""

import re
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import Workbook

from geo.access.history import trail
from geo.access.models import Assignment, Invitation, User
from geo.divisions.models import Lineage
from tests import factories as make

pytestmark = pytest.mark.django_db

HEADER = "Họ tên,E-mail,Vai trò,Đơn vị,Công bố ngay"
GOOD = f"""{HEADER}
Nguyễn Thị Lan,Lan@example.vn,cán bộ xã,31078,có
Trần Văn Hùng,hung@example.vn,cán bộ tỉnh,tỉnh An Giang,
Lê Hoa,hoa@example.vn,cán bộ xã,đặc khu Phú Quốc;30280,không
"""


@pytest.fixture(autouse=True)
def _divisions(db: None) -> None:
    make.commune()
    make.commune("Long Xuyên", "30280", "phường")


def load(path: Path, *more: str) -> str:
    out = StringIO()
    call_command("load_officers", str(path), *more, stdout=out, stderr=StringIO())
    return out.getvalue()


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "can-bo.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


def test_a_file_goes_in_once(tmp_path: Path) -> None:
    path = table(tmp_path, GOOD)
    said = load(path)
    assert "people: 3 new, 0 changed, 0 same" in said
    assert "roles: 4 new, 0 changed, 0 same" in said
    assert said.count("/vi/invitation/") == 3
    lan = User.objects.get(email="lan@example.vn")
    (held,) = lan.assignments.all()
    assert (held.role, held.division.code, held.publishes_at_once, str(lan)) == (
        "communal",
        "31078",
        True,
        "Nguyễn Thị Lan",
    )
    assert not lan.has_usable_password()
    assert trail("access_assignment", held.pk)[0].reason == "tải từ can-bo.csv, dòng 2"
    again = load(path)
    assert "people: 0 new, 0 changed, 3 same" in again
    assert "roles: 0 new, 0 changed, 4 same" in again
    assert "invitation" not in again


def test_what_differs_is_changed_and_what_is_not_mentioned_stays(tmp_path: Path) -> None:
    load(table(tmp_path, GOOD))
    other = make.officer("communal", make.commune())
    said = load(table(tmp_path, f"{HEADER}\nNguyễn Lan,lan@example.vn,xã,31078,không\n"))
    assert "people: 0 new, 1 changed, 0 same" in said
    assert "roles: 0 new, 1 changed, 0 same" in said
    assert other.assignments.count() == 1
    assert User.objects.get(email="hung@example.vn").assignments.count() == 1
    load(table(tmp_path, f"{HEADER}\nNguyễn Lan,lan@example.vn,xã,31078,\n"))
    assert not Assignment.objects.get(user__email="lan@example.vn").publishes_at_once


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    said = load(table(tmp_path, GOOD), "--dry-run")
    assert "people: 3 new" in said
    assert "/invitation/" not in said
    assert (User.objects.count(), Assignment.objects.count(), Invitation.objects.count()) == (0, 0, 0)


def test_wrong_rows_name_row_and_column_and_the_others_go_in(tmp_path: Path) -> None:
    rows = [
        "Lan,không phải thư,xã,31078,",
        ",hoa@example.vn,xã,31078,",
        "Hoa,hoa@example.vn,giám đốc,31078,",
        "Hoa,hoa@example.vn,xã,Xứ Lạ,",
        "Hoa,hoa@example.vn,xã,,",
        "Hoa,hoa@example.vn,xã,31078,có lẽ",
        "Hoa,hoa@example.vn,tỉnh,31078,",
        "Hoa,hoa@example.vn,người xem,tỉnh An Giang,",
        "Được,duoc@example.vn,xã,31078,",
        "Xem,xem@example.vn,người xem,cả nước,",
    ]
    said = load(table(tmp_path, "\n".join([HEADER, *rows])))
    assert "rows: 8 refused" in said
    assert re.findall(r"dòng (\d+), cột (\w)", said) == [
        ("2", "B"), ("3", "A"), ("4", "C"), ("5", "D"), ("6", "D"), ("7", "E"), ("8", "D"), ("9", "D")
    ]  # fmt: skip
    assert "không phải địa chỉ e-mail" in said
    assert {user.email for user in User.objects.all()} == {"duoc@example.vn", "xem@example.vn"}


def test_an_old_name_means_what_it_became_and_a_split_one_is_asked_back(tmp_path: Path) -> None:
    old = {"valid_from": None, "valid_until": "2025-07-01", "parent": make.province()}
    merged, split = make.commune("Cũ", "90001", "xã", **old), make.commune("Tách", "90002", "xã", **old)
    for before, after, share in ((merged, "31078", "whole"), (split, "31078", "part"), (split, "30280", "part")):
        successor = {"31078": make.commune(), "30280": make.commune("Long Xuyên", "30280", "phường")}[after]
        Lineage.objects.create(predecessor=before, successor=successor, share=share)
    said = load(table(tmp_path, f"{HEADER}\nLan,lan@example.vn,xã,xã Cũ,\nHoa,hoa@example.vn,xã,xã Tách,\n"))
    assert "dòng 3, cột D" in said
    assert "30280 Phường Long Xuyên" in said
    assert Assignment.objects.get().division == make.commune()


def test_a_workbook_is_read_too(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["DANH SÁCH CÁN BỘ"])
    sheet.append(HEADER.split(","))
    sheet.append(["Lan", "lan@example.vn", "Cán bộ xã", 31078, "x"])
    path = tmp_path / "can-bo.xlsx"
    book.save(path)
    assert "people: 1 new" in load(path)


def test_links_go_into_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    links = tmp_path / "links.csv"
    said = load(table(tmp_path, GOOD), "--invitations", str(links), "--site", "https://ocop.example.vn")
    assert "/invitation/" not in said
    text = links.read_text(encoding="utf-8-sig")
    assert stat.S_IMODE(links.stat().st_mode) == 0o600
    (path,) = re.findall(r"lan@example\.vn,https://ocop\.example\.vn(/vi/invitation/[\w-]+)", text)
    assert Client().get(path).status_code == 200
    with pytest.raises(CommandError):
        load(table(tmp_path, GOOD), "--invitations", str(links))


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", f"{HEADER}\nx,y,z,,\n"])
def test_a_file_without_a_usable_row_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(CommandError):
        load(table(tmp_path, text))
    assert not User.objects.exists()


def test_a_producer_is_given_the_own_record(tmp_path: Path) -> None:
    producer = make.producer()
    producer.refresh_from_db()
    said = load(table(tmp_path, f"Họ tên,E-mail,Vai trò,Mã chủ thể\nAn,an@example.vn,chủ thể,{producer.public_id}\n"))
    assert "roles: 1 new" in said
    assert Assignment.objects.get().record_id == producer.public_id
