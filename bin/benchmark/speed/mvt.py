"""A reader of Mapbox Vector Tiles (specification 2.1) for points: enough to compare what two servers draw."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Drawn:
    """A point of a tile: its place in units of the extent (y downwards) and its properties."""

    x: int
    y: int
    properties: dict[str, Any]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _members(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield field numbers and values of a protobuf message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        value: Any
        if wire == 0:
            value, at = _varint(data, at)
        elif wire == 1:
            value, at = data[at : at + 8], at + 8
        elif wire == 2:
            size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            value, at = data[at : at + 4], at + 4
        yield number, value


def _signed(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _value(data: bytes) -> Any:
    for number, raw in _members(data):
        if number == 1:
            return raw.decode()
        if number in (2, 3):
            return struct.unpack("<f" if number == 2 else "<d", raw)[0]
        if number == 4:
            return raw - (1 << 64) if raw >> 63 else raw
        return _signed(raw) if number == 6 else bool(raw) if number == 7 else raw
    return None


def _numbers(data: bytes) -> list[int]:
    found, at = [], 0
    while at < len(data):
        value, at = _varint(data, at)
        found.append(value)
    return found


def _layer(data: bytes) -> Iterator[Drawn]:
    keys: list[str] = []
    values: list[Any] = []
    features: list[bytes] = []
    for number, raw in _members(data):
        if number == 2:
            features.append(raw)
        elif number == 3:
            keys.append(raw.decode())
        elif number == 4:
            values.append(_value(raw))
    for feature in features:
        tags: list[int] = []
        commands: list[int] = []
        for number, raw in _members(feature):
            if number == 2:
                tags = _numbers(raw)
            elif number == 4:
                commands = _numbers(raw)
        named = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}
        yield Drawn(_signed(commands[1]), _signed(commands[2]), named)


def points(tile: bytes) -> list[Drawn]:
    """Return the points of all layers of a tile."""
    return [drawn for number, raw in _members(tile) if number == 3 for drawn in _layer(raw)]
