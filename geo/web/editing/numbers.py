"""Numbers as people type them in a form: 1.250,5 in Vietnamese, 1,250.5 in English, either mark for decimals."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy

from geo.places.saying import number

LONGEST = 24
NO_NUMBER = gettext_lazy("This is no number. Write it like 1250 or 12,5.")
_BLANKS = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3})")


class NumberField(forms.Field):
    """A number with separators of the page's language. Values are decimals; what was stored is written as people do."""

    def __init__(self, **named: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": str(LONGEST)})
        super().__init__(required=False, widget=widget, **named)

    def prepare_value(self, value: Any) -> Any:
        """Write a decimal in the page's language."""
        return number(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        """Read a number. Raises: ValidationError."""
        text = str(value if value is not None else "").strip()
        if len(text) > LONGEST:
            raise forms.ValidationError(NO_NUMBER)
        return read_number(text) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare numbers, however they are written."""
        try:
            return bool(self.to_python(data) != initial)
        except forms.ValidationError:
            return True


def read_number(text: str) -> Decimal:
    """Return the number that ``text`` is. Raises: ValidationError."""
    vietnamese = (get_language() or "vi").startswith("vi")
    thousands, mark = (".", ",") if vietnamese else (",", ".")
    found = _BLANKS.sub("", text.strip())
    if re.fullmatch(rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{mark}\d+)?", found):
        found = found.replace(thousands, "")
    elif re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{3}})+\{thousands}\d+", found):
        found = found.replace(mark, "")
    found = found.replace(",", ".")
    if not re.fullmatch(r"-?\d+(?:\.\d+)?", found):
        raise forms.ValidationError(NO_NUMBER)
    return Decimal(found)
