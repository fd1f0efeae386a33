"""Engines at the operator's address: right answers, broken ones, and the estimate that stands in and says so."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from geo.spatial.parameters import LonLat
from geo.spatial.roads import choice, embedded, engine
from geo.spatial.roads.interface import RoadsDown
from geo.spatial.roads.osrm import Osrm
from geo.spatial.roads.valhalla_url import valhalla_at
from ocopmap.checks import check_roads
from tests.spatial.roads.engines import INLAND, serving
from tests.spatial.roads.test_streets import CORNERS, OUT_AT_SEA

MANY = [LonLat(106 + n / 200, 10.5) for n in range(120)]


def test_osrm_is_read() -> None:
    with serving() as (url, _asked):
        found = Osrm(url, 5).matrix([*INLAND, OUT_AT_SEA])
        assert found.seconds[0][:2] == (0, 100)
        assert found.seconds[1][0] == 201
        assert found.seconds[0][2] is found.seconds[2][1] is None
        assert (found.source, found.estimate) == ("osrm", False)
        line = Osrm(url, 5).line([*INLAND, OUT_AT_SEA])
        assert [leg.seconds for leg in line.legs] == [100, None]
        assert line.parts[1] == ()


def test_valhalla_at_a_url_is_read() -> None:
    with serving() as (url, asked):
        found = valhalla_at(url, 5).matrix([*INLAND, OUT_AT_SEA])
        assert found.seconds == ((0, 61, None), (61, 0, None), (None, None, 0))
        assert found.metres[0][1] == 1234
        assert asked == ["/locate", "/sources_to_targets"]


@pytest.mark.parametrize("make", [Osrm, valhalla_at])
def test_large_matrices_are_asked_in_blocks(make: Any) -> None:
    with serving() as (url, asked):
        found = make(url, 20).matrix(MANY)
        assert len(found.seconds) == len(found.seconds[0]) == 120
        assert all(s is not None for row in found.seconds for s in row)
        assert len([one for one in asked if "locate" not in one]) == 9


@pytest.mark.parametrize("make", [Osrm, valhalla_at])
@pytest.mark.parametrize("mode", ["slow", "nonsense", "html", "redirect", "error"])
def test_a_broken_engine_is_said_to_be_down(make: Any, mode: str) -> None:
    with serving(mode) as (url, _asked), pytest.raises(RoadsDown):
        make(url, 1).matrix(INLAND)


@pytest.mark.parametrize("make", [Osrm, valhalla_at])
def test_an_engine_that_is_not_there_is_said_to_be_down(make: Any) -> None:
    with pytest.raises(RoadsDown):
        make("http://127.0.0.1:9", 1).matrix(INLAND)


def test_the_estimate_stands_in_says_so_and_the_engine_is_left_alone_for_a_while(settings: Any) -> None:
    with serving("error") as (url, asked):
        settings.OSRM_URL = url
        found = engine().matrix(INLAND)
        assert found.estimate
        assert found.down
        assert found.source == "estimate"
        line = engine().line(INLAND)
        assert line.estimate
        assert line.down
        assert len(asked) == 1


def test_an_engine_whose_roads_are_elsewhere_does_not_answer_for_here(settings: Any, built: Path) -> None:
    settings.ROADS_ROOT = built
    here = engine().matrix(INLAND)
    assert (here.estimate, here.source) == (False, "valhalla")
    hanoi = engine().matrix([LonLat(105.85, 21.03), LonLat(105.9, 21.1)])
    assert hanoi.estimate
    assert hanoi.down
    assert hanoi.seconds[0][1]
    assert engine().matrix(CORNERS[:2]).source == "valhalla"


@pytest.mark.django_db
def test_screens_say_that_an_estimate_stands_in(client: Client, settings: Any) -> None:
    from geo.sourcing.plans import services
    from tests.sourcing.plans.asking import ground, request

    ground()
    settings.VALHALLA_URL = "http://127.0.0.1:9"
    plan = services.make(request())
    assert "bộ tính đường không trả lời được" in client.get(f"/vi/plans/{plan.key}").content.decode()
    assert "the road engine has no answer" in client.get(f"/en/plans/{plan.key}").content.decode()
    told = client.get("/api/actions/road-times?from=105.85,21.03&to=105.9,21.1").json()
    assert (told["estimate"], told["engine_down"]) == (True, True)


def test_wrong_settings_are_one_clear_line(settings: Any, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_roads() == []
    settings.OSRM_URL = settings.VALHALLA_URL = "http://127.0.0.1:9"
    assert [one.id for one in check_roads()] == ["ocopmap.E005"]
    settings.OSRM_URL = settings.VALHALLA_URL = ""
    settings.ROADS_ROOT = built
    assert check_roads() == []
    monkeypatch.setattr(embedded, "is_installed", lambda: False)
    assert [one.id for one in check_roads()] == ["ocopmap.W002"]
    assert choice.engine().matrix(INLAND).source in {"estimate", "valhalla"}
