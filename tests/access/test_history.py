"""History that nothing escapes: services, bulk SQL, COPY; who and why come from the audit context."""

from io import StringIO

import pytest
from django.apps import apps
from django.db import connection, transaction

from geo.access.history import audit, trail
from geo.access.models import RecordVersion
from geo.access.records import check, locked
from geo.access.trails import entries
from geo.catalog.models import CertificateScheme, Producer
from geo.places.models import Place, PlaceProduct
from geo.spatial.problems import Conflict, InvalidParameter
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_an_audited_change_says_who_why_and_in_which_batch() -> None:
    officer, place = make.user(), make.place()
    with audit(officer, "kiểm tra", batch="đợt 1"):
        Place.objects.filter(pk=place.pk).update(phone="1", address="Ấp 2")
    entry = trail("places_place", place.pk)[0]
    assert (entry.actor, entry.reason, entry.batch) == (officer.pk, "kiểm tra", "đợt 1")
    assert entry.before == {"phone": "", "address": ""}
    assert entry.after == {"phone": "1", "address": "Ấp 2"}


@pytest.mark.django_db(transaction=True)
def test_the_context_ends_with_its_transaction() -> None:
    place = make.place()
    with audit(make.user(), "trong giao dịch"):
        Place.objects.filter(pk=place.pk).update(phone="1")
    Place.objects.filter(pk=place.pk).update(phone="2")
    newest = trail("places_place", place.pk)[0]
    assert (newest.actor, newest.reason) == (None, "")


