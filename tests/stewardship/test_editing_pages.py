"""The edit form, without a script: what is saved, proposed, refused, and kept when two edit at once."""

import re
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.test import Client
from django.utils import timezone

from geo.access.models import User
from geo.catalog.models import Producer, Product
from geo.divisions.models import Division, DivisionBoundary
from geo.places.models import Place
from geo.stewardship.meanwhile import meanwhile
from geo.stewardship.models import Proposal
from tests import factories as make

pytestmark = pytest.mark.django_db


def outline(division: Division, west: float, south: float, east: float, north: float) -> None:
    box = Polygon.from_bbox((west, south, east, north))
    DivisionBoundary.objects.create(division=division, boundary=MultiPolygon(box, srid=4326), source="test")


@pytest.fixture
def place() -> Place:
    made = make.place(location_source="Sở Nông nghiệp")
    made.refresh_from_db()
    return made


@pytest.fixture
def officer(place: Place) -> User:
    return make.officer("provincial", place.province, first_name="Lan")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(record: Any, what: str = "edit") -> str:
    kind = {Place: "places", Product: "products", Producer: "producers"}[type(record)]
    return f"/vi/desk/{kind}/{record.public_id}/{what}"


def fields_of(html: str) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    found = {}
    form = html[html.index('id="edit"') :]
    for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        if not name or 'type="checkbox"' in tag or 'type="radio"' in tag:
            continue
        if tag.startswith("<select"):
            options = form[form.index(tag) :].split("</select>")[0]
            chosen = re.search(r'value="([^"]*)" selected', options)
            found[name[1]] = chosen[1] if chosen else ""
        else:
            value = re.search(r'value="([^"]*)"', tag)
            found[name[1]] = value[1].replace("&quot;", '"').replace("&#x27;", "'") if value else ""
    return found


def opened(client: Client, record: Any) -> dict[str, str]:
    answer = client.get(address(record))
    assert answer.status_code == 200
    return {**fields_of(answer.content.decode()), "reason": "sửa thử"}


def send(client: Client, record: Any, form: dict[str, str], **typed: str) -> Any:
    return client.post(address(record), {**form, **typed})


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_sending_the_form_as_it_is_changes_nothing(place: Place, officer: User) -> None:
    client = signed_in(officer)
    answer = send(client, place, opened(client, place))
    assert answer.status_code == 302, text(answer)
    assert Place.objects.get(pk=place.pk).version == place.version


def test_an_edit_is_saved_and_shown_at_once(place: Place, officer: User) -> None:
    client = signed_in(officer)
    answer = send(
        client, place, opened(client, place), name="Chợ Dương Đông", opening_hours="7h30 - 18h", phone="0912 345 678"
    )
    assert answer["Location"] == f"/vi/desk/records/{place.public_id}"
    stored = Place.objects.get(pk=place.pk)
    assert (stored.name, str(stored.schedule), stored.phone) == ("Chợ Dương Đông", "Mo-Su 07:30-18:00", "0912 345 678")
    assert "Chợ Dương Đông" in Client().get(f"/vi/p/{place.public_id}").content.decode()
    history = text(client.get(answer["Location"]))
    assert "sửa thử" in history
    assert "0912 345 678" in history


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("position", "48,85; 2,35", "nằm ngoài"),
        ("position", "chợ cũ", "không đọc được"),
        ("name", "<b>Chợ</b>", "chữ thường"),
        ("name", "x" * 201, "200"),
        ("email", "không phải thư", "mail"),
        ("opening_hours", "lúc nào cũng được", "giờ"),
        ("commune", "Xã Không Có", "xã"),
        ("producer", "Không ai cả", "Không ai cả"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    place: Place, officer: User, field: str, typed: str, said: str
) -> None:
    client = signed_in(officer)
    answer = send(client, place, opened(client, place), **{"address": "Đường Trần Hưng Đạo", field: typed})
    assert answer.status_code == 422
    html = answer.content.decode()
    found = re.search(rf'id="id_{field}_error">([^<]+)<', html)
    assert found, text(answer)
    assert said.casefold() in found[1].casefold()
    assert 'value="Đường Trần Hưng Đạo"' in html
    assert Place.objects.get(pk=place.pk).version == place.version


