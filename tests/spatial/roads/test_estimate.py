"""Road times without road data: a stated factor and speed, and never a way over the sea."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.spatial.parameters import LonLat
from geo.spatial.roads import around
from geo.spatial.roads.estimate import Estimate, great_circle_m

HA_NOI, HUE = LonLat(105.85, 21.03), LonLat(107.58, 16.46)
DUONG_DONG, CON_SON = LonLat(103.96, 10.22), LonLat(106.61, 8.68)

roads = Estimate(1.4, 40)
points = st.builds(LonLat, st.floats(104, 108), st.floats(9, 22))


def test_the_great_circle_is_the_known_one() -> None:
    assert great_circle_m(LonLat(0, 0), LonLat(90, 0)) == pytest.approx(10_007_557, abs=2)
    assert great_circle_m(HA_NOI, HUE) == pytest.approx(540_000, rel=0.01)


def test_a_time_is_distance_times_detour_by_speed_and_says_that_it_is_an_estimate() -> None:
    near = LonLat(HA_NOI.lon, HA_NOI.lat - 0.1)
    found = roads.matrix([HA_NOI, near])
    metres = round(great_circle_m(HA_NOI, near) * 1.4)
    assert found.metres == ((0, metres), (metres, 0))
    assert found.seconds[0][1] == pytest.approx(metres / (40 / 3.6), abs=1)
    assert found.estimate
    assert found.source == "estimate"
    assert not found.down


def test_nothing_leads_over_the_sea() -> None:
    found = roads.matrix([HA_NOI, DUONG_DONG, CON_SON])
    assert found.seconds[0][1] is found.metres[0][1] is None
    assert found.seconds[1][2] is None
    line = roads.line([HA_NOI, DUONG_DONG])
    assert line.parts == ((),)
    assert line.legs[0].seconds is None


def test_an_island_has_roads_of_its_own() -> None:
    assert roads.matrix([DUONG_DONG, LonLat(104.0, 10.02)]).seconds[0][1]


@given(st.lists(points, min_size=1, max_size=5), st.lists(points, max_size=3))
def test_a_matrix_has_a_row_for_every_source_and_a_column_for_every_target(one: list, other: list) -> None:
    found = roads.matrix(one, other)
    assert len(found.seconds) == len(found.metres) == len(one)
    assert all(len(row) == len(other) for row in (*found.seconds, *found.metres))
    assert all(
        (s is None) == (m is None)
        for a, b in zip(found.seconds, found.metres, strict=True)
        for s, m in zip(a, b, strict=True)
    )


TAY_NINH, CHAU_DOC = LonLat(106.1, 11.3), LonLat(105.12, 10.7)
mainland = st.sampled_from(sorted(around.cells()))


def test_a_way_that_would_leave_the_country_is_as_much_longer_as_the_way_around() -> None:
    straight = great_circle_m(TAY_NINH, CHAU_DOC) * 1.4
    (there,), (back,) = roads.matrix([TAY_NINH], [CHAU_DOC]).metres, roads.matrix([CHAU_DOC], [TAY_NINH]).metres
    assert there == back
    assert there[0] is not None
    assert 1.2 * straight < there[0] < 1.5 * straight
    (part,) = roads.line([TAY_NINH, CHAU_DOC]).parts
    assert len(part) > 2
    assert all(around.cell_of(LonLat(*turn)) in around.cells() for turn in part)


def test_where_nothing_stands_between_the_estimate_is_what_it_was() -> None:
    for one, other in ((HA_NOI, LonLat(106.68, 20.86)), (LonLat(106.7, 10.78), LonLat(105.78, 10.03))):
        assert roads.matrix([one], [other]).metres == ((round(great_circle_m(one, other) * 1.4),),)
        assert roads.line([one, other]).parts == (((one.lon, one.lat), (other.lon, other.lat)),)


@given(mainland, mainland)
def test_the_way_around_is_bounded_the_same_both_ways_and_stays_on_the_mainland(one: tuple, other: tuple) -> None:
    assert around.factor(one, other) == pytest.approx(around.factor(other, one))
    assert 1 <= around.factor(one, other) < 3
    assert all(around.cell_of(LonLat(*turn)) in around.cells() for turn in around.way(one, other))


def test_what_is_kept_of_ways_around_is_bounded() -> None:
    points = [LonLat(105 + n / 400, 10 + n / 100) for n in range(200)]
    roads.matrix(points)
    assert around._lengths.cache_info().maxsize >= len(around.cells())
    assert around._lengths.cache_info().currsize <= len(around.cells())
