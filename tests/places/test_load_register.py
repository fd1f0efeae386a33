"""Loading the shipped register: complete, repeatable, honest about positions, and respectful of people's edits."""

import shutil
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command

from geo.access.history import audit, trail
from geo.catalog.models import Certificate, Producer, Product, ProductCategory
from geo.catalog.selectors import current_certificates
from geo.divisions.models import Division
from geo.places.models import Holiday, OpeningPeriod, Place, PlaceProduct
from geo.places.register.files import FOLDER, FixtureError
from geo.places.register.load import load_register
from geo.places.retitling import follow_divisions
from geo.spatial import calendar
from geo.spatial.upserts import Tally
from tests import factories
from tests.factories.fixture_divisions import fixture_divisions

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> dict[str, Tally]:
    fixture_divisions()
    return load_register()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files that a test may change."""
    return Path(shutil.copytree(FOLDER, tmp_path / "fixtures"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_everything_shipped_is_stored(loaded: dict[str, Tally]) -> None:
    new = {table: tally.new for table, tally in loaded.items()}
    assert new == {
        "holidays": 42,
        "categories": 49,
        "schemes": 12,
        "producers": 93 + 24,
        "products": 173 + 32,
        "certificates": 155 + 59,
        "ferries": 1,
        "places": 106 + 236,
        "products at places": 173 + 758,
        "opening schedules": 17,
        "offers": 8,
    }
    assert [reason for tally in loaded.values() for reason in tally.refused] == []
    assert OpeningPeriod.objects.exists()


def test_a_second_load_changes_nothing(loaded: dict[str, Tally]) -> None:
    versions = list(Place.objects.order_by("pk").values_list("pk", "version", "public_id"))
    again = load_register()
    assert {table: (tally.new, tally.changed) for table, tally in again.items()} == dict.fromkeys(loaded, (0, 0))
    assert list(Place.objects.order_by("pk").values_list("pk", "version", "public_id")) == versions


def test_a_load_on_the_next_day_changes_nothing(loaded: dict[str, Tally]) -> None:
    with calendar.at(calendar.now() + timedelta(days=1)):
        again = load_register()
    assert sum(tally.new + tally.changed for tally in again.values()) == 0


def test_a_dry_run_reports_and_stores_nothing() -> None:
    fixture_divisions()
    tallies = load_register(dry_run=True)
    assert tallies["places"].new == 342
    assert not Place.objects.exists()
    assert not Holiday.objects.exists()


def test_real_rows_carry_their_source_and_sample_rows_say_so(loaded: dict[str, Tally]) -> None:
    for model in (Producer, Product, Certificate, Place):
        real = model._default_manager.filter(is_sample=False)
        assert not real.filter(source_url="").exists()
        assert set(real.values_list("trust", flat=True)) <= {"A", "B1", "B2"}
    assert not Place.objects.filter(is_sample=False, kind=Place.Kind.POINT_OF_SALE).exists()
    assert not Place.objects.filter(is_sample=True).exclude(name__contains="(mẫu)").exists()


def test_without_the_sample_nothing_invented_is_stored() -> None:
    fixture_divisions()
    load_register(sample=False)
    for model in (Producer, Product, Certificate, Place):
        assert not model._default_manager.filter(is_sample=True).exists()
    assert Place.objects.count() == 106


def test_a_site_is_at_the_commune_point_or_nowhere(loaded: dict[str, Tally]) -> None:
    sites = Place.objects.filter(is_sample=False).select_related("commune")
    known = Counter((site.commune_id is not None, site.location_accuracy) for site in sites)
    assert set(known) == {(True, "commune_point"), (False, "none")}
    for site in sites:
        if site.commune is not None:
            assert site.location == site.commune.location
    assert sites.filter(address="xã Quảng Trực, huyện Tuy Đức, Đắk Nông", commune__code="24736").exists()


def test_fish_sauce_of_phu_quoc_is_found_in_the_special_zone(loaded: dict[str, Tally]) -> None:
    product = Product.objects.get(name="Nước mắm Phú Quốc Khải Hoàn 43 độ đạm")
    assert product.category is not None
    assert (product.category.code, product.category_basis) == ("I.4.9", "derived")
    (place,) = Place.objects.filter(products=product, kind=Place.Kind.PRODUCTION_SITE)
    assert place.commune is not None
    assert place.commune.code == "31078"


def test_one_product_recognised_twice_has_both_certificates(loaded: dict[str, Tally]) -> None:
    product = Product.objects.get(name="Đường hoa dừa")
    certificates = Certificate.objects.filter(subject_id=product.public_id)
    assert sorted(certificates.values_list("stars", "decision_year")) == [(4, 2020), (5, 2022)]


def test_dates_follow_the_decision_and_a_year_alone_is_no_date(loaded: dict[str, Tally]) -> None:
    dated = Certificate.objects.get(external_id="register/C0010")
    assert (str(dated.valid_from), str(dated.valid_until), dated.issuer) == (
        "2025-06-19",
        "2028-06-19",
        "UBND tỉnh Đắk Nông",
    )
    year_only = Certificate.objects.get(external_id="register/C0108")
    assert (year_only.valid_from, year_only.valid_until, year_only.decision_year) == (None, None, 2024)


def states() -> set[str]:
    rows = current_certificates(calendar.today()).filter(
        subject__in=Product.objects.filter(is_sample=True).values("public_id")
    )
    return {row.state for row in rows}


def test_the_sample_shows_every_certificate_state_now_and_later(loaded: dict[str, Tally]) -> None:
    every = {"valid", "ending", "expired", "revoked", "unknown"}
    assert states() == every
    with calendar.at(calendar.now() + timedelta(days=200)):
        assert states() != every
        again = load_register()
        assert again["certificates"].changed > 0
        assert states() == every


def test_an_officers_pin_survives_the_next_load(loaded: dict[str, Tally], folder: Path) -> None:
    place = Place.objects.get(external_id="register/site/P001/22945")
    with audit(factories.user(), "pin corrected"):
        place.location = Point(108.1, 10.93, srid=4326)
        place.location_accuracy = Place.Accuracy.SURVEYED
        place.save()
    again = load_register()
    assert (again["places"].kept, again["places"].changed) == (1, 0)
    place.refresh_from_db()
    assert place.location_accuracy == Place.Accuracy.SURVEYED


def test_what_an_officer_removed_stays_removed(loaded: dict[str, Tally]) -> None:
    part = PlaceProduct.objects.filter(place__external_id="sample/S001").first()
    assert part is not None
    with audit(factories.user(), "not sold here"):
        part.delete()
    again = load_register()
    assert (again["products at places"].kept, again["products at places"].new) == (1, 0)


def test_a_changed_line_changes_one_row_and_says_why_in_the_history(loaded: dict[str, Tally], folder: Path) -> None:
    replace(folder / "register/products.csv", "O0001,Mắm nêm Seagull,", "O0001,Mắm nêm Hải Âu,")
    again = load_register(folder)
    assert again["products"].changed == 1
    product = Product.objects.get(external_id="register/O0001")
    assert product.name == "Mắm nêm Hải Âu"
    last = trail("catalog_product", product.pk)[0]
    assert (last.operation, last.batch, last.actor) == ("U", "load_register", None)


def test_a_line_that_leaves_the_file_stays_in_the_database(loaded: dict[str, Tally], folder: Path) -> None:
    path = folder / "sample/offers.csv"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")
    assert load_register(folder)["offers"].same == 7
    assert Product.objects.get(external_id="sample/O9007").offers.count() == 1


def test_a_line_with_an_unknown_category_is_refused_and_the_others_are_kept(folder: Path) -> None:
    fixture_divisions()
    path = folder / "register/categories_assigned.csv"
    replace(path, "O0048,Gạo sạch Bắc Ruộng ST25,I.2.3,", "O0048,Gạo sạch Bắc Ruộng ST25,I.9.99,")
    tallies = load_register(folder)
    assert any("no category I.9.99" in reason for reason in tallies["products"].refused)
    assert Product.objects.filter(is_sample=False).count() == 172


def test_a_file_that_cannot_be_read_stops_the_load_with_its_line_and_stores_nothing(folder: Path) -> None:
    fixture_divisions()
    replace(folder / "calendar/holidays.csv", "2026-02-17,tet,", "17/02/2026,tet,")
    with pytest.raises(FixtureError, match=r"calendar/holidays\.csv, line \d+: date = '17/02/2026'"):
        load_register(folder)
    assert not ProductCategory.objects.exists()


def test_without_divisions_the_command_says_what_to_do_first() -> None:
    with pytest.raises(CommandError, match="load_divisions first"):
        call_command("load_register", stdout=StringIO(), stderr=StringIO())


def test_the_command_reports_counts() -> None:
    fixture_divisions()
    out = StringIO()
    call_command("load_register", stdout=out, stderr=StringIO())
    assert "places: 342 new, 0 changed, 0 same, 0 kept as edited by hand, 0 refused" in out.getvalue()


def test_places_follow_a_division_that_was_only_retitled(loaded: dict[str, Tally]) -> None:
    old = Division.objects.get(code="31078")
    count = Place.objects.filter(commune=old).count() + Producer.objects.filter(commune=old).count()
    Division.objects.filter(pk=old.pk).update(valid_until="2026-11-01")
    new = Division.objects.create(
        level="COMMUNE", code="31078", unit_type="phường", name="Phú Quốc", full_name="Phường Phú Quốc",
        parent=old.parent, valid_from="2026-11-01",
    )  # fmt: skip
    assert follow_divisions({old.pk: new.pk}) == count > 0
    assert not Place.objects.filter(commune=old).exists()
