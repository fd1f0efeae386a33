"""Workbooks that go out: templates to fill in, and the rows that came back with their reasons, to be put right.

Text is written as text: ``00190`` keeps its zeros and a cell that begins with ``=`` is no formula. Both are read again
by the same code that reads any other file. The library is loaded by who writes one: a web process seldom does.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from geo.catalog.models import CertificateScheme, ProductCategory
from geo.divisions.selectors import provinces
from geo.stewardship.imports.fields import TABLES, Field, Table
from geo.stewardship.imports.lines import shown
from geo.stewardship.imports.models import Import, ImportRow
from geo.stewardship.imports.reasons import words

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.styles import PatternFill
    from openpyxl.worksheet.worksheet import Worksheet

RETURNED = (ImportRow.Verdict.REFUSED, ImportRow.Verdict.DOUBTFUL, ImportRow.Verdict.CONFLICT)
_LISTED_ROWS = 5_000
_NEEDED, _WRONG = "FFF2CC", "F8CBAD"
"""Colours of cells."""
_NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))


def template(kind: str) -> bytes:
    """Return an empty workbook of a kind of table: a line of help, the titles, lists to choose from."""
    return filled(kind, ())


def filled(kind: str, rows: Iterable[Sequence[Any]]) -> bytes:
    """Return the template of a kind of table with ``rows`` in it, cells in the order of its columns."""
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    table = TABLES[kind]
    book = Workbook()
    sheet = _first(book)
    sheet.title = str(table.title)[:31]
    _text(
        sheet, 1, 1, _("Fill in from row 3. Yellow columns are needed for a new record; leave empty what isn't known.")
    )
    lists = book.create_sheet(_("Lists")[:31])
    for column, one in enumerate(table.fields, start=1):
        cell = _text(sheet, 2, column, capfirst(str(one.label)))
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if one.needed:
            cell.fill = _filled_with(_NEEDED)
        if one.help:
            cell.comment = Comment(str(one.help), "ocopmap")
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = 20
        sheet.column_dimensions[letter].number_format = "@"
        if choices := _choices(one):
            _drop_down(sheet, lists, letter, column, one, choices)
    for line, row in enumerate(rows, start=3):
        for column, value in enumerate(row, start=1):
            if value is not None:
                _value(sheet, line, column, value)
    sheet.freeze_panes = "A3"
    return _saved(book)


def _choices(field: Field) -> list[str]:
    if field.choices:
        return [capfirst(str(label)) for _value, label in field.choices]
    if field.listed:
        return [str(one) for one in field.listed]
    if field.name == "province":
        return [one.full_name for one in provinces()]
    if field.name == "category":
        edition = ProductCategory.objects.order_by("-pk").values_list("edition", flat=True).first()
        return [str(one) for one in ProductCategory.objects.filter(edition=edition)]
    if field.name == "scheme":
        return [one.name_vi for one in CertificateScheme.objects.all()]
    return []


def _drop_down(
    sheet: "Worksheet", lists: "Worksheet", letter: str, column: int, field: Field, choices: Sequence[str]
) -> None:
    """Offer the choices, written in the second sheet: a list inside the rule may have 255 characters only."""
    from openpyxl.worksheet.datavalidation import DataValidation

    _text(lists, 1, column, capfirst(str(field.label)))
    for row, choice in enumerate(choices, start=2):
        _text(lists, row, column, choice)
    area = f"'{lists.title}'!${letter}$2:${letter}${len(choices) + 1}"
    rule = DataValidation(type="list", formula1=area, allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(rule)
    rule.add(f"{letter}3:{letter}{_LISTED_ROWS}")


def returned_rows(batch: Import) -> bytes:
    """Return a workbook of the rows that weren't taken, as they were, with a column that says why."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    table = TABLES[batch.kind]
    book = Workbook()
    sheet = _first(book)
    sheet.title = str(table.title)[:31]
    _text(sheet, 1, 1, _("Put these rows right and upload this file again; the last column says what is wrong."))
    for position, column in enumerate(batch.columns, start=1):
        _text(sheet, 2, position, _title(table, column)).font = Font(bold=True)
    last = len(batch.columns) + 1
    _text(sheet, 2, last, _("Reason it was not taken")).font = Font(bold=True)
    sheet.column_dimensions[get_column_letter(last)].width = 80
    rows, wrong = batch.rows.filter(verdict__in=RETURNED).order_by("number"), _filled_with(_WRONG)
    letters = {column["letter"]: position for position, column in enumerate(batch.columns, start=1)}
    for line, row in enumerate(rows.iterator(), start=3):
        for position, column in enumerate(batch.columns, start=1):
            index = _index(column["letter"])
            _value(sheet, line, position, row.cells[index] if index < len(row.cells) else None)
        for problem in row.problems:
            if problem["column"] in letters:
                sheet.cell(line, letters[problem["column"]]).fill = wrong
        _text(sheet, line, last, _("Row %(number)s: %(reasons)s") % {"number": row.number, "reasons": reasons_of(row)})
    sheet.freeze_panes = "A3"
    return _saved(book)


def _title(table: Table, column: dict[str, Any]) -> str:
    """Return the title a column is found by again: the template's, or its own when it wasn't understood."""
    return capfirst(str(table.field(column["field"]).label)) if column["field"] else str(column["title"])


def reasons_of(row: ImportRow) -> str:
    """Return in words why a row wasn't taken, each reason with its column."""
    said: list[str] = []
    if row.verdict == ImportRow.Verdict.DOUBTFUL:
        names = ", ".join(f"{one['id']} ({one['name']})" for one in row.candidates)
        said.append(words("doubtful", {"candidates": names}))
    if row.verdict == ImportRow.Verdict.CONFLICT:
        said.append(words("conflict", {}))
    said += [_with_column(problem) for problem in row.problems]
    return " ".join(said)


def _with_column(problem: dict[str, Any]) -> str:
    text = words(problem["code"], problem["facts"])
    if not problem["column"]:
        name = problem["field"]
        label = next((one.label for table in TABLES.values() for one in table.fields if one.name == name), "")
        return f"{capfirst(str(label))}: {text}" if label else text
    return _("Column %(column)s: %(text)s") % {"column": problem["column"], "text": text}


def _index(letter: str) -> int:
    number = 0
    for character in letter:
        number = number * 26 + ord(character) - 64
    return number - 1


def _filled_with(colour: str) -> "PatternFill":
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=colour)


def _first(book: "Workbook") -> "Worksheet":
    from openpyxl.worksheet.worksheet import Worksheet

    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def _value(sheet: "Worksheet", row: int, column: int, value: Any) -> None:
    if isinstance(value, bool | int | float):
        sheet.cell(row, column).value = value
    elif isinstance(value, dict):
        _text(sheet, row, column, "/".join(reversed(shown(value).split("-"))))
    elif value is not None:
        _text(sheet, row, column, str(value))


def _text(sheet: "Worksheet", row: int, column: int, text: str) -> Any:
    cell = sheet.cell(row, column)
    cell.value = text.translate(_NOT_XML)[:32_767]
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _saved(book: "Workbook") -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()
