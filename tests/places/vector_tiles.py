"""A reader of Mapbox Vector Tiles of points, as plain as the specification (version 2.1), for tests."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

TEXT, UINT, BOOL = 1, 5, 7


@dataclass
class Layer:
    """One layer: features as (x, y, properties), in units of the tile."""

    name: str = ""
    extent: int = 0
    features: list[tuple[int, int, dict[str, Any]]] = field(default_factory=list)


def read(body: bytes) -> list[Layer]:
    """Return the layers of a tile."""
    return [_layer(value) for number, value in _fields(body) if number == 3]


def _fields(body: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(body):
        key, at = _varint(body, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(body, at)
            yield number, value
        else:
            size, at = (8, at) if wire == 1 else (4, at) if wire == 5 else _varint(body, at)
            yield number, body[at : at + size]
            at += size


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _varints(body: bytes) -> list[int]:
    found, at = [], 0
    while at < len(body):
        value, at = _varint(body, at)
        found.append(value)
    return found


def _layer(body: bytes) -> Layer:
    parts = list(_fields(body))
    keys = [value.decode() for number, value in parts if number == 3]
    values = [_value(value) for number, value in parts if number == 4]
    layer = Layer()
    for number, value in parts:
        if number == 1:
            layer.name = value.decode()
        elif number == 5:
            layer.extent = value
        elif number == 2:
            own = dict(_fields(value))
            tags = _varints(own.get(2, b""))
            _command, x, y = _varints(own[4])
            pairs = zip(tags[::2], tags[1::2], strict=True)
            layer.features.append((_signed(x), _signed(y), {keys[key]: values[at] for key, at in pairs}))
    return layer


def _signed(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _value(body: bytes) -> Any:
    ((number, value),) = _fields(body)
    if number == TEXT:
        return value.decode()
    return bool(value) if number == BOOL else _signed(value) if number == 6 else value
