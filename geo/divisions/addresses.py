"""From what people type to the names it may contain: words, segments, spans, and the type someone put before a name.

Pure functions. Nothing is decided here: every way to read a span is offered, the register says which exist. A type is
taken off an unaccented word only as a second reading that the register must confirm to the letter, because "quan
ninh" is Quảng Ninh misspelt, not a quận.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

from geo.divisions.names import has_accents, name_key
from geo.spatial.folding import fold

MAX_WORDS = 28
MAX_SPAN = 9

_WORD = re.compile(r"[^\W_]+")
_GLUED = re.compile(r"(tp|tx|tt|q|p|f|h|x|quan|phuong|quận|phường)(\d{1,2})", re.IGNORECASE)
_HARD = re.compile(r"[,;|\n\r\t()\[\]]+")
_APOSTROPHES = re.compile("['’‘`´ʼ]")
# Words that say nothing about which unit is meant; compared as typed, since "cu" may be Củ Chi and "Thuộc" Thân Thuộc.
_FILLERS = {"cũ", "nay", "thuộc", "của", "trước", "đây", "vn"}
_COUNTRY = {"vietnam", "vn", "vietnamese"}

# What stands before a name: as written, the types it may mean.
_PREFIXES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("thành", "phố"): ("thành phố",),
    ("tỉnh",): ("tỉnh",),
    ("thị", "xã"): ("thị xã",),
    ("thị", "trấn"): ("thị trấn",),
    ("đặc", "khu"): ("đặc khu",),
    ("huyện", "đảo"): ("huyện",),
    ("quận",): ("quận",),
    ("huyện",): ("huyện",),
    ("phường",): ("phường",),
    ("xã",): ("xã",),
}
_BARE_PREFIXES = {tuple(fold(word) for word in prefix): types for prefix, types in _PREFIXES.items()}
_RISKY = {("quan",), ("xa",)}
_ABBREVIATIONS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("tp",): ("thành phố",),
    ("t", "p"): ("thành phố",),
    ("tx",): ("thị xã",),
    ("t", "x"): ("thị xã",),
    ("tt",): ("thị trấn",),
    ("t", "t"): ("thị trấn",),
    ("ttr",): ("thị trấn",),
    ("đk",): ("đặc khu",),
    ("dk",): ("đặc khu",),
    ("t",): ("tỉnh",),
    ("q",): ("quận",),
    ("h",): ("huyện",),
    ("hđ",): ("huyện",),
    ("p",): ("phường",),
    ("ph",): ("phường",),
    ("f",): ("phường",),
    ("x",): ("xã",),
    ("ward",): ("phường",),
    ("district",): ("quận", "huyện"),
    ("commune",): ("xã",),
    ("city",): ("thành phố",),
    ("province",): ("tỉnh",),
}
_SUFFIXES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("city",): ("thành phố",),
    ("province",): ("tỉnh",),
    ("district",): ("quận", "huyện"),
    ("ward",): ("phường",),
    ("commune",): ("xã",),
    ("town",): ("thị xã", "thị trấn"),
    ("township",): ("thị trấn",),
    ("special", "zone"): ("đặc khu",),
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed, its letters without accents, and the number of its segment (what commas part)."""

    text: str
    segment: int
    folded: str


@dataclass(frozen=True, slots=True)
class Name:
    """One way to read a span: the key to look up, the name part as typed, and the types said.

    ``strict`` means that the type must be the unit's own; otherwise another type of the same level is a blemish only.
    ``accented`` tells that the text was typed with accents, so that a syllable without one means something too.
    """

    key: str
    text: str
    types: tuple[str, ...] = ()
    strict: bool = False
    accented: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Words ``start`` … ``end`` (excluded) and the ways to read them."""

    start: int
    end: int
    names: tuple[Name, ...]


def words_of(text: str) -> list[Word]:
    """Split a typed address into words, at most the last 28; country, trailing postcode and fillers are left out."""
    words: list[Word] = []
    for number, segment in enumerate(_HARD.split(unicodedata.normalize("NFC", text))):
        for typed in _WORD.findall(_APOSTROPHES.sub("", segment)):
            glued = _GLUED.fullmatch(typed)
            parts = glued.groups() if glued else (typed,)
            words.extend(Word(part, number, fold(part)) for part in parts if part not in _FILLERS)
    while words and _trailing_noise(words):
        words = words[:-2] if words[-1].folded == "nam" else words[:-1]
    return words[-MAX_WORDS:]


def _trailing_noise(words: list[Word]) -> bool:
    """Tell whether the end is a postcode behind a name, or the country."""
    last = words[-1].folded
    if len(words) > 2 and last == "nam" and words[-2].folded == "viet":
        return True
    return len(words) > 1 and (last in _COUNTRY or (last.isdigit() and len(last) in (5, 6)))


def spans_of(words: list[Word]) -> list[Span]:
    """Return all spans inside one segment with their readings."""
    spans = []
    accented = any(has_accents(word.text) for word in words)
    for end in range(1, len(words) + 1):
        for start in range(end - 1, max(-1, end - MAX_SPAN - 1), -1):
            if words[start].segment != words[end - 1].segment:
                break
            names = tuple(replace(name, accented=accented) for name in _names(words[start:end]))
            if names:
                spans.append(Span(start, end, names))
    return spans


def _names(words: list[Word]) -> tuple[Name, ...]:
    """Return the ways to read one span."""
    typed = [word.text for word in words]
    whole = " ".join(typed)
    names = [] if whole.isdigit() else [Name(name_key(whole), whole)]
    lower = tuple(word.lower() for word in typed)
    for prefix, types in _PREFIXES.items():
        if lower[: len(prefix)] == prefix:
            names.append(_named(typed[len(prefix) :], types, strict=False))

    for bare, types in _BARE_PREFIXES.items():
        if lower[: len(bare)] == bare:
            # Without its accents a type may be part of the name: the register must have a unit of just that type.
            names.append(_named(typed[len(bare) :], types, strict=bare in _RISKY))
    for prefix, types in _ABBREVIATIONS.items():
        if lower[: len(prefix)] == prefix:
            names.append(_named(typed[len(prefix) :], types, strict=len(prefix[0]) == 1 and prefix[0] in "tx"))
    for suffix, types in _SUFFIXES.items():
        if lower[-len(suffix) :] == suffix:
            names.append(_named(typed[: -len(suffix)], types, strict=False))
    return tuple(name for name in names if name.key)


def _named(rest: list[str], types: tuple[str, ...], *, strict: bool) -> Name:
    text = " ".join(rest)
    # Of a number nothing but its type tells what it is.
    return Name(name_key(text), text, types, strict or text.isdigit())
