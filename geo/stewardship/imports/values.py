"""What cells say: texts, codes, phones, days, numbers, as Vietnamese offices write them. Pure functions.

Each takes a cell as read and returns a value, or raises ``Unreadable`` with the reason; nothing is guessed.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from geo.sourcing.quantities import unit_of
from geo.spatial.folding import fold, nfc
from geo.stewardship.imports.reading.reader import Cell

CLEARED = "\0cleared"
"""What ``text`` returns for a cell that asks to empty the field."""

_CLEAR_WORDS = {"(xoa)", "[xoa]", "(clear)", "[clear]"}
_EXCEL_DAY_0 = date(1899, 12, 30)
_SERIALS = range(14_611, 73_051)
"""Excel's day numbers of 1940 … 2099."""

_DMY = re.compile(r"(?:ngày\s*)?(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_YMD = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]+Z?)?")
_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) (?:nam )?(\d{4})")
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2}")
_YEAR = re.compile(r"(?:nam )?((?:19|20)\d{2})")
_MONTH = re.compile(r"(?:thang )?(\d{1,2}) (?:nam )?((?:19|20)\d{2})")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}")
_PHONE_LETTERS = re.compile(r"[^\d+]")


class Unreadable(Exception):
    """A cell that can't be used. ``code`` is the reason, ``facts`` what its words need."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def is_clearing(cell: Cell) -> bool:
    """Tell whether the cell asks to empty the field: ``(xóa)``."""
    if not isinstance(cell, str) or not cell.lstrip().startswith(("(", "[")):
        return False
    return "".join(c for c in _bare(cell) if c != " ") in _CLEAR_WORDS


def _bare(text: str) -> str:
    marks = {"(": "(", ")": ")", "[": "[", "]": "]"}
    return "".join(marks.get(c, fold(c)) for c in nfc(text))


def said(cell: Cell) -> str:
    """Return the cell as a person would read it aloud: for messages and for comparing choices."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float):
        return f"{cell:.10g}"
    return nfc(str(cell))


def text(cell: Cell, longest: int = 200) -> str:
    """Return a text in one line; numbers become their digits. A date or a truth value is no text."""
    if isinstance(cell, bool | date):
        raise Unreadable("not-text", said=said(cell))
    found = said(cell)
    if len(found) > longest:
        raise Unreadable("too-long", longest=longest, length=len(found))
    return found


def long_text(cell: Cell, longest: int = 4000) -> str:
    """Return a text that may have several lines."""
    if isinstance(cell, bool | date):
        raise Unreadable("not-text", said=said(cell))
    lines = [nfc(line) for line in str(cell or "").replace("\r\n", "\n").split("\n")]
    found = "\n".join(lines).strip()
    if len(found) > longest:
        raise Unreadable("too-long", longest=longest, length=len(found))
    return found


def code(cell: Cell, longest: int = 80) -> str:
    """Return a code: a text without a trailing ``.0`` of a number, zeros kept where the cell kept them."""
    if isinstance(cell, float):
        raise Unreadable("code-is-number", said=said(cell))
    return text(cell, longest)


def phone(cell: Cell) -> str:
    """Return one or more phone numbers as written; a number cell gets back the zero that Excel took away."""
    found = text(cell, 40)
    if isinstance(cell, int) and not found.startswith("84"):
        found = f"0{found}"
    for one in re.split(r"[;,/]| - ", found):
        digits = _PHONE_LETTERS.sub("", one)
        if not 8 <= len(digits.lstrip("+")) <= 15 or re.search(r"[^\d\s.()+\-]", one):
            raise Unreadable("phone", said=found)
    return found


def email(cell: Cell) -> str:
    """Return an e-mail address."""
    found = text(cell, 254).removeprefix("mailto:")
    if not _EMAIL.fullmatch(found):
        raise Unreadable("email", said=found)
    return found


def url(cell: Cell, longest: int = 300) -> str:
    """Return a web address; ``https://`` is put before a bare host."""
    found = text(cell, longest)
    if "://" not in found:
        found = f"https://{found}"
    parts = urlsplit(found)
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", parts.netloc) or " " in found:
        raise Unreadable("url", said=said(cell))
    return found


def day(cell: Cell) -> date:
    """Return a day: 12/05/2026 is the twelfth of May; also in words, ISO, and as Excel's number of the day."""
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool):
        raise Unreadable("date", said=said(cell))
    if isinstance(cell, int | float):
        return _serial(float(cell))
    found = nfc(str(cell)).lower().strip(" .,")
    if match := _DMY.fullmatch(found):
        return _day(match[3], match[2], match[1], found)
    if match := _YMD.fullmatch(found):
        return _day(match[1], match[2], match[3], found)
    if match := _WORDS.fullmatch(fold(found)):
        return _day(match[3], match[2], match[1], found)
    if _SHORT_YEAR.fullmatch(found):
        raise Unreadable("date-short-year", said=found)
    if _YEAR.fullmatch(fold(found)) or _MONTH.fullmatch(fold(found)):
        raise Unreadable("date-incomplete", said=found)
    if re.fullmatch(r"\d{5}", found):
        return _serial(float(found))
    raise Unreadable("date", said=said(cell))


