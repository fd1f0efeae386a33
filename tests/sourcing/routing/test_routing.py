"""Routes solved by hand, by brute force and by chance: nothing that was asked is ever broken."""

import random
from itertools import combinations, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.sourcing.routing import Break, Fleet, Reason, Routing, Stop, Vehicle, solve
from geo.spatial.parameters import LonLat
from tests.sourcing.routing.grid import DEPOT, HOUR, Chessboard, Table, lorry, stop, wrong

board = Chessboard()


def plan(vehicles: list[Vehicle], stops: list[Stop], split: bool = False, roads: Table = board) -> Routing:
    fleet = Fleet(tuple(vehicles), tuple(stops), split)
    found = solve(fleet, roads, 1)
    assert wrong(fleet, found, roads) == []
    return found


def reasons(found: Routing) -> list[tuple[int, Reason]]:
    return [(one.stop, one.reason) for one in found.unserved]


# -- solved by hand ----------------------------------------------------------------------------------------------------


def test_stops_on_one_street_are_fetched_on_the_way() -> None:
    found = plan([lorry()], [stop(0.03, 0), stop(0.01, 0), stop(0.02, 0)])
    (route,) = found.routes
    assert sorted(visit.stop for visit in route.visits) == [0, 1, 2]
    assert route.drive_s == 2 * 3 * 60
    assert route.metres == route.drive_s * 10
    assert route.cost == pytest.approx(3.6 * 5000)
    assert [visit.after_kg for visit in route.visits] == [100, 200, 300]
    assert not found.estimate


def test_a_square_is_driven_around() -> None:
    found = plan([lorry()], [stop(0.01, 0.01), stop(0.01, 0), stop(0, 0.01)])
    assert [visit.stop for visit in found.routes[0].visits] in ([1, 0, 2], [2, 0, 1])


def test_two_lorries_share_what_one_can_not_hold() -> None:
    found = plan([lorry(200), lorry(200)], [stop(0.01, 0), stop(0.02, 0), stop(-0.01, 0), stop(-0.02, 0)])
    assert sorted(sorted(v.stop for v in route.visits) for route in found.routes) == [[0, 1], [2, 3]]


def test_a_lorry_that_is_not_needed_stays_at_home() -> None:
    found = plan([lorry(fixed=1_000_000), lorry(fixed=400_000)], [stop(0.01, 0)])
    assert [route.vehicle for route in found.routes] == [1]
    assert found.cost == pytest.approx(400_000 + 1.2 * 5000)


def test_who_opens_late_is_fetched_late_and_loading_ends_before_closing() -> None:
    late = stop(0.01, 0, opening=((9 * HOUR, 9 * HOUR + 600),))
    found = plan([lorry()], [late, stop(0.02, 0)])
    visit = next(v for v in found.routes[0].visits if v.stop == 0)
    assert (visit.begin, visit.leave) == (9 * HOUR, 9 * HOUR + 600)


def test_a_break_is_taken_in_its_time() -> None:
    noon = Break(11 * HOUR, 12 * HOUR, HOUR)
    stops = [stop(0.1 * number, 0, service_s=HOUR) for number in range(1, 6)]
    found = plan([lorry(breaks=(noon,))], stops)
    (rest,) = found.routes[0].rests
    assert 11 * HOUR <= rest.begin <= 12 * HOUR


def test_who_is_open_only_while_the_lorry_rests_is_told_so_and_not_that_others_are_in_the_way() -> None:
    noon = Break(12 * HOUR, 12 * HOUR, HOUR)
    only_then = stop(0.01, 0, opening=((12 * HOUR, 13 * HOUR),), service_s=1800)
    assert reasons(plan([lorry(breaks=(noon,))], [only_then])) == [(0, Reason.HOURS)]
    assert plan([lorry(breaks=(noon,)), lorry()], [only_then]).unserved == ()


def test_loading_that_would_not_end_before_closing_is_not_begun() -> None:
    """There at 06:20, twenty minutes of loading: it must be open through 06:40."""
    for closing, expected in ((2400, []), (2399, [(0, Reason.HOURS)])):
        shop = stop(0.2, 0, opening=((6 * HOUR, 6 * HOUR + closing),), service_s=1200)
        assert reasons(plan([lorry()], [shop])) == expected


def test_a_day_that_its_breaks_make_too_long_is_too_far() -> None:
    far, rest = stop(1.0, 0, service_s=1800), Break(9 * HOUR, 17 * HOUR, HOUR)
    assert plan([lorry(end=9 * HOUR + 3000)], [far]).unserved == ()
    late = Break(9 * HOUR, 9 * HOUR, HOUR)
    assert reasons(plan([lorry(end=10 * HOUR, breaks=(late,))], [far])) == [(0, Reason.TOO_FAR)]
    assert plan([lorry(end=11 * HOUR, breaks=(rest,))], [far]).unserved == ()


