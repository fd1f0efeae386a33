"""Stated ferries: the only way over the sea, between roads on both sides, told with who states them."""

from collections.abc import Sequence
from datetime import date

from geo.spatial.parameters import LonLat
from geo.spatial.roads.estimate import Estimate
from geo.spatial.roads.ferries import Ferry, WithFerries
from geo.spatial.roads.interface import Matrix

RACH_GIA, HA_TIEN = LonLat(105.08, 10.01), LonLat(104.478, 10.381)
DA_CHONG, DUONG_DONG = LonLat(104.052, 10.419), LonLat(103.96, 10.22)
CON_SON = LonLat(106.61, 8.68)
ROADS = Estimate(1.4, 40)


def ferry(one: LonLat = HA_TIEN, other: LonLat = DA_CHONG, minutes: int = 180) -> Ferry:
    return Ferry("Phà", (one, other), minutes, "Báo", "https://example.vn/pha", date(2026, 1, 2))


def way(*ferries: Ferry) -> WithFerries:
    return WithFerries(ROADS, lambda: ferries)


def test_without_a_stated_ferry_an_island_is_reached_by_nobody() -> None:
    found = way().matrix([RACH_GIA, DUONG_DONG])
    assert found.seconds[0][1] is found.seconds[1][0] is None
    assert not found.ferries


def test_a_ferry_joins_the_roads_of_both_sides_in_both_directions_and_is_told() -> None:
    found = way(ferry()).matrix([RACH_GIA, DUONG_DONG, CON_SON])
    there, here = ROADS.matrix([RACH_GIA], [HA_TIEN]), ROADS.matrix([DA_CHONG], [DUONG_DONG])
    assert found.seconds[0][1] == found.seconds[1][0] == there.seconds[0][0] + 180 * 60 + here.seconds[0][0]
    assert found.metres[0][1] == there.metres[0][0] + here.metres[0][0]
    assert set(found.ferries) == {(0, 1), (1, 0)}
    (crossing,) = found.ferries[0, 1]
    assert (crossing.minutes, crossing.source, crossing.stated_on) == (180, "Báo", date(2026, 1, 2))
    assert found.seconds[0][2] is found.seconds[1][2] is None
    assert found.estimate


def test_of_several_ferries_the_shortest_way_is_taken_and_one_island_may_lead_to_another() -> None:
    quicker = ferry(minutes=60)
    onwards = ferry(LonLat(104.0, 10.03), LonLat(106.6, 8.7), 30)
    found = way(ferry(), quicker, onwards).matrix([RACH_GIA], [DUONG_DONG, CON_SON])
    assert [one.minutes for one in found.ferries[0, 0]] == [60]
    assert [one.minutes for one in found.ferries[0, 1]] == [60, 30]


def test_what_roads_join_takes_no_ferry() -> None:
    found = way(ferry(RACH_GIA, HA_TIEN, 1)).matrix([RACH_GIA, HA_TIEN])
    assert found == ROADS.matrix([RACH_GIA, HA_TIEN])


def test_a_line_has_the_roads_of_both_sides_and_nothing_over_the_sea() -> None:
    line = way(ferry()).line([RACH_GIA, DUONG_DONG, CON_SON])
    assert [bool(leg.seconds) for leg in line.legs] == [True, False]
    assert [one.minutes for one in line.legs[0].ferries] == [180]
    assert line.parts == (
        ((105.08, 10.01), (104.478, 10.381)),
        ((104.052, 10.419), (103.96, 10.22)),
        (),
    )
    back = way(ferry()).line([DUONG_DONG, RACH_GIA])
    assert back.parts == (((103.96, 10.22), (104.052, 10.419)), ((104.478, 10.381), (105.08, 10.01)))


class Elsewhere(Estimate):
    """An engine whose roads end before the harbours: there an estimate stands in."""

    def matrix(self, sources: Sequence[LonLat], targets: Sequence[LonLat] | None = None) -> Matrix:
        found = super().matrix(sources, targets)
        here = HA_TIEN in sources or HA_TIEN in (targets or sources)
        return Matrix(found.seconds, found.metres, "engine", estimate=here)


def test_measured_and_estimated_ways_are_not_joined() -> None:
    roads = WithFerries(Elsewhere(1.4, 40), lambda: [ferry()])
    assert roads.matrix([RACH_GIA, DUONG_DONG]).seconds[0][1] is None