def _serial(number: float) -> date:
    if 1900 <= number <= 2100:
        raise Unreadable("date-incomplete", said=said(number))
    if int(number) not in _SERIALS:
        raise Unreadable("date", said=said(number))
    return _EXCEL_DAY_0 + timedelta(days=int(number))


def _day(year: str, month: str, number: str, found: str) -> date:
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise Unreadable("date-impossible", said=found) from None


def day_or_year(cell: Cell) -> date | int:
    """Return a day, or a year when no more is said."""
    if isinstance(cell, int) and 1900 <= cell <= 2100:
        return cell
    if isinstance(cell, str) and (match := _YEAR.fullmatch(fold(cell))):
        return int(match[1])
    return day(cell)


def year(cell: Cell) -> int:
    """Return a year of four digits."""
    found = day_or_year(cell)
    return found if isinstance(found, int) else found.year


def number(cell: Cell) -> Decimal:
    """Return a number: decimal comma or point, the other one or blanks between thousands."""
    if isinstance(cell, bool | date) or cell is None:
        raise Unreadable("number", said=said(cell))
    if isinstance(cell, int | float):
        return Decimal(str(cell))
    found = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3})", "", nfc(cell))
    if not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)*", found):
        raise Unreadable("number", said=said(cell))
    last = max(found.rfind("."), found.rfind(","))
    if last >= 0:
        mark, other = found[last], "," if found[last] == "." else "."
        if found.count(mark) > 1:
            whole, fraction = found, ""
            if other in found or not re.fullmatch(r"[+-]?\d{1,3}(?:[.,]\d{3})+", found):
                raise Unreadable("number", said=said(cell))
        else:
            whole, fraction = found[:last], found[last + 1 :]
            if other in whole and not re.fullmatch(r"[+-]?\d{1,3}(?:[.,]\d{3})+", whole):
                raise Unreadable("number", said=said(cell))
        found = re.sub("[.,]", "", whole) + (f".{fraction}" if fraction else "")
    return Decimal(found)


def score(cell: Cell) -> Decimal:
    """Return the points of an assessment, 0 … 100, with or without the word ``điểm``."""
    trimmed = re.sub(r"\s*(điểm|/\s*100)\s*$", "", nfc(cell), flags=re.IGNORECASE) if isinstance(cell, str) else cell
    found = number(trimmed)
    if not 0 <= found <= 100 or found != round(found, 2):
        raise Unreadable("score", said=said(cell))
    return found


def stars(cell: Cell) -> int:
    """Return 1 … 5 from ``4``, ``4 sao``, ``4*``, ``★★★★``."""
    found = said(cell)
    drawn = sum(found.count(mark) for mark in "★⭐")
    digits = re.fullmatch(r"(?:ocop )?(?:hang )?([1-5])(?: sao| star| stars)?", fold(found))
    if drawn and not digits and not re.sub(r"[★⭐☆\ufe0f\s]", "", found):
        if drawn <= 5:
            return drawn
    elif digits:
        return int(digits[1])
    raise Unreadable("stars", said=found)


MOST_DAYS = 730
"""Days of notice that a supply may take, as the table of supplies allows."""


def unit(cell: Cell) -> str:
    """Return the code of a unit, by its code or name in either language; other words are left as they are."""
    found = text(cell, longest=20)
    known = unit_of(found) or unit_of(found.partition("(")[0])
    return known.code if known is not None else found


def months(cell: Cell) -> list[int]:
    """Return months of the year from ``3-6``, ``11-2`` (over its turn), ``3, 5, 9``, or words for all of them."""
    found = said(cell)
    if fold(found) in _ALL_YEAR:
        return list(range(1, 13))
    if isinstance(cell, date) or not _MONTHS.fullmatch(found):
        raise Unreadable("months", said=found)
    chosen: set[int] = set()
    for part in re.split(r"\s*[,;]\s*", found.strip()):
        first, _dash, last = (end.strip() for end in re.sub("[–—]", "-", part).partition("-"))
        low, high = int(first), int(last or first)
        if not (1 <= low <= 12 and 1 <= high <= 12):
            raise Unreadable("months", said=found)
        chosen |= {(low - 1 + step) % 12 + 1 for step in range((high - low) % 12 + 1)}
    return sorted(chosen)


_ALL_YEAR = {"ca nam", "quanh nam", "all year", "year round", "12 thang"}
_MONTHS = re.compile(r"\s*\d{1,2}(\s*[-–—]\s*\d{1,2})?(\s*[,;]\s*\d{1,2}(\s*[-–—]\s*\d{1,2})?)*\s*", re.ASCII)


def days(cell: Cell) -> int:
    """Return a number of days, 0 … 730, with or without the word."""
    trimmed = re.sub(r"\s*(ngày|days?)\s*$", "", nfc(cell), flags=re.IGNORECASE) if isinstance(cell, str) else cell
    found = number(trimmed)
    if not 0 <= found <= MOST_DAYS or found != int(found):
        raise Unreadable("days", said=said(cell), most=MOST_DAYS)
    return int(found)


def one_of(words: Mapping[str, str]) -> Callable[[Cell], str]:
    """Return a parser of choices; ``words`` are folded spellings → value."""

    def parse(cell: Cell) -> str:
        found = said(cell)
        value = words.get(fold(found))
        if value is None:
            raise Unreadable("choice", said=found)
        return value

    return parse
