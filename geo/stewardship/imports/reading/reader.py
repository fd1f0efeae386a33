"""Reading an uploaded table: starts the reading process and takes its rows."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, TypeAlias

from geo.stewardship.imports.reading import limits
from geo.stewardship.imports.reading.refusals import FileRefused

Cell: TypeAlias = str | int | float | bool | date | None

_ROOT = Path(__file__).resolve().parents[4]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1])\n"
    "from geo.stewardship.imports.reading.process import main; main(sys.argv[2])"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds anything: its number in the file (from 1) and its cells from column A on."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(slots=True)
class Sheet:
    """A sheet: rows in order; ``merged`` as (top, left, bottom, right) from 0; ``odd`` cells by address (``C7``)."""

    name: str
    merged: tuple[tuple[int, int, int, int], ...] = ()
    odd: dict[str, str] = field(default_factory=dict)
    hidden: bool = False
    rows: list[Row] = field(default_factory=list)


def column_letters(position: int) -> str:
    """Return the letters of a column, counted from 0: A … Z, AA."""
    name, number = "", position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_position(letters: str) -> int:
    """Return the position of a column, counted from 0, by its letters."""
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - 64
    return number - 1


def read(data: bytes, name: str) -> list[Sheet]:
    """Return the sheets of the file ``name``. Raises: FileRefused."""
    if len(data) > limits.MAX_BYTES:
        raise FileRefused("too-big", megabytes=limits.MAX_BYTES // limits.MEGABYTE)
    with tempfile.TemporaryFile() as answer:
        _run(data, name, answer)
        answer.seek(0)
        return _sheets(answer)


def _run(data: bytes, name: str, answer: IO[bytes]) -> None:
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, str(_ROOT), name]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=answer, stderr=subprocess.DEVNULL, env={"LANG": "C.UTF-8"}
    ) as process:
        try:
            process.communicate(data, timeout=limits.WALL_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise FileRefused("too-slow") from None
        except BrokenPipeError:
            process.wait(limits.WALL_SECONDS)
    if process.returncode:
        # Out of memory or time, or a crash of the parser: what it wrote can't be trusted to be whole.
        raise FileRefused("too-much")


def _sheets(answer: IO[bytes]) -> list[Sheet]:
    sheets: list[Sheet] = []
    whole = False
    for said in _lines(answer):
        if isinstance(said, list):
            sheets[-1].rows.append(Row(said[0], tuple(restored(value) for value in said[1])))
        elif "refused" in said:
            raise FileRefused(said["refused"], **said["facts"])
        elif "sheet" in said:
            about = said["sheet"]
            merged = tuple(tuple(area) for area in about["merged"])
            sheets.append(Sheet(about["name"], merged, about["odd"], bool(about.get("hidden"))))
        else:
            whole = True
    if not whole:
        raise FileRefused("too-much")
    return sheets


def _lines(answer: IO[bytes]) -> Iterator[Any]:
    for line in answer:
        try:
            yield json.loads(line)
        except ValueError:
            raise FileRefused("too-much") from None


def restored(value: Any) -> Cell:
    """Return a cell from JSON, where a day is ``{"d": "2026-05-12"}``."""
    if isinstance(value, dict):
        return date.fromisoformat(value["d"])
    if isinstance(value, str | int | float | bool):
        return value
    return None
