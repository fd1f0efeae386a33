"""One row of a file on its way: what its cells say, what is wrong with them, what is proposed."""

from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from geo.divisions.models import Division
from geo.stewardship.imports.columns import Header
from geo.stewardship.imports.reading.reader import Row, Sheet, column_letters
from geo.stewardship.imports.values import CLEARED, Unreadable, is_clearing, said


@dataclass(slots=True)
class Remark:
    """A problem or a note: the column's letter and field (empty when it concerns the row), the reason, its facts."""

    code: str
    field: str = ""
    column: str = ""
    facts: dict[str, Any] = made(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"code": self.code, "field": self.field, "column": self.column, "facts": self.facts}


@dataclass(slots=True)
class Line:
    """A row: ``says`` has the fields it mentions; an empty cell mentions nothing, ``(xóa)`` empties the field."""

    number: int
    cells: list[Any]
    letters: dict[str, str]
    says: dict[str, Any] = made(default_factory=dict)
    problems: list[Remark] = made(default_factory=list)
    notes: list[Remark] = made(default_factory=list)
    # Settled one after the other by divisions, producers, positions, recognition.
    province: Division | None = None
    commune: Division | None = None
    province_before: str = ""
    producer: Any = None
    new_producer: dict[str, Any] | None = None
    point: tuple[float, float] | None = None
    point_accuracy: str = ""
    record: Any = None
    forced_new: bool = False
    candidates: list[Any] = made(default_factory=list)
    wanted: dict[str, Any] = made(default_factory=dict)
    changes: dict[str, Any] = made(default_factory=dict)
    spots: list[tuple[int | None, int | None]] = made(default_factory=list)

    def refuse(self, code: str, field_name: str = "", **facts: Any) -> None:
        """Note that the row can't be taken, once for each field and reason."""
        if not any(one.code == code and one.field == field_name for one in self.problems):
            self.problems.append(Remark(code, field_name, self.letters.get(field_name, ""), facts))

    def note(self, code: str, field_name: str = "", **facts: Any) -> None:
        """Note what was understood in a way the reader should know."""
        self.notes.append(Remark(code, field_name, self.letters.get(field_name, ""), facts))

    def text(self, name: str) -> str:
        """Return what a text field says, empty when it isn't mentioned or shall be emptied."""
        value = self.says.get(name)
        return value if isinstance(value, str) and value != CLEARED else ""

    def mentions(self, *names: str) -> bool:
        """Tell whether any of the fields is mentioned."""
        return any(name in self.says for name in names)


def understand(row: Row, header: Header, sheet: Sheet) -> Line:
    """Read the cells of a row by the header."""
    letters = {one.name: column_letters(position) for position, one in header.fields.items()}
    line = Line(row.number, [plain(cell) for cell in row.cells], letters)
    for position, one in header.fields.items():
        odd = sheet.odd.get(f"{letters[one.name]}{row.number}")
        cell = row.cells[position] if position < len(row.cells) else None
        if odd is not None:
            line.refuse(f"cell-{odd}", one.name)
        elif is_clearing(cell):
            if one.needed or one.raw or one.choices:
                line.refuse("not-clearable", one.name)
            else:
                line.says[one.name] = CLEARED
        elif cell is not None:
            try:
                line.says[one.name] = one.value(cell)
            except Unreadable as unreadable:
                choices = [str(label) for _value, label in one.choices]
                facts = {**unreadable.facts, "choices": choices} if choices else unreadable.facts
                line.refuse(unreadable.code, one.name, **facts)
    return line


def plain(cell: Any) -> Any:
    """Return a cell as JSON keeps it; days as ``{"d": "2026-05-12"}``."""
    if cell is None or isinstance(cell, str | int | float | bool):
        return cell
    return {"d": cell.isoformat()}


def shown(cell: Any) -> str:
    """Return a kept cell as text."""
    return str(cell["d"]) if isinstance(cell, dict) else said(cell)
