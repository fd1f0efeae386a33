"""Real streets: the embedded engine, built by the command's own builder, keeps to what the map says."""

import gzip
import itertools
import json
from pathlib import Path

import pytest

from geo.spatial.parameters import LonLat
from geo.spatial.roads import building, embedded
from geo.spatial.roads.building import BuildError, build
from geo.spatial.roads.interface import Roads
from geo.spatial.roads.osm_files import OsmFileError, convert_xml, is_pbf
from tests.spatial.roads.streets import EXTRACT, one_way_steps

CORNERS = [
    LonLat(106.6888, 10.7832),
    LonLat(106.6938, 10.7868),
    LonLat(106.6905, 10.7855),
    LonLat(106.6920, 10.7840),
    LonLat(106.6895, 10.7870),
]
OUT_AT_SEA = LonLat(107.5, 10.2)


def test_a_route_follows_the_one_way_streets(streets: Roads) -> None:
    ways = one_way_steps()
    with_them = against = 0
    for start in CORNERS:
        for end in CORNERS:
            for part in streets.line([start, end]).parts:
                spots = [(round(lon, 5), round(lat, 5)) for lon, lat in part]
                for one, other in itertools.pairwise(spots):
                    with_them += (one, other) in ways
                    against += (other, one) in ways and (one, other) not in ways
    assert with_them > 50
    assert against == 0


def test_the_way_there_and_the_way_back_differ_on_one_way_streets(streets: Roads) -> None:
    found = streets.matrix(CORNERS[:2])
    there, back = found.seconds[0][1], found.seconds[1][0]
    assert there
    assert back
    assert back > 1.5 * there
    assert not found.estimate
    assert found.source == "valhalla"


def test_matrix_and_line_tell_the_same_length(streets: Roads) -> None:
    metres = streets.matrix(CORNERS[:1], CORNERS[1:2]).metres[0][0]
    assert streets.line(CORNERS[:2]).legs[0].metres == pytest.approx(metres, abs=5)


def test_a_point_without_a_road_is_reached_by_nobody_and_spoils_nothing(streets: Roads) -> None:
    found = streets.matrix([*CORNERS[:2], OUT_AT_SEA])
    assert found.seconds[0][2] is found.seconds[2][0] is None
    assert found.seconds[0][1]
    line = streets.line([CORNERS[0], CORNERS[1], OUT_AT_SEA])
    assert line.parts[0]
    assert line.parts[1] == ()
    assert line.legs[1].seconds is None


def test_what_is_within_reach_holds_the_start(streets: Roads) -> None:
    from shapely.geometry import Point, shape

    area = streets.isochrone(CORNERS[0], 60)
    assert area
    reached = shape({"type": "MultiPolygon", "coordinates": area.polygons})
    assert reached.buffer(0.001).contains(Point(CORNERS[0].lon, CORNERS[0].lat))
    assert not reached.contains(Point(OUT_AT_SEA.lon, OUT_AT_SEA.lat))
    assert streets.isochrone(CORNERS[0], 5 * 3600) is None


def test_the_same_file_is_not_built_twice(built: Path) -> None:
    said: list[str] = []
    assert not build(EXTRACT, built, said.append)
    assert len(said) == 1


def test_a_build_that_was_killed_goes_on_where_it_was_and_never_serves_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = building._run, []

    def dies(work: Path, stage: str, pbf: Path) -> None:
        if stage == "hierarchy":
            raise KeyboardInterrupt
        real(work, stage, pbf)

    monkeypatch.setattr(building, "_run", dies)
    with pytest.raises(KeyboardInterrupt):
        build(EXTRACT, tmp_path, lambda said: None)
    assert embedded.current(tmp_path) is None
    monkeypatch.setattr(building, "_run", lambda work, stage, pbf: (seen.append(stage), real(work, stage, pbf)))
    assert build(EXTRACT, tmp_path, lambda said: None)
    assert seen[0] == "hierarchy"
    config = embedded.current(tmp_path)
    assert config is not None
    assert embedded.embedded(config, 60).matrix(CORNERS[:2]).seconds[0][1]
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".part"] == []


def test_new_roads_take_the_place_of_the_old_ones(tmp_path: Path) -> None:
    build(EXTRACT, tmp_path, lambda said: None)
    before = (tmp_path / "current").resolve()
    other = tmp_path / "other.osm"
    other.write_bytes(gzip.decompress(EXTRACT.read_bytes()).replace(b'v="yes"', b'v="no"'))
    build(other, tmp_path, lambda said: None)
    assert (tmp_path / "current").resolve() != before
    assert not before.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "<html></html>",
        "<osm><node id='1' lat='10'/></osm>",
        "<osm><way id='1'/><node id='2' lat='1' lon='1'/>",
    ],
)
def test_a_file_that_is_no_map_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.osm"
    file.write_text(text)
    with pytest.raises(OsmFileError, match=r"neither OSM PBF nor OSM XML"):
        convert_xml(file, tmp_path / "x.pbf")
    with pytest.raises(BuildError):
        build(file, tmp_path / "roads", lambda said: None)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="can't be read"):
        build(tmp_path / "nothing.osm.pbf", tmp_path / "roads", lambda said: None)


def test_names_of_editors_are_not_copied(tmp_path: Path) -> None:
    file, made = tmp_path / "x.osm", tmp_path / "x.pbf"
    file.write_text("<osm><node id='1' lat='10' lon='106' user='somebody' uid='7'/></osm>")
    assert convert_xml(file, made) == 1
    assert is_pbf(made)
    assert b"somebody" not in made.read_bytes()


def test_an_engine_that_takes_too_long_is_ended(built: Path, tmp_path: Path) -> None:
    config = embedded.current(built)
    assert config is not None
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps({**json.loads(config.read_text()), "mjolnir": {"tile_dir": str(tmp_path / "none")}}))
    with pytest.raises(embedded.RoadsDown):
        embedded.embedded(broken, 5).matrix(CORNERS[:2])
