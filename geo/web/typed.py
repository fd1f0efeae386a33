"""Numbers as people type them in the language of the page, brought into plain digits and back."""

import re
from decimal import Decimal

from geo.web import words


def canonical(text: str) -> str:
    """Return a typed number as plain digits with a point; what can't be one stays as it is.

    In Vietnamese 1.125 is one thousand one hundred and twenty-five and 1,125 a little more than one; in English it is
    the other way round. A group of thousands never begins with 0, so 0.125 is an eighth in both. What can be read in
    one way only (1,500.5 in Vietnamese) is read that way.
    """
    given = "".join(text.split())
    thousands, comma = (".", ",") if words.is_vietnamese() else (",", ".")
    for group, point in ((thousands, comma), (comma, thousands)):
        more = "+" if group == thousands else "{2,}"
        whole = rf"-?[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{3}})"
        pattern = rf"{whole}{more}(?:{re.escape(point)}\d+)?|{whole}+{re.escape(point)}\d+"
        if re.fullmatch(pattern, given, re.ASCII):
            return given.replace(group, "").replace(point, ".")
    return given.replace(",", ".") if re.fullmatch(r"-?\d*,\d+", given, re.ASCII) else given


def plain(value: Decimal) -> str:
    """Return a number as a field shows it: no separators of thousands, no idle zeros, the comma of the language."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if words.is_vietnamese() else text


def shown(text: str) -> str:
    """Return plain digits with a point as a field shows them; what is no number stays as it is."""
    return text.replace(".", ",") if words.is_vietnamese() and re.fullmatch(r"-?\d+\.\d+", text, re.ASCII) else text
