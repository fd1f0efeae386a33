"""XLSX written as a stream: a zip of sheet XML that is never whole in memory or on disk (ECMA-376, part 1).

Text is inline text in cells of the format "text", so that ``00190`` and ``+84…`` stay what they are and no cell can
become a formula; dates are Excel dates; true and false are booleans.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import RawIOBase
from typing import Any
from xml.sax.saxutils import escape

LONGEST_CELL = 32_767
"""Characters a cell can hold."""

_EPOCH = date(1899, 12, 30)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_GENERAL, _TEXT, _DATE, _TITLE = range(4)

_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class _Pipe(RawIOBase):
    """A sink that keeps what was written until it is taken."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


def workbook(
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    about_title: str,
    about: Iterable[Sequence[Any]],
) -> Iterator[bytes]:
    """Yield a workbook of two sheets: the table (header row frozen, with filters) and what it is about."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, text in _parts(title, about_title):
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet2.xml", "w") as sheet:
            sheet.write(
                f'{_HEAD}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="2" width="40" customWidth="1"/></cols>'
                "<sheetData>".encode()
            )
            sheet.write("".join(_row(cells) for cells in about).encode())
            sheet.write(b"</sheetData></worksheet>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            last = column_name(len(header))
            sheet.write(
                f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
                '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
                f'<cols><col min="1" max="{len(header)}" width="22" customWidth="1"/></cols><sheetData>'.encode()
            )
            sheet.write(_row(header, _TITLE).encode())
            count = 1
            buffer: list[str] = []
            for cells in rows:
                buffer.append(_row(cells))
                count += 1
                if len(buffer) >= 500:
                    sheet.write("".join(buffer).encode())
                    buffer.clear()
                    if pipe.parts:
                        yield pipe.take()
            sheet.write("".join(buffer).encode())
            sheet.write(f'</sheetData><autoFilter ref="A1:{last}{count}"/></worksheet>'.encode())
    yield pipe.take()


def column_name(number: int) -> str:
    """Return the letters of a column, counted from 1: A, B, … Z, AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _row(cells: Sequence[Any], style: int = _TEXT) -> str:
    return f"<row>{''.join(_cell(value, style) for value in cells)}</row>"


def _cell(value: Any, style: int) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal):
        return f"<c><v>{value}</v></c>"
    if type(value) is date and value > _EPOCH:
        return f'<c s="{_DATE}"><v>{(value - _EPOCH).days}</v></c>'
    text = escape(_NOT_XML.sub("", str(value))[:LONGEST_CELL])
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _parts(title: str, about_title: str) -> list[tuple[str, str]]:
    """Return the small files of the package."""
    sheet_titles = [re.sub(r"[\[\]:*?/\\']", " ", one)[:31] for one in (title, about_title)]
    sheets = "".join(
        f'<sheet name="{escape(one, {chr(34): "&quot;"})}" sheetId="{place}" r:id="rId{place}"/>'
        for place, one in enumerate(sheet_titles, 1)
    )
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for place in (1, 2)
    )
    relations = "".join(
        f'<Relationship Id="rId{place}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in (1, 2)
    )
    return [
        (
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{overrides}</Types>',
        ),
        (
            "_rels/.rels",
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        ),
        (
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        ),
        (
            "xl/_rels/workbook.xml.rels",
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
            f'<Relationship Id="rId3" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        ),
        ("xl/styles.xml", _STYLES),
    ]