def test_a_pin_outside_of_its_commune_wants_the_commune_or_a_reason(place: Place, officer: User) -> None:
    other = make.commune("Thổ Châu", "31111", "đặc khu", location=Point(103.5, 9.3, srid=4326))
    outline(make.commune(), 103.8, 10.0, 104.1, 10.5)
    outline(other, 103.4, 9.2, 103.6, 9.4)
    client = signed_in(officer)
    form = opened(client, place)
    asked = send(client, place, form, position="9°18'00\"N 103°30'00\"E")
    assert asked.status_code == 422
    said = text(asked)
    assert "Đặc khu Thổ Châu" in said
    assert "114 km" in said
    explained = send(client, place, form, position="9,3; 103,5", outside_reason="kho trên đảo", location_accuracy="gps")
    assert explained.status_code == 302, text(explained)
    kept = Place.objects.get(pk=place.pk)
    assert (kept.commune, kept.location_accuracy) == (place.commune, "gps")
    assert "kho trên đảo" in text(client.get(explained["Location"]))
    moved = send(client, kept, opened(client, kept), position="9,31; 103,5", commune_choice=str(other.pk))
    assert moved.status_code == 302, text(moved)
    assert Place.objects.get(pk=place.pk).commune == other


def test_survey_metres_are_read_by_the_province(officer: User) -> None:
    place = make.place(location=None, location_source="")
    place.refresh_from_db()
    client = signed_in(officer)
    form = opened(client, place)
    # 10.22 N, 103.96 E by the meridian 104°30' of Kiên Giang (An Giang of today)
    answer = send(client, place, form, position="1130066,2 440843,9")
    assert answer.status_code == 302, text(answer)
    found = Place.objects.get(pk=place.pk)
    assert found.location is not None
    assert (round(found.location.x, 2), round(found.location.y, 2)) == (103.96, 10.22)
    assert found.location_accuracy == "surveyed"
    said = {"position": "1130066,2 440843,9 kinh tuyến 104°30'", "reason": "đo lại"}
    assert send(client, found, opened(client, found), **said).status_code == 302


def test_a_split_commune_is_asked_back(place: Place, officer: User) -> None:
    ha_tien = make.commune("Tân An", "31001", "xã", location=Point(104.4, 10.4, srid=4326))
    make.commune("Tân An", "31002", "phường", location=Point(104.5, 10.5, srid=4326))
    client = signed_in(officer)
    answer = send(client, place, opened(client, place), commune="Tân An")
    assert answer.status_code == 422
    assert f'name="commune_choice" value="{ha_tien.pk}"' in answer.content.decode()
    form = fields_of(answer.content.decode())
    answer = send(client, place, {**form, "reason": "r"}, commune_choice=str(ha_tien.pk), outside_reason="đo lại sau")
    assert answer.status_code == 302, text(answer)
    assert Place.objects.get(pk=place.pk).commune == ha_tien


def test_a_household_is_not_located_without_its_consent(officer: User) -> None:
    home = make.producer(kind="household")
    place = make.place(
        kind="production_site", producer=home, location_accuracy="commune_point", location=make.commune().location
    )
    place.refresh_from_db()
    client = signed_in(officer)
    form = opened(client, place)
    answer = send(client, place, form, position="10,22; 103,96")
    assert answer.status_code == 422
    assert "id_contact_consent_on_error" in answer.content.decode()
    agreed = send(client, place, form, position="10,22; 103,96", contact_consent_on="2026-01-05")
    assert agreed.status_code == 302, text(agreed)
    assert Place.objects.get(pk=place.pk).location_accuracy == "address"


def test_without_the_right_to_publish_it_is_a_proposal_and_the_approver_answers(place: Place, officer: User) -> None:
    proposer = signed_in(make.officer("communal", place.commune))
    answer = send(proposer, place, opened(proposer, place), phone="0912345678")
    assert answer.status_code == 302, text(answer)
    made = Proposal.objects.get()
    assert answer["Location"] == f"/vi/desk/proposals/{made.pk}"
    assert "0912345678" in text(proposer.get(answer["Location"]))
    approver = signed_in(officer)
    assert "sửa thử" in text(approver.get("/vi/desk/proposals"))
    assert approver.post(answer["Location"], {"decision": "refuse"}).status_code == 422
    done = approver.post(answer["Location"], {"decision": "approve", "answer": "Đúng rồi, cảm ơn"})
    assert done.status_code == 302, text(done)
    assert Place.objects.get(pk=place.pk).phone == "0912345678"
    assert "Đúng rồi, cảm ơn" in text(proposer.get("/vi/desk/proposals/mine"))


