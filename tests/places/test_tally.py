"""List, counts, clusters and facets agree under any filter, whatever was written, and after midnight."""

import random
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from geo.places import counts, selectors, tallied, tally
from geo.places.models import Place, PlaceTallyDelta
from geo.places.rollover import roll_day
from geo.places.tiles import cluster_parts
from geo.spatial import calendar
from tests import factories
from tests.places import numbers

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> numbers.Register:
    """A varied register whose day is rolled."""
    made = numbers.register(7)
    roll_day()
    return made


def _waiting() -> int:
    return PlaceTallyDelta.objects.count()


@pytest.mark.parametrize("seed", range(4))
def test_every_count_is_the_length_of_the_list(register: numbers.Register, seed: int) -> None:
    dice = random.Random(seed)
    asked = [numbers.some_filter(dice) for _number in range(10)]
    assert any(numbers.check(query) for query in asked)
    assert any(tally.question(numbers.parsed(query)) for query in asked)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"category": "I"},
        {"category": "none", "status": "open"},
        {"stars": "4,5", "certificate": "valid", "province": "01"},
        {"certificate": "none"},
        {"scheme": "OCOP"},
        {"scheme": "VIETGAP"},
        {"stars": "5", "certificate": "none"},
        {"located": "false", "category": "I.1"},
        {"category": "I.1,IV"},
        {"bbox": "103,8,107,22"},
        {"bbox": "103,8,107,22", "kind": "point_of_sale,production_site"},
        {"bbox": "103,8,107,22", "category": "I", "stars": "3,4"},
        {"q": "noi", "certificate": "expired,none"},
        {"province": "91,46", "kind": "point_of_sale"},
    ],
    ids=str,
)
def test_every_facet_says_what_the_list_would_have(register: numbers.Register, query: dict[str, str]) -> None:
    numbers.check_facets(query)


@pytest.mark.parametrize("seed", range(3))
def test_a_large_box_is_counted_by_cells_as_place_by_place(register: numbers.Register, seed: int) -> None:
    dice = random.Random(seed)
    covered = 0
    for _turn in range(12):
        register.disturb()
        at = dice.choice(list(Place.objects.filter(location__isnull=False).values_list("location", flat=True)))
        west, south = dice.choice([(at.x, at.y), (dice.uniform(101, 106), dice.uniform(7, 15)), (100.0, 5.0)])
        east, north = dice.choice([(at.x, at.y), (dice.uniform(106, 110), dice.uniform(16, 24)), (120.0, 25.0)])
        east, north = max(east, west + 0.6), max(north, south + 0.6)
        query = {**numbers.some_filter(dice), "bbox": f"{west},{south},{east},{north}"}
        if query.get("located") == "false":
            continue
        asked = numbers.parsed(query)
        question = tally.question(asked, boxed=True)
        covered += bool(question and question.cover)
        numbers.check_facets(query)
        truth = selectors.places(asked).count()
        assert counts.summary(asked) == {"total": truth, "unlocated": 0}, query
    assert covered


@pytest.mark.parametrize("most", [2, 8])
def test_a_count_in_a_large_box_ends_where_cells_hold_more(
    register: numbers.Register, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(counts, "MOST_COUNTED", most)
    by_cells = 0
    for step in range(12):
        register.disturb()
        for query in ({}, {"category": "I"}, {"stars": "3,4", "kind": "point_of_sale"}, {"status": "open", "q": "noi"}):
            asked = numbers.parsed({"bbox": ("103,8,107,22", "102.5,9,109,21.5")[step % 2], **query})
            found = selectors.places(asked).count()
            assert counts.count(asked) == (found if found <= most else None), (query, step)
            by_cells += tally.are_more_than(asked, most)
    assert by_cells > 10


def test_a_box_around_all_places_asks_for_no_more_than_a_position(register: numbers.Register) -> None:
    whole = numbers.parsed({"bbox": "100,5,120,25", "category": "I"})
    question = tally.question(whole, boxed=True)
    assert question == tally.question(numbers.parsed({"category": "I", "located": "true"}))
    here = factories.place("Trường Sa", location=Point(121.5, 10.2, srid=4326))
    factories.sells(here, register.products[0])
    question = tally.question(whole, boxed=True)
    assert question
    assert question.cover
    assert counts.total(whole) == selectors.places(whole).count()


def test_numbers_follow_every_write(register: numbers.Register) -> None:
    for step in range(24):
        register.disturb()
        dice = random.Random(step)
        numbers.check(numbers.some_filter(dice), zooms=(0, 5))
        numbers.check({"stars": "3,4,5", "certificate": "valid"}, zooms=(3,))
        if step % 6 == 5:
            numbers.check_facets({"category": dice.choice(("I", "I.1"))})
    assert numbers.stored() == numbers.rebuilt()


def test_a_day_that_turns_certificates_turns_the_numbers(register: numbers.Register) -> None:
    queries = [{"certificate": state} for state in ("valid", "ending", "expired")] + [{"stars": "4", "category": "I"}]
    before = [numbers.check(query) for query in queries]
    with calendar.at(calendar.now() + timedelta(days=40)):
        # Before the rollover: counted from the facts.
        early = [numbers.check(query) for query in queries]
        roll_day()
        assert [numbers.check(query) for query in queries] == early
        assert early != before
        numbers.check_facets({"certificate": "valid"})
    assert numbers.stored() == numbers.rebuilt()


def test_kept_and_live_counts_make_the_same_clusters(register: numbers.Register) -> None:
    for query in ({}, {"category": "I"}, {"stars": "4,5", "province": "01"}, {"status": "open"}):
        asked = numbers.parsed(query)
        assert tally.question(asked)
        for zoom in range(tallied.FINEST + 1):
            for tile in random.Random(zoom).sample(numbers.tiles_of(zoom), min(6, len(numbers.tiles_of(zoom)))):
                assert numbers.by_cell(cluster_parts(asked, tile)) == numbers.live(asked, tile), (query, tile)


def test_what_waits_is_counted_and_a_write_that_changes_nothing_waits_for_nothing(register: numbers.Register) -> None:
    numbers.stored()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE places_mark SET folded = folded || ' x', commune_id = NULL")
        assert _waiting() == 0
        cursor.execute("SELECT set_config('ocopmap.tally', '0', true)")
        cursor.execute("UPDATE places_mark SET status = 2 WHERE status = 1 AND mod(place_id, 2) = 0 RETURNING place_id")
        changed = len(cursor.fetchall())
        cursor.execute("UPDATE places_mark SET status = 1 WHERE status = 2")
    assert changed > 0
    assert _waiting() == 4 * changed
    numbers.check({"status": "closed"})


def test_small_writes_are_merged_before_many_wait(register: numbers.Register) -> None:
    with connection.cursor() as cursor:
        for step in range(300):
            cursor.execute(
                "UPDATE places_mark SET status = %s WHERE place_id = (SELECT min(place_id) FROM places_mark)",
                [step % 3],
            )
    assert _waiting() < 140
    assert numbers.stored() == numbers.rebuilt()


def test_a_register_written_anew_is_counted_at_once(register: numbers.Register) -> None:
    before = numbers.stored()
    with connection.cursor() as cursor:
        cursor.execute("SELECT places_rebuild_marks()")
    assert _waiting() == 0
    assert numbers.stored() == before
