"""Suggestions while typing."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import translation

from geo.catalog.models import Product
from geo.divisions.models import Lineage
from geo.places import spelling
from geo.places import suggest as module
from geo.places.models import Place
from geo.places.suggest import ACTION, run, suggest
from geo.spatial import calendar
from geo.spatial.actions import find_action
from geo.spatial.folding import fold
from geo.spatial.prepared_rows import PreparedRows
from geo.spatial.problems import InvalidParameter
from tests import factories as make

pytestmark = pytest.mark.django_db


def found(typed: str, **options: Any) -> list[tuple[str, str]]:
    return [(s["type"], s["label"]) for s in suggest(fold(typed), **options)]


@pytest.fixture(autouse=True)
def _own_words() -> Iterator[None]:
    """Each test has words of its own."""
    spelling.forget()
    yield
    spelling.forget()


@pytest.fixture
def register() -> None:
    """A few records around Phú Quốc."""
    make.commune()
    producer = make.producer("Công ty Khải Hoàn", province=make.province())
    make.product("Nước mắm Phú Quốc 40 độ đạm", producer=producer)
    make.product("Tiêu Phú Quốc", producer=producer)
    make.product("Chè Thái Nguyên")
    make.place("Cửa hàng OCOP Dương Đông")
    make.category("I.4.9", "Tương, nước mắm, gia vị dạng lỏng khác")


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("nuoc mam phu quoc", ("product", "Nước mắm Phú Quốc 40 độ đạm")),
        ("NƯỚC MẮM Phú", ("product", "Nước mắm Phú Quốc 40 độ đạm")),
        ("phu quoc nuoc", ("product", "Nước mắm Phú Quốc 40 độ đạm")),
        ("nuoc mam khai hoan", ("product", "Nước mắm Phú Quốc 40 độ đạm")),
        ("phu quoc", ("commune", "Đặc khu Phú Quốc")),
        ("phú q", ("commune", "Đặc khu Phú Quốc")),
        ("dac khu phu quoc", ("commune", "Đặc khu Phú Quốc")),
        ("pho quoc", ("commune", "Đặc khu Phú Quốc")),
        ("che thai nguyem", ("product", "Chè Thái Nguyên")),
        ("che thia nguye", ("product", "Chè Thái Nguyên")),
        ("cua hagn ocop", ("place", "Cửa hàng OCOP Dương Đông")),
        ("an giang", ("province", "Tỉnh An Giang")),
        ("duong dong", ("place", "Cửa hàng OCOP Dương Đông")),
        ("khai hoan", ("producer", "Công ty Khải Hoàn")),
        ("gia vi", ("category", "Tương, nước mắm, gia vị dạng lỏng khác")),
        ("t", ("product", "Tiêu Phú Quốc")),
    ],
)
def test_what_is_typed_finds_what_is_meant(typed: str, first: tuple[str, str]) -> None:
    assert found(typed)[0] == first


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'", "\\", "zzzzzz qqqq", "mắm'); DROP TABLE x;--"])
def test_what_means_nothing_finds_nothing_and_breaks_nothing(typed: str) -> None:
    assert all(kind != "place" for kind, _label in found(typed))


@pytest.mark.usefixtures("register")
def test_a_word_in_the_middle_of_a_word_is_not_a_match() -> None:
    assert ("product", "Tiêu Phú Quốc") not in found("ieu")


def test_a_product_shows_its_stars_its_state_and_its_producer() -> None:
    producer = make.producer("HTX Mắm")
    product = make.product("Mắm cá linh", producer=producer)
    make.certificate(product, decision_date=calendar.today() - timedelta(days=100), stars=4)
    suggestion = suggest("mam ca linh")[0]
    assert (suggestion["stars"], suggestion["certificate"], suggestion["detail"]) == (4, "valid", "HTX Mắm")
    assert (suggestion["href"], suggestion["filter"]) == (f"/p/{product.public_id}", {"product": product.public_id})


def test_words_of_the_product_and_of_its_producer_are_found_together() -> None:
    for name in ("Hương Sen", "Khải Hoàn"):
        make.product("Nước mắm cốt", producer=make.producer(f"Công ty {name}"))
    make.product("Muối Hương Sen", producer=make.producer("HTX Nước Trong"))
    assert found("cot nuoc mam khai hoan") == [("product", "Nước mắm cốt")]
    assert found("nuoc huong se") == [("product", "Muối Hương Sen")]


def test_equal_product_names_are_one_suggestion_that_filters_by_all_of_them() -> None:
    products = [
        make.product(name, producer=make.producer(f"HTX {name} {n}")) for n, name in enumerate(["Bánh tráng"] * 3)
    ]
    (suggestion,) = [s for s in suggest("banh trang") if s["type"] == "product"]
    assert suggestion["count"] == 3
    assert set(suggestion["filter"]["product"].split(",")) == {product.public_id for product in products}
    assert "href" not in suggestion


def test_a_former_province_says_where_it_is_now_and_filters_by_its_own_name() -> None:
    now = make.province("Tuyên Quang", "08")
    old = make.province("Hà Giang", "02", valid_from=date(2004, 1, 1), valid_until=date(2025, 7, 1))
    Lineage.objects.create(predecessor=old, successor=now, share="whole", is_default=True)
    with translation.override("vi"):
        suggestion = suggest("ha giang")[0]
    assert suggestion["label"] == "Tỉnh Hà Giang"
    assert "Tỉnh Tuyên Quang" in suggestion["detail"]
    assert suggestion["filter"] == {"province": "Tỉnh Hà Giang"}


def test_a_former_commune_leads_to_the_one_of_today() -> None:
    province = make.province()
    now = make.commune("Châu Đốc", "30316", "phường", parent=province)
    old = make.commune(
        "Vĩnh Mỹ", "30322", "phường", parent=province, valid_from=date(2004, 1, 1), valid_until=date(2025, 7, 1)
    )
    Lineage.objects.create(predecessor=old, successor=now, share="whole", is_default=True)
    with translation.override("en"):
        suggestion = next(s for s in suggest("vinh my") if s["type"] == "commune")
    assert (suggestion["id"], suggestion["filter"]) == ("30316", {"commune": "30316"})
    assert "Vĩnh Mỹ" in suggestion["detail"]


def test_what_people_shorten_is_understood() -> None:
    make.producer("Hợp tác xã Rau Đà Lạt")
    assert found("htx rau") == [("producer", "Hợp tác xã Rau Đà Lạt")]


def test_nearer_places_go_first_and_moved_ones_are_left_out() -> None:
    make.place("Chợ đêm A", location=Point(105.8, 21.0, srid=4326))
    make.place("Chợ đêm B", location=Point(103.97, 10.2, srid=4326))
    make.place("Chợ đêm C", status="moved", closed_on=date(2026, 1, 1))
    make.place("Chợ đêm D", location=None)
    here = module.LonLat(103.9, 10.2)
    assert [label for _type, label in found("cho dem", near=here)] == ["Chợ đêm B", "Chợ đêm A", "Chợ đêm D"]


def test_one_slip_is_corrected_to_the_commonest_word() -> None:
    for name in ("Cam sành", "Cam xoàn", "Cam cao phong", "Cám gạo", "Cá kho"):
        make.product(name)
    words = spelling.vocabulary()
    assert [words.corrected(typed) for typed in ("camm sanh", "cma", "xona", "cam sanh", "cam 12", "qqqqq")] == [
        *("cam sanh", "cam", "xoan"),
        *(None, None, None),
    ]


def test_words_of_very_many_names_tell_nothing() -> None:
    words = spelling.Vocabulary(words=Counter(cam=40, xoan=1), names=100)
    assert words.telling("cam xoan") == "xoan"
    assert words.telling("cam 12") == "cam 12"


def test_one_type_does_not_push_all_others_out() -> None:
    for number in range(12):
        make.product(f"Gạo Phú {number}")
    make.place("Kho gạo Phú")
    make.producer("HTX Gạo Phú")
    types = [kind for kind, _label in found("gao phu")]
    assert types.count("product") == 6
    assert {"place", "producer"} < set(types)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("q", {}),
        ("q", {"q": ["a" * 101]}),
        ("q", {"q": ["a", "b"]}),
        ("q", {"q": ["\x00"]}),
        ("limit", {"q": ["a"], "limit": ["0"]}),
        ("limit", {"q": ["a"], "limit": ["21"]}),
        ("limit", {"q": ["a"], "limit": ["NaN"]}),
        ("near", {"q": ["a"], "near": ["1"]}),
        ("near", {"q": ["a"], "near": ["1,inf"]}),
        ("lang", {"q": ["a"], "lang": ["fr"]}),
        ("page", {"q": ["a"], "page": ["2"]}),
    ],
)
def test_a_wrong_parameter_is_named(name: str, query: dict[str, list[str]]) -> None:
    with pytest.raises(InvalidParameter) as error:
        run(query)
    assert error.value.name == name


@pytest.mark.usefixtures("register")
def test_the_action_answers_in_the_language_asked_for() -> None:
    assert find_action("suggest") is ACTION
    make.product("Muối", name_en="Sea salt")
    answer = run({"q": ["muoi"], "lang": ["en"]})
    assert answer["suggestions"][0]["label"] == "Sea salt"
    assert run({"q": ["muoi"], "lang": ["vi"]})["suggestions"][0]["label"] == "Muối"
    assert run({"q": [""]}) == {"suggestions": []}


def test_suggestions_use_their_indexes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No table of names has to be read from end to end."""
    here = make.place()
    names = [format(number * 7919, "x") for number in range(500)]
    Product.objects.bulk_create(Product(**make.SOURCE, name=f"Hàng {name}") for name in names)
    Place.objects.bulk_create(
        Place(**make.SOURCE, name=f"Nơi {name}", kind="point_of_sale", province=here.province) for name in names
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_product, places_place")
        # So few rows are read faster from end to end: ask whether the indexes fit at all.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan; DISCARD PLANS")
    plans: list[str] = []
    ask = module._rows

    def explained(statement: PreparedRows, values: dict[str, Any]) -> list[module.Found]:
        found = ask(statement, values)
        with connection.cursor() as cursor:
            cursor.execute(
                f"EXPLAIN EXECUTE {statement.prepared.name} ({', '.join(['%s'] * len(statement.names))})",
                [values[name] for name in statement.names],
            )
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
        return found

    monkeypatch.setattr(module, "_rows", explained)
    suggest("nuoc mam")
    names, places, similar = plans
    for plan in plans:
        assert "Seq Scan on catalog_product " not in plan
        assert "Seq Scan on places_place " not in plan
    for table in ("catalog_product", "catalog_producer"):
        assert f"{table}_begins" in names
        assert f"{table}_lexemes" in names
        assert f"{table}_folded" in similar
    assert "division_lexemes" in names
    assert "catalog_category_lexemes" in names
    assert "places_place_begins" in places
    assert "places_place_lexemes " in places
    assert "places_place_lexemes_part " in places
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = on; DISCARD PLANS")
    suggest("nuoc mam", near=module.LonLat(105.8, 21.0))
    assert "places_place_location" in plans[4]


@pytest.fixture
def many_places() -> None:
    """So many places that only a part of them is looked at, each one kilometre north of the one before."""
    here = make.place("Bưu điện Đồng Văn", location=Point(105.0, 23.2, srid=4326))
    Place.objects.bulk_create(
        Place(
            **make.SOURCE,
            name=f"Quầy {number} Cửa hàng OCOP",
            kind="point_of_sale",
            province=here.province,
            location=Point(105.0, 8.5 + number / 100, srid=4326),
            location_accuracy="gps",
        )
        for number in range(3000)
    )
    make.place("Cửa hàng OCOP Sa Pa", location=Point(103.8, 22.3, srid=4326))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE places_place")


@pytest.mark.usefixtures("many_places")
def test_among_many_places_a_rare_name_is_found_wherever_it_is() -> None:
    far = module.LonLat(105.0, 8.5)
    for typed in ("sa p", "ocop sa", "cua hang sa pa", "sa cua pa"):
        assert ("place", "Cửa hàng OCOP Sa Pa") in found(typed)
        assert ("place", "Cửa hàng OCOP Sa Pa") in found(typed, near=far)
    assert ("place", "Bưu điện Đồng Văn") in found("dong van", near=far)
    assert found("quay 2977") == [("place", "Quầy 2977 Cửa hàng OCOP")]


@pytest.mark.usefixtures("many_places")
def test_among_many_places_of_like_names_the_nearest_go_first() -> None:
    here = module.LonLat(105.0, 20.0)
    for typed in ("hang", "ocop cua", "quay"):
        nearest = [label for kind, label in found(typed, near=here) if kind == "place"]
        assert nearest[0] == "Quầy 1150 Cửa hàng OCOP"
        assert set(nearest[1:3]) == {"Quầy 1149 Cửa hàng OCOP", "Quầy 1151 Cửa hàng OCOP"}


@pytest.mark.usefixtures("many_places")
def test_of_frequent_words_a_part_is_looked_at_and_all_that_have_them_as_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_LIST", 0)
    keys = list(Place.objects.order_by("pk").values_list("pk", flat=True))
    in_part = next(pk for pk in keys[2000:] if pk % 16 == 0)
    for number, pk in enumerate([*keys[500:580], *keys[900:980]]):
        Place.objects.filter(pk=pk).update(name=f"{'Hội chợ' if number < 80 else 'Nhà đình'} {number}")
    for number, pk in enumerate([in_part, *[pk for pk in keys[2100:] if pk % 16][:6]]):
        Place.objects.filter(pk=pk).update(name=f"Đình làng có chợ phiên {number}")
    assert ("place", "Đình làng có chợ phiên 0") in found("dinh ch")
    assert len([label for kind, label in found("cho dinh") if kind == "place" and "phiên" in label]) == 7