def test_two_editors_of_different_fields_both_keep_their_changes(place: Place, officer: User) -> None:
    one, other = signed_in(officer), signed_in(make.user())
    first, second = opened(one, place), opened(other, place)
    assert send(one, place, first, phone="0911").status_code == 302
    assert send(other, place, second, address="Đường 30/4").status_code == 302
    stored = Place.objects.get(pk=place.pk)
    assert (stored.phone, stored.address) == ("0911", "Đường 30/4")


def test_two_editors_of_one_field_choose_and_lose_nothing(place: Place, officer: User) -> None:
    one, other = signed_in(officer), signed_in(make.user())
    first, second = opened(one, place), opened(other, place)
    assert send(one, place, first, phone="0911", name="Tên một", reason="gọi hỏi").status_code == 302
    typed = {"phone": "0922", "name": "Tên hai", "address": "Đường 30/4", "reason": "điện thoại mới"}
    asked = send(other, place, second, **typed)
    assert asked.status_code == 409
    html = asked.content.decode()
    assert all(f'value="{value}"' in html for value in typed.values())
    said = text(asked)
    assert all(word in said for word in ("0911", "0922", "Tên một", "Tên hai", "Đường 30/4"))
    # Who was quicker, when, and what they changed; what was saved before the form was opened isn't told.
    assert re.search(r"Lan , vừa xong , đã đổi: (tên, điện thoại|điện thoại, tên) ", said), said
    assert said.count("đã đổi:") == 1
    now = Place.objects.get(pk=place.pk)
    carried = {**second, **typed, "against": str(now.version)}
    assert send(other, place, carried, **{"choice-phone": "yours"}).status_code == 409
    done = send(other, place, carried, **{"choice-phone": "yours", "choice-name": "theirs"})
    assert done.status_code == 302, text(done)
    stored = Place.objects.get(pk=place.pk)
    assert (stored.phone, stored.name, stored.address) == ("0922", "Tên một", "Đường 30/4")


def test_an_answer_from_a_page_that_others_have_changed_says_who_and_what(place: Place, officer: User) -> None:
    one, other = signed_in(officer), signed_in(make.officer("communal", make.commune()))
    seen = place.version
    send(one, place, opened(one, place), phone="0911", reason="gọi hỏi")
    send(one, place, opened(one, place), address="Đường 30/4", reason="đến xem")
    answer = other.post(f"/vi/desk/places/{place.public_id}/still-right", {"version": str(seen)})
    assert answer.status_code == 409
    said = text(answer)
    assert re.search(r"Lan , vừa xong , đã đổi: địa chỉ .*Lan , vừa xong , đã đổi: điện thoại", said), said
    assert f"/desk/records/{place.public_id}" in answer.content.decode()


def test_names_of_editors_are_told_to_officers_of_the_area_alone(place: Place, officer: User) -> None:
    one = signed_in(officer)
    seen = place.version
    send(one, place, opened(one, place), phone="0911")
    place.refresh_from_db()
    inside = make.officer("communal", make.commune())
    outside = make.officer("communal", make.commune("Hoàn Kiếm", "00070", "phường"))
    assert [save.who for save in meanwhile(inside, place, seen)] == [str(officer)]
    assert meanwhile(outside, place, seen) == []
    stranger = signed_in(outside).post(f"/vi/desk/places/{place.public_id}/still-right", {"version": str(seen)})
    assert "Lan" not in text(stranger)


def test_what_was_saved_before_the_form_was_opened_is_not_told(place: Place, officer: User) -> None:
    one = signed_in(officer)
    send(one, place, opened(one, place), phone="0911", reason="gọi hỏi")
    place.refresh_from_db()
    seen, opened_at = place.version, timezone.now()
    send(one, place, opened(one, place), name="Tên một", reason="biển hiệu")
    place.refresh_from_db()
    assert [save.changed for save in meanwhile(officer, place, seen)] == [["tên"]]
    # Its transaction began before the form was opened, and ended after it.
    assert [save.changed for save in meanwhile(officer, place, seen, opened_at)] == [["tên"]]


