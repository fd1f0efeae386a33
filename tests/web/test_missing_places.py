"""Reports with photos, of places that are missing; forms that are good once; mail to the officer of the area."""

import time
from io import BytesIO, StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image
from pytest_django import Settings

from geo.access.form_tokens import issue
from geo.divisions.models import DivisionBoundary
from geo.places.models import Place
from geo.spatial.models import PublicId
from geo.stewardship.models import Report, ReportPhoto
from geo.stewardship.services import NewReport, receive_report
from tests import factories as make
from tests.stewardship.test_editing_pages import fields_of
from tests.web.reading import read
from tests.web.test_reports import filled

pytestmark = pytest.mark.django_db
MISSING = "/vi/bao-sai"
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


def picture(size: tuple[int, int] = (2400, 1200), kind: str = "JPEG", **more: Any) -> SimpleUploadedFile:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "nhà bà Lan"
    Image.new("RGB", size, "green").save(out, kind, exif=exif, **more)
    return SimpleUploadedFile("anh.jpg", out.getvalue(), content_type="image/jpeg")


def address() -> str:
    place = make.place()
    place.refresh_from_db()
    return f"/vi/bao-sai/{place.public_id}"


def test_a_photo_is_made_small_and_only_the_officer_sees_it(client: Client) -> None:
    assert client.post(address(), filled(kind="closed", photo=picture())).status_code == 302
    report = Report.objects.get()
    stored = bytes(ReportPhoto.objects.get().content)
    with Image.open(BytesIO(stored)) as kept:
        assert (kept.format, kept.size, len(kept.getexif())) == ("WEBP", (1600, 800), 0)
    assert b"Lan" not in stored
    path = f"/vi/desk/reports/{report.public_id}/photo"
    assert client.get(path).status_code == 302
    client.force_login(make.officer("communal", make.commune()))
    assert path in client.get(f"/vi/desk/reports/{report.public_id}").content.decode()
    answer = client.get(path)
    assert (answer.content, answer["Content-Type"], answer["Cache-Control"]) == (
        stored,
        "image/webp",
        "private, no-store",
    )
    report.delete()
    assert not ReportPhoto.objects.exists()


