"""A stop that no lorry can fetch is refused where it is made."""

from typing import Any

import pytest

from geo.sourcing.pickups import Pickup


@pytest.mark.parametrize(
    "wrong",
    [
        {"lon": 181.0},
        {"lat": -90.5},
        {"load_kg": -1.0},
        {"volume_m3": -0.1},
        {"service_s": -60},
        {"opening": ((3600, 3600),)},
        {"opening": ((0, 90_000),)},
    ],
)
def test_an_impossible_stop_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Pickup(**{"place": "", "name": "Kho", "lon": 106.0, "lat": 10.0, "load_kg": 5.0, **wrong})


def test_an_ordinary_stop_is_taken() -> None:
    stop = Pickup("AB12CD3E", "HTX", 108.0, 12.7, 500.0, 1.5, 1200, ((28_800, 61_200),))
    assert stop.shares == ()
