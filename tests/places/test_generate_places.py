"""The large generated set: reproducible, marked, clustered, never mixed unnoticed, and gone when told to go."""

from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from geo.access.models import RecordVersion
from geo.catalog.models import Certificate, Producer, Product
from geo.places.generation import generate
from geo.places.generation.words import MARK, PRODUCTS
from geo.places.models import OpeningPeriod, Place, PlaceProduct, PlaceSearch
from geo.places.register.load import load_register
from geo.spatial.models import PublicId
from tests import factories
from tests.factories.fixture_divisions import fixture_divisions

pytestmark = pytest.mark.django_db
MODELS = (Producer, Product, Certificate, Place)


@pytest.fixture
def ground() -> None:
    """Divisions, categories and schemes, but no places."""
    fixture_divisions()
    for code in PRODUCTS:
        factories.category(code)
    for code in ("OCOP", "food_safety", "haccp", "iso_22000"):
        factories.scheme(code)


def run(**options: Any) -> str:
    out = StringIO()
    call_command("generate_places", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def picture() -> list[tuple[Any, ...]]:
    places = Place.objects.order_by("pk").values_list(
        "name", "kind", "status", "location", "commune_id", "schedule__expression"
    )
    parts = PlaceProduct.objects.order_by("pk").values_list("place__name", "product__name", "role", "price", "quantity")
    stars = Certificate.objects.order_by("pk").values_list("scheme", "stars", "valid_until", "revoked_on")
    return [*places, *parts, *stars]


def indexes() -> set[tuple[str, str | None]]:
    """Definition and comment of every index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef, obj_description(indexname::regclass) FROM pg_indexes WHERE schemaname = 'public'"
        )
        return set(cursor.fetchall())


def test_it_writes_the_number_asked_for_with_products_certificates_and_hours(ground: None) -> None:
    assert "2000 places" in run(count=2000)
    assert Place.objects.count() == PlaceSearch.objects.count() == 2000
    kinds = Counter(Place.objects.values_list("kind", flat=True))
    assert 700 < kinds["production_site"] < 1100
    assert 700 < kinds["point_of_sale"] < 1150
    assert 90 < kinds["processing_facility"] < 250
    assert PlaceProduct.objects.count() > 3000
    assert Certificate.objects.filter(scheme="OCOP").count() > 400
    assert Place.objects.filter(location=None).count() > 40
    assert set(Place.objects.values_list("location_accuracy", flat=True)) == {
        "surveyed", "gps", "address", "commune_point", "none",
    }  # fmt: skip
    assert OpeningPeriod.objects.exists()


def test_every_generated_row_is_marked(ground: None) -> None:
    run(count=300)
    for model in MODELS:
        assert not model._default_manager.exclude(source_kind="generated").exists()
        assert not model._default_manager.filter(is_sample=False).exists()
    for model in (Producer, Product, Place):
        assert not model._default_manager.exclude(name__endswith=MARK).exists()


def test_equal_seeds_give_equal_sets_and_other_seeds_other_ones(ground: None) -> None:
    pictures = []
    for seed in (1, 1, 2):
        run(count=400, seed=seed)
        pictures.append(picture())
        run(remove=True)
    assert pictures[0] == pictures[1]
    assert pictures[0] != pictures[2]


def test_places_cluster_and_stay_in_their_communes(ground: None) -> None:
    run(count=3000)
    by_commune = sorted(Counter(Place.objects.values_list("commune_id", flat=True)).values(), reverse=True)
    tenth = len(by_commune) // 10
    assert sum(by_commune[:tenth]) > 3000 * 0.25
    for place in Place.objects.exclude(location=None).select_related("commune", "commune__parent"):
        assert place.location is not None
        assert place.commune is not None
        assert place.commune.location is not None
        assert place.location.distance(place.commune.location) < 0.03  # degrees: 75 % of the radius of 30 km²
        assert place.province_id == place.commune.parent_id
    stacks = Counter(place.coords for place in Place.objects.exclude(location=None).values_list("location", flat=True))
    assert stacks.most_common(1)[0][1] > 5


def test_it_refuses_to_mix_with_other_places_unnoticed() -> None:
    fixture_divisions()
    load_register()
    with pytest.raises(CommandError, match="342 places that are not generated"):
        run(count=100)
    run(count=100, yes=True)
    with pytest.raises(CommandError, match="100 generated places are here already"):
        run(count=100, yes=True)


def test_removing_leaves_real_rows_and_nothing_else() -> None:
    fixture_divisions()
    load_register()
    before = [model._default_manager.count() for model in (*MODELS, PlaceProduct, PlaceSearch, PublicId)]
    run(count=500, yes=True)
    assert "500 generated places removed" in run(remove=True)
    assert [model._default_manager.count() for model in (*MODELS, PlaceProduct, PlaceSearch, PublicId)] == before
    assert sum(tally.new + tally.changed + tally.kept for tally in load_register().values()) == 0


def test_indexes_and_triggers_are_as_before(ground: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "REBUILD_FROM", 1)
    before = indexes()
    run(count=200)
    assert indexes() == before
    place = Place.objects.first()
    assert place is not None
    place.name = f"Đổi tên {MARK}"
    place.save()
    assert RecordVersion.objects.filter(table="places_place", record=str(place.pk), operation="U").exists()
    assert "doi ten" in PlaceSearch.objects.get(place=place).words


def test_search_words_hold_the_products_of_a_place(ground: None) -> None:
    run(count=200)
    part = PlaceProduct.objects.select_related("product").first()
    assert part is not None
    assert part.product.folded in PlaceSearch.objects.get(place=part.place_id).words


def test_without_categories_it_says_what_to_load() -> None:
    fixture_divisions()
    with pytest.raises(CommandError, match="load_register first"):
        run(count=10)


@pytest.mark.parametrize("count", [0, -1, 1_000_001])
def test_a_count_out_of_bounds_is_refused(count: int) -> None:
    with pytest.raises(CommandError, match="between 1 and"):
        run(count=count)
