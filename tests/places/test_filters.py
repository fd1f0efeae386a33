"""The one filter of places: what each member asks for, and what hostile text becomes."""

from datetime import date, datetime

import pytest
from django.contrib.gis.geos import Point
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.places import selectors
from geo.places.filters import NAMES, PlaceFilter, place_filter
from geo.places.models import Place
from geo.spatial import calendar
from geo.spatial.problems import InvalidParameter
from tests import factories

pytestmark = pytest.mark.django_db


def asked(**query: str) -> PlaceFilter:
    return place_filter({name: [value] for name, value in query.items()})


def found(**query: str) -> set[str]:
    return set(selectors.places(asked(**query)).values_list("name", flat=True))


def _shop(name: str, *, at: tuple[float, float] | None = (105.85, 21.03), **values: object) -> Place:
    hanoi = factories.province("Hà Nội", "01")
    location = Point(*at, srid=4326) if at else None
    return factories.place(name, location=location, commune=None, province=hanoi, **values)


class TestOneAndTheSameProduct:
    """Category, stars and certificate must hold for one product, not for several together."""

    @pytest.fixture(autouse=True)
    def _shelves(self) -> None:
        self.coffee = factories.product("Cà phê", category=factories.category("I.6.13"))
        self.tea = factories.product("Chè", category=factories.category("I.5.11"))
        factories.certificate(self.coffee, stars=5, decision_date=date(2025, 6, 1))
        factories.certificate(self.tea, stars=3, decision_date=date(2025, 6, 1))
        both = _shop("both")
        factories.sells(both, self.coffee)
        factories.sells(both, self.tea)
        factories.sells(_shop("tea only"), self.tea)

    def test_a_five_star_tea_shop_is_not_made_of_coffee_and_tea(self) -> None:
        with calendar.at(datetime(2026, 11, 21, tzinfo=calendar.ZONE)):
            assert found(category="I.5", stars="5") == set()
            assert found(category="I.5", stars="3") == {"both", "tea only"}
            assert found(category="I.6", stars="5", certificate="valid") == {"both"}

    def test_a_place_is_counted_once_however_many_products_fit(self) -> None:
        assert selectors.places(asked(category="I")).count() == 2

    def test_product_and_category_hold_together(self) -> None:
        assert found(product=self.coffee.public_id) == {"both"}
        assert found(product=self.coffee.public_id, category="I.5") == set()

    def test_validity_follows_the_calendar_without_a_write(self) -> None:
        with calendar.at(datetime(2028, 5, 31, 23, 59, tzinfo=calendar.ZONE)):
            assert found(stars="5", certificate="valid") == {"both"}
        with calendar.at(datetime(2028, 6, 1, 0, 1, tzinfo=calendar.ZONE)):
            assert found(stars="5", certificate="valid") == set()
            assert found(stars="5", certificate="expired") == {"both"}


def test_unassigned_products_are_a_value_of_category() -> None:
    factories.sells(_shop("plain"), factories.product("Không rõ loại"))
    factories.sells(_shop("sorted"), factories.product("Gạo", category=factories.category("I.2.3")))
    assert found(category="none") == {"plain"}
    assert found(category="I.2") == {"sorted"}


def test_category_prefix_is_a_path_and_not_text() -> None:
    factories.category("I.1.1")
    factories.category("I.1.11")
    factories.sells(_shop("eleven"), factories.product("Mười một", category=factories.category("I.1.11")))
    assert found(category="I.1.1") == set()
    assert found(category="I.1.11") == {"eleven"}


def test_words_are_found_without_accents_across_place_product_producer_and_division() -> None:
    maker = factories.producer("HTX Sen Hồng")
    shop = _shop("Cửa hàng Đặc sản", producer=maker)
    factories.sells(shop, factories.product("Nước mắm Phú Quốc"))
    for text in ("nuoc mam phu quoc", "NƯỚC MẮM", "dac san mam", "sen hong ha noi", "Mam,  phu-quoc!"):
        assert found(q=text) == {"Cửa hàng Đặc sản"}, text
    assert found(q="uoc mam") == set(), "words are found from their beginning"
    assert found(q="nuoc mam xyz") == set()
    assert found(q="茶") == found(q="?!") == set(), "what can't be searched for is not ignored"


def test_search_words_follow_every_change() -> None:
    product = factories.product("Miến dong")
    shop = _shop("Quầy")
    part = factories.sells(shop, product)
    product.name = "Bún khô"
    product.save()
    assert found(q="bun kho") == {"Quầy"}
    assert found(q="mien dong") == set()
    part.delete()
    assert found(q="bun kho") == set()


def test_bbox_takes_only_places_with_a_position_inside() -> None:
    _shop("inside", at=(105.8, 21.0))
    _shop("outside", at=(106.8, 21.0))
    _shop("nowhere", at=None)
    assert found(bbox="105,20,106,22") == {"inside"}
    assert found(bbox="179,-90,106,90") == {"inside"}, "a box across the 180° meridian"
    assert found(located="false") == {"nowhere"}


