"""Imports by people: their rights, the approval of the province, what holds a record, what its history tells."""

import threading
import time
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import translation

from geo.access.models import User
from geo.access.trails import entries
from geo.catalog.models import Producer
from geo.divisions.models import Division
from geo.divisions.selectors import commune_by_code
from geo.places.models import Place
from geo.places.services import save_place
from geo.spatial.problems import Conflict, Forbidden
from geo.stewardship.imports import approving, jobs, rights
from geo.stewardship.imports.applying import apply_import
from geo.stewardship.imports.checking import LOCK, check, receive
from geo.stewardship.imports.models import Import
from geo.stewardship.imports.reverting import revert_import
from tests import factories as make
from tests.stewardship.imports import files, sample

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


def at(code: str) -> Division:
    found = commune_by_code(code)
    assert found is not None
    return found


def phu_quoc() -> Division:
    return at("31078")


def elsewhere() -> Division:
    return at("00070")


def uploaded(actor: User | None, *rows: list[object]) -> Import:
    table = sample.table(list(rows) or [sample.row(1, phu_quoc()), sample.row(2, phu_quoc())])
    return check(receive(actor, "places", "danh sách mẫu.xlsx", files.xlsx(table), sample.SOURCE))


def counts(batch: Import) -> dict[str, int]:
    return {verdict: count for verdict, count in batch.counts.items() if count}


def post(client: Client, path: str, **data: object) -> str:
    response = client.post(path, data, follow=True)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


PEOPLE: dict[str, Callable[[], User]] = {
    "communal": lambda: make.officer("communal", phu_quoc()),
    "publishing": lambda: make.officer("communal", phu_quoc(), publishes=True),
    "provincial": lambda: make.officer("provincial", phu_quoc().parent),
    "other province": lambda: make.officer("provincial", elsewhere().parent),
    "national": lambda: make.officer("national"),
    "viewer": lambda: make.officer("viewer"),
    "producer": lambda: make.owner(_producer()),
}


def _producer() -> Producer:
    made = make.producer("HTX của mình", province=phu_quoc().parent, commune=phu_quoc())
    made.refresh_from_db()
    return made


@pytest.mark.parametrize(
    ("who", "screen", "verdict", "applies", "sends"),
    [
        ("communal", 200, "new", False, True),
        ("publishing", 200, "new", True, False),
        ("provincial", 200, "new", True, False),
        ("other province", 200, "refused", False, False),
        ("national", 200, "new", True, False),
        ("viewer", 403, "refused", False, False),
        ("producer", 403, "refused", False, False),
    ],
)
def test_each_role_may_import_what_its_area_allows(
    client: Client, who: str, screen: int, verdict: str, applies: bool, sends: bool
) -> None:
    person = PEOPLE[who]()
    client.force_login(person)
    assert client.get("/vi/desk/imports").status_code == screen
    batch = uploaded(person)
    assert counts(batch) == {verdict: 2}
    if verdict == "refused":
        assert {problem["code"] for row in batch.rows.all() for problem in row.problems} == {"outside-area"}
        assert batch.spots == []
    if not applies and verdict == "new":
        with pytest.raises(Forbidden):
            apply_import(person, "thử", batch)
    if sends:
        approving.send(person, "nhờ tỉnh ghi", batch)
        assert batch.state == Import.State.WAITING
        with pytest.raises(Forbidden):
            apply_import(person, "thử", batch)
    if applies:
        assert counts(apply_import(person, "danh sách", batch)) == {"new": 2}
        with pytest.raises(Forbidden):
            revert_import(make.officer("provincial", elsewhere().parent), "không phải của mình", batch)
        assert revert_import(person, "nhầm", batch).removed == 2
    assert Place.objects.count() == 0


def test_rows_outside_of_the_area_are_refused_and_the_others_taken() -> None:
    officer = make.officer("communal", phu_quoc(), publishes=True)
    batch = apply_import(officer, "cả hai", uploaded(officer, sample.row(1, phu_quoc()), sample.row(2, elsewhere())))
    assert counts(batch) == {"new": 1, "refused": 1}
    assert Place.objects.get().commune == phu_quoc()


def test_the_province_writes_what_a_commune_sends(client: Client) -> None:
    lan, hung = make.officer("communal", phu_quoc()), make.officer("provincial", phu_quoc().parent)
    other = make.officer("provincial", elsewhere().parent)
    client.force_login(lan)
    file = SimpleUploadedFile("xã.xlsx", files.xlsx(sample.table([sample.row(1, phu_quoc())])))
    page = post(client, "/vi/desk/imports", kind="places", file=file)
    batch = Import.objects.get()
    assert "Gửi 1 hàng lên tỉnh" in page
    assert "Bạn chưa có quyền công bố ngay" in page
    assert "Đang chờ tỉnh duyệt" in post(client, f"/vi/desk/imports/{batch.pk}/send", reason="nhờ tỉnh")
    assert rights.waiting_for(hung) == [batch]
    assert rights.waiting_for(other) == []
    client.force_login(other)
    assert client.get(f"/vi/desk/imports/{batch.pk}").status_code == 403
    client.force_login(hung)
    assert "xã.xlsx" in client.get("/vi/desk/imports").content.decode()
    assert "Đã ghi 1 hàng" in post(client, f"/vi/desk/imports/{batch.pk}/apply", reason="đã xem")
    batch.refresh_from_db()
    assert (batch.state, batch.created_by, batch.applied_by) == ("applied", lan, hung)
    assert Place.objects.count() == 1


