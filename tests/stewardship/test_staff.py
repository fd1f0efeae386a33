"""The province's people: invited, given the right to publish, ended, stood in for, at the desk."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from geo.access.history import trail
from geo.access.models import Assignment, Cover, User
from geo.access.permissions import may
from geo.access.rules import Action, Spot
from geo.divisions.models import Division, Lineage
from geo.spatial import calendar
from geo.spatial.models import PublicId
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(client: Client) -> User:
    made = make.officer("provincial", make.commune().parent, first_name="Tỉnh")
    client.force_login(made)
    return made


def elsewhere() -> Division:
    return make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01", "thành phố"))


def invite(client: Client, **more: object) -> str:
    said = {"name": "Nguyễn Thị Lan", "email": "lan@example.vn", "commune": make.commune().pk, **more}
    return client.post("/vi/desk/people", said).content.decode()


def test_a_province_invites_an_officer_who_chooses_a_password(client: Client, province: User) -> None:
    page = invite(client, publishes_at_once="on")
    found = re.search(r"/vi/invitation/[\w-]+", page)
    assert found
    lan = User.objects.get(email="lan@example.vn")
    assert may(lan, Action.EDIT, Spot(make.province().pk, make.commune().pk)).allowed
    held = Assignment.objects.get(user=lan)
    assert [(one.actor, one.reason) for one in trail("access_assignment", held.pk)] == [
        (province.pk, "mời tại trang cán bộ")
    ]
    visitor = Client()
    said = {"password": "vải thiều Lục Ngạn", "again": "vải thiều Lục Ngạn"}
    assert visitor.post(found[0], said)["Location"] == "/vi/desk"
    assert "Nguyễn Thị Lan" in client.get("/vi/desk/people").content.decode()


def test_somebody_known_gets_the_role_without_a_new_account(client: Client, province: User) -> None:
    known = make.person(email="lan@example.vn")
    known.set_password("vải thiều")
    known.save()
    invite(client)
    assert Assignment.objects.get(user=known).division == make.commune()
    assert "đã có vai trò ấy" in invite(client)
    User.objects.filter(pk=known.pk).update(is_active=False)
    assert "đã khoá" in invite(client)


def test_the_right_to_publish_is_given_and_taken(client: Client, province: User) -> None:
    officer = make.officer("communal", make.commune())
    held, spot = officer.assignments.get(), Spot(make.province().pk, make.commune().pk)
    for do, allowed in (("publish", True), ("approve", False)):
        assert client.post(f"/vi/desk/people/{held.pk}", {"do": do}).status_code == 302
        assert may(officer, Action.EDIT, spot).allowed is allowed
    client.post(f"/vi/desk/people/{held.pk}", {"do": "end"})
    assert not may(officer, Action.DESK).allowed


def test_a_province_gives_no_roles_elsewhere(client: Client, province: User) -> None:
    assert "Hãy" in invite(client, commune=elsewhere().pk) or not User.objects.filter(email="lan@example.vn").exists()
    assert not User.objects.filter(email="lan@example.vn").exists()
    theirs = make.officer("communal", elsewhere())
    producer = make.producer(commune=elsewhere(), province=elsewhere().parent)
    producer.refresh_from_db()
    for held in (theirs.assignments.get(), make.owner(producer).assignments.get()):
        assert client.post(f"/vi/desk/people/{held.pk}", {"do": "publish"}).status_code == 403
    assert str(theirs) not in client.get("/vi/desk/people").content.decode()
    client.force_login(make.officer("communal", make.commune()))
    assert client.get("/vi/desk/people").status_code == 403


def test_officers_of_merged_communes_and_producers_are_listed(client: Client, province: User) -> None:
    old = make.commune("An Thới", "31079", "phường", parent=make.province(), valid_until=calendar.today())
    Lineage.objects.create(predecessor=old, successor=make.commune(), share="whole")
    make.officer("communal", old, first_name="Người xã cũ")
    producer = make.producer(commune=make.commune(), province=make.province())
    producer.refresh_from_db()
    make.owner(producer, first_name="Chủ thể")
    page = client.get("/vi/desk/people").content.decode()
    assert "Người xã cũ" in page
    assert "Chủ thể" in page
    assert PublicId.objects.filter(pk=producer.public_id).exists()


def test_the_national_office_chooses_a_province_first(client: Client) -> None:
    client.force_login(make.officer("national"))
    make.officer("communal", make.commune(), first_name="Lan")
    assert "Lan" not in client.get("/vi/desk/people").content.decode()
    assert "Lan" in client.get("/vi/desk/people?in=91").content.decode()


def test_an_officer_names_a_substitute_and_ends_it(client: Client) -> None:
    officer, friend = make.officer("communal", make.commune()), make.person(email="hoa@example.vn")
    client.force_login(officer)
    last = calendar.today() + timedelta(days=7)
    said = {
        "absent": officer.pk,
        "acting": "hoa@example.vn",
        "starts_on": calendar.today(),
        "ends_on": last,
        "reason": "nghỉ phép",
    }
    assert client.post("/vi/desk/cover", said).status_code == 302
    assert may(friend, Action.CHECK, Spot(make.province().pk, make.commune().pk)).allowed
    cover = Cover.objects.get()
    assert client.post(f"/vi/desk/cover/{cover.pk}").status_code == 302
    assert not may(friend, Action.CHECK).allowed
    assert client.post("/vi/desk/cover", {**said, "acting": "khong@example.vn"}).status_code == 422
    assert client.post("/vi/desk/cover", {**said, "absent": friend.pk}).status_code == 422


def test_a_province_names_a_substitute_for_its_officers(client: Client, province: User) -> None:
    officer = make.officer("communal", make.commune())
    make.person(email="hoa@example.vn")
    said = {"absent": officer.pk, "acting": "hoa@example.vn", "reason": "ốm", "starts_on": calendar.today()}
    assert client.post("/vi/desk/cover", {**said, "ends_on": calendar.today()}).status_code == 302
    assert Cover.objects.get().absent == officer
