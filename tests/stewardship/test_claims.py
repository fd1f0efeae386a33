"""“This is my place”: a producer asks for their record, an officer of the area lets them have it or refuses."""

import re

import pytest
from django.test import Client

from geo.access.models import Assignment
from geo.access.permissions import may
from geo.access.rules import Action, Spot
from geo.catalog.models import Producer
from geo.places.models import Place
from geo.stewardship import editing
from geo.stewardship.claims.models import Claim
from geo.stewardship.claims.services import CLAIMS_A_DAY
from geo.stewardship.models import Proposal
from tests import factories as make
from tests.web.test_reports import filled

pytestmark = pytest.mark.django_db
SAID = {"name": "Trần Văn Lúa", "phone": "0912 345 678", "proof": "giấy phép số 123, ông Ba trưởng ấp biết tôi"}


@pytest.fixture
def place() -> Place:
    phu_quoc = make.commune()
    producer = make.producer("Hộ Trần Văn Lúa", kind="household", province=phu_quoc.parent, commune=phu_quoc)
    made = make.place("Cơ sở Lúa", producer=producer)
    made.refresh_from_db()
    producer.refresh_from_db()
    made.producer = producer
    return made


def owner(place: Place) -> Producer:
    assert place.producer is not None
    return place.producer


def ask(client: Client, place: Place, **more: object) -> Claim:
    answer = client.post(f"/vi/nhan-co-so/{place.public_id}", filled(**{**SAID, **more}))
    assert answer.status_code == 302
    claim = Claim.objects.latest("pk")
    assert answer["Location"] == f"/vi/yeu-cau/{claim.public_id}"
    return claim


def test_a_producer_asks_is_let_in_and_proposes(client: Client, place: Place) -> None:
    assert f"/vi/nhan-co-so/{place.public_id}" in client.get(f"/vi/p/{place.public_id}").content.decode()
    claim = ask(client, place)
    assert claim.producer_id == owner(place).public_id
    followed = client.get(f"/vi/yeu-cau/{claim.public_id}").content.decode()
    assert "chưa trả lời" in followed
    assert "0912" not in followed
    desk = Client()
    desk.force_login(make.officer("communal", make.commune()))
    assert "Hộ Trần Văn Lúa" in desk.get("/vi/desk/claims").content.decode()
    page = desk.post(f"/vi/desk/claims/{claim.public_id}", {"do": "accept"}).content.decode()
    invitation = re.search(r"/vi/invitation/[\w-]+", page)
    assert invitation
    claim.refresh_from_db()
    assert claim.user is not None
    assert claim.user.username == "0912345678"
    spot = Spot(commune=make.commune().pk, records=frozenset([owner(place).public_id]))
    assert may(claim.user, Action.PROPOSE, spot).allowed
    assert not may(claim.user, Action.EDIT, spot).allowed
    saved = editing.save_or_propose(claim.user, "giờ mới", place, {"phone": "0297 3 000 000"}, version=place.version)
    assert isinstance(saved, Proposal)
    mine = Client()
    mine.post(invitation[0], {"password": "vải thiều Lục Ngạn", "again": "vải thiều Lục Ngạn"})
    assert "Cơ sở Lúa" in mine.get("/vi/desk/mine").content.decode()
    assert "Đã chấp nhận" in client.get(f"/vi/yeu-cau/{claim.public_id}").content.decode()
    assert desk.post(f"/vi/desk/claims/{claim.public_id}", {"do": "accept"}).status_code == 409


def test_a_claim_is_refused_with_a_sentence(client: Client, place: Place) -> None:
    claim = ask(client, place)
    client.force_login(make.officer("provincial", make.province()))
    assert client.post(f"/vi/desk/claims/{claim.public_id}", {"do": "refuse"}).status_code == 422
    client.post(f"/vi/desk/claims/{claim.public_id}", {"do": "refuse", "answer": "Chưa liên lạc được."})
    assert "Chưa liên lạc được." in client.get(f"/vi/yeu-cau/{claim.public_id}").content.decode()
    assert not Assignment.objects.filter(role="producer").exists()


def test_claims_go_to_the_area_of_the_producer_alone(client: Client, place: Place) -> None:
    claim = ask(client, place)
    elsewhere = make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01", "thành phố"))
    client.force_login(make.officer("communal", elsewhere))
    assert "Hộ Trần Văn Lúa" not in client.get("/vi/desk/claims").content.decode()
    assert client.post(f"/vi/desk/claims/{claim.public_id}", {"do": "accept"}).status_code == 403


@pytest.mark.parametrize("wrong", [{"phone": ""}, {"phone": "113"}, {"proof": ""}, {"email": "không phải"}])
def test_what_is_missing_is_asked_for(client: Client, place: Place, wrong: dict[str, str]) -> None:
    answer = client.post(f"/vi/nhan-co-so/{place.public_id}", filled(**{**SAID, **wrong}))
    assert answer.status_code == 422
    assert not Claim.objects.exists()


def test_programs_and_floods_are_stopped(client: Client, place: Place) -> None:
    path = f"/vi/nhan-co-so/{place.public_id}"
    client.post(path, filled(**SAID, website="https://spam.example"))
    assert client.post(path, SAID).status_code == 422
    assert not Claim.objects.exists()
    for _ in range(CLAIMS_A_DAY):
        ask(client, place)
    assert client.post(path, filled(**SAID)).status_code == 429


def test_a_place_of_nobody_known_can_not_be_claimed(client: Client) -> None:
    shop = make.place()
    shop.refresh_from_db()
    assert client.get(f"/vi/nhan-co-so/{shop.public_id}").status_code == 404
    assert "nhan-co-so" not in client.get(f"/vi/p/{shop.public_id}").content.decode()
