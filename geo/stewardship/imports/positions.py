"""Coordinates as people write them → longitude and latitude in degrees (WGS 84). Pure functions.

Understood: decimal degrees with point or comma, degrees-minutes-seconds in the usual spellings with N/S/E/W, B/Đ or
words, both in one cell, addresses of map pages; swapped columns show by Viet Nam's extent (100–120 E, 5–25 N).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from geo.places.rules import EAST, NORTH, SOUTH, WEST
from geo.stewardship.imports.reading.reader import Cell
from geo.stewardship.imports.values import Unreadable, said

Axis = Literal["lat", "lon"]

_NUMBER = r"\d+(?:[.,]\d+)?"
_DIRECTIONS: tuple[tuple[str, Axis], ...] = (
    (r"vĩ\s*độ\s*bắc|vĩ\s*độ|latitude|lat|bắc|n|b", "lat"),
    (r"kinh\s*độ\s*đông|kinh\s*độ|longitude|long|lon|lng|đông|e|đ", "lon"),
)
_MAP_PAGES = (
    re.compile(r"!3d(-?\d+\.\d+)!4d(-?\d+\.\d+)"),
    re.compile(r"@(-?\d+\.\d+),(-?\d+\.\d+)"),
    re.compile(r"[?&](?:q|query|ll|mlat|destination)=(-?\d+\.\d+)(?:,|%2C|&mlon=)\s*(-?\d+\.\d+)", re.IGNORECASE),
)
_SAME = str.maketrans({"º": "°", "˚": "°", "⁰": "°", "’": "'", "‘": "'", "′": "'", "´": "'", "`": "'",
                       "”": '"', "“": '"', "″": '"', "\u00a0": " ", "\u202f": " ", "−": "-", ":": " "})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Degrees:
    """A position in degrees; ``swapped`` when latitude and longitude stood in each other's place, without a word."""

    lon: float
    lat: float
    swapped: bool = False


def from_columns(lat: Cell, lon: Cell) -> Degrees:
    """Return the position of two cells. Raises: Unreadable."""
    return _settled(_angle(lat), _angle(lon))


def from_cell(cell: Cell) -> Degrees:
    """Return the position of one cell that holds both. Raises: Unreadable."""
    found = said(cell)
    if found.lower().startswith(("http://", "https://", "geo:")):
        return _map_page(found)
    found = _clean(found)
    for parts in _halves(found):
        try:
            return _settled(_angle(parts[0]), _angle(parts[1]))
        except Unreadable as unreadable:
            if unreadable.code in {"outside", "minutes", "lost-point", "same-axis"}:
                raise
    raise Unreadable("coordinates", said=said(cell))


def _map_page(address: str) -> Degrees:
    if match := re.match(r"geo:(-?\d+\.\d+),(-?\d+\.\d+)", address):
        return _settled((float(match[1]), None), (float(match[2]), None))
    for pattern in _MAP_PAGES:
        if match := pattern.search(address):
            return _settled((float(match[1]), None), (float(match[2]), None))
    raise Unreadable("map-link", said=address[:80])


def _halves(found: str) -> list[tuple[str, str]]:
    """Return the ways to part a cell in two, the surest first."""
    ways: list[tuple[str, str]] = []
    for mark in (";", "|", "/", "\n"):
        if found.count(mark) == 1:
            one, other = found.split(mark)
            return [(one, other)]
    if match := re.fullmatch(r"\s*(\d+),(\d+)\s*,\s*(\d+),(\d+)\s*", found):
        ways.append((f"{match[1]}.{match[2]}", f"{match[3]}.{match[4]}"))
    if match := re.fullmatch(r"([^\d,;]+[\d.,°'\" ]*\d[°'\" ]*),?\s+([^\d,;]+\d.*)", found):
        ways.append((match[1], match[2]))
    if match := re.fullmatch(r"(.*?\d\D*?[NBnb](?:ắc)?)\s*,?\s*(\D*\d.*)", found):
        ways.append((match[1], match[2]))
    if match := re.fullmatch(r"(.*?\d\D*?[EĐeđ](?:ông)?)\s*,?\s*(\D*\d.*)", found):
        ways.append((match[1], match[2]))
    if found.count(",") == 1 and not re.fullmatch(r"\d+,\d+", found.strip()):
        one, other = found.split(",")
        ways.append((one, other))
    if found.count(", ") == 1:
        one, other = found.split(", ")
        ways.append((one, other))
    words = found.split()
    if len(words) in {2, 6} and all(re.fullmatch(_NUMBER, word) for word in words):
        half = len(words) // 2
        ways.append((" ".join(words[:half]), " ".join(words[half:])))
    return ways


def _clean(found: str) -> str:
    return unicodedata.normalize("NFC", found).translate(_SAME).replace("''", '"').strip()


def _angle(cell: Cell) -> tuple[float, Axis | None]:
    """Return the degrees a cell says, and the axis if it names one."""
    if isinstance(cell, bool) or cell is None:
        raise Unreadable("coordinates", said=said(cell))
    if isinstance(cell, int | float):
        return float(cell), None
    found = _clean(said(cell)).lower()
    found, axis = _without_direction(found)
    found = re.sub(r"(?<=\d)\s*độ\s*", "° ", found)
    found = re.sub(r"(?<=\d)\s*phút\s*", "' ", found)
    found = re.sub(r"(?<=\d)\s*giây\s*", '" ', found)
    pattern = rf"\+?({_NUMBER})\s*°?\s*(?:[\s\-]\s*)?(?:({_NUMBER})\s*'?\s*(?:[\s\-]\s*)?(?:({_NUMBER})\s*\"?\s*)?)?"
    match = re.fullmatch(pattern, found.strip())
    if not match:
        raise Unreadable("coordinates", said=said(cell))
    parts = [part.replace(",", ".") for part in match.groups() if part]
    if any("." in part for part in parts[:-1]):
        raise Unreadable("coordinates", said=said(cell))
    numbers = [float(part) for part in parts]
    if any(number >= 60 for number in numbers[1:]):
        raise Unreadable("minutes", said=said(cell))
    return sum(number / 60**power for power, number in enumerate(numbers)), axis


def _without_direction(found: str) -> tuple[str, Axis | None]:
    for pattern, axis in _DIRECTIONS:
        if match := re.match(rf"(?:{pattern})(?:\b\s*[:=.]?\s*(?=[\d+])|(?=\d))", found):
            return found[match.end() :], axis
        if match := re.search(rf"(?<=[\d°'\"\s])(?:{pattern})\.?$", found):
            return found[: match.start()].strip(), axis
    return found, None


def _settled(first: tuple[float, Axis | None], second: tuple[float, Axis | None]) -> Degrees:
    """Tell latitude from longitude: by the letters where they were written, else by where Viet Nam is."""
    (a, a_axis), (b, b_axis) = first, second
    if a_axis and a_axis == b_axis:
        raise Unreadable("same-axis")
    named = a_axis == "lon" or b_axis == "lat"
    swapped = not named and not _inside(lon=b, lat=a) and _inside(lon=a, lat=b)
    lat, lon = (b, a) if swapped or named else (a, b)
    if not _inside(lon=lon, lat=lat):
        raise Unreadable("lost-point" if max(abs(lat), abs(lon)) > 360 else "outside", lat=lat, lon=lon)
    return Degrees(lon, lat, swapped)


def _inside(*, lon: float, lat: float) -> bool:
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH
