"""Writes of places: what is checked, derived, recorded and refused."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import translation
from PIL import Image

from geo.access.history import trail
from geo.access.models import RecordVersion
from geo.divisions.models import DivisionBoundary
from geo.places import photos, services
from geo.places.models import OpeningPeriod, Place
from geo.places.photos import attach_photo, prepared, remove_photo
from geo.places.services import save_place
from geo.spatial import calendar
from geo.spatial.problems import Conflict, InvalidParameter
from tests import factories as make

pytestmark = pytest.mark.django_db
HERE = Point(103.97, 10.21, srid=4326)


def refused(field: str, call: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(InvalidParameter) as error:
        call(*args, **named)
    assert error.value.name == field, error.value.message
    return error.value.message


def test_a_moved_pin_is_in_the_history_with_who_why_from_and_to() -> None:
    officer, place = make.user(), make.place()
    saved = services.move_pin(officer, "Đo lại tại chỗ", place, HERE, accuracy="gps", source="GPS của cán bộ xã")
    assert saved.place.version == place.version + 1
    assert saved.warnings == []
    entry = trail("places_place", place.pk)[0]
    assert (entry.actor, entry.reason, entry.operation) == (officer.pk, "Đo lại tại chỗ", "U")
    assert entry.before is not None
    assert entry.after is not None
    assert entry.before["location"]["coordinates"] == [103.96, 10.22]
    assert entry.after["location"]["coordinates"] == [103.97, 10.21]


def test_a_save_that_changes_nothing_writes_nothing() -> None:
    place = make.place()
    saved = save_place(None, "xem lại", {"name": place.name}, place=place)
    assert not saved.changed
    assert saved.place.version == place.version
    assert RecordVersion.objects.filter(reason="xem lại").count() == 0


def test_an_older_version_is_a_conflict_and_writes_nothing() -> None:
    place = make.place()
    save_place(None, "một", {"phone": "0912345678"}, place=place, version=place.version)
    with pytest.raises(Conflict):
        save_place(None, "hai", {"phone": "0999999999"}, place=place, version=place.version)
    assert Place.objects.get(pk=place.pk).phone == "0912345678"


def test_without_a_reason_nothing_is_written() -> None:
    assert refused("reason", save_place, None, "  ", {"phone": "1"}, place=make.place())


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("location", {"location": Point(10.2, 103.9, srid=4326)}),
        ("location_accuracy", {"location": None, "location_accuracy": "gps"}),
        ("location_accuracy", {"location": HERE, "location_accuracy": "none"}),
        ("location_source", {"location": HERE, "location_accuracy": "gps", "location_source": ""}),
        ("closed_on", {"status": "closed", "closed_on": date(2100, 1, 1)}),
        ("closed_on", {"closed_on": date(2020, 1, 1)}),
        ("closed_on", {"status": "closed", "opened_on": date(2020, 1, 2), "closed_on": date(2020, 1, 1)}),
        ("name", {"name": "   "}),
        ("outlet", {"kind": "production_site", "outlet": "market"}),
        ("email", {"email": "không phải thư"}),
        ("version", {"version": 7}),
    ],
)
def test_a_flaw_is_refused_by_the_name_of_its_field(field: str, values: dict[str, Any]) -> None:
    place = make.place(location_source="OSM")
    with translation.override("vi"):
        message = refused(field if field != "outlet" else "", save_place, None, "thử", values, place=place)
    assert message
    assert Place.objects.get(pk=place.pk).version == place.version


def test_a_new_place_gets_its_province_from_its_commune_and_the_communes_point() -> None:
    commune = make.commune()
    values = {**make.SOURCE, "name": "Chợ  Dương Đông ", "kind": "point_of_sale", "commune": commune}
    saved = save_place(make.user(), "thêm", {**values, "location_accuracy": "commune_point"})
    assert saved.place.name == "Chợ Dương Đông"
    assert saved.place.province == commune.parent
    assert saved.place.location == commune.location
    assert len(saved.place.public_id) == 8


def test_a_division_of_yesterday_is_refused() -> None:
    old = make.commune("Dương Tơ", "31084", "xã", valid_until=date(2025, 7, 1), valid_from=date(2020, 1, 1))
    values = {**make.SOURCE, "name": "Nơi cũ", "kind": "production_site", "commune": old}
    refused("commune", save_place, None, "thêm", values)


def outline(division: Any, west: float, south: float, east: float, north: float) -> None:
    box = Polygon.from_bbox((west, south, east, north))
    DivisionBoundary.objects.create(division=division, boundary=MultiPolygon(box, srid=4326), source="test")


def test_with_boundaries_the_commune_follows_from_the_position_and_a_contradiction_is_a_warning() -> None:
    here, there = make.commune(), make.commune("Thổ Châu", "31111")
    outline(here, 103.8, 10.0, 104.1, 10.5)
    outline(there, 103.4, 9.2, 103.6, 9.4)
    values = {"location": HERE, "location_accuracy": "gps", "location_source": "GPS"}
    fresh = {**make.SOURCE, "name": "Lò mắm", "kind": "production_site", **values}
    assert save_place(None, "thêm", fresh).place.commune == here
    place = make.place(commune=there)
    saved = save_place(None, "ghim lại", values, place=place)
    assert saved.place.commune == there
    assert "Phú Quốc" in saved.warnings[0]


def test_without_boundaries_a_position_far_from_its_commune_is_a_warning() -> None:
    far = Point(105.8, 21.0, srid=4326)
    saved = services.move_pin(None, "ghim", make.place(), far, accuracy="gps", source="GPS")
    assert "km" in saved.warnings[0]


def test_closing_today_closes_and_closing_later_waits_for_its_day() -> None:
    place, later = make.place(), make.place(name="Đóng cửa sau")
    assert services.close(None, "hết thuê nhà", place).place.status == "closed"
    saved = services.close(None, "hết thuê nhà", later, on=calendar.today() + timedelta(days=3)).place
    assert saved.status == "open"
    assert saved.closed_on is not None
    reopened = services.reopen(None, "mở lại", place).place
    assert (reopened.status, reopened.closed_on) == ("open", None)


def test_a_place_moves_to_another_but_not_in_circles() -> None:
    old, new = make.place(name="Cũ"), make.place(name="Mới")
    assert services.move(None, "chuyển", old, new).place.moved_to == new
    refused("moved_to", services.move, None, "chuyển", new, old)
    refused("moved_to", services.move, None, "chuyển", new, new)
    refused("moved_to", save_place, None, "chuyển", {"moved_to": new}, place=make.place(name="Khác"))


def test_opening_hours_are_shared_stored_and_refused_where_they_can_not_be_read() -> None:
    one, two = make.place(), make.place(name="Hai")
    first = services.set_schedule(None, "giờ mở", one, "mo-su 8:00-18:00").place.schedule
    assert first == services.set_schedule(None, "giờ mở", two, "Mo-Su 08:00-18:00").place.schedule
    assert OpeningPeriod.objects.filter(schedule=first).count() == 62
    message = refused("opening_hours", services.set_schedule, None, "giờ mở", one, "Mo-Fr 8h-17h")
    assert "8h-17h" in message
    assert services.set_schedule(None, "không rõ", one, " ").place.schedule is None


def picture(width: int = 3000, height: int = 2000, form: str = "JPEG", **options: Any) -> BytesIO:
    made = BytesIO()
    Image.new("RGB", (width, height), "green").save(made, form, **options)
    made.seek(0)
    return made


def test_a_photo_is_made_small_upright_and_loses_its_exif() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x9286] = "secret place"
    place = attach_photo(make.user(), "ảnh", make.place(), picture(exif=exif.tobytes()), "Nguyễn Văn A")
    with Image.open(place.photo) as shown:
        assert shown.format == "WEBP"
        assert shown.size == (1067, 1600)
        assert not shown.getexif()
    assert place.photo_credit == "Nguyễn Văn A"
    assert trail("places_place", place.pk)[0].reason == "ảnh"


def test_a_photo_needs_a_credit_and_must_be_a_picture_of_a_bearable_size(monkeypatch: pytest.MonkeyPatch) -> None:
    place = make.place()
    refused("photo_credit", attach_photo, None, "ảnh", place, picture(), " ")
    refused("photo", attach_photo, None, "ảnh", place, BytesIO(b"<svg onload=alert(1)>"), "A")
    refused("photo", attach_photo, None, "ảnh", place, BytesIO(picture().getvalue()[:400]), "A")
    refused("photo", prepared, picture(40, 40, "GIF"))
    monkeypatch.setattr(photos, "MAX_PIXELS", 100)
    refused("photo", prepared, picture(40, 40))
    monkeypatch.setattr(photos, "MAX_BYTES", 10)
    refused("photo", prepared, picture(4, 4))
    place.refresh_from_db()
    assert not place.photo


@pytest.mark.django_db(transaction=True)
def test_a_replaced_or_removed_photo_leaves_no_file_behind() -> None:
    place = attach_photo(None, "ảnh", make.place(), picture(), "A")
    storage, first = place.photo.storage, place.photo.name
    place = attach_photo(None, "ảnh mới", place, picture(20, 20), "A")
    assert not storage.exists(first)
    second = place.photo.name
    assert storage.exists(second)
    place = remove_photo(None, "bỏ ảnh", place)
    assert not storage.exists(second)
    assert (place.photo.name, place.photo_credit) in {("", ""), (None, "")}


def test_a_household_is_located_better_than_its_commune_only_with_consent() -> None:
    home = make.place(kind="production_site", producer=make.producer("Hộ A", kind="household"), location=None)
    measured = {"accuracy": "gps", "source": "máy A"}
    assert refused("contact_consent_on", services.move_pin, None, "đo lại", home, HERE, **measured)
    home.refresh_from_db()
    assert home.location is None
    services.save_place(None, "đã đồng ý", {"contact_consent_on": date(2026, 11, 1)}, place=home)
    assert services.move_pin(None, "đo lại", home, HERE, **measured).place.location_accuracy == "gps"
