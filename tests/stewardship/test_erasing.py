"""Erasing a person: no value of theirs is left in any row of any table; what happened, and when, stays."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import connection

from geo.access import roles
from geo.access.history import trail
from geo.access.models import Assignment, User
from geo.catalog.models import Producer
from geo.catalog.services import save_producer
from geo.places.models import Place
from geo.places.services import save_place
from geo.spatial import calendar
from geo.spatial.models import PublicId
from geo.stewardship import desk, proposals
from geo.stewardship.claims.services import NewClaim, receive_claim
from geo.stewardship.erasing.old import erase_old
from geo.stewardship.imports.models import Import, ImportFile, ImportRow
from geo.stewardship.models import Report, ReportPhoto
from geo.stewardship.services import NewReport, receive_report
from tests import factories as make

pytestmark = pytest.mark.django_db
NAME, PHONE, OLD_PHONE = "Hộ Nguyễn Thị Lụa", "0912 345 678", "0987654321"


def dump() -> str:
    """Every row of every table, as text; bytes as hexadecimal digits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> 'spatial_ref_sys'"
        )
        rows = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" AS t')
            rows += [f"{table}: {text}" for (text,) in cursor.fetchall()]
    return "\n".join(rows)


def left(*values: str) -> list[str]:
    text = dump()
    found = [line for line in text.splitlines() if any(value in line for value in values)]
    return found + [value for value in values if value.encode().hex() in text]


def entry(record: Producer | Place) -> PublicId:
    record.refresh_from_db()
    return PublicId.objects.get(pk=record.public_id)


