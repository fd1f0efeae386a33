"""Roles and areas: who may do what where, with acting cover, lineage, and constraints that the database holds."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction

from geo.access import areas, roles
from geo.access.history import trail
from geo.access.models import Assignment, Cover, User
from geo.access.permissions import NeedsApproval, OutsideArea, area_words, may, require
from geo.access.rules import ALLOWED, Action, Grant, Spot, decide
from geo.divisions.models import Decree, Division, Lineage
from geo.places.areas import spot
from geo.places.services import confirm, save_place
from geo.spatial import calendar
from geo.spatial.problems import Forbidden, InvalidParameter
from tests import factories as make

TODAY = date(2026, 11, 18)
HERE, THERE = Spot(1, 11), Spot(2, 22)
COMMUNAL = Grant("communal", communes=frozenset({11}))


@pytest.fixture(autouse=True)
def _noon() -> object:
    with calendar.at(datetime(2026, 11, 18, 12, tzinfo=calendar.ZONE)):
        yield


# -- rules: no database ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grant", "action", "spot_", "reason"),
    [
        (COMMUNAL, Action.CHECK, HERE, "granted"),
        (COMMUNAL, Action.CHECK, THERE, "outside"),
        (COMMUNAL, Action.CHECK, Spot(1, None), "outside"),
        (COMMUNAL, Action.EDIT, HERE, "approval"),
        (COMMUNAL, Action.EDIT, THERE, "outside"),
        (Grant("communal", communes=frozenset({11}), publishes=True), Action.EDIT, HERE, "granted"),
        (Grant("communal", communes=frozenset({11}), publishes=True), Action.CERTIFY, HERE, "role"),
        (Grant("provincial", provinces=frozenset({1}), communes=frozenset({11})), Action.EDIT, Spot(1), "granted"),
        (Grant("provincial", provinces=frozenset({1}), communes=frozenset({11})), Action.EDIT, Spot(1, 12), "outside"),
        (Grant("provincial", provinces=frozenset({1}), communes=frozenset({11})), Action.ADMINISTER, None, "role"),
        (Grant("national", everywhere=True), Action.ADMINISTER, None, "granted"),
        (Grant("viewer", everywhere=True), Action.DESK, None, "granted"),
        (Grant("viewer", everywhere=True), Action.CHECK, HERE, "role"),
        (Grant("producer", records=frozenset({"A"})), Action.CHECK, Spot(2, 22, frozenset({"A", "B"})), "granted"),
        (Grant("producer", records=frozenset({"A"})), Action.CHECK, HERE, "outside"),
        (Grant("producer", records=frozenset({"A"})), Action.SETTLE, HERE, "role"),
    ],
)
def test_decisions(grant: Grant, action: Action, spot_: Spot | None, reason: str) -> None:
    verdict = decide([grant], action, [spot_] if spot_ else [])
    assert (verdict.reason, verdict.allowed) == (reason, reason == "granted")


def test_a_record_that_moves_must_be_in_the_area_at_both_ends() -> None:
    both = Grant("communal", communes=frozenset({11, 22}), publishes=True)
    assert decide([both], Action.EDIT, [HERE, THERE]).allowed
    verdict = decide([Grant("communal", communes=frozenset({11}), publishes=True)], Action.EDIT, [HERE, THERE])
    assert (verdict.reason, verdict.spot) == ("outside", THERE)


def test_the_own_role_is_named_before_one_held_for_somebody() -> None:
    acting = Grant("provincial", communes=frozenset({11}), acting_for="Lan")
    verdict = decide([acting, COMMUNAL], Action.CHECK, [HERE])
    assert verdict.grant == COMMUNAL
    assert decide([acting, COMMUNAL], Action.EDIT, [HERE]).grant == acting


def test_every_role_says_what_it_may_do() -> None:
    assert set(ALLOWED) == {"national", "provincial", "communal", "producer", "viewer"}
    assert decide([], Action.DESK).reason == "nobody"


# -- people in the database --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_commune_officer_keeps_the_places_of_the_commune_and_no_others() -> None:
    here, there = make.commune(), make.commune("Long Xuyên", "30280", "phường")
    officer, colleague = (
        make.officer("communal", here, publishes=True),
        make.officer("communal", there, first_name="Hoa"),
    )
    place, foreign = make.place(commune=here), make.place(commune=there)
    assert save_place(officer, "số mới", {"phone": "0912"}, place=place).place.phone == "0912"
    with pytest.raises(OutsideArea) as refused:
        save_place(officer, "số mới", {"phone": "0912"}, place=foreign)
    assert "Phường Long Xuyên, Tỉnh An Giang" in refused.value.message
    assert str(colleague) in refused.value.message
    assert "Đặc khu Phú Quốc" in refused.value.message
    with pytest.raises(OutsideArea):
        save_place(officer, "chuyển", {"commune": there}, place=place)
    foreign.refresh_from_db()
    place.refresh_from_db()
    assert (foreign.phone, place.commune) == ("", here)


@pytest.mark.django_db
def test_who_may_not_publish_at_once_can_still_confirm() -> None:
    officer, place = make.officer("communal", make.commune()), make.place()
    with pytest.raises(NeedsApproval):
        save_place(officer, "số mới", {"phone": "0912"}, place=place)
    assert confirm(officer, "vẫn đúng", place).place.checked_on == TODAY


@pytest.mark.django_db
def test_a_producer_keeps_own_records() -> None:
    mine, other = make.producer(), make.producer("HTX khác")
    person = make.owner(mine, publishes=True)
    own, foreign = make.place(producer=mine), make.place(producer=other)
    save_place(person, "số mới", {"phone": "0912"}, place=own)
    with pytest.raises(Forbidden):
        save_place(person, "số mới", {"phone": "0912"}, place=foreign)


@pytest.mark.django_db
def test_a_place_without_commune_is_the_provinces() -> None:
    province = make.province()
    place = make.place(commune=None, province=province, location=None)
    assert may(make.officer("provincial", province), Action.EDIT, spot(place)).allowed
    assert may(make.officer("communal", make.commune(), publishes=True), Action.EDIT, spot(place)).reason == "outside"


@pytest.mark.django_db
def test_inactive_and_anonymous_may_nothing() -> None:
    officer = make.officer("national", is_active=False)
    assert may(officer, Action.DESK).reason == "nobody"
    assert may(AnonymousUser(), Action.DESK).reason == "nobody"
    with pytest.raises(Forbidden):
        require(make.person(), Action.DESK)


@pytest.mark.django_db
def test_roles_begin_and_end_on_their_days() -> None:
    commune = make.commune()
    officer = make.person()
    Assignment.objects.create(
        user=officer, role="communal", division=commune, starts_on=TODAY, ends_on=TODAY + timedelta(days=2)
    )
    spot_ = Spot(commune.parent_id, commune.pk)
    for days, allowed in ((-1, False), (0, True), (1, True), (2, False)):
        with calendar.at(datetime(2026, 11, 18 + days, 12, tzinfo=calendar.ZONE)):
            assert may(officer, Action.CHECK, spot_).allowed is allowed, days


@pytest.mark.django_db
def test_acting_cover_lends_the_area_for_its_days_only() -> None:
    here, there = make.commune(), make.commune("Long Xuyên", "30280", "phường")
    absent, acting = make.officer("communal", here, publishes=True, first_name="Lan"), make.officer("communal", there)
    roles.stand_in(None, "nghỉ phép", absent, acting, starts_on=TODAY, ends_on=TODAY + timedelta(days=1))
    place = make.place(commune=here)
    verdict = may(acting, Action.EDIT, spot(place))
    assert verdict.allowed
    assert verdict.grant is not None
    assert verdict.grant.acting_for == "Lan"
    for days, allowed in ((-1, False), (1, True), (2, False)):
        with calendar.at(datetime(2026, 11, 18 + days, 12, tzinfo=calendar.ZONE)):
            assert may(acting, Action.EDIT, spot(place)).allowed is allowed
    User.objects.filter(pk=absent.pk).update(is_active=False)
    assert not may(acting, Action.EDIT, spot(place)).allowed


@pytest.mark.django_db
def test_cover_is_not_passed_on() -> None:
    here = make.commune()
    first, second, third = make.officer("communal", here), make.person(), make.person()
    roles.stand_in(None, "nghỉ", first, second, ends_on=TODAY)
    roles.stand_in(None, "nghỉ", second, third, ends_on=TODAY)
    assert may(second, Action.CHECK, Spot(commune=here.pk)).allowed
    assert not may(third, Action.CHECK, Spot(commune=here.pk)).allowed


# -- lineage -----------------------------------------------------------------------------------------------------------


def _became(old: Division, *new: Division) -> None:
    decree, _ = Decree.objects.get_or_create(number="39/2026/QH16", defaults={"effective_on": date(2026, 9, 20)})
    for unit in new:
        share = "whole" if len(new) == 1 else "part"
        Lineage.objects.create(predecessor=old, successor=unit, share=share, decree=decree)
    Division.objects.filter(pk=old.pk).update(valid_until=date(2026, 9, 20))
    old.refresh_from_db()


@pytest.mark.django_db
def test_an_area_follows_a_merger() -> None:
    one, two = make.commune("Một", "30001", "xã"), make.commune("Hai", "30002", "xã")
    officer = make.officer("communal", one, publishes=True)
    merged = make.commune("Một Hai", "30003", "xã", valid_from=date(2026, 9, 20))
    _became(one, merged)
    _became(two, merged)
    place = make.place(commune=merged)
    assert may(officer, Action.EDIT, spot(place)).allowed
    (note,) = areas.notes(officer)
    assert (note.former, note.now, note.split) == (one, (merged,), False)
    assert areas.officers_of(merged.pk, merged.parent_id) == [officer]


@pytest.mark.django_db
def test_a_split_area_goes_to_both_with_a_note() -> None:
    whole = make.commune("Cũ", "30001", "xã")
    officer = make.officer("communal", whole)
    parts = [
        make.commune(name, code, "xã", valid_from=date(2026, 9, 20))
        for name, code in (("Đông", "30011"), ("Tây", "30012"))
    ]
    _became(whole, *parts)
    assert all(may(officer, Action.CHECK, Spot(commune=part.pk)).allowed for part in parts)
    (note,) = areas.notes(officer)
    assert (note.split, [unit.name for unit in note.now]) == (True, ["Đông", "Tây"])


@pytest.mark.django_db
def test_a_province_that_was_merged_keeps_its_own_communes() -> None:
    old = make.province("Kiên Giang", "90")
    merged = make.province("An Giang", "91", valid_from=date(2026, 9, 20))
    other = make.commune("Long Xuyên", "30280", "phường", parent=merged)
    before = make.commune("Hà Tiên", "30001", "phường", parent=old)
    after = make.commune("Hà Tiên", "30002", "phường", parent=merged, valid_from=date(2026, 9, 20))
    second = make.province("Cũ khác", "89")
    _became(before, after)
    _became(old, merged)
    _became(second, merged)
    officer = make.officer("provincial", old)
    assert may(officer, Action.EDIT, Spot(merged.pk, after.pk)).allowed
    assert not may(officer, Action.EDIT, Spot(merged.pk, other.pk)).allowed
    assert may(officer, Action.EDIT, Spot(merged.pk)).allowed


# -- constraints -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"role": "communal"},
        {"role": "national", "at": "commune"},
        {"role": "producer"},
        {"role": "provincial", "at": "commune"},
        {"role": "communal", "at": "province"},
        {"role": "provincial", "at": "province", "publishes_at_once": True},
        {"role": "national", "ends_on": date(2026, 1, 1)},
        {"role": "gardener"},
    ],
)
def test_the_database_refuses_impossible_assignments(values: dict[str, object]) -> None:
    at = values.pop("at", None)
    division = {"commune": make.commune, "province": make.province}[str(at)]() if at else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(user=make.person(), division=division, **values)


@pytest.mark.django_db
def test_the_database_refuses_the_same_role_twice_at_a_time() -> None:
    officer, commune = make.person(), make.commune()
    Assignment.objects.create(user=officer, role="communal", division=commune, ends_on=TODAY + timedelta(days=5))
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(user=officer, role="communal", division=commune)
    Assignment.objects.create(user=officer, role="communal", division=commune, starts_on=TODAY + timedelta(days=5))
    second = make.commune("Long Xuyên", "30280", "phường")
    assert roles.assign(None, "thêm xã", officer, "communal", division=second).division == second
    with pytest.raises(InvalidParameter):
        roles.assign(None, "lần nữa", officer, "communal", division=second)


@pytest.mark.django_db
def test_the_database_refuses_impossible_covers() -> None:
    one, two = make.person(), make.person()
    for absent, acting, days in ((one, one, 1), (one, two, -1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Cover.objects.create(absent=absent, acting=acting, starts_on=TODAY, ends_on=TODAY + timedelta(days=days))
    Cover.objects.create(absent=one, acting=two, starts_on=TODAY, ends_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cover.objects.create(absent=one, acting=two, starts_on=TODAY, ends_on=TODAY)


@pytest.mark.django_db
def test_one_address_is_one_person_in_whatever_case() -> None:
    make.person(email="lan@example.vn")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.person(email="Lan@Example.vn")


# -- services ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_province_gives_roles_to_its_communes_only() -> None:
    ours, theirs = make.commune(), make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01"))
    boss = make.officer("provincial", ours.parent)
    made = roles.assign(boss, "nhận việc", make.person(), "communal", division=ours, publishes_at_once=True)
    entry = trail("access_assignment", made.pk)[0]
    assert (entry.actor, entry.reason, entry.operation) == (boss.pk, "nhận việc", "I")
    with pytest.raises(OutsideArea):
        roles.assign(boss, "nhận việc", make.person(), "communal", division=theirs)
    with pytest.raises(Forbidden):
        roles.assign(boss, "lên chức", boss, "national")
    with pytest.raises(Forbidden):
        roles.assign(make.officer("communal", ours), "bạn tôi", make.person(), "communal", division=ours)


@pytest.mark.django_db
def test_taking_a_role_away_leaves_its_history() -> None:
    made = roles.assign(
        None, "nhận việc", make.person(), "communal", division=make.commune(), starts_on=date(2026, 1, 1)
    )
    boss = make.officer("national")
    roles.change(boss, "được tin", made, publishes_at_once=True)
    roles.end(boss, "chuyển đi", made)
    made.refresh_from_db()
    assert (made.ends_on, made.publishes_at_once) == (TODAY, True)
    assert [e.reason for e in trail("access_assignment", made.pk)] == ["chuyển đi", "được tin", "nhận việc"]


@pytest.mark.django_db
def test_services_explain_what_the_database_would_refuse() -> None:
    with pytest.raises(InvalidParameter) as refused:
        roles.assign(None, "nhận việc", make.person(), "provincial", division=make.commune())
    assert refused.value.name == "division"
    with pytest.raises(InvalidParameter):
        roles.assign(None, "nhận việc", make.person(), "communal")


@pytest.mark.django_db
def test_officers_name_their_own_substitute_but_nobody_elses() -> None:
    absent, acting = make.officer("communal", make.commune()), make.person()
    with pytest.raises(Forbidden):
        roles.stand_in(acting, "tôi thay", absent, acting, ends_on=TODAY)
    cover = roles.stand_in(absent, "nghỉ phép", absent, acting, ends_on=TODAY)
    roles.end_cover(absent, "về sớm", cover)
    assert not Cover.objects.exists()
    with pytest.raises(InvalidParameter):
        roles.stand_in(absent, "mãi mãi", absent, acting, ends_on=date(2036, 1, 1))


@pytest.mark.django_db
def test_an_area_in_words() -> None:
    assert area_words(make.officer("communal", make.commune())) == "Đặc khu Phú Quốc, Tỉnh An Giang"


@pytest.mark.django_db
def test_asking_takes_few_statements() -> None:
    officer = make.officer("communal", make.commune())
    place = make.place()
    counter = _Counter()
    with connection.execute_wrapper(counter):
        may(officer, Action.CHECK, spot(place))
    assert counter.count <= 4


class _Counter:
    count = 0

    def __call__(self, execute: object, *args: object) -> object:
        self.count += 1
        return execute(*args)  # type: ignore[operator]