def test_without_prices_the_shortest_time_wins() -> None:
    found = plan([lorry(per_km=0)], [stop(0.03, 0), stop(0.01, 0), stop(0.02, 0)])
    assert found.routes[0].drive_s == 360


# -- what is not served, and why ---------------------------------------------------------------------------------------


def test_every_reason_is_told() -> None:
    island, far = LonLat(5, 5), LonLat(9, 0)
    roads = Table({
        (DEPOT, LonLat(1, 0)): 600, (DEPOT, LonLat(2, 0)): 600, (DEPOT, LonLat(3, 0)): 600, (DEPOT, LonLat(4, 0)): 600,
        (DEPOT, far): 7 * HOUR,
    })  # fmt: skip
    stops = [
        stop(1, 0, 5000),
        stop(2, 0, 10, volume_m3=50.0),
        stop(3, 0, closed=True),
        stop(4, 0, opening=((20 * HOUR, 21 * HOUR),)),
        stop(island.lon, island.lat),
        stop(far.lon, far.lat),
    ]
    found = plan([lorry(capacity_m3=10.0)], stops, roads=roads)
    assert reasons(found) == [
        (0, Reason.TOO_HEAVY),
        (1, Reason.TOO_LARGE),
        (2, Reason.CLOSED),
        (3, Reason.HOURS),
        (4, Reason.UNREACHABLE),
        (5, Reason.TOO_FAR),
    ]
    assert found.routes == ()


def test_more_than_all_lorries_hold_is_told_apart_from_no_time() -> None:
    full = plan([lorry(250)], [stop(0.01 * number, 0) for number in range(1, 5)])
    assert [one.reason for one in full.unserved] == [Reason.FULL] * 2
    long = plan([lorry(end=8 * HOUR)], [stop(0.01, 0.01 * number, service_s=2400) for number in range(5)])
    assert {one.reason for one in long.unserved} == {Reason.NO_TIME}


def test_a_load_heavier_than_any_lorry_is_split_only_where_that_is_wanted() -> None:
    assert reasons(plan([lorry(500), lorry(300)], [stop(0.01, 0, 700)])) == [(0, Reason.TOO_HEAVY)]
    found = plan([lorry(500), lorry(300)], [stop(0.01, 0, 700)], split=True)
    assert found.unserved == ()
    loads = sorted(visit.load_kg for route in found.routes for visit in route.visits)
    assert loads == [pytest.approx(200), pytest.approx(500)]
    assert {visit.parts for route in found.routes for visit in route.visits} == {2}


def test_what_is_left_of_a_split_load_is_told() -> None:
    found = plan([lorry(500)], [stop(0.01, 0, 700)], split=True)
    assert found.routes[0].visits[0].load_kg == pytest.approx(500)
    assert [(one.reason, round(one.load_kg)) for one in found.unserved] == [(Reason.FULL, 200)]


def test_what_weighs_nothing_is_visited_too() -> None:
    assert plan([lorry()], [stop(0.01, 0, 0)]).unserved == ()


# -- by brute force ----------------------------------------------------------------------------------------------------


def trip(vehicle: Vehicle, order: tuple[Stop, ...]) -> int | None:
    """The metres of one lorry that fetches these in this order; ``None`` when it can't."""
    here, clock, metres = vehicle.depot, vehicle.start, 0
    if sum(one.pickup.load_kg for one in order) > vehicle.capacity_kg:
        return None
    for one in order:
        drive = board.seconds(here, one.spot) or 0
        clock, metres, here = clock + drive, metres + drive * 10, one.spot
        for start, end in one.pickup.opening[:1]:
            clock = max(clock, start)
            if clock + one.pickup.service_s > end:
                return None
        clock += one.pickup.service_s
    drive = board.seconds(here, vehicle.depot) or 0
    return metres + drive * 10 if clock + drive <= vehicle.end else None


def best(vehicles: list[Vehicle], stops: list[Stop]) -> tuple[int, int]:
    """The most stops that can be served and the least metres for that many, every order tried."""
    numbers = range(len(stops))
    choices = [chosen for size in range(len(stops) + 1) for chosen in combinations(numbers, size)]

    def shortest(vehicle: Vehicle, chosen: tuple[int, ...]) -> int | None:
        trips = (trip(vehicle, tuple(stops[n] for n in order)) for order in permutations(chosen))
        return min((metres for metres in trips if metres is not None), default=None)

    alone = [{chosen: shortest(vehicle, chosen) for chosen in choices} for vehicle in vehicles]
    found: dict[frozenset[int], int] = {frozenset(): 0}
    for trips in alone:
        more = dict(found)
        for served, metres in found.items():
            for chosen, own in trips.items():
                if own is not None and chosen and not served & set(chosen):
                    key = served | set(chosen)
                    more[key] = min(more.get(key, metres + own), metres + own)
        found = more
    most = max(map(len, found))
    return most, min(metres for served, metres in found.items() if len(served) == most)