@pytest.mark.django_db(transaction=True)
def test_an_exception_takes_the_change_and_its_history_back() -> None:
    place = make.place()
    known = RecordVersion.objects.count()

    def fail() -> None:
        with audit(None, "hỏng"):
            Place.objects.filter(pk=place.pk).update(phone="1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert RecordVersion.objects.count() == known
    assert Place.objects.get(pk=place.pk).phone == ""


def test_bulk_sql_is_recorded_row_by_row() -> None:
    places = [make.place(name=f"Nơi {number}") for number in range(5)]
    with audit(None, "sửa hàng loạt"), connection.cursor() as cursor:
        cursor.execute("UPDATE places_place SET phone = name WHERE name LIKE 'Nơi %'")
    for place in places:
        assert trail("places_place", place.pk)[0].after == {"phone": place.name}


def test_copy_is_recorded() -> None:
    with audit(None, "nhập bằng COPY"), connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY catalog_producer (source_kind, source_name, source_url, source_licence, trust, external_id, name,"
            " version, created_at, updated_at, kind, address, phone, email, zalo, website) FROM STDIN (DELIMITER '|')",
            StringIO("register|Sở|||A||HTX COPY|1|2026-01-01|2026-01-01|cooperative|||||\n"),
        )
    producer = Producer.objects.get(name="HTX COPY")
    entry = trail("catalog_producer", producer.pk)[0]
    assert (entry.operation, entry.reason) == ("I", "nhập bằng COPY")
    assert len(producer.public_id) == 8


def test_a_removed_part_keeps_its_whole_row() -> None:
    part = make.sells(make.place(), make.product(), price="45000", price_unit="chai", price_on="2026-11-01")
    pk = part.pk
    part.delete()
    entry = trail("places_placeproduct", pk)[0]
    assert entry.operation == "D"
    assert entry.before is not None
    assert entry.before["price_unit"] == "chai"


def test_an_update_that_changes_nothing_leaves_no_entry() -> None:
    place = make.place()
    known = len(trail("places_place", place.pk))
    Place.objects.filter(pk=place.pk).update(phone=place.phone)
    assert len(trail("places_place", place.pk)) == known


def test_the_trail_reads_in_words_with_the_parts_of_the_record() -> None:
    officer, place = make.user(username="lan"), make.place()
    other = make.commune("Thổ Châu", "31111")
    part = make.sells(place, make.product("Tiêu Phú Quốc"))
    with audit(officer, "đổi xã"):
        Place.objects.filter(pk=place.pk).update(commune=other, status="closed", closed_on="2026-01-01")
    with audit(officer, "thôi bán"):
        part.delete()
    found = entries(place, [(PlaceProduct, "place")])
    assert (found[0].who, found[0].reason) == ("lan", "thôi bán")
    assert "Tiêu Phú Quốc" in {change.before for change in found[0].changes}
    changes = {(change.before, change.after) for change in found[1].changes}
    assert ("Đặc khu Phú Quốc", "Đặc khu Thổ Châu") in changes
    assert ("—", "01/01/2026") in changes


def test_a_record_is_locked_only_at_the_version_its_editor_saw() -> None:
    place = make.place()
    with transaction.atomic():
        assert locked(place, place.version).pk == place.pk
        assert locked(place, None).pk == place.pk
        with pytest.raises(Conflict):
            locked(place, place.version + 1)


def test_the_first_flaw_of_a_record_is_named() -> None:
    producer = make.producer()
    producer.email = "sai"
    with pytest.raises(InvalidParameter) as error:
        check(producer, exclude=("public_id",))
    assert error.value.name == "email"


WITHOUT_HISTORY = {
    "access_invitation": "lives for days; who was given what is in the history of roles",
    "access_outgoingmail": "waits to be sent, and goes without a trace",
    "access_recordversion": "is the history",
    "access_recoverycode": "hashes of secrets",
    "access_signinattempt": "counts guesses, for an hour",
    "auth_permission": "is made by the code",
    "catalog_currentcertificate": "is a view",
    "divisions_divisionboundary": "comes whole from a file, which it names",
    "divisions_divisionboundarypart": "derived",
    "divisions_divisioncontext": "derived",
    "django_admin_log": "a log itself",
    "django_content_type": "is made by the code",
    "django_session": "sessions",
    "otp_totp_totpdevice": "secrets",
    "places_catalogmark": "derived",
    "places_feature": "derived",
    "places_item": "derived",
    "places_late": "derived",
    "places_latecatalog": "derived",
    "places_mark": "derived",
    "places_clustertile": "derived",
    "places_openingperiod": "derived",
    "places_placesearch": "derived",
    "places_rollover": "derived",
    "places_tally": "derived",
    "places_tallydelta": "derived",
    "sourcing_plan": "belongs to who has its secret; each change of it is a version of its own",
    "sourcing_planversion": "a log itself",
    "sourcing_quotation": "says itself when it was answered and decided; what it promises is in that history",
    "sourcing_quotationrequest": "never changes but by erasing, and belongs to who has its secret",
    "sourcing_watch": "belongs to who has its secret, and goes without a trace",
    "spatial_change": "a log itself",
    "spatial_changedcollection": "a log itself",
    "spatial_collectionversion": "a log itself",
    "spatial_publicid": "a name, told by its record",
    "stewardship_checklink": "hashes of secrets; what it confirms is in the history of the place",
    "stewardship_freshness": "derived",
    "stewardship_freshnessstate": "derived",
    "stewardship_import": "a log itself, each of whose rows is in the history of its record",
    "stewardship_importfile": "erased after its time",
    "stewardship_importrow": "erased after its time",
    "stewardship_lookalikestate": "how far the search for pairs has come",
    "stewardship_merge": "a log itself, of what was merged into what, by whom, and when it was taken back",
    "stewardship_reportphoto": "comes and goes with its report",
}


def test_every_table_has_a_history_or_a_reason_for_none() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_object_table, count(*) FROM information_schema.triggers"
            " WHERE trigger_name LIKE '%%\\_history\\_%%' GROUP BY 1"
        )
        recorded = dict(cursor.fetchall())
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    assert set(recorded.values()) == {3}
    assert {table for table in tables if table not in recorded and table not in WITHOUT_HISTORY} == set()
    assert {table for table in WITHOUT_HISTORY if table in recorded} == set()


def test_what_has_another_key_is_recorded_under_it() -> None:
    scheme = CertificateScheme.objects.create(code="VIETGAP", name_vi="VietGAP", name_en="VietGAP", position=5)
    with audit(None, "tên đúng"):
        CertificateScheme.objects.filter(pk=scheme.pk).update(name_en="Good practice")
    entry = RecordVersion.objects.filter(table="catalog_certificatescheme", record="VIETGAP").latest("id")
    assert (entry.reason, entry.after) == ("tên đúng", {"name_en": "Good practice"})


def test_no_history_keeps_a_password() -> None:
    officer = make.user(username="lan")
    known = RecordVersion.objects.filter(table="access_user").count()
    officer.set_password("một mật khẩu dài")
    officer.save()
    assert RecordVersion.objects.filter(table="access_user").count() == known
    officer.first_name = "Lan"
    officer.save()
    entry = RecordVersion.objects.filter(table="access_user", record=str(officer.pk)).latest("id")
    assert entry.after == {"first_name": "Lan"}
    officer.delete()
    entry = RecordVersion.objects.filter(table="access_user", record=str(entry.record)).latest("id")
    assert entry.before is not None
    assert {"username", "first_name"} <= set(entry.before)
    assert not {"password", "last_login"} & set(entry.before)
