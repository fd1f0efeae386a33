"""My unit: what needs an officer, counted for their area; still right; links; reports and their answers."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.http import HttpResponse
from django.test import Client

from geo.access.history import trail
from geo.access.models import User
from geo.divisions.models import DivisionBoundary
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.models import PublicId
from geo.spatial.problems import Conflict, Forbidden, InvalidParameter, NotFound
from geo.stewardship import desk
from geo.stewardship.models import CheckLink, Proposal, Report
from geo.stewardship.services import NewReport, receive_report
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)
PHU_QUOC = Point(103.96, 10.22, srid=4326)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with calendar.at(datetime(2026, 11, 18, 12, tzinfo=calendar.ZONE)):
        yield


@pytest.fixture
def officer(client: Client) -> User:
    made = make.officer("communal", make.commune(area_km2=575), first_name="Lan")
    client.force_login(made)
    return made


def far() -> Place:
    elsewhere = make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01", "thành phố"))
    return make.place("Ở Hà Nội", commune=elsewhere, location=Point(105.85, 21.03, srid=4326))


def listed(client: Client, task: str, more: str = "") -> list[str]:
    text = client.get(f"/vi/desk/{task}{more}").content.decode()
    return re.findall(r'<h2><a href="[^"]*">([^<]*)</a></h2>', text)


def counts(client: Client, more: str = "") -> dict[str, str]:
    text = client.get(f"/vi/desk{more}").content.decode()
    return dict(re.findall(r'/vi/desk/(\w+)[^"]*"[^>]*><span>[^<]*</span> <span class="amount">([^<]*)</span>', text))


def reported(place: Place, kind: str = "closed", text: str = "") -> Report:
    place.refresh_from_db()
    return receive_report(PublicId.objects.get(pk=place.public_id), NewReport(kind, text, "0912"), "192.0.2.1")


def test_the_lists_hold_what_needs_the_officer_of_the_area_and_nothing_else(client: Client, officer: User) -> None:
    make.place("Chưa kiểm tra")
    make.place("Lâu rồi", checked_on=TODAY - timedelta(days=366))
    make.place("Mới kiểm tra", checked_on=TODAY - timedelta(days=300))
    make.place("Đã đóng", status="closed", closed_on=date(2026, 1, 1))
    make.place("Chưa có vị trí", location=None, checked_on=TODAY)
    make.place("Lạc", location=Point(104.9, 10.2, srid=4326), checked_on=TODAY)
    producer = make.producer(commune=make.commune(), province=make.province())
    for name, days in (("Sắp hết hạn", 30), ("Còn lâu", 90)):
        until = TODAY + timedelta(days=days)
        made = make.product(name, producer=producer)
        made.refresh_from_db()
        make.certificate(made, valid_from=date(2024, 1, 1), valid_until=until)
    reported(far())
    report = reported(Place.objects.get(name="Mới kiểm tra"))
    assert counts(client) == {
        "reports": "1",
        "proposals": "0",
        "unchecked": "2",
        "ending": "1",
        "outside": "1",
        "nowhere": "1",
        "duplicates": "0",
        "doubts": "0",
        "quotations": "0",
        "claims": "0",
    }
    assert listed(client, "unchecked") == ["Chưa kiểm tra", "Lâu rồi"]
    assert listed(client, "outside") == ["Lạc"]
    assert listed(client, "nowhere") == ["Chưa có vị trí"]
    assert listed(client, "ending") == ["Sắp hết hạn"]
    assert listed(client, "reports") == ["Mới kiểm tra"]
    assert report.public_id in client.get("/vi/desk/reports").content.decode()


def test_a_boundary_decides_where_there_is_one(client: Client, officer: User) -> None:
    box = MultiPolygon(Polygon.from_bbox((103.9, 10.1, 104.0, 10.3)), srid=4326)
    DivisionBoundary.objects.create(division=make.commune(), boundary=box, source="test")
    make.place("Trong ranh giới", location=Point(103.95, 10.2, srid=4326))
    make.place("Ngay ngoài", location=Point(104.01, 10.2, srid=4326))
    make.place("Chỉ ở xã", location=Point(106, 10.2, srid=4326), location_accuracy="commune_point")
    assert listed(client, "outside") == ["Ngay ngoài"]


def test_a_commune_without_a_known_area_is_given_the_benefit_of_the_doubt(client: Client) -> None:
    client.force_login(make.officer("communal", make.commune()))
    make.place("Ba mươi cây", location=Point(103.96, 10.49, srid=4326))
    make.place("Năm mươi cây", location=Point(103.96, 10.67, srid=4326))
    assert listed(client, "outside") == ["Năm mươi cây"]


def test_ten_places_in_ten_presses(client: Client, officer: User) -> None:
    for number in range(12):
        make.place(f"Nơi {number:02d}")
    for _press in range(10):
        page = client.get("/vi/desk/unchecked").content.decode()
        found = re.search(r'action="(/vi/desk/places/\w+/still-right)".*?name="version" value="(\d+)"', page)
        assert found
        answer = client.post(found[1], {"version": found[2], "next": "/vi/desk/unchecked"})
        assert answer["Location"] == "/vi/desk/unchecked"
    assert counts(client)["unchecked"] == "2"
    place = Place.objects.filter(checked_on=TODAY).first()
    assert place is not None
    entry = trail("places_place", place.pk)[0]
    assert (entry.actor, entry.reason) == (officer.pk, "vẫn đúng")
    assert "checked_on" in entry.after


def test_still_right_is_about_what_was_seen(client: Client, officer: User) -> None:
    place = make.place()
    place.refresh_from_db()
    Place.objects.filter(pk=place.pk).update(phone="0912")
    answer = client.post(f"/vi/desk/places/{place.public_id}/still-right", {"version": place.version})
    assert answer.status_code == 409
    place.refresh_from_db()
    assert place.checked_on is None


def test_a_place_of_others_is_refused_with_words(client: Client, officer: User) -> None:
    place = far()
    place.refresh_from_db()
    answer = client.post(f"/vi/desk/places/{place.public_id}/still-right")
    assert answer.status_code == 403
    assert "Phường Hoàn Kiếm" in answer.content.decode()
    assert client.post(f"/vi/desk/places/{place.public_id}/link").status_code == 403


def test_forged_presses_are_refused(officer: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(officer)
    place = make.place()
    place.refresh_from_db()
    assert careful.post(f"/vi/desk/places/{place.public_id}/still-right").status_code == 403


def test_the_national_office_chooses_a_province_first(client: Client) -> None:
    client.force_login(make.officer("national"))
    make.place("Ở Phú Quốc")
    far()
    assert set(counts(client)) == {"reports", "proposals", "quotations"}
    assert client.get("/vi/desk/unchecked").status_code == 302
    assert counts(client, "?in=91")["unchecked"] == "1"
    assert listed(client, "unchecked", "?in=01") == ["Ở Hà Nội"]
    assert client.get("/vi/desk?in=99").status_code == 400


def test_a_province_sees_its_communes(client: Client) -> None:
    client.force_login(make.officer("provincial", make.province()))
    make.place("Ở Phú Quốc")
    far()
    assert listed(client, "unchecked") == ["Ở Phú Quốc"]
    assert listed(client, "unchecked", "?in=01") == []


def test_a_viewer_sees_and_cannot_press(client: Client) -> None:
    client.force_login(make.officer("viewer"))
    place = make.place()
    place.refresh_from_db()
    page = client.get("/vi/desk/unchecked?in=91").content.decode()
    assert place.name in page
    assert "still-right" not in page
    assert client.post(f"/vi/desk/places/{place.public_id}/still-right").status_code == 403


# -- positions ---------------------------------------------------------------------------------------------------------


def press(client: Client, place: Place, how: str, task: str) -> HttpResponse:
    """Press a button of a card as the list shows it."""
    place.refresh_from_db()
    page = client.get(f"/vi/desk/{task}").content.decode()
    address = f"/vi/desk/places/{place.public_id}/position"
    assert address in page
    assert f'name="how" value="{how}"' in page
    sent = {"how": how, "version": str(place.version), "next": f"/vi/desk/{task}"}
    return client.post(address, sent, follow=True)


def astray() -> Place:
    return make.place("Lạc", location=Point(104.9, 10.2, srid=4326), checked_on=TODAY)


def test_a_place_without_a_position_is_put_in_its_commune_by_one_press(client: Client) -> None:
    client.force_login(make.officer("provincial", make.commune().parent))
    place = make.place("Chưa có vị trí", location=None)
    said = press(client, place, "vague", "nowhere").content.decode()
    assert "Bản đồ hiện ngay bây giờ" in said
    assert listed(client, "nowhere") == []
    place.refresh_from_db()
    assert (place.location, place.location_accuracy) == (make.commune().location, "commune_point")
    assert trail("places_place", place.pk)[0].reason == "chỉ biết xã: Đặc khu Phú Quốc"


def test_a_point_outside_of_its_commune_is_given_up_by_one_press(client: Client) -> None:
    client.force_login(make.officer("provincial", make.commune(area_km2=575).parent))
    place = astray()
    press(client, place, "vague", "outside")
    assert listed(client, "outside") == []
    place.refresh_from_db()
    assert place.location_accuracy == "commune_point"


def test_the_commune_follows_the_point_by_one_press(client: Client) -> None:
    client.force_login(make.officer("provincial", make.commune(area_km2=575).parent))
    there = make.commune("Rạch Giá", "30742", "phường", location=Point(104.9, 10.2, srid=4326))
    place = astray()
    press(client, place, str(there.pk), "outside")
    assert listed(client, "outside") == []
    place.refresh_from_db()
    assert (place.commune, place.location) == (there, Point(104.9, 10.2, srid=4326))
    elsewhere = make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01", "thành phố"))
    address = f"/vi/desk/places/{place.public_id}/position"
    for how in (str(elsewhere.pk), "", "x", "9" * 30):
        assert client.post(address, {"how": how}).status_code == 400


def test_both_can_be_right_until_one_of_them_changes(client: Client, officer: User) -> None:
    place = astray()
    press(client, place, "keep", "outside")
    assert listed(client, "outside") == []
    Place.objects.filter(pk=place.pk).update(location=Point(104.8, 10.2, srid=4326))
    assert listed(client, "outside") == ["Lạc"]
    assert (
        client.post(f"/vi/desk/places/{place.public_id}/position", {"how": "keep", "version": "1"}).status_code == 409
    )


def test_who_may_not_publish_proposes_where_a_place_is(client: Client, officer: User) -> None:
    place = astray()
    press(client, place, "vague", "outside")
    assert listed(client, "outside") == ["Lạc"]
    waiting = Proposal.objects.get()
    assert (waiting.values["location_accuracy"], waiting.proposed_by) == ("commune_point", officer)


def test_who_ends_a_certificate_finds_the_form_for_the_next(client: Client) -> None:
    client.force_login(make.officer("provincial", make.commune().parent))
    made = make.product("Sắp hết hạn", producer=make.producer(commune=make.commune(), province=make.province()))
    made.refresh_from_db()
    make.certificate(made, valid_from=date(2024, 1, 1), valid_until=TODAY + timedelta(days=30))
    assert (
        f"/vi/desk/products/{made.public_id}/edit#part-certificates" in client.get("/vi/desk/ending").content.decode()
    )


# -- links -------------------------------------------------------------------------------------------------------------


def token_of(client: Client, place: Place) -> str:
    place.refresh_from_db()
    page = client.post(f"/vi/desk/places/{place.public_id}/link").content.decode()
    found = re.search(r"http://testserver/vi/still-right/([\w-]+)", page)
    assert found
    return found[1]


def test_a_link_is_looked_at_without_consequence_and_pressed_once(client: Client, officer: User) -> None:
    place = make.place()
    token = token_of(client, place)
    assert token not in str(list(CheckLink.objects.values()))
    somebody = Client()
    for _look in range(3):
        assert place.name in somebody.get(f"/vi/still-right/{token}").content.decode()
    place.refresh_from_db()
    assert place.checked_on is None
    assert somebody.post(f"/vi/still-right/{token}").status_code == 200
    place.refresh_from_db()
    assert place.checked_on == TODAY
    assert trail("places_place", place.pk)[0].reason == "vẫn đúng, qua đường dẫn của Lan"
    assert somebody.post(f"/vi/still-right/{token}").status_code == 404
    assert somebody.get(f"/vi/still-right/{token}").status_code == 404


def test_a_link_lasts_thirty_days(client: Client, officer: User) -> None:
    token = token_of(client, make.place())
    with calendar.at(datetime(2026, 12, 18, 11, tzinfo=calendar.ZONE)):
        assert Client().get(f"/vi/still-right/{token}").status_code == 200
    with calendar.at(datetime(2026, 12, 18, 13, tzinfo=calendar.ZONE)):
        assert Client().get(f"/vi/still-right/{token}").status_code == 404


def test_a_link_is_worth_what_its_maker_may(client: Client, officer: User) -> None:
    place = make.place()
    token = token_of(client, place)
    officer.assignments.all().delete()
    assert Client().post(f"/vi/still-right/{token}").status_code == 403
    place.refresh_from_db()
    assert place.checked_on is None
    with pytest.raises(NotFound):
        desk.link_behind("guessed")


def test_a_link_shows_no_address_of_a_home(client: Client, officer: User) -> None:
    household = make.producer("Hộ An", kind="household")
    place = make.place(
        kind="production_site", producer=household, location=None, address="Ấp 4", phone="0912000111", outlet=""
    )
    page = Client().get(f"/vi/still-right/{token_of(client, place)}").content.decode()
    assert "Ấp 4" not in page
    assert "0912000111" not in page


# -- reports -----------------------------------------------------------------------------------------------------------


def test_a_report_is_answered_and_whoever_sent_it_reads_the_answer(client: Client, officer: User) -> None:
    report = reported(make.place(), "wrong", "Sai số điện thoại")
    public = Client().get(f"/vi/bao-cao/{report.public_id}").content.decode()
    assert "Sai số điện thoại" not in public
    assert "chưa trả lời" in public
    page = client.get(f"/vi/desk/reports/{report.public_id}").content.decode()
    assert "Sai số điện thoại" in page
    assert "0912" in page
    sent = {"state": "accepted", "answer": "Đã sửa số, cảm ơn."}
    assert client.post(f"/vi/desk/reports/{report.public_id}", sent)["Location"] == "/vi/desk/reports"
    report.refresh_from_db()
    assert (report.state, report.settled_by) == ("accepted", officer)
    assert "Đã sửa số, cảm ơn." in Client().get(f"/vi/bao-cao/{report.public_id}").content.decode()
    assert trail("stewardship_report", report.pk)[0].actor == officer.pk
    assert client.post(f"/vi/desk/reports/{report.public_id}", sent).status_code == 409


@pytest.mark.parametrize("sent", [{}, {"state": "accepted"}, {"state": "new", "answer": "x"}, {"answer": "x"}])
def test_an_incomplete_answer_is_refused(client: Client, officer: User, sent: dict[str, str]) -> None:
    report = reported(make.place())
    assert client.post(f"/vi/desk/reports/{report.public_id}", sent).status_code == 422
    report.refresh_from_db()
    assert report.state == "new"


def test_who_may_publish_closes_the_place_with_the_answer(client: Client) -> None:
    boss = make.officer("communal", make.commune(), publishes=True)
    client.force_login(boss)
    place = make.place()
    report = reported(place)
    sent = {"state": "accepted", "answer": "Đã nghỉ bán.", "close_place": "on"}
    client.post(f"/vi/desk/reports/{report.public_id}", sent)
    place.refresh_from_db()
    assert (place.status, place.closed_on) == ("closed", TODAY)
    assert report.public_id in trail("places_place", place.pk)[0].reason


def test_who_may_not_publish_does_not_close_it(client: Client, officer: User) -> None:
    place = make.place()
    report = reported(place)
    client.post(f"/vi/desk/reports/{report.public_id}", {"state": "accepted", "answer": "Ừ", "close_place": "on"})
    place.refresh_from_db()
    assert place.status == "open"


def test_reports_of_others_are_not_read(client: Client, officer: User) -> None:
    report = reported(far(), "wrong", "bí mật")
    answer = client.get(f"/vi/desk/reports/{report.public_id}")
    assert answer.status_code == 403
    assert "bí mật" not in answer.content.decode()
    with pytest.raises(Forbidden):
        desk.settle(officer, report, "accepted", "x")


def test_the_service_explains_itself(officer: User) -> None:
    report = reported(make.place())
    for state, answer in (("new", "x"), ("accepted", " ")):
        with pytest.raises(InvalidParameter):
            desk.settle(officer, report, state, answer)
    desk.settle(officer, report, "refused", "Vẫn mở.")
    with pytest.raises(Conflict):
        desk.settle(officer, report, "accepted", "x")


@pytest.mark.parametrize("reference", ["ABCDEFGH", "x", "00000000"])
def test_a_number_of_no_report(reference: str) -> None:
    assert Client().get(f"/vi/bao-cao/{reference}").status_code == 404