@pytest.mark.parametrize("seed", range(20))
def test_brute_force_finds_nothing_better(seed: int) -> None:
    chance = random.Random(seed)
    stops = []
    for _ in range(chance.choice((5, 6, 7))):
        opens = chance.randrange(6, 14) * HOUR
        spans = ((opens, opens + chance.randrange(1, 4) * HOUR),) if chance.random() < 0.4 else ()
        spot = chance.randrange(-30, 31) / 100, chance.randrange(-30, 31) / 100
        stops.append(stop(*spot, chance.randrange(50, 400), opening=spans))
    vehicles = [lorry(600, end=15 * HOUR), lorry(900, end=12 * HOUR)][: chance.choice((1, 2))]
    found = plan(vehicles, stops)
    served = sum(len(route.visits) for route in found.routes)
    assert (served, sum(route.metres for route in found.routes)) == best(vehicles, stops)


# -- by chance ---------------------------------------------------------------------------------------------------------

spots = st.integers(-40, 40).map(lambda n: n / 100)
hours = st.tuples(st.integers(5, 16), st.integers(1, 6)).map(lambda h: ((h[0] * HOUR, (h[0] + h[1]) * HOUR),))
stops_ = st.builds(
    stop, spots, spots, st.floats(0, 3000), service_s=st.integers(0, 5000), volume_m3=st.floats(0, 12),
    opening=st.one_of(st.just(()), hours), closed=st.sampled_from((False, False, False, True)),
)  # fmt: skip
breaks_ = st.sampled_from(((), (Break(11 * HOUR, 13 * HOUR, 1800),)))
lorries = st.builds(
    lorry, st.floats(1, 2500), capacity_m3=st.one_of(st.none(), st.floats(1, 10)), breaks=breaks_,
    start=st.integers(5, 9).map(lambda h: h * HOUR), end=st.integers(14, 20).map(lambda h: h * HOUR),
    fixed=st.integers(0, 1_000_000), per_hour=st.integers(0, 100_000),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(lorries, min_size=1, max_size=3), st.lists(stops_, max_size=9), st.booleans())
def test_capacity_and_hours_are_never_broken_and_nothing_is_forgotten(
    vehicles: list[Vehicle], stops: list[Stop], split: bool
) -> None:
    plan(vehicles, stops, split)


windows_ = st.tuples(st.integers(10, 13), st.integers(0, 4), st.sampled_from((1800, 3600, 7200))).map(
    lambda h: (Break(h[0] * HOUR, (h[0] + h[1]) * HOUR, h[2]),)
)
resting = st.builds(
    lorry, st.floats(200, 2500), capacity_m3=st.one_of(st.none(), st.floats(3, 10)),
    breaks=st.one_of(st.just(()), windows_, windows_.map(lambda one: (Break(8 * HOUR, 9 * HOUR, 900), *one))),
    start=st.integers(5, 8).map(lambda h: h * HOUR), end=st.integers(16, 20).map(lambda h: h * HOUR),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(resting, min_size=1, max_size=2), st.lists(stops_, min_size=1, max_size=4))
def test_every_reason_is_the_true_one(vehicles: list[Vehicle], stops: list[Stop]) -> None:
    """Whoever is said to be left because of others would be served alone, and nobody else would."""
    for one in plan(vehicles, stops).unserved:
        alone = solve(Fleet(tuple(vehicles), (stops[one.stop],)), board, 1)
        assert (not alone.unserved) == (one.reason in (Reason.FULL, Reason.NO_TIME)), one
        if one.reason == Reason.FULL:
            assert sum(stop.pickup.load_kg for stop in stops) > sum(one.capacity_kg for one in vehicles) or any(
                stop.pickup.volume_m3 for stop in stops
            )
        if one.reason == Reason.CLOSED:
            assert stops[one.stop].closed
        if one.reason == Reason.HOURS:
            always = stop(
                stops[one.stop].pickup.lon, stops[one.stop].pickup.lat, 0, service_s=stops[one.stop].pickup.service_s
            )
            assert not solve(Fleet(tuple(vehicles), (always,)), board, 1).unserved
