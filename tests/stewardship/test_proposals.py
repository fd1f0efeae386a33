"""Proposals: what becomes one, whom it goes to, how it is decided, and that nobody's work is lost by it."""

from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from geo.access import areas
from geo.access.history import trail
from geo.access.models import User
from geo.access.permissions import OutsideArea
from geo.catalog.models import Product
from geo.divisions.models import Division, DivisionBoundary
from geo.places.models import Place
from geo.places.services import save_place
from geo.spatial.problems import Conflict, Forbidden, InvalidParameter, NotFound
from geo.stewardship import proposals
from geo.stewardship.area import Area
from geo.stewardship.differences import FieldConflict
from geo.stewardship.editing import Saved, save_or_propose
from geo.stewardship.models import Proposal
from geo.stewardship.proposal_list import waiting_for
from tests import factories as make

pytestmark = pytest.mark.django_db


def outline(division: Division, west: float, south: float, east: float, north: float) -> None:
    box = Polygon.from_bbox((west, south, east, north))
    DivisionBoundary.objects.create(division=division, boundary=MultiPolygon(box, srid=4326), source="test")


def proposed(actor: User, subject: Any, values: dict[str, Any], reason: str = "sửa") -> Proposal:
    found = save_or_propose(actor, reason, subject, values, version=subject.version if subject else None)
    assert isinstance(found, Proposal), found
    return found


def saved(actor: User, subject: Any, values: dict[str, Any], reason: str = "sửa") -> Any:
    found = save_or_propose(actor, reason, subject, values, version=subject.version if subject else None)
    assert isinstance(found, Saved), found
    return found.record


def queue(user: User) -> list[Proposal]:
    return list(waiting_for(Area(areas.grants_of(user))))


def gps(lon: float, lat: float) -> dict[str, Any]:
    return {"location": Point(lon, lat, srid=4326), "location_accuracy": "gps", "location_source": "GPS của cán bộ"}


@pytest.fixture
def place() -> Place:
    made = make.place()
    made.refresh_from_db()
    return made


@pytest.fixture
def hoan_kiem() -> Division:
    ha_noi = make.province("Hà Nội", "01", "thành phố")
    return make.commune("Hoàn Kiếm", "00070", "phường", parent=ha_noi, location=Point(105.85, 21.03, srid=4326))


def test_without_the_right_to_publish_an_edit_waits_and_the_record_stays(place: Place) -> None:
    lan = make.officer("communal", place.commune, first_name="Lan")
    made = proposed(lan, place, {"phone": "0912 345 678"}, "chủ quán báo")
    assert (made.state, made.values, made.before) == ("waiting", {"phone": "0912 345 678"}, {"phone": ""})
    assert (made.province, made.commune) == (place.province, place.commune)
    assert Place.objects.get(pk=place.pk).phone == ""
    province, elsewhere = (
        make.officer("provincial", place.province),
        make.officer("provincial", make.province("B", "01")),
    )
    assert queue(province) == queue(make.user()) == [made]
    assert queue(elsewhere) == queue(lan) == []
    done = proposals.approve(province, made, "đã gọi điện")
    assert (done.state, done.decided_by, done.answer) == ("accepted", province, "đã gọi điện")
    assert Place.objects.get(pk=place.pk).phone == "0912 345 678"
    entry = trail("places_place", place.pk)[0]
    assert entry.actor == province.pk
    assert "Lan" in entry.reason
    assert "chủ quán báo" in entry.reason
    assert queue(province) == []


def test_with_the_right_to_publish_it_is_saved_at_once(place: Place) -> None:
    officer = make.officer("communal", place.commune, publishes=True)
    assert saved(officer, place, {"phone": "0912345678"}).phone == "0912345678"
    assert not Proposal.objects.exists()


def test_outside_of_ones_area_nothing_is_proposed(place: Place, hoan_kiem: Division) -> None:
    for officer in (make.officer("communal", hoan_kiem), make.officer("provincial", hoan_kiem.parent)):
        with pytest.raises(OutsideArea):
            save_or_propose(officer, "sửa", place, {"phone": "1"}, version=place.version)
    with pytest.raises(Forbidden):
        save_or_propose(make.officer("viewer"), "sửa", place, {"phone": "1"}, version=place.version)
    assert not Proposal.objects.exists()


def test_what_is_wrong_is_refused_at_once_and_not_by_the_approver(place: Place) -> None:
    officer = make.officer("communal", place.commune)
    for field, values in (
        ("email", {"email": "không phải thư"}),
        ("location", gps(10.2, 103.9)),
        ("name", {"name": "x" * 201}),
    ):
        with pytest.raises(InvalidParameter) as error:
            save_or_propose(officer, "sửa", place, values, version=place.version)
        assert error.value.name == field
    with pytest.raises(Conflict):
        save_or_propose(officer, "sửa", place, {"phone": "1"}, version=place.version + 1)
    with pytest.raises(InvalidParameter):
        proposals.submit(officer, "sửa", place, {"phone": place.phone}, version=place.version)
    assert not Proposal.objects.exists()
    assert Place.objects.get(pk=place.pk).version == place.version


def test_into_another_province_the_officer_of_that_province_decides(place: Place, hoan_kiem: Division) -> None:
    here, there = make.officer("provincial", place.province), make.officer("provincial", hoan_kiem.parent)
    made = proposed(here, place, {"commune": hoan_kiem, **gps(105.85, 21.03)}, "đã dời ra Hà Nội")
    assert made.commune == hoan_kiem
    assert queue(here) == []
    assert queue(there) == [made]
    with pytest.raises(Forbidden):
        proposals.approve(here, made)
    proposals.approve(there, made)
    moved = Place.objects.get(pk=place.pk)
    assert (moved.commune, moved.province) == (hoan_kiem, hoan_kiem.parent)