def erase(*arguments: str) -> str:
    out = StringIO()
    call_command("erase_person", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def producer() -> Producer:
    """A household with a past: a place, a product, changes, a report, a proposal, an import."""
    office, phu_quoc = make.user(), make.commune()
    made = make.producer(NAME, kind="household", province=phu_quoc.parent, commune=phu_quoc, phone=OLD_PHONE)
    made.refresh_from_db()
    save_producer(office, f"số mới của {NAME}", {"phone": PHONE, "address": "12 ngõ Lụa đỏ"}, producer=made)
    place = make.place(f"Cơ sở {NAME}", kind="production_site", producer=made, phone=PHONE, photo_credit=NAME)
    place.refresh_from_db()
    moved: dict[str, object] = {
        "location": Point(103.97, 10.23, srid=4326),
        "location_accuracy": "gps",
        "location_source": "máy GPS",
    }
    moved |= {"contact_consent_on": calendar.today()}
    save_place(office, "đo lại", moved, place=place)
    product = make.product(f"Tiêu của {NAME}", producer=made)
    make.sells(place, product, "makes")
    other = make.place("Nơi khác")
    receive_report(
        entry(place), NewReport("wrong", f"gọi {PHONE} không được, {NAME} đã nghỉ", "0900 111 222"), "192.0.2.1"
    )
    receive_report(entry(other), NewReport("wrong", f"số đúng là {PHONE}"), "192.0.2.2")
    place.refresh_from_db()
    officer = make.officer("communal", phu_quoc)
    proposals.submit(officer, f"theo lời {NAME}", place, {"phone": "0912345678"}, version=place.version)
    receive_claim(entry(made), NewClaim(NAME, PHONE, "", f"tôi là {NAME}"), "192.0.2.3")
    batch = Import.objects.create(kind="places", file_name="bang.csv", file_hash="0" * 64, file_size=9)
    ImportFile.objects.create(batch=batch, content=f"{NAME};{PHONE}".encode())
    ImportRow.objects.create(batch=batch, number=2, verdict="new", record=place.pk, cells=[NAME, PHONE], applied=True)
    return made


def test_nothing_of_a_household_is_left_in_any_table(producer: Producer) -> None:
    events = len(trail("catalog_producer", producer.pk))
    assert left(NAME)
    said = erase("--producer", producer.public_id)
    assert left(NAME, PHONE, "0912345678", OLD_PHONE, "ngõ Lụa", "103.97") == []
    assert "still there" not in said
    assert len(trail("catalog_producer", producer.pk)) > events
    producer.refresh_from_db()
    place = Place.objects.get(producer=producer)
    assert "[xoá]" in producer.name
    assert (place.location, place.commune) == (None, make.commune())
    assert ImportRow.objects.get().record == place.pk


def test_others_of_the_same_name_keep_it(producer: Producer) -> None:
    other = make.producer(NAME, kind="household")
    assert "still there, look yourself: catalog_producer.name (1 rows)" in erase("--producer", producer.public_id)
    other.refresh_from_db()
    assert other.name == NAME


def test_a_dry_run_takes_everything_back(producer: Producer) -> None:
    assert "nothing has changed" in erase("--producer", producer.public_id, "--dry-run")
    producer.refresh_from_db()
    assert producer.name == NAME


def test_a_company_is_no_person() -> None:
    company = make.producer("Công ty Lụa", kind="company")
    company.refresh_from_db()
    with pytest.raises(CommandError, match="không phải cá nhân"):
        erase("--producer", company.public_id)
    with pytest.raises(CommandError):
        erase("--user", "nobody@example.vn")


def test_an_officer_leaves_what_they_did_and_no_name() -> None:
    officer = make.officer(
        "communal",
        make.commune(),
        publishes=True,
        username="lua.nt",
        email="lua.nt@example.vn",
        first_name="Nguyễn Thị Lụa",
    )
    place = make.place()
    place.refresh_from_db()
    roles.stand_in(None, "Nguyễn Thị Lụa nghỉ phép", officer, make.person(), ends_on=calendar.today())
    desk.confirm_by_link(desk.make_link(officer, place))
    receive_report(entry(place), NewReport("closed"), "192.0.2.1")
    desk.settle(officer, Report.objects.get(), "refused", "Nguyễn Thị Lụa đã đến xem: vẫn mở.")
    actions = [one.actor for one in trail("places_place", place.pk)]
    erase("--user", "lua.nt@example.vn")
    assert left("lua.nt@example.vn", "Nguyễn Thị Lụa") == []
    stored = User.objects.get(pk=officer.pk)
    assert (stored.username, stored.is_active, stored.has_usable_password()) == (f"erased-{officer.pk}", False, False)
    assert [one.actor for one in trail("places_place", place.pk)] == actions
    assert not Assignment.objects.filter(user=officer, ends_on=None).exists()


def test_a_reporter_is_erased_with_the_photo() -> None:
    place = make.place()
    report = receive_report(entry(place), NewReport("wrong", "tôi là Lụa ở ấp 3", "0900 111 222"), "192.0.2.1")
    ReportPhoto.objects.create(report=report, content=b"photo of somebody")
    erase("--report", report.public_id)
    assert left("0900 111 222", "0900111222", "tôi là Lụa", "photo of somebody") == []
    kept = Report.objects.get()
    assert (kept.kind, kept.subject_id, kept.erased_at is None) == ("wrong", place.public_id, False)


def test_reports_are_erased_a_year_after_their_answer() -> None:
    place, office = make.place(), make.user()
    for words in ("lâu rồi", "mới đây"):
        desk.settle(office, receive_report(entry(place), NewReport("wrong", words), "192.0.2.1"), "accepted", "Cảm ơn")
    Report.objects.filter(text="lâu rồi").update(settled_at=calendar.now() - timedelta(days=366))
    others = {"imports": 0, "claims": 0, "requests for quotation": 0}
    others |= {"requests nobody confirmed": 0, "searches nobody confirmed": 0}
    assert erase_old() == {**others, "reports": 1}
    assert left("lâu rồi") == []
    assert Report.objects.filter(text="mới đây").exists()
    assert erase_old() == {**others, "reports": 0}
