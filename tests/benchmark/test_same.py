"""Nothing is timed unless everybody answers with the same features."""

import json
import struct
from typing import Any

import pytest
from benchmark.speed import mvt, same


def _collection(*features: tuple[str, list[float] | None]) -> bytes:
    def geometry(at: list[float] | None) -> dict[str, Any] | None:
        return {"type": "Point", "coordinates": at} if at else None

    return json.dumps({"features": [{"id": name, "geometry": geometry(at)} for name, at in features]}).encode()


def _varint(value: int) -> bytes:
    found = b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def _member(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _tile(points: list[tuple[str, int, int]]) -> bytes:
    """Write a tile with one layer of points and their ids."""
    keys = _member(3, b"id") + _member(3, b"big")
    values = b"".join(_member(4, _member(1, name.encode())) for name, _x, _y in points)
    values += _member(4, b"\x19" + struct.pack("<d", 2.5))
    features = b""
    for number, (_name, x, y) in enumerate(points):
        tags = _varint(0) + _varint(number) + _varint(1) + _varint(len(points))
        commands = _varint(9) + _varint(x << 1 ^ x >> 31) + _varint(y << 1 ^ y >> 31)
        features += _member(2, _member(2, tags) + b"\x18\x01" + _member(4, commands))
    return _member(3, b"\x78\x02" + _member(1, b"places") + features + keys + values + b"\x28\x80\x20")


def test_a_tile_is_read() -> None:
    drawn = mvt.points(_tile([("A", 17, 4000), ("B", -5, 300)]))
    assert [(one.x, one.y) for one in drawn] == [(17, 4000), (-5, 300)]
    assert drawn[0].properties == {"id": "A", "big": 2.5}
    assert mvt.points(b"") == []


def test_points_in_the_buffer_of_a_tile_don_t_count() -> None:
    assert same.positions_of_tile(_tile([("A", 17, 4000), ("B", -5, 300), ("C", 4096, 300)])) == {"A": (17, 4000)}


def test_equal_features_in_any_order_are_the_same() -> None:
    ours = same.positions_of_geojson(_collection(("A", [105.1, 21.0]), ("B", None)))
    theirs = same.positions_of_geojson(_collection(("B", None), ("A", [105.1000001, 21.0])))
    same.check("page", ours, "tipg", theirs, 2e-6)


def test_one_feature_alone_can_be_compared() -> None:
    body = json.dumps({"type": "Feature", "id": "A", "geometry": {"type": "Point", "coordinates": [1, 2]}}).encode()
    assert same.positions_of_geojson(body) == {"A": (1, 2)}


@pytest.mark.parametrize(
    ("theirs", "says"),
    [
        ([("A", [105.1, 21.0])], "only one has B"),
        ([("A", [105.1, 21.0]), ("B", [106.0, 21.1])], "B is at"),
        ([("A", [105.1, 21.0]), ("B", None)], "B is at"),
    ],
)
def test_other_features_or_positions_are_refused(theirs: list[tuple[str, list[float] | None]], says: str) -> None:
    ours = same.positions_of_geojson(_collection(("A", [105.1, 21.0]), ("B", [106.0, 21.0])))
    with pytest.raises(same.Different, match=says):
        same.check("page", ours, "tipg", same.positions_of_geojson(_collection(*theirs)), 2e-6)


def test_counts_must_agree() -> None:
    clusters = json.dumps({"features": [{"properties": {"count": 3}}, {"properties": {"count": 4}}]}).encode()
    same.check_counts("z5", clusters, b'{"cells": [{"count": 7}]}')
    with pytest.raises(same.Different, match="7 places"):
        same.check_counts("z5", clusters, b'{"cells": [{"count": 6}]}')