def test_near_is_ordered_by_true_metres_and_ends_at_the_radius() -> None:
    _shop("far", at=(105.85, 21.50))
    _shop("close", at=(105.86, 21.03))
    _shop("mid", at=(105.85, 21.20))
    rows = selectors.places(asked(near="105.85,21.03", radius="30000")).order_by("distance_m")
    assert [row.name for row in rows] == ["close", "mid"]
    assert rows[0].distance_m == pytest.approx(1039, abs=2)


def test_datetime_is_the_time_of_operation() -> None:
    _shop("old", status="closed", opened_on=date(2019, 1, 1), closed_on=date(2024, 5, 1))
    _shop("always")
    assert found(datetime="2024-04-30") == {"old", "always"}
    assert found(datetime="2024-05-01") == {"always"}
    assert found(datetime="../2018-12-31") == {"always"}
    assert found(datetime="2020-01-01/..") == {"old", "always"}


def test_province_by_code_and_by_name() -> None:
    _shop("here")
    factories.place("there")
    assert found(province="01") == {"here"}
    assert found(province="ha noi") == {"here"}
    assert found(province="Hà Nội") == {"here"}
    with pytest.raises(InvalidParameter) as wrong:
        asked(province="Atlantis")
    assert wrong.value.name == "province"


def test_an_ambiguous_commune_lists_its_candidates() -> None:
    for number, code in enumerate(("02", "04")):
        factories.commune("Tân Lập", f"9000{number}", "xã", parent=factories.province(f"Tỉnh {code}", code))
    with pytest.raises(InvalidParameter) as wrong:
        asked(commune="tân lập")
    assert wrong.value.name == "commune"
    assert len(wrong.value.candidates) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bbox", "1,2,3"),
        ("bbox", "NaN,0,1,1"),
        ("bbox", "0,0,inf,1"),
        ("bbox", "0,10,1,5"),
        ("bbox", "-1e9,0,1,1"),
        ("datetime", "yesterday"),
        ("datetime", "../.."),
        ("datetime", "2026-13-01"),
        ("datetime", "2026-12-31/2026-01-01"),
        ("stars", "6"),
        ("stars", "3,,4"),
        ("stars", "٣"),
        ("stars", "3;DROP TABLE places_place"),
        ("certificate", "maybe"),
        ("scheme", "NOPE"),
        ("category", "IX"),
        ("category", "I%"),
        ("kind", "castle"),
        ("status", "lost"),
        ("product", "12345678"),
        ("producer", "' OR 1=1"),
        ("near", "105.85"),
        ("near", "200,10"),
        ("open_at", "noon"),
        ("located", "yes"),
        ("q", "a" * 201),
        ("q", "mắm\x00"),
        ("province", "x" * 10_000),
        ("commune", "0" * 10_000),
    ],
)
def test_bad_values_name_their_parameter(name: str, value: str) -> None:
    with pytest.raises(InvalidParameter) as wrong:
        asked(**{name: value})
    assert wrong.value.name == name
    assert wrong.value.message


def test_radius_needs_a_centre_and_has_a_limit() -> None:
    for query in ({"radius": "1000"}, {"near": "105,21", "radius": "300001"}, {"near": "105,21", "radius": "0"}):
        with pytest.raises(InvalidParameter) as wrong:
            asked(**query)
        assert wrong.value.name == "radius"


def test_a_parameter_given_twice_is_refused() -> None:
    with pytest.raises(InvalidParameter):
        place_filter({"q": ["a", "b"]})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=60), max_size=4))
def test_no_text_breaks_the_filter(query: dict[str, str]) -> None:
    try:
        rows = selectors.places(place_filter({name: [value] for name, value in query.items()})).count()
    except InvalidParameter as wrong:
        rows = wrong.name not in NAMES
    assert rows == 0


def test_the_best_match_comes_first_and_real_before_sample() -> None:
    sauce = factories.product("Nước mắm Phú Quốc")
    other = factories.product("Mắm ruốc")
    for name, product, kind in (
        ("A bán cả hai ở Phú Quốc, có nước", other, "register"),
        ("B quầy (mẫu)", sauce, "sample"),
        ("C quầy", sauce, "register"),
        ("D Nước mắm Phú Quốc", sauce, "register"),
    ):
        factories.sells(_shop(name, source_kind=kind), product)
    query = asked(q="nuoc mam phu quoc")
    names = [row.name[0] for row in selectors.in_order(selectors.places(query), query)]
    assert names == ["D", "C", "B", "A"]


def test_a_producer_without_a_place_is_found_in_its_own_province() -> None:
    home = factories.province("Hà Nội", "01")
    maker = factories.producer("HTX chưa có nơi", province=home)
    made = factories.product("Bánh", producer=maker)
    assert list(selectors.producers(asked(province="01"))) == [maker]
    assert list(selectors.products(asked(province="01"))) == [made]
    assert list(selectors.producers(asked(province="01", kind="point_of_sale"))) == []
