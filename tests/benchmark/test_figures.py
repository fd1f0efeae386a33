"""Medians, percentiles, ratios, and when a target counts as reached."""

import math

import pytest
from benchmark.speed.figures import Contest, Result, Round, at_least, at_most, middle, percentile, ratio


def _result(*rates: float) -> Result:
    return Result([Round(rate) for rate in rates])


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(one) for one in range(1, 101)]
    assert percentile(values, 0.95) == 95
    assert percentile(values, 0.99) == 99
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([7.0], 0.95) == 7.0


def test_without_values_there_is_no_figure() -> None:
    assert math.isnan(percentile([], 0.95))
    assert math.isnan(middle([]))


def test_a_ratio_compares_round_by_round() -> None:
    """Both were twice as slow in the second round: the ratio isn't."""
    assert ratio(_result(100, 50, 100), _result(200, 100, 200)) == 0.5


def test_a_ratio_counts_the_rounds_that_both_played() -> None:
    assert ratio(_result(100, 80, 60), _result(10, 10)) == 9


def test_the_best_of_others_is_the_one_that_leaves_least() -> None:
    contest = Contest("page", "?", {"ours": _result(100), "tipg": _result(20), "pygeoapi": _result(5)})
    assert contest.best_ratio("ours", ("tipg", "pygeoapi")) == 5
    assert contest.best_ratio("ours", ("pygeoapi", "absent")) == 20
    assert math.isnan(contest.best_ratio("ours", ("absent",)))


@pytest.mark.parametrize(("found", "verdict"), [(5.0, "met"), (6.0, "met"), (4.0, "**missed** by 20%")])
def test_at_least_says_by_how_much_it_was_missed(found: float, verdict: str) -> None:
    assert at_least("page", 5, found, "tipg").verdict == verdict


@pytest.mark.parametrize(("found", "verdict"), [(30.0, "met"), (3.0, "met"), (40.0, "**missed** by 25%")])
def test_at_most_says_by_how_much_it_was_missed(found: float, verdict: str) -> None:
    assert at_most("clusters", 30, found, "ms").verdict == verdict


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    for row in (at_least("page", 5, math.nan, "tipg"), at_most("clusters", 30, math.nan, "ms")):
        assert row.met is None
        assert (row.figure, row.verdict) == ("–", "not measured")


def test_nothing_at_all_is_below_any_limit() -> None:
    assert at_most("longest task", 50, 0.0, "ms").met
