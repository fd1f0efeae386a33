"""Our own corrections of the register, each with its source: ``fixtures/divisions/*.csv``.

- ``decrees.csv``: the decrees of the 2025 reform.
- ``corrections_2026.csv``: what later decrees changed, one changed field of one unit a line.
- ``corrections_points.csv``: commune points the register has in the wrong place, moved or (``drop_point``) left out.
- ``aliases.csv``: abbreviations and former names people type; ``map`` says which map they belong to.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from geo.divisions.register import RegisterError

RowT = TypeVar("RowT")
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "divisions"


@dataclass(frozen=True, slots=True)
class DecreeRow:
    """A decree as listed."""

    number: str
    title: str
    effective_on: date
    source_url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One field (unit_type or name) of one unit that a decree changed."""

    decree: str
    effective_on: date
    level: str
    code: str
    name: str
    field: str
    old_value: str
    new_value: str


@dataclass(frozen=True, slots=True)
class PointCorrection:
    """Where a unit's point belongs; ``None`` when only known to be wrong."""

    level: str
    code: str
    name: str
    point: tuple[float, float] | None
    location_source: str


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a unit: kind is spelling or former; map is before, since or any."""

    level: str
    code: str
    map: str
    unit_type: str
    name: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Corrections:
    """All correction files together."""

    decrees: dict[str, DecreeRow]
    changes: tuple[Change, ...]
    points: tuple[PointCorrection, ...]
    aliases: tuple[Alias, ...]


def read_corrections(folder: Path = FOLDER) -> Corrections:
    """Read the correction files. Raises RegisterError naming file and line of what can't be understood."""
    decrees = {row.number: row for row in _read(folder / "decrees.csv", _decree)}
    changes = _read(folder / "corrections_2026.csv", _change)
    for decree, _ in changes:
        decrees.setdefault(decree.number, decree)
    return Corrections(
        decrees=decrees,
        changes=tuple(change for _, change in changes),
        points=tuple(_read(folder / "corrections_points.csv", _point)),
        aliases=tuple(_read(folder / "aliases.csv", _alias)),
    )


def _read(path: Path, parse: Callable[[dict[str, str]], RowT]) -> list[RowT]:
    rows = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, line in enumerate(csv.DictReader(file), start=2):
                try:
                    rows.append(parse(line))
                except (KeyError, ValueError, TypeError) as error:
                    raise RegisterError(f"{path.name}, line {number}: {error}") from error
    except OSError as error:
        raise RegisterError(f"{path}: {error.strerror}") from error
    return rows


def _decree(line: dict[str, str]) -> DecreeRow:
    effective_on = date.fromisoformat(line["effective_on"])
    return DecreeRow(line["number"], line["title"], effective_on, line["source_url"], line["note"])


def _change(line: dict[str, str]) -> tuple[DecreeRow, Change]:
    day = date.fromisoformat(line["effective_on"])
    decree = DecreeRow(line["decree"], line["decree_title"], day, line["source_url"])
    values = (line[name] for name in ("level", "code", "name", "field", "old_value", "new_value"))
    return decree, Change(decree.number, day, *values)


def _point(line: dict[str, str]) -> PointCorrection:
    if line["action"] not in ("set_point", "drop_point"):
        raise ValueError(f"unknown action {line['action']!r}")
    point = (float(line["lon"]), float(line["lat"])) if line["action"] == "set_point" else None
    return PointCorrection(line["level"], line["code"], line["name"], point, line["location_source"])


def _alias(line: dict[str, str]) -> Alias:
    return Alias(*(line[name] for name in ("level", "code", "map", "unit_type", "name", "kind", "source")))
