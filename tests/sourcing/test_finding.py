"""Finding suppliers: what counts, what doesn't and why, what would help, and that promises lower what others see."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geo.access.history import trail
from geo.places.models import Place
from geo.sourcing.asking import demand
from geo.sourcing.demand import Month
from geo.sourcing.describing import described
from geo.sourcing.finding import Found, find
from geo.sourcing.rules import Rule
from geo.sourcing.services import commit, release
from geo.sourcing.totals import Asked, totals
from geo.spatial import calendar
from geo.spatial.problems import Forbidden, InvalidParameter
from tests import factories as make

pytestmark = pytest.mark.django_db

BASE = {"q": "cà phê", "quantity": "100", "unit": "kg", "months": "3-5", "count": "unsourced"}


def supply(quantity: str = "60", *, name: str = "Cà phê", days_old: int = 10, **values: Any) -> Place:
    """A facility that roasts coffee: 60 kg a month all year, said by an officer ten days ago."""
    at = {key: values.pop(key) for key in ("location", "status", "producer", "kind", "commune") if key in values}
    place = make.place(f"Xưởng {name}", **{"kind": "processing_facility", **at})
    product = values.pop("product", None) or make.product(name)
    stated = {
        "role": "processes",
        "quantity": Decimal(quantity),
        "unit": "kg",
        "period": "month",
        "quantity_on": calendar.today() - timedelta(days=days_old),
        "said_by": "officer",
        **values,
    }
    make.sells(place, product, **stated)
    return place


def found(**asked: str) -> Found:
    query = {**BASE, **asked}
    return find(demand({name: [value] for name, value in query.items() if value}))


def against(answer: Found) -> set[Rule]:
    return {rule for one in answer.all for rule in one.rules}


def test_suppliers_add_up_and_the_gap_is_what_is_missing() -> None:
    supply("60")
    supply("25")
    answer = found()
    assert answer.totals == (85, 85, 85)
    assert answer.gaps == (15, 15, 15)
    assert found(quantity="85").gap == 0


def test_months_follow_each_other_over_the_turn_of_the_year() -> None:
    with calendar.at(calendar.now().replace(year=2026, month=11, day=22)):
        asked = demand({name: [value] for name, value in {**BASE, "months": "11-2"}.items()})
        assert asked.months == (Month(2026, 11), Month(2026, 12), Month(2027, 1), Month(2027, 2))
        asked = demand({name: [value] for name, value in {**BASE, "months": "3,5"}.items()})
        assert asked.months == (Month(2027, 3), Month(2027, 5))
        for day, year in (("21", 2027), ("22", 2026)):
            asked = demand({name: [value] for name, value in {**BASE, "months": "11", "day": day}.items()})
            assert asked.months == (Month(year, 11),)


def test_seasons_leave_gaps_where_they_end() -> None:
    supply("600", period="season", months=[3, 4])
    assert found().totals == (300, 300, 0)


def test_unlike_units_are_never_added() -> None:
    supply("60")
    supply("500", unit="lít", name="Cà phê lạnh")
    supply("500", unit="hộp", name="Cà phê hộp")
    supply("400", unit="hộp", name="Cà phê hộp cân", piece_kg=Decimal("0.1"))
    answer = found()
    assert answer.totals == (100, 100, 100)
    assert Rule.UNIT in against(answer)
    assert found(unit="box", quantity="900").totals == (900, 900, 900)


def test_stale_and_unsourced_figures_count_only_if_the_buyer_says_so() -> None:
    supply("60", days_old=400)
    supply("30", said_by="")
    assert found(count="").totals[0] == 0
    assert found(count="stale").totals[0] == 60
    assert found(count="unsourced").totals[0] == 30
    answer = found(count="stale,unsourced")
    assert answer.totals[0] == 90
    assert [sorted(one.doubts) for one in answer.suppliers] == [["stale"], ["unsourced"]]


def test_what_is_grown_for_a_product_made_elsewhere_is_not_counted_twice() -> None:
    product = make.product("Cà phê rang")
    supply("500", product=product, role="grows", kind="production_site")
    supply("60", product=product)
    assert found().totals == (60, 60, 60)


def test_shops_and_closed_places_do_not_supply() -> None:
    supply("60", role="sells", kind="point_of_sale")
    supply("60", status=Place.Status.CLOSED)
    assert found().all == ()


def test_stars_must_hold_on_the_day_of_delivery() -> None:
    spring = date(calendar.today().year + 1, 4, 10)
    product = make.product("Cà phê sao")
    make.certificate(product, stars=4, decision_date=spring - timedelta(days=1000), valid_until=spring)
    supply("60", product=product)
    answer = found(min_stars="3", months="3-5")
    assert answer.totals == (60, 0, 0)
    assert found(min_stars="3", months="4", day="5").totals == (60,)
    assert found(min_stars="3", months="4", day="12").totals == (0,)
    assert found(min_stars="5", months="3").totals == (0,)


def test_other_certificates_may_be_the_place_s_and_must_hold_too() -> None:
    safety = make.scheme("food_safety")
    place = supply("60")
    asked = {"scheme": "food_safety", "months": "3"}
    assert found(**asked).totals == (0,)
    held = make.certificate(place, scheme=safety, valid_from=date(2026, 1, 1), valid_until=date(2036, 1, 1))
    assert found(**asked).totals == (60,)
    held.revoked_on = calendar.today()
    held.save()
    assert found(**asked).totals == (0,)


def mark(subject: Any, kind: str, name: str, until: date = date(2036, 1, 1), **values: Any) -> Any:
    """The right of ``subject`` to use a geographical indication or mark."""
    return make.certificate(
        subject, scheme=make.scheme(kind), scope=name, valid_from=date(2026, 1, 1), valid_until=until, **values
    )


def test_a_geographical_indication_or_mark_may_be_asked_for() -> None:
    own, plain, shop = make.product("Cà phê rang"), make.product("Cà phê hạt"), make.producer("Hợp tác xã")
    supply("60", product=own)
    supply("25", product=plain, producer=shop)
    supply("7")
    mark(own, "gi", "Cà phê Buôn Ma Thuột", number="00004")
    mark(shop, "collective_mark", "Cà phê Cầu Đất")
    asked = {"months": "3"}
    assert found(**asked, mark="any").totals == (85,)
    assert found(**asked, mark="gi").totals == (60,)
    assert found(**asked, mark="collective_mark,certification_mark").totals == (25,)
    assert found(**asked, mark="certification_mark").totals == (0,)
    assert found(**asked, mark_name="buon ma thuot").totals == (60,)
    assert found(**asked, mark_name="00004").totals == (60,)
    assert found(**asked, mark="gi", mark_name="cầu đất").totals == (0,)
    answer = found(**asked, mark="gi", quantity="85")
    assert Rule.MARK in against(answer)
    assert [(one.rule, one.meets) for one in answer.closing] == [("mark", True)]
    told = {one["id"]: one["marks"] for one in described(answer, 100)["suppliers"] + described(answer, 100)["others"]}
    assert sorted((one["kind"], one["name"], one["holder"]) for marks in told.values() for one in marks) == [
        ("collective_mark", "Cà phê Cầu Đất", "producer"),
        ("gi", "Cà phê Buôn Ma Thuột", "product"),
    ]


def test_a_right_to_a_mark_must_hold_on_the_day_of_delivery() -> None:
    spring = date(calendar.today().year + 1, 4, 10)
    place = supply("60")
    right = mark(place, "gi", "Chè Mộc Châu", spring)
    assert found(mark="gi").totals == (60, 0, 0)
    assert found(mark="gi", months="4", day="9").totals == (60,)
    # The right to another name doesn't go on where this one ends; a newer right to the same name does.
    mark(place, "gi", "Chè Thái Nguyên", date(2036, 1, 1), decision_date=date(2026, 2, 1))
    assert found(mark="gi", mark_name="mộc châu").totals == (60, 0, 0)
    newer = mark(place, "gi", "Chè Mộc Châu", date(2036, 1, 1), decision_date=date(2026, 3, 1))
    assert found(mark="gi", mark_name="mộc châu").totals == (60, 60, 60)
    newer.revoked_on = calendar.today()
    newer.save()
    assert found(mark="gi", mark_name="mộc châu").totals == (0, 0, 0)
    right.valid_until = None
    right.save()
    newer.delete()
    assert found(mark="gi", mark_name="mộc châu").totals == (0, 0, 0), "of unknown end it never counts"


@pytest.mark.parametrize(
    ("asked", "wrong"), [({"mark": "gỗ"}, "mark"), ({"mark": "gi,x"}, "mark"), ({"mark_name": "?!"}, "mark_name")]
)
def test_a_mark_that_does_not_exist_is_refused(asked: dict[str, str], wrong: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        found(**asked)
    assert refused.value.name == wrong


def test_a_certificate_of_unknown_date_never_counts() -> None:
    product = make.product("Cà phê năm")
    make.certificate(product, stars=5, decision_year=calendar.today().year)
    supply("60", product=product)
    assert found(min_stars="3").totals == (0, 0, 0)


def test_a_supplier_that_needs_more_notice_than_is_left_is_out() -> None:
    supply("60", lead_days=20)
    supply("10")
    assert found(lead_days="30").totals[0] == 60
    assert found(lead_days="10").totals[0] == 0
    assert {Rule.LEAD, Rule.LEAD_UNKNOWN} <= against(found(lead_days="10"))
    soon = calendar.today() + timedelta(days=3)
    month = f"{soon.year}-{soon.month:02}"
    assert found(months=month, day=str(soon.day)).totals == (10,)


def test_origin_and_road_time_are_limits_and_say_how_far_would_do() -> None:
    near = make.commune("Buôn Ma Thuột", "24133", "phường", make.province("Đắk Lắk", "66"))
    near.location = Point(108.05, 12.69, srid=4326)
    near.save()
    supply("60", commune=near, location=Point(108.05, 12.69, srid=4326))
    supply("60", commune=near, location=Point(108.05, 13.60, srid=4326), name="Cà phê xa")
    asked = {"depot": "108.05,12.69", "max_hours": "1", "quantity": "120"}
    answer = found(**asked)
    assert answer.totals[0] == 60
    assert answer.roads is not None
    assert answer.roads.estimate
    (farther,) = [one for one in answer.closing if one.rule == "distance"]
    assert farther.meets
    assert found(**{**asked, "max_hours": str(farther.value / 3600 + 0.01)}).gap == 0
    assert found(province="91").totals[0] == 0
    assert found(province="66").totals[0] == 120


def test_a_demand_that_cannot_be_met_says_what_would_meet_it() -> None:
    supply("60", days_old=500)
    supply("50", said_by="officer", months=[3, 7, 8])
    strong = make.product("Cà phê mạnh")
    make.certificate(strong, stars=3, decision_date=calendar.today() - timedelta(days=30))
    supply("45", product=strong)
    answer = found(count="", months="3", min_stars="4", quantity="45")
    helps = {one.rule: one for one in answer.closing}
    assert helps["stars"].meets
    assert helps["stars"].value == 3
    assert "distance" not in helps
    answer = found(count="", months="3", quantity="150")
    assert {one.rule: (one.gap, one.gained) for one in answer.closing} == {"stale": (0, 55)}
    answer = found(count="", months="5", quantity="95")
    (other,) = [one for one in answer.closing if one.rule == "months"]
    assert {month.month for month in other.months} == {3, 7, 8}


def test_what_is_promised_to_others_is_taken_off_and_comes_back() -> None:
    officer, place = make.user(), supply("60")
    product = place.products.get()
    year = calendar.today().year + 1
    promise = commit(
        officer, "hợp đồng với siêu thị", place, product, quantity=Decimal("0.02"), unit="tấn",
        first_month=date(year, 3, 15), last_month=date(year, 4, 1), purpose="Siêu thị Mẫu",
    )  # fmt: skip
    assert found().totals == (40, 40, 60)
    assert "Siêu thị" not in str(found())
    assert trail("sourcing_commitment", promise.pk)[0].reason == "hợp đồng với siêu thị"
    sums = totals(Asked(words=("ca", "phe")))
    by_month = dict(zip(sums.months, sums.sums[0].months, strict=True))
    assert (by_month[Month(year, 3)], by_month[Month(year, 5)]) == (40, 60)
    release(officer, "huỷ", promise)
    assert found().totals == (60, 60, 60)


def test_only_who_keeps_a_place_promises_its_goods_and_only_in_units_it_has() -> None:
    place = supply("60")
    values: dict[str, Any] = {
        "quantity": Decimal(5), "unit": "kg", "first_month": date(2027, 3, 1), "last_month": date(2027, 3, 1),
    }  # fmt: skip
    elsewhere = make.officer("communal", make.commune("Hoàn Kiếm", "00070", "phường", make.province("Hà Nội", "01")))
    with pytest.raises(Forbidden):
        commit(elsewhere, "thử", place, place.products.get(), **values)
    for unit in ("lít", "xe"):
        with pytest.raises(InvalidParameter) as error:
            commit(make.user(), "thử", place, place.products.get(), **{**values, "unit": unit})
        assert error.value.name == "unit"


def test_a_supplier_promised_away_is_said_to_be() -> None:
    place = supply("60")
    year = calendar.today().year + 1
    commit(
        make.user(), "hợp đồng", place, place.products.get(), quantity=Decimal(90), unit="kg",
        first_month=date(year, 3, 1), last_month=date(year, 5, 1),
    )  # fmt: skip
    answer = found()
    assert answer.totals == (0, 0, 0)
    assert against(answer) == {Rule.COMMITTED}


def test_the_number_of_statements_does_not_grow_with_suppliers() -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found(min_stars="3", depot="103.96,10.22", max_hours="5")
        return len(queries)

    supply("1")
    found(min_stars="3", depot="103.96,10.22", max_hours="5")
    few = statements()
    for number in range(12):
        supply("1", name=f"Cà phê {number}")
    assert statements() == few


def test_sums_keep_units_and_groups_apart() -> None:
    category = make.category("I.6.13", "Cà phê")
    supply("60", product=make.product("Cà phê một", category=category))
    supply("12", product=make.product("Cà phê hai", category=category), unit="tấn", period="year")
    supply("100", product=make.product("Nước mắm", category=make.category("I.4.9")), unit="lít")
    supply("8", product=make.product("Cà phê cũ", category=category), days_old=900)
    made = totals(Asked(by="category"))
    assert [(one.group, one.kind, one.rows, sum(one.months, Fraction(0))) for one in made.sums] == [
        ("I.4.9", "litre", 1, 1200),
        ("I.6.13", "kg", 2, 12 * 60 + 12_000),
    ]
    assert made.left_out == {"stale": 1}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("months", "13"), ("months", "0-3"), ("months", "3-13"), ("months", ""), ("months", "xuân"),
        ("months", "2020-01"), ("months", "1-12,1"), ("quantity", "-5"), ("quantity", "0"), ("quantity", ""),
        ("quantity", "nhiều"), ("quantity", "1e99"), ("unit", "xe tải"), ("min_stars", "6"), ("day", "32"),
        ("scheme", "KHONG"), ("category", "Z.9"), ("product", "xyz"), ("depot", "110.5,15.0"), ("depot", "2.35,48.86"),
        ("depot", "10.22,103.96"), ("depot", "Atlantis"), ("max_hours", "5"), ("lead_days", "-1"), ("count", "all"),
        ("without", "!"), ("province", "999"), ("q", "…"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(name: str, value: str) -> None:
    make.commune()
    make.scheme()
    with pytest.raises(InvalidParameter) as error:
        found(**{name: value})
    assert error.value.name == name


def test_without_goods_there_is_nothing_to_look_for() -> None:
    with pytest.raises(InvalidParameter) as error:
        found(q="")
    assert error.value.name == "category"