def test_a_choice_against_an_older_version_is_asked_again(place: Place, officer: User) -> None:
    one, other = signed_in(officer), signed_in(make.user())
    first, second = opened(one, place), opened(other, place)
    send(one, place, first, phone="0911")
    against = str(Place.objects.get(pk=place.pk).version)
    send(one, place, opened(one, place), phone="0913")
    choice = {"against": against, "choice-phone": "yours"}
    assert send(other, place, second, phone="0922", **choice).status_code == 409
    assert Place.objects.get(pk=place.pk).phone == "0913"


def test_a_forged_base_is_refused(place: Place, officer: User) -> None:
    client = signed_in(officer)
    form = opened(client, place)
    answer = send(client, place, {**form, "seen": form["seen"][:-2] + "xx"}, phone="1")
    assert answer.status_code == 409
    assert Place.objects.get(pk=place.pk).version == place.version


def test_a_new_place_a_product_and_a_producer(place: Place, officer: User) -> None:
    client = signed_in(officer)
    empty = fields_of(client.get("/vi/desk/places/new").content.decode())
    values = {"name": "Chợ Hàm Ninh", "kind": "point_of_sale", "commune": "Đặc khu Phú Quốc", "reason": "mới mở"}
    answer = client.post("/vi/desk/places/new", {**empty, **values, "location_accuracy": "commune_point"})
    assert answer.status_code == 302, text(answer)
    made = Place.objects.get(name="Chợ Hàm Ninh")
    assert (made.commune, made.location_accuracy) == (place.commune, "commune_point")
    producer = make.producer(province=place.province, commune=place.commune)
    product = make.product(producer=producer)
    for record in (producer, product):
        record.refresh_from_db()
        assert send(client, record, opened(client, record), name="Tên mới").status_code == 302
        record.refresh_from_db()
        assert record.name == "Tên mới"


def test_where_a_position_lies_is_said_to_the_map(place: Place, officer: User) -> None:
    outline(make.commune(), 103.8, 10.0, 104.1, 10.5)
    client = signed_in(officer)
    query = {"position": "10,22; 103,97", "place": place.public_id, "commune": "Đặc khu Phú Quốc"}
    answer = client.get("/vi/desk/position", query)
    assert 'data-lon="103.9700000"' in answer.content.decode()
    assert "1,1 km" in text(answer)
    assert client.get("/vi/desk/position", {**query, "position": "x"}).status_code == 400


def test_a_field_and_the_record_are_taken_back(place: Place, officer: User) -> None:
    client = signed_in(officer)
    send(client, place, opened(client, place), phone="0911", name="Tên một")
    one = Place.objects.get(pk=place.pk)
    send(client, one, opened(client, one), phone="0922", position="10,23; 103,97")
    html = client.get(f"/vi/desk/records/{place.public_id}").content.decode()
    numbers = [int(number) for number in re.findall(r'id="change-(\d+)"', html)]
    version = str(Place.objects.get(pk=place.pk).version)
    back = f"/vi/desk/records/{place.public_id}/revert"
    data = {"number": str(numbers[0]), "version": version, "column": "location"}
    assert client.post(back, data).status_code == 422
    assert client.post(back, {**data, "reason": "nhầm"}).status_code == 302
    stored = Place.objects.get(pk=place.pk)
    assert (stored.location, stored.location_source, stored.phone) == (place.location, place.location_source, "0922")
    whole = {"number": str(numbers[-1]), "version": str(stored.version), "reason": "về như cũ", "column": ""}
    assert client.post(back, whole).status_code == 302
    stored = Place.objects.get(pk=place.pk)
    assert (stored.phone, stored.name) == (place.phone, place.name)


def test_a_place_is_closed_and_opened_again(place: Place, officer: User) -> None:
    client = signed_in(officer)
    where = address(place, "status")
    assert client.post(where, {"status": "closed", "version": str(place.version)}).status_code == 422
    gone = {"status": "closed", "reason": "nghỉ bán", "version": str(place.version)}
    assert client.post(where, gone).status_code == 302
    closed = Place.objects.get(pk=place.pk)
    assert closed.status == "closed"
    answer = client.post(where, {"status": "open", "reason": "bán lại", "version": str(closed.version)})
    assert answer.status_code == 302
    again = Place.objects.get(pk=place.pk)
    assert (again.status, again.closed_on) == ("open", None)
