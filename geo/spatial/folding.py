"""Folding of text for search: what people type finds what is written.

``fold("Nước mắm Phú Quốc")`` and ``fold("nuoc mam phu quoc")`` are equal. The SQL function ``spatial_fold(text)`` of
the first migration gives the same result, letter by letter; a test holds the two together.
"""

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]")
_SEPARATORS = re.compile("[^a-z0-9]+")


def fold(text: str) -> str:
    """Return ``text`` without accents, case and punctuation: words of ``a-z0-9`` parted by single spaces.

    ``đ`` becomes ``d``; the old and the new placement of tone marks (``hòa``, ``hoà``) fold alike, since no mark is
    left.
    """
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text)).replace("đ", "d").replace("Đ", "d")
    return _SEPARATORS.sub(" ", bare.lower()).strip()


def nfc(text: str) -> str:
    """Return ``text`` as it is stored: composed (NFC), white space folded to single spaces, no control characters."""
    composed = unicodedata.normalize("NFC", text)
    if not composed.isprintable():  # as none of these characters is; most text needs no look at each
        composed = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in composed)
    return " ".join(composed.split())
