"""Reading the shipped CSV files: text in, checked values out, and an error that names file and line."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

FOLDER = Path(__file__).resolve().parents[3] / "fixtures"
ValueT = TypeVar("ValueT")


class FixtureError(Exception):
    """A shipped file can't be read or understood; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its values by column, and where it stands."""

    values: dict[str, str]
    where: str

    def text(self, column: str) -> str:
        """Return the value, empty when the cell is empty. Raises FixtureError when there is no such column."""
        if column not in self.values:
            raise FixtureError(f"{self.where}: no column {column}")
        return self.values[column]

    def _parsed(self, column: str, parse: Callable[[str], ValueT]) -> ValueT | None:
        text = self.text(column)
        try:
            return parse(text) if text else None
        except (ValueError, InvalidOperation) as error:
            raise FixtureError(f"{self.where}: {column} = {text!r} can't be read") from error

    def day(self, column: str) -> date | None:
        """Return an ISO date, or None for an empty cell."""
        return self._parsed(column, date.fromisoformat)

    def whole(self, column: str) -> int | None:
        """Return a whole number, or None."""
        return self._parsed(column, int)

    def number(self, column: str) -> Decimal | None:
        """Return a decimal number, or None."""
        return self._parsed(column, Decimal)

    def yes(self, column: str) -> bool | None:
        """Return True for ``yes``, False for ``no``, None for an empty cell."""
        return self._parsed(
            column, lambda text: {"yes": True, "no": False}[text] if text in ("yes", "no") else _bad(text)
        )


def _bad(text: str) -> bool:
    raise ValueError(text)


def read(folder: Path, name: str) -> list[Line]:
    """Read ``folder/name``, in the order of the file. Raises FixtureError when it can't be read."""
    path = folder / name
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [Line(row, f"{name}, line {number}") for number, row in enumerate(csv.DictReader(file), start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FixtureError(f"{path}: {error}") from error


def by_column(lines: Sequence[Line], column: str) -> dict[str, Line]:
    """Index lines by a column. Raises FixtureError when a value comes twice."""
    found: dict[str, Line] = {}
    for line in lines:
        key = line.text(column)
        if key in found:
            raise FixtureError(f"{line.where}: {column} {key} comes twice")
        found[key] = line
    return found
