"""Public ids: eight characters that survive paper, phone calls and merges.

Seven random characters of Crockford's base 32 and a check character over GF(32), which catches every single wrong
character and every swap of two neighbours. The database makes them (``new_public_id(kind)`` of the first migration), in
one namespace for all kinds of records.
"""

from django.db import models
from django.utils.translation import gettext as _

from geo.spatial.problems import NotFound

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


class InvalidPublicId(NotFound):
    """The text can't be a public id: a character is wrong or missing."""

    code = "invalid-public-id"


def check_character(body: str) -> str:
    """Return the check character of the seven characters ``body``."""
    state = 0
    for character in body:
        state = _double(state) ^ ALPHABET.index(character)
    return ALPHABET[_double(state)]


def _double(value: int) -> int:
    """Multiply by x in GF(32), modulo x^5 + x^2 + 1."""
    return (value << 1) ^ 0b100101 if value & 0b10000 else value << 1


def parse(text: str) -> str:
    """Return the id as stored: any case, O read as 0, I and L as 1, hyphens and spaces dropped.

    Raises: InvalidPublicId when the length, a character or the check character is wrong.
    """
    found = text.strip().upper().translate(_READ_AS)
    if len(found) != LENGTH or any(character not in ALPHABET for character in found):
        raise InvalidPublicId(
            _("“%(id)s” is not a record number: it has eight letters and digits.") % {"id": text[:40]}
        )
    if check_character(found[:-1]) != found[-1]:
        raise InvalidPublicId(_("“%(id)s” has a typing error: its check character does not fit.") % {"id": text[:40]})
    return found


class NewPublicId(models.Func):
    """SQL ``new_public_id('kind')``: a fresh id, entered in the one namespace."""

    function = "new_public_id"
    output_field = models.CharField()

    def __init__(self, kind: str) -> None:
        super().__init__(models.Value(kind))


def public_id_field(kind: str) -> "models.CharField[str, str]":
    """Return the model field that holds the public id of a record of ``kind``."""
    return models.CharField("public id", max_length=LENGTH, unique=True, editable=False, db_default=NewPublicId(kind))