def test_of_somebody_without_the_right_here_both_provinces_agree_one_after_the_other(
    place: Place, hoan_kiem: Division
) -> None:
    made = proposed(make.officer("communal", place.commune), place, {"commune": hoan_kiem, **gps(105.85, 21.03)})
    here, there = make.officer("provincial", place.province), make.officer("provincial", hoan_kiem.parent)
    assert (queue(here), queue(there)) == ([made], [])
    passed_on = proposals.approve(here, made)
    assert passed_on.state == "waiting"
    assert (queue(here), queue(there)) == ([], [made])
    assert Place.objects.get(pk=place.pk).commune == place.commune
    assert proposals.approve(there, passed_on).state == "accepted"
    assert Place.objects.get(pk=place.pk).commune == hoan_kiem


@pytest.mark.parametrize("boundaries", [False, True])
def test_a_pin_far_from_the_own_area_is_a_proposal_and_a_near_one_is_not(
    place: Place, settings: Any, boundaries: bool
) -> None:
    commune = make.commune(area_km2=None)
    if boundaries:
        outline(commune, 103.94, 10.20, 103.98, 10.24)
    neighbour = make.commune("Hàm Ninh", "31090", "xã", location=Point(104.06, 10.22, srid=4326))
    officer = make.officer("communal", commune, publishes=True)
    near = saved(officer, place, gps(104.0, 10.22))
    assert near.commune == commune
    far = proposed(officer, near, gps(104.06, 10.22))
    assert far.commune == neighbour
    assert queue(make.officer("provincial", commune.parent)) == [far]
    settings.PROPOSAL_DISTANCE_M = 20_000
    assert saved(officer, near, gps(104.07, 10.22)).location.x == 104.07


def test_a_pin_in_another_province_is_a_proposal_however_near(place: Place, hoan_kiem: Division) -> None:
    outline(make.commune(), 103.9, 10.1, 104.0, 10.3)
    outline(hoan_kiem, 104.0, 10.1, 104.1, 10.3)
    officer = make.officer("provincial", place.province)
    made = proposed(officer, place, gps(104.001, 10.22))
    assert made.commune == hoan_kiem
    proposals.approve(make.officer("provincial", hoan_kiem.parent), made)
    assert Place.objects.get(pk=place.pk).location.x == 104.001  # type: ignore[union-attr]


def test_other_fields_changed_meanwhile_merge_and_the_same_field_needs_a_choice(place: Place) -> None:
    officer = make.officer("communal", place.commune)
    approver = make.officer("provincial", place.province)
    made = proposed(officer, place, {"phone": "0911", "name": "Cửa hàng mới"})
    now = save_place(None, "khác", {"phone": "0922", "address": "Đường 30/4"}, place=place).place
    with pytest.raises(FieldConflict) as error:
        proposals.approve(approver, made)
    said = {one.field: (one.before, one.yours, one.theirs, one.collides) for one in error.value.differences}
    assert said == {
        "phone": ("", "0911", "0922", True),
        "name": (place.name, "Cửa hàng mới", place.name, False),
    }
    assert Place.objects.get(pk=place.pk).version == now.version
    proposals.approve(approver, made, choices={"phone": "theirs"})
    stored = Place.objects.get(pk=place.pk)
    assert (stored.phone, stored.name, stored.address) == ("0922", "Cửa hàng mới", "Đường 30/4")


def test_what_others_have_done_meanwhile_is_outdated(place: Place) -> None:
    made = proposed(make.officer("communal", place.commune), place, {"phone": "0911"})
    save_place(None, "khác", {"phone": "0911"}, place=place)
    assert proposals.approve(make.user(), made).state == "outdated"


def test_it_is_decided_once_and_its_proposer_may_take_it_back(place: Place) -> None:
    lan = make.officer("communal", place.commune)
    first, second = proposed(lan, place, {"phone": "0911"}), proposed(lan, place, {"phone": "0922"})
    assert proposals.refuse(make.user(), first, "Số này sai").answer == "Số này sai"
    with pytest.raises(Conflict):
        proposals.approve(make.user(), first)
    with pytest.raises(NotFound):
        proposals.withdraw(make.user(), second)
    assert proposals.withdraw(lan, second).state == "withdrawn"
    with pytest.raises(InvalidParameter):
        proposals.refuse(make.user(), proposed(lan, place, {"phone": "0933"}), " ")
    assert Place.objects.get(pk=place.pk).version == place.version


def test_a_new_place_and_a_product_are_proposed_too(place: Place) -> None:
    producer = make.producer(province=place.province, commune=place.commune)
    producer.refresh_from_db()
    owner, approver = make.owner(producer), make.officer("provincial", place.province)
    values = {**make.SOURCE, "name": "Nhà thùng", "kind": "production_site", "commune": place.commune}
    made = proposed(owner, None, {**values, "producer": producer, "schedule": make.schedule()})
    done = proposals.approve(approver, made)
    stored = Place.objects.get(public_id=done.subject_id)
    assert (stored.name, stored.producer, str(stored.schedule)) == ("Nhà thùng", producer, str(make.schedule()))
    product = make.product(producer=producer)
    product.refresh_from_db()
    proposals.approve(approver, proposed(owner, product, {"description": "Đạm 40 độ"}))
    assert Product.objects.get(pk=product.pk).description == "Đạm 40 độ"
