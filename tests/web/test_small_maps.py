"""The two little maps of a proposal: near enough that a move of metres shows, far enough for one across the country."""

import math

import pytest

from geo.web.views.desk_proposals import BAR_PX, METRES_PER_PX, WIDE_PX, scale_of, zoom_of

LAT = 10.2


def per_px(zoom: float) -> float:
    return METRES_PER_PX * math.cos(math.radians(LAT)) / 2**zoom


@pytest.mark.parametrize("metres", [100, 300, 900, 4_000, 30_000, 400_000])
def test_a_move_is_as_long_on_the_map_however_far_it_is(metres: float) -> None:
    assert metres / per_px(zoom_of(metres, LAT)) == pytest.approx(WIDE_PX, rel=0.01)


@pytest.mark.parametrize("metres", [None, 0, 3, 90, 900, 30_000, 2_000_000])
def test_the_scale_is_a_round_length_that_fits(metres: float | None) -> None:
    zoom = zoom_of(metres, LAT)
    scale = scale_of(zoom, LAT)
    assert scale["metres"] / per_px(zoom) == pytest.approx(scale["px"], abs=0.1)
    assert 0.3 * BAR_PX < scale["px"] <= BAR_PX
    assert str(int(scale["metres"])).rstrip("0") in {"1", "2", "5"}
