"""Decrees: what the table may say, what the register becomes, where records go, what an officer settles."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.management import CommandError, call_command
from django.test import Client

from geo.access.areas import grants_of
from geo.access.history import trail
from geo.access.models import RecordVersion
from geo.divisions.models import Decree, Division, DivisionBoundary, Level, Lineage
from geo.divisions.selectors import commune_by_code
from geo.places.models import Place
from geo.places.rollover import roll_day
from geo.spatial import calendar
from geo.spatial.problems import Conflict, Forbidden, InvalidParameter
from geo.stewardship.decrees.applying import Outcome, apply_file
from geo.stewardship.decrees.following import follow_all
from geo.stewardship.decrees.settling import settle
from geo.stewardship.imports.reading.reader import read
from geo.stewardship.models import Doubt
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)
SINCE = date(2026, 11, 1)
WHAT = "Số nghị quyết,Trích yếu,Ngày ban hành,Ngày hiệu lực,Nguồn,Cấp"
COLUMNS = f"{WHAT},Mã cũ,Tên cũ,Phần,Mã mới,Loại mới,Tên mới,Mã tỉnh mới"
HEAD = ("MẪU 01/NQ", "Nghị quyết mẫu để kiểm thử", "2026-10-01", "01/11/2026", "https://example.vn/nq", "xã")


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with calendar.at(datetime(2026, 11, 18, 12, tzinfo=calendar.ZONE)):
        yield


def table(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS.split(","))
    for number, row in enumerate(rows):
        writer.writerow([*(head if number == 0 else ("",) * 5 + (head[5],)), *row])
    return out.getvalue().encode("utf-8-sig")


def applied(*rows: tuple[str, ...], dry_run: bool = False, head: tuple[str, ...] = HEAD) -> Outcome:
    return apply_file(read(table(*rows, head=head), "nq.csv"), dry_run=dry_run)


def commune(name: str, code: str, **values: Any) -> Division:
    return make.commune(name, code, "xã", location=Point(104.9 + int(code) / 1e6, 10.1, srid=4326), **values)


def fresh(record: Any) -> Any:
    record.refresh_from_db()
    return record


MERGE = (
    ("90001", "An Hòa", "toàn bộ", "90001", "phường", "An Hòa Bình", ""),
    ("90002", "Bình Hòa", "toàn bộ", "90001", "phường", "An Hòa Bình", ""),
)
SPLIT = (
    ("90003", "Châu Phú", "một phần", "90003", "xã", "Châu Phú", ""),
    ("90003", "Châu Phú", "một phần", "90013", "xã", "Châu Phú Tây", ""),
)


def test_a_merger_closes_opens_and_takes_records_along() -> None:
    one, other = commune("An Hòa", "90001"), commune("Bình Hòa", "90002")
    places = [make.place(f"Nơi {unit.name}", commune=unit) for unit in (one, other)]
    producer = make.producer(commune=other, province=other.parent)
    outcome = applied(*MERGE)
    assert outcome.wrong == []
    now = commune_by_code("90001")
    assert now is not None
    assert (now.full_name, now.valid_from, now.parent) == ("Phường An Hòa Bình", SINCE, one.parent)
    assert commune_by_code("90002") is None
    assert commune_by_code("90002", SINCE - timedelta(days=1)) == other
    assert {fresh(place).commune for place in places} == {now}
    assert fresh(producer).commune == now
    entry = trail("places_place", places[0].pk)[0]
    assert entry.reason == "MẪU 01/NQ: Xã An Hòa → Phường An Hòa Bình"
    assert entry.batch == "decree:MẪU 01/NQ"
    decree = Decree.objects.get()
    assert (decree.issued_on, decree.effective_on) == (date(2026, 10, 1), SINCE)


def test_the_same_file_again_changes_nothing() -> None:
    for name, code in (("An Hòa", "90001"), ("Bình Hòa", "90002"), ("Châu Phú", "90003")):
        make.place(commune=commune(name, code))
    assert applied(*MERGE, *SPLIT).applied.changes > 0
    entries, divisions = RecordVersion.objects.count(), list(Division.objects.order_by("pk").values())
    again = applied(*MERGE, *SPLIT)
    assert again.wrong == []
    assert (again.applied.changes, again.followed.moved, again.followed.doubts) == (0, 0, 0)
    assert RecordVersion.objects.count() == entries
    assert list(Division.objects.order_by("pk").values()) == divisions


def test_a_dry_run_shows_all_and_changes_nothing() -> None:
    place = make.place(commune=commune("An Hòa", "90001"))
    commune("Bình Hòa", "90002")
    outcome = applied(*MERGE, dry_run=True)
    assert outcome.followed.moved == 1
    assert [(step.former, step.after) for step in outcome.followed.steps] == [
        ("Xã An Hòa", "Phường An Hòa Bình, Tỉnh An Giang")
    ]
    assert Decree.objects.count() == Lineage.objects.count() == 0
    assert fresh(place).commune.valid_until is None


def test_without_boundaries_a_split_goes_to_the_officers_list() -> None:
    unit = commune("Châu Phú", "90003")
    place, producer = make.place(commune=unit), make.producer(commune=unit, province=unit.parent)
    outcome = applied(*SPLIT)
    assert (outcome.followed.moved, outcome.followed.doubts) == (0, 2)
    assert (fresh(place).commune, place.province) == (None, unit.parent)
    assert fresh(producer).commune is None
    doubt = Doubt.objects.get(subject=fresh(place).public_id)
    names = Division.objects.filter(pk__in=doubt.candidates).order_by("code").values_list("full_name", flat=True)
    assert list(names) == ["Xã Châu Phú", "Xã Châu Phú Tây"]


def outline(code: str, west: float, east: float) -> None:
    square = Polygon.from_bbox((west, 10, east, 10.4))
    square.srid = 4326
    unit = commune_by_code(code)
    assert unit is not None
    DivisionBoundary.objects.create(division=unit, boundary=MultiPolygon(square, srid=4326), source="mẫu")


def test_boundaries_loaded_afterwards_settle_what_they_can() -> None:
    unit = commune("Châu Phú", "90003")
    inside = make.place("Trong", commune=unit, location=Point(103.9, 10.2, srid=4326))
    vague = make.place(
        "Ở đâu đó", commune=unit, location=Point(103.9, 10.2, srid=4326), location_accuracy="commune_point"
    )
    nowhere = make.place("Chưa có vị trí", commune=unit, location=None)
    applied(*SPLIT)
    outline("90003", 103.8, 104.0)
    outline("90013", 104.0, 104.2)
    again = applied(*SPLIT)
    assert (again.applied.changes, again.followed.settled) == (0, 1)
    assert fresh(inside).commune == commune_by_code("90003")
    assert Doubt.objects.get(subject=fresh(inside).public_id).how == "boundary"
    assert fresh(vague).commune is None
    assert fresh(nowhere).commune is None


def test_what_takes_effect_later_follows_at_the_rollover() -> None:
    day = TODAY + timedelta(days=30)
    place = make.place(commune=commune("An Hòa", "90001"))
    commune("Bình Hòa", "90002")
    head = (*HEAD[:3], day.isoformat(), *HEAD[4:])
    outcome = applied(*MERGE, head=head)
    assert outcome.followed.moved == 0
    assert outcome.later is not None
    assert outcome.later.moved == 1
    before = commune_by_code("90001")
    assert before is not None
    assert (fresh(place).commune, before.full_name) == (before, "Xã An Hòa")
    with calendar.at(datetime.combine(day, datetime.min.time(), tzinfo=calendar.ZONE) + timedelta(hours=1)):
        assert roll_day()
        now = commune_by_code("90001")
        assert fresh(place).commune == now
        assert now is not None
        assert now.full_name == "Phường An Hòa Bình"
        assert follow_all().moved == 0


def test_a_part_that_goes_to_a_neighbour_who_stays() -> None:
    giver, taker = commune("Châu Phú", "90003"), commune("Bình Hòa", "90002")
    place = make.place(commune=taker)
    outcome = applied(
        ("90003", "", "một phần", "90003", "xã", "Châu Phú", ""),
        ("90003", "", "một phần", "90002", "xã", "Bình Hòa", ""),
    )
    assert outcome.wrong == []
    assert outcome.applied.notes == ["Xã Bình Hòa có thêm địa bàn."]
    now = commune_by_code("90002")
    assert fresh(place).commune == now
    links = {(link.predecessor, link.share) for link in Lineage.objects.filter(successor=now)}
    assert links == {(giver, "part"), (taker, "whole")}


def test_areas_of_officers_follow() -> None:
    officer = make.officer("communal", commune("An Hòa", "90001"))
    commune("Bình Hòa", "90002")
    applied(*MERGE)
    now = commune_by_code("90001")
    assert now is not None
    assert {pk for grant in grants_of(officer) for pk in grant.communes} == {now.pk}


def test_a_province_that_is_merged_takes_communes_and_records_along() -> None:
    giver = make.province("Kiên Giang", "98")
    unit = commune("Hà Tiên", "90004", parent=giver)
    taker = make.province("An Giang", "91")
    place, vague = make.place(commune=unit), make.place(commune=None, location=None, province=giver)
    head = (*HEAD[:5], "tỉnh")
    outcome = applied(("98", "Kiên Giang", "toàn bộ", "91", "tỉnh", "An Giang", ""), head=head)
    assert outcome.wrong == []
    province = Division.objects.get(level=Level.PROVINCE, code="91", valid_until=None)
    assert province.pk != taker.pk
    now = commune_by_code("90004")
    assert now is not None
    assert (now.parent, now.valid_from) == (province, SINCE)
    assert (fresh(place).commune, place.province) == (now, province)
    assert fresh(vague).province == province
    assert applied(("98", "Kiên Giang", "toàn bộ", "91", "tỉnh", "An Giang", ""), head=head).applied.changes == 0


def test_a_province_that_is_renamed_keeps_its_communes() -> None:
    unit = commune("Hà Tiên", "90004")
    place = make.place(commune=unit)
    applied(("91", "An Giang", "toàn bộ", "91", "thành phố", "An Giang", ""), head=(*HEAD[:5], "tỉnh"))
    province = Division.objects.get(level=Level.PROVINCE, code="91", valid_until=None)
    assert province.full_name == "Thành phố An Giang"
    assert fresh(unit).parent == province
    assert (fresh(place).province, place.commune) == (province, unit)


def wrong(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> set[tuple[int, str]]:
    outcome = applied(*rows, head=head)
    assert Lineage.objects.count() == 0
    assert not Decree.objects.filter(number=head[0]).exists()
    return {(one.row, one.field) for one in outcome.wrong}


def test_errors_name_row_and_field() -> None:
    commune("An Hòa", "90001")
    commune("Bình Hòa", "90002")
    good = MERGE[0]
    assert wrong(("99999", "", *good[2:])) == {(2, "old_code")}
    assert wrong(("90001", "Tên khác", *good[2:])) == {(2, "old_name")}
    assert wrong((*good[:2], "nửa", *good[3:])) == {(2, "share")}
    assert wrong((*good[:2], "một phần", *good[3:])) == {(2, "share")}
    assert wrong(good, (*good[:3], "90011", *good[4:])) == {(3, "share")}
    assert wrong((*good[:3], "90002", "xã", "An Hòa", "")) == {(2, "new_code")}
    assert wrong((*good[:4], "quận", *good[5:])) == {(2, "new_type")}
    assert wrong((*good[:6], "77")) == {(2, "new_province")}
    assert wrong(good, (*MERGE[1][:5], "Tên khác", "")) == {(3, "new_name")}
    assert wrong(good, head=(*HEAD[:3], "31/11/2026", *HEAD[4:])) == {(2, "effective_on")}
    assert wrong(good, head=(*HEAD[:2], "2026-12-01", *HEAD[3:])) == {(2, "issued_on")}
    assert wrong(good, head=(*HEAD[:4], "báo", HEAD[5])) == {(2, "source_url")}


def test_another_decree_that_ends_the_same_unit_is_refused() -> None:
    commune("An Hòa", "90001")
    commune("Bình Hòa", "90002")
    applied(*MERGE)
    links = Lineage.objects.count()
    earlier = ("MẪU 02/NQ", *HEAD[1:3], "2026-10-15", *HEAD[4:])
    outcome = applied(*MERGE, head=earlier)
    assert {(one.row, one.field) for one in outcome.wrong} == {(2, "old_code"), (3, "old_code")}
    assert Lineage.objects.count() == links


def doubtful() -> tuple[Doubt, Place, list[Division]]:
    place = make.place(commune=commune("Châu Phú", "90003"))
    applied(*SPLIT)
    doubt = Doubt.objects.get()
    return doubt, fresh(place), list(Division.objects.filter(pk__in=doubt.candidates).order_by("code"))


def test_an_officer_of_a_candidate_settles_it_with_one_press(client: Client) -> None:
    doubt, place, (stays, new) = doubtful()
    officer = make.officer("communal", new, first_name="Lan")
    client.force_login(officer)
    text = client.get("/vi/desk/doubts").content.decode()
    assert place.name in text
    assert "Xã Châu Phú Tây" in text
    assert client.post(f"/vi/desk/doubts/{doubt.pk}", {"to": stays.pk}).status_code == 403
    assert client.post(f"/vi/desk/doubts/{doubt.pk}", {"to": new.pk}).status_code == 302
    assert (fresh(place).commune, place.province) == (new, new.parent)
    assert (fresh(doubt).settled_by, doubt.settled_to, doubt.how) == (officer, new, "officer")
    assert "Xã Châu Phú → Xã Châu Phú Tây" not in client.get("/vi/desk/doubts").content.decode()
    assert trail("places_place", place.pk)[0].actor == officer.pk


def test_only_candidates_of_ones_area_and_only_once() -> None:
    doubt, place, (stays, new) = doubtful()
    elsewhere = make.commune("Hoàn Kiếm", "00070", "phường", parent=make.province("Hà Nội", "01", "thành phố"))
    with pytest.raises(InvalidParameter):
        settle(make.user(), doubt, elsewhere)
    with pytest.raises(Forbidden):
        settle(make.officer("communal", elsewhere), doubt, new)
    settle(make.user(), doubt, new)
    with pytest.raises(Conflict):
        settle(make.user(), doubt, stays)
    assert fresh(place).commune == new


def test_candidates_follow_a_later_decree() -> None:
    doubt, _place, (stays, new) = doubtful()
    later = ("MẪU 02/NQ", *HEAD[1:3], "2026-11-10", *HEAD[4:])
    applied(("90013", "", "toàn bộ", "90013", "phường", "Châu Phú Tây", ""), head=later)
    now = commune_by_code("90013")
    assert now is not None
    assert fresh(doubt).candidates == [stays.pk, now.pk]
    assert now.pk != new.pk


def test_the_command_reports_and_refuses(tmp_path: Any) -> None:
    make.place(commune=commune("An Hòa", "90001"))
    commune("Bình Hòa", "90002")
    path, out = tmp_path / "nq.csv", io.StringIO()
    path.write_bytes(table(*MERGE))
    call_command("apply_decree", path, "--dry-run", stdout=out)
    assert "1 records follow, 0 go to the officers' list" in out.getvalue()
    assert "dry run, nothing was changed" in out.getvalue()
    path.write_bytes(table(("99999", "", *MERGE[0][2:])))
    with pytest.raises(CommandError, match="1 wrong"):
        call_command("apply_decree", path, stdout=out)
    assert "row 2, old_code: " in out.getvalue()
