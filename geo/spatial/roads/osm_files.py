"""Files of OpenStreetMap: which kind one is, and the XML form written anew in the binary one that builders read.

Formats: OSM XML 0.6 (``.osm``, ``.osm.gz``) and OSM PBF (https://wiki.openstreetmap.org/wiki/PBF_Format). Nothing about
who edited what and when is copied.
"""

import gzip
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast
from xml.etree.ElementTree import Element, ParseError, iterparse

BLOCK = 8_000
"""Elements in a block, as the format recommends."""
GRANULARITY = 1e-7
"""Degrees of one step of a coordinate: a granularity of 100 nanodegrees."""
_ORDER = ("node", "way", "relation")


class OsmFileError(Exception):
    """The file isn't one of OpenStreetMap, or is broken; the message is one line for the operator."""


def is_pbf(path: Path) -> bool:
    """Return whether the file is OSM PBF, by its first bytes. Raises: OsmFileError when it can't be read."""
    try:
        with path.open("rb") as file:
            return b"OSMHeader" in file.read(64)
    except OSError as error:
        raise OsmFileError(f"{path} can't be read: {error.strerror}") from None


def convert_xml(source: Path, target: Path) -> int:
    """Write the elements of an XML file (also gzipped) as PBF and return how many. Raises: OsmFileError."""
    zipped = source.read_bytes()[:2] == b"\x1f\x8b"
    try:
        with cast(IO[bytes], gzip.open(source) if zipped else source.open("rb")) as xml, target.open("wb") as pbf:
            return _write(_elements(xml), pbf)
    except (ParseError, EOFError, OSError, KeyError, ValueError, zlib.error) as error:
        raise OsmFileError(f"{source} is neither OSM PBF nor OSM XML: {error}") from None


def _elements(xml: IO[bytes]) -> Iterator[Element]:
    """Yield nodes, ways and relations, each forgotten after it was used."""
    steps = iterparse(xml, events=("start", "end"))
    _, root = next(steps)
    if root.tag != "osm":
        raise ValueError(f"it begins with <{root.tag}>")
    for event, element in steps:
        if event == "end" and element.tag in _ORDER:
            yield element
            root.clear()


def _write(elements: Iterable[Element], pbf: BinaryIO) -> int:
    header = b"".join(_bytes(4, feature) for feature in (b"OsmSchema-V0.6", b"DenseNodes"))
    pbf.write(_blob(b"OSMHeader", header))
    block, count, stage = _Block("node"), 0, 0
    for element in elements:
        if _ORDER.index(element.tag) < stage:
            raise ValueError("nodes must come before ways, ways before relations")
        if element.tag != block.kind or block.size == BLOCK:
            _flush(block, pbf)
            stage, block = _ORDER.index(element.tag), _Block(element.tag)
        block.add(element)
        count += 1
    _flush(block, pbf)
    return count


def _flush(block: "_Block", pbf: BinaryIO) -> None:
    if block.size:
        pbf.write(_blob(b"OSMData", block.encoded()))


@dataclass
class _Block:
    """Elements of one kind with their common table of strings."""

    kind: str
    size: int = 0
    strings: dict[str, int] = field(default_factory=lambda: {"": 0})
    ids: list[int] = field(default_factory=list)
    lats: list[int] = field(default_factory=list)
    lons: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    groups: list[bytes] = field(default_factory=list)

    def add(self, element: Element) -> None:
        """Take one element."""
        self.size += 1
        pairs = [(self._string(tag.attrib["k"]), self._string(tag.attrib["v"])) for tag in element.iterfind("tag")]
        number = int(element.attrib["id"])
        if self.kind == "node":
            self.ids.append(number)
            self.lats.append(round(float(element.attrib["lat"]) / GRANULARITY))
            self.lons.append(round(float(element.attrib["lon"]) / GRANULARITY))
            self.tags += [*(part for pair in pairs for part in pair), 0]
            return
        keys, values = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        body = _number(1, number) + _packed(2, keys) + _packed(3, values)
        if self.kind == "way":
            refs = [int(nd.attrib["ref"]) for nd in element.iterfind("nd")]
            self.groups.append(_bytes(3, body + _packed(8, _signed(_steps(refs)))))
        else:
            self.groups.append(_bytes(4, body + self._members(element)))

    def encoded(self) -> bytes:
        """Return the PrimitiveBlock."""
        table = b"".join(_bytes(1, text.encode()) for text in self.strings)
        group = b"".join(self.groups)
        if self.kind == "node":
            columns = ((1, self.ids), (8, self.lats), (9, self.lons))
            dense = b"".join(_packed(number, _signed(_steps(column))) for number, column in columns)
            group = _bytes(2, dense + _packed(10, self.tags))
        return _bytes(1, table) + _bytes(2, group)

    def _members(self, relation: Element) -> bytes:
        members = list(relation.iterfind("member"))
        roles = [self._string(one.attrib.get("role", "")) for one in members]
        refs = [int(one.attrib["ref"]) for one in members]
        kinds = [_ORDER.index(one.attrib["type"]) for one in members]
        return _packed(8, roles) + _packed(9, _signed(_steps(refs))) + _packed(10, kinds)

    def _string(self, text: str) -> int:
        return self.strings.setdefault(text, len(self.strings))


# -- the little of protocol buffers that this needs -------------------------------------------------------------------


def _blob(kind: bytes, block: bytes) -> bytes:
    blob = _number(2, len(block)) + _bytes(3, zlib.compress(block))
    header = _bytes(1, kind) + _number(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(name: int, value: int) -> bytes:
    return _varint(name << 3) + _varint(value % (1 << 64))


def _bytes(name: int, value: bytes) -> bytes:
    return _varint(name << 3 | 2) + _varint(len(value)) + value


def _packed(name: int, values: Iterable[int]) -> bytes:
    return _bytes(name, b"".join(map(_varint, values)))


def _steps(values: list[int]) -> list[int]:
    return [value - before for before, value in zip([0, *values], values, strict=False)]


def _signed(values: Iterable[int]) -> list[int]:
    """Return the numbers in zigzag form: small ones stay short, whatever their sign."""
    return [value << 1 if value >= 0 else (-value << 1) - 1 for value in values]