def test_the_province_says_why_not(client: Client) -> None:
    lan, hung = make.officer("communal", phu_quoc()), make.officer("provincial", phu_quoc().parent)
    batch = approving.send(lan, "nhờ tỉnh", uploaded(lan))
    client.force_login(hung)
    assert client.post(f"/vi/desk/imports/{batch.pk}/send", {"step": "decline", "reason": " "}).status_code == 422
    post(client, f"/vi/desk/imports/{batch.pk}/send", step="decline", reason="thiếu nguồn")
    client.force_login(lan)
    assert "thiếu nguồn" in client.get(f"/vi/desk/imports/{batch.pk}").content.decode()
    with pytest.raises(Conflict):
        apply_import(hung, "lại", batch)
    assert Place.objects.count() == 0


def test_an_import_needs_a_reason(client: Client) -> None:
    officer = make.officer("provincial", phu_quoc().parent)
    batch = uploaded(officer)
    client.force_login(officer)
    response = client.post(f"/vi/desk/imports/{batch.pk}/apply", {"reason": ""})
    assert response.status_code == 422
    assert Place.objects.count() == 0


def test_what_is_announced_as_too_large_is_not_read(client: Client) -> None:
    client.force_login(make.officer("national"))
    response = client.post(
        "/vi/desk/imports", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="999999999"
    )
    assert response.status_code == 413
    assert "20 MB" in response.content.decode()
    assert not Import.objects.exists()


def test_a_job_whose_process_ended_is_told_as_interrupted(client: Client) -> None:
    officer = make.officer("provincial", phu_quoc().parent)
    batch = uploaded(officer)
    Import.objects.update(job="apply", job_asked_at=batch.created_at, job_begun_at=batch.created_at)
    batch.refresh_from_db()
    assert jobs.was_interrupted(batch)
    client.force_login(officer)
    assert "không có gì ghi dở dang" in client.get(f"/vi/desk/imports/{batch.pk}").content.decode()
    assert jobs.ask(officer, batch, "apply", "lại lần nữa").state == Import.State.APPLIED
    assert (batch.job, batch.job_problem) == ("", "")


def test_the_audit_trail_tells_file_and_row_in_vietnamese() -> None:
    lan = make.officer("provincial", phu_quoc().parent, first_name="Lan", last_name="Nguyễn")
    apply_import(lan, "danh sách tháng 11", uploaded(lan, sample.row(1, phu_quoc())))
    row = sample.row(1, phu_quoc(), **{"Điện thoại": "0912 345 678", "Ngày mở cửa": "13/05/2024"})
    batch = apply_import(lan, "sửa số máy", uploaded(lan, row))
    revert_import(lan, "nhầm", batch)
    with translation.override("vi"):
        trail = entries(Place.objects.get())
        told = [
            (one.who, one.operation, one.reason, one.origin, [(c.label, c.before, c.after) for c in one.changes])
            for one in trail[:2]
        ]
        first = trail[2]
    day = ("hoạt động từ", "12/05/2024", "13/05/2024")
    phone = ("điện thoại", "0297 3000001", "0912 345 678")
    back = [(label, after, before) for label, before, after in (day, phone)]
    assert told == [
        (
            "Lan Nguyễn",
            "đã sửa",
            "nhầm",
            "hoàn lại lần nhập tệp “danh sách mẫu.xlsx”",
            sorted(back, key=lambda c: c[0] != day[0]),
        ),
        ("Lan Nguyễn", "đã sửa", "sửa số máy", "từ tệp “danh sách mẫu.xlsx”, hàng 4", [day, phone]),
    ]
    assert (first.reason, first.origin) == ("danh sách tháng 11", "từ tệp “danh sách mẫu.xlsx”, hàng 4")


@pytest.mark.django_db(transaction=True)
def test_a_save_of_a_record_that_an_import_holds_says_so_and_does_not_hang() -> None:
    place = make.place("Điểm bán mẫu", commune=phu_quoc(), province=phu_quoc().parent)
    place.refresh_from_db()
    batch = uploaded(None, sample.row(1, phu_quoc(), **{"Mã bản ghi": place.public_id, "Điện thoại": "0912 345 678"}))
    assert counts(batch) == {"changed": 1}
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, batch.pk])
            Place.objects.select_for_update(no_key=True).get(pk=place.pk)
            held.set()
            over.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(30)
        started = time.monotonic()
        with translation.override("vi"), pytest.raises(Conflict, match="đang được nhập từ tệp “danh sách mẫu"):
            save_place(None, "lưu tay", {"phone": "0987 654 321"}, place=place)
        assert time.monotonic() - started < 5
    finally:
        over.set()
        thread.join()
    assert save_place(None, "lưu tay", {"phone": "0987 654 321"}, place=place).changed