@pytest.mark.parametrize(
    "photo",
    [
        SimpleUploadedFile("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        picture((6000, 4001), "PNG"),
        SimpleUploadedFile("a.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
    ],
    ids=["no picture", "too many pixels", "another format"],
)
def test_what_is_no_photo_is_refused_and_says_so(client: Client, photo: SimpleUploadedFile) -> None:
    photo.seek(0)
    answer = client.post(address(), filled(kind="closed", photo=photo))
    assert answer.status_code == 422
    assert read(answer).one(id="photo-error").text
    assert not Report.objects.exists()


def test_too_large_a_request_is_refused_before_it_is_read(client: Client) -> None:
    answer = client.post(address(), b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="999000000")
    assert answer.status_code == 400
    assert "quá lớn" in answer.content.decode()


def test_a_form_is_good_once_and_a_second_press_is_the_same_report(client: Client) -> None:
    said, path = filled(kind="closed"), address()
    first, second = client.post(path, said), client.post(path, said)
    assert first["Location"] == second["Location"]
    assert Report.objects.count() == 1


@pytest.mark.parametrize("age", [-60, 25 * 3600], ids=["a second ago at most", "yesterday"])
def test_a_form_filled_in_by_a_program_or_kept_too_long_is_shown_again(client: Client, age: int) -> None:
    with patch("time.time", return_value=time.time() - age):
        token = issue()
    answer = client.post(address(), {"kind": "closed", "token": token})
    assert answer.status_code == 422
    assert "gửi lại lần nữa" in read(answer).one("main").text
    assert client.post(address(), {"kind": "closed", "token": token + "x"}).status_code == 422
    assert not Report.objects.exists()


def test_a_missing_place_goes_to_the_officer_of_the_commune_it_names(client: Client) -> None:
    make.commune()
    said = filled(kind="", name="Vựa tiêu Bà Năm", where="ấp 3, đặc khu Phú Quốc, An Giang", contact="0912")
    answer = client.post(MISSING, said)
    assert answer.status_code == 302
    report = Report.objects.get()
    assert (report.kind, report.name, report.commune, report.subject) == ("new", said["name"], make.commune(), None)
    thanks = read(client.get(answer["Location"]))
    assert thanks.one(class_="reference").text == report.public_id
    assert client.get(f"/vi/bao-cao/{report.public_id}").status_code == 200
    outside = make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01", "thành phố"))
    for where, sees in ((make.commune(), True), (outside, False)):
        client.force_login(make.officer("communal", where))
        assert ("Vựa tiêu Bà Năm" in client.get("/vi/desk/reports").content.decode()) is sees
        assert (client.get(f"/vi/desk/reports/{report.public_id}").status_code == 200) is sees


def test_a_position_finds_the_province_by_its_outline(client: Client) -> None:
    box = MultiPolygon(Polygon.from_bbox((103, 9, 105, 11)), srid=4326)
    DivisionBoundary.objects.create(division=make.province(), boundary=box, source="test")
    assert client.post(MISSING, filled(name="Vựa tiêu", lat="10.2", lon="104.0")).status_code == 302
    report = Report.objects.get()
    assert (report.province, report.commune, report.location) == (make.province(), None, Point(104, 10.2, srid=4326))


def test_a_missing_place_needs_a_name_and_a_province_at_least(client: Client) -> None:
    make.province()
    answer = client.post(MISSING, filled(where="gần chợ"))
    assert answer.status_code == 422
    text = read(answer).one("main").text
    assert "tên" in text
    assert "Hãy chọn tỉnh" in text
    assert client.post(MISSING, filled(name="Vựa tiêu", province="91")).status_code == 302
    assert client.post(MISSING, filled(name="Vựa tiêu", lat="910", lon="1")).status_code == 422


def test_the_officer_gets_a_mail_without_anybodys_words(client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    make.officer("communal", make.commune(), email="lan@example.vn", first_name="Lan")
    client.post(address(), filled(kind="wrong", text="bà Năm đã mất", contact="0912 345 678"))
    (sent,) = mail.outbox
    report = Report.objects.get()
    assert sent.to == ["lan@example.vn"]
    assert f"/vi/desk/reports/{report.public_id}" in sent.body
    assert "bà Năm" not in sent.body
    assert "0912" not in sent.body
    assert report.mailed_at is not None


def test_a_digest_tells_of_all_that_wait_once(settings: Settings) -> None:
    settings.EMAIL_BACKEND, settings.REPORT_MAIL, settings.PUBLIC_URL = LOCMEM, "digest", "https://ocop.example"
    make.officer("communal", make.commune(), email="lan@example.vn")
    for name in ("Một", "Hai"):
        place = make.place(name)
        place.refresh_from_db()
        receive_report(PublicId.objects.get(pk=place.public_id), NewReport("closed"), "192.0.2.1")
    for expected in ("1 mails about 2 reports", "0 mails about 0 reports"):
        out = StringIO()
        call_command("mail_reports", stdout=out)
        assert expected in out.getvalue()
    assert mail.outbox[0].body.count("https://ocop.example/vi/desk/reports/") == 2


def test_without_a_mail_server_or_with_a_broken_one_a_report_is_stored(client: Client, settings: Settings) -> None:
    make.officer("communal", make.commune(), email="lan@example.vn")
    path = address()
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert client.post(path, filled(kind="closed")).status_code == 302
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert client.post(path, filled(kind="closed")).status_code == 302
    assert Report.objects.filter(mailed_at=None).count() == 2


def test_the_officer_adds_the_place_from_the_report_and_it_is_answered(client: Client) -> None:
    make.commune()
    client.post(MISSING, filled(name="Vựa tiêu", where="đặc khu Phú Quốc, An Giang"))
    report = Report.objects.get()
    client.force_login(make.officer("communal", make.commune(), publishes=True))
    path = f"/vi/desk/places/new?report={report.public_id}"
    assert path in client.get(f"/vi/desk/reports/{report.public_id}").content.decode()
    shown = fields_of(client.get(path).content.decode())
    assert shown["name"] == "Vựa tiêu"
    assert "Phú Quốc" in shown["commune"]
    sent = {**shown, "kind": "point_of_sale", "location_accuracy": "none", "reason": "người dân báo"}
    assert client.post(path, sent).status_code == 302
    place = Place.objects.get(name="Vựa tiêu")
    report.refresh_from_db()
    assert (report.state, place.public_id in report.answer) == ("accepted", True)
